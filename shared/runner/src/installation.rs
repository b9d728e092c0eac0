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
}

impl Admission {
    /// Its name, as `POLICY` and the runner's own page say it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Open => "open",
            Self::Authors(_) => "authors",
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

    /// Refuses what this runner doesn't run.
    pub fn admit(&self, did: &Did, name: &BundleName) -> Result<(), Fault> {
        let policy = match &self.admission {
            Admission::Open => return Ok(()),
            Admission::Authors(dids) if dids.contains(did) => return Ok(()),
            Admission::Authors(_) => "a list of authors",
            Admission::Installed => "installed bundles only",
        };
        if self.get(did, name).is_some() {
            return Ok(());
        }
        Err(Fault::NotAdmitted { did: did.clone(), name: name.to_string(), policy })
    }
}

fn by_id(installations: Vec<Installation>) -> BTreeMap<BundleId, Installation> {
    installations.into_iter().map(|i| ((i.did.clone(), i.name.clone()), i)).collect()
}
