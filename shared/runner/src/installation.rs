//! Which bundles this runner runs, and with which settings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use streamhut_atproto::Did;
use streamhut_release::{BundleName, CHANNEL_KEY_LATEST, Channel, Limits};

use crate::Fault;

/// An author and a bundle of theirs.
pub type BundleId = (Did, BundleName);

/// A bundle that the operator installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Installation {
    /// The author.
    pub did: Did,
    /// The bundle.
    pub name: BundleName,
    /// The channel whose release its jobs run.
    pub channel: Channel,
    /// The operator's settings, by the names that the release declares.
    #[serde(default)]
    pub config: BTreeMap<String, String>,
    /// What its calls may cost at most, whatever its release declares.
    #[serde(default, skip_serializing_if = "Caps::is_empty")]
    pub caps: Caps,
    /// A host of its own: there, its endpoints stand at `/{endpoint}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

/// The operator's limits; what is not named is not limited further.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Caps {
    /// Milliseconds of CPU for one call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_ms: Option<u32>,
    /// Requests to elsewhere in one call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_requests: Option<u32>,
    /// Bytes that it may keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob_bytes: Option<u64>,
}

impl Caps {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The tighter of the two, limit by limit.
    pub fn and(self, other: Self) -> Self {
        let tighter = |a: Option<u32>, b: Option<u32>| a.into_iter().chain(b).min();
        Self {
            cpu_ms: tighter(self.cpu_ms, other.cpu_ms),
            sub_requests: tighter(self.sub_requests, other.sub_requests),
            blob_bytes: self.blob_bytes.into_iter().chain(other.blob_bytes).min(),
        }
    }

    /// What a call may cost of what its release declares.
    pub fn apply(self, declared: Limits) -> Limits {
        Limits {
            cpu_ms: self.cpu_ms.map_or(declared.cpu_ms, |cap| cap.min(declared.cpu_ms)),
            sub_requests: self
                .sub_requests
                .map_or(declared.sub_requests, |cap| cap.min(declared.sub_requests)),
        }
    }
}

const INSTALLED: &str = "installed";
const OPEN: &str = "open";
const FOLLOWS: &str = "follows";
const FOLLOWS_OF_FOLLOWS: &str = "follows-of-follows";

/// Whose bundles may run beside the installed ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Admission {
    /// Nobody's.
    #[default]
    Installed,
    /// Anybody's.
    Open,
    /// Those of these authors.
    Authors(Vec<Did>),
    /// Those of the authors whom an account follows.
    Follows(Trust),
}

/// An account whose follows are admitted, itself included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// The account, the operator's as a rule.
    pub did: Did,
    /// Whether those whom its follows follow are admitted, too.
    pub of_follows: bool,
    /// Milliseconds after which it is confirmed whom it follows; whom these follow, after twelve times as many.
    pub fresh_ms: u32,
}

impl Admission {
    /// Reads `POLICY`: `installed`, `open`, `follows:DID`, `follows-of-follows:DID`, or DIDs parted by white space.
    /// Follows are confirmed after `fresh_ms` milliseconds.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str, fresh_ms: u32) -> Result<Self, String> {
        let trust = |did: &str, of_follows| {
            let did = Did::parse(did).map_err(|e| e.to_string())?;
            Ok(Self::Follows(Trust { did, of_follows, fresh_ms }))
        };
        let text = text.trim();
        match text {
            "" | INSTALLED => return Ok(Self::Installed),
            OPEN => return Ok(Self::Open),
            _ => {}
        }
        if let Some(did) = text.strip_prefix(FOLLOWS).and_then(|rest| rest.strip_prefix(':')) {
            return trust(did, false);
        }
        if let Some(did) = text.strip_prefix(FOLLOWS_OF_FOLLOWS).and_then(|rest| rest.strip_prefix(':')) {
            return trust(did, true);
        }
        let dids: Result<Vec<Did>, _> = text.split_whitespace().map(Did::parse).collect();
        dids.map(Self::Authors).map_err(|e| e.to_string())
    }

    /// Its name, as the runner's own page says it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Installed => INSTALLED,
            Self::Open => OPEN,
            Self::Authors(_) => "authors",
            Self::Follows(Trust { of_follows: false, .. }) => FOLLOWS,
            Self::Follows(Trust { of_follows: true, .. }) => FOLLOWS_OF_FOLLOWS,
        }
    }

    /// As `POLICY` spells it.
    pub fn spelled(&self) -> String {
        match self {
            Self::Installed | Self::Open => self.name().to_owned(),
            Self::Authors(dids) => dids.iter().map(Did::as_str).collect::<Vec<_>>().join(" "),
            Self::Follows(trust) => format!("{}:{}", self.name(), trust.did),
        }
    }

    /// Whom it admits beside the installed bundles, for a message.
    fn told(&self) -> String {
        match self {
            Self::Installed => "installed bundles only".to_owned(),
            Self::Open => "open".to_owned(),
            Self::Authors(_) => "a list of authors".to_owned(),
            Self::Follows(Trust { did, of_follows: false, .. }) => format!("the authors whom {did} follows"),
            Self::Follows(Trust { did, of_follows: true, .. }) => {
                format!("the authors whom {did} follows, and whom these follow")
            }
        }
    }
}

/// The operator's word on what runs here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Installations {
    /// Those of the runner's environment, which only a new deployment changes.
    fixed: BTreeMap<BundleId, Installation>,
    /// Those that were made since; they stand before the fixed ones.
    made: BTreeMap<BundleId, Installation>,
    /// How often a bundle was purged, by `did/name`.
    purged: BTreeMap<String, u64>,
    admission: Admission,
}

impl Installations {
    /// The bundles that the environment installs, and the policy for all others.
    pub fn new(fixed: Vec<Installation>, admission: Admission) -> Self {
        Self { fixed: by_id(fixed), made: BTreeMap::new(), purged: BTreeMap::new(), admission }
    }

    /// The same with other bundles made, and others purged.
    pub(crate) fn with_made(&self, made: Vec<Installation>, purged: BTreeMap<String, u64>) -> Self {
        Self { made: by_id(made), purged, ..self.clone() }
    }

    /// How often a bundle was purged.
    pub(crate) fn purged(&self, did: &Did, name: &BundleName) -> u64 {
        self.purged.get(&format!("{did}/{name}")).copied().unwrap_or_default()
    }

    /// The policy for bundles that are not installed.
    pub fn admission(&self) -> &Admission {
        &self.admission
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Installation> {
        let kept = self.fixed.iter().filter(|(id, _)| !self.made.contains_key(*id));
        self.made.values().chain(kept.map(|(_, installation)| installation))
    }

    /// The installation of a bundle.
    pub fn get(&self, did: &Did, name: &BundleName) -> Option<&Installation> {
        let id = (did.clone(), name.clone());
        self.made.get(&id).or_else(|| self.fixed.get(&id))
    }

    /// Whether the environment installs it, so that it can't be uninstalled while the runner runs.
    pub fn is_fixed(&self, did: &Did, name: &BundleName) -> bool {
        self.fixed.contains_key(&(did.clone(), name.clone()))
    }

    /// The bundle that has this host for its own.
    pub fn of_host(&self, host: &str) -> Option<&Installation> {
        self.all().find(|installation| installation.host.as_deref() == Some(host))
    }

    /// The channel that a bundle is called at where nobody says which: that of its installation, else `latest`.
    pub fn channel_of(&self, did: &Did, name: &BundleName) -> Option<Channel> {
        self.get(did, name)
            .map(|installation| installation.channel.clone())
            .or_else(|| CHANNEL_KEY_LATEST.parse().ok())
    }

    /// Refuses what this runner doesn't run, by what it knows without asking: whom an account follows,
    /// [`crate::Runner::admit`] knows.
    pub fn admit(&self, did: &Did, name: &BundleName) -> Result<(), Fault> {
        match &self.admission {
            Admission::Open => return Ok(()),
            Admission::Authors(dids) if dids.contains(did) => return Ok(()),
            Admission::Authors(_) | Admission::Installed | Admission::Follows(_) => {}
        }
        if self.get(did, name).is_some() {
            return Ok(());
        }
        Err(Fault::NotAdmitted { did: did.clone(), name: name.to_string(), policy: self.admission.told() })
    }
}

fn by_id(installations: Vec<Installation>) -> BTreeMap<BundleId, Installation> {
    installations.into_iter().map(|i| ((i.did.clone(), i.name.clone()), i)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";

    #[test]
    fn policies_as_they_are_spelled() {
        for (text, name, spelled) in [
            ("", "installed", "installed"),
            (" installed\n", "installed", "installed"),
            ("open", "open", "open"),
            (A, "authors", A),
            (&format!(" {A}  did:web:b.dev\n"), "authors", &format!("{A} did:web:b.dev")),
            (&format!("follows:{A}"), "follows", &format!("follows:{A}")),
            (" follows:did:web:b.dev ", "follows", "follows:did:web:b.dev"),
            (&format!("follows-of-follows:{A}"), "follows-of-follows", &format!("follows-of-follows:{A}")),
        ] {
            let policy = Admission::parse(text, 9).unwrap();
            assert_eq!((policy.name(), policy.spelled().as_str()), (name, spelled), "{text}");
            assert_eq!(Admission::parse(&policy.spelled(), 9), Ok(policy), "{text}");
        }
        for text in [
            "Open",
            "everybody",
            "follows",
            "follows:",
            "follows:alice.dev",
            "follows: did:web:b.dev",
            &format!("follows:{A} {A}"),
            &format!("{A} follows:{A}"),
            &format!("follows:{A}:2"),
            &format!("follows:follows:{A}"),
            &format!("Follows:{A}"),
            "follows-of-follows:did:key:x",
        ] {
            assert!(Admission::parse(text, 9).is_err(), "{text}");
        }
    }
}
