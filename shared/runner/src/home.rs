//! What a runner knows of itself, for its own page: by memory and store, so that a visit costs nobody else a request.

use streamhut_atproto::Did;
use streamhut_outbound::PublicHost;
use streamhut_release::{BundleName, Channel, Selector, secret::RunnerPublicKey};

use crate::{
    Admission, Caps, Installation, Runner, Store, Trust, Trusts,
    memory::{Content, Known},
    proof::RecordId,
};

/// The most installed bundles whose state is looked up, and the most authors who are listed.
const MAX_LISTED: usize = 100;

/// A runner, by its own word.
#[derive(Clone, Debug)]
pub struct Home {
    /// The software's version.
    pub version: &'static str,
    /// Whose bundles run beside the installed ones.
    pub policy: PolicyShown,
    /// How far that is known.
    pub trusts: Trusts,
    /// The keys that secrets are sealed to, the current one first.
    pub keys: Vec<RunnerPublicKey>,
    /// What a call of any bundle may cost at most.
    pub caps: Caps,
    /// Milliseconds until an answer has to begin.
    pub call_ms: u32,
    /// Milliseconds for a run of a job or task.
    pub job_ms: u32,
    /// Bytes of a request's body.
    pub max_body_bytes: u64,
    /// The installed bundles.
    pub installed: Vec<InstalledShown>,
    /// How it fares.
    pub health: Health,
    /// Milliseconds since 1970 of all this.
    pub now: u64,
}

/// A policy, for people.
#[derive(Clone, Debug)]
pub enum PolicyShown {
    /// Installed bundles only.
    Installed,
    /// Anybody's bundles.
    Open,
    /// Those of these authors, and of so many more.
    Authors(Vec<Did>, usize),
    /// Those of the authors whom an account follows.
    Follows(Trust),
}

/// An installed bundle, and what is known of it.
#[derive(Clone, Debug)]
pub struct InstalledShown {
    /// The author.
    pub did: Did,
    /// The bundle.
    pub name: BundleName,
    /// The channel that its jobs run.
    pub channel: Channel,
    /// Its own host.
    pub host: Option<String>,
    /// Whether that host can be linked to.
    pub is_public_host: bool,
    /// Where the channel points, unless this instance has not had to know yet.
    pub known: Option<KnownChannel>,
}

/// Where a channel points.
#[derive(Clone, Debug)]
pub struct KnownChannel {
    /// The release's version.
    pub version: String,
    /// Milliseconds since 1970 at which the PDS was last asked.
    pub checked_at: u64,
    /// Whether it had no answer then.
    pub stale: bool,
}

/// How an instance of a runner fares, as it knows without asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Whether the list of installations could be read when that was last tried.
    pub reads_storage: bool,
    /// Releases and channels that this instance knows.
    pub records: usize,
    /// How many of them could not be confirmed lately.
    pub stale: usize,
    /// Milliseconds since 1970 of the latest confirmation.
    pub confirmed_at: Option<u64>,
}

impl<T, S: Store> Runner<T, S> {
    /// What this runner is, and how it fares.
    pub async fn home(&self, now: u64) -> Home {
        let installations = self.installations();
        let policy = match installations.admission() {
            Admission::Installed => PolicyShown::Installed,
            Admission::Open => PolicyShown::Open,
            Admission::Authors(dids) => PolicyShown::Authors(
                dids.iter().take(MAX_LISTED).cloned().collect(),
                dids.len().saturating_sub(MAX_LISTED),
            ),
            Admission::Follows(trust) => PolicyShown::Follows(trust.clone()),
        };
        let mut installed = Vec::new();
        for (index, installation) in installations.all().enumerate() {
            installed.push(self.installed_shown(installation, index < MAX_LISTED).await);
        }
        Home {
            version: env!("CARGO_PKG_VERSION"),
            policy,
            trusts: self.trusts(now).await,
            keys: self.public_keys.clone(),
            caps: self.caps(),
            call_ms: self.call_deadline_ms(),
            job_ms: self.job_deadline_ms(),
            max_body_bytes: crate::MAX_BODY_BYTES,
            installed,
            health: self.health(),
            now,
        }
    }

    async fn installed_shown(&self, installation: &Installation, is_looked_up: bool) -> InstalledShown {
        let Installation { did, name, channel, host, .. } = installation;
        let id = RecordId::of(did, name, &Selector::Channel(channel.clone())).ok();
        let known = match id.filter(|_| is_looked_up) {
            Some(id) => self.known_without_asking(&id).await,
            None => None,
        };
        let known = known.and_then(|known| match known.content {
            Content::Channel(version, _) => Some(KnownChannel {
                version: version.to_string(),
                checked_at: known.checked_at,
                stale: known.stale.is_some(),
            }),
            Content::Release(_) => None,
        });
        InstalledShown {
            did: did.clone(),
            name: name.clone(),
            channel: channel.clone(),
            is_public_host: host.as_ref().is_some_and(|host| PublicHost::parse(host).is_ok()),
            host: host.clone(),
            known,
        }
    }

    async fn known_without_asking(&self, id: &RecordId) -> Option<Known> {
        if let Some(known) = self.memory.borrow().record(id) {
            return Some(known.clone());
        }
        let known = self.stored(id).await?;
        self.memory.borrow_mut().keep(id.clone(), known.clone());
        Some(known)
    }

    fn health(&self) -> Health {
        let memory = self.memory.borrow();
        let mut health = Health { reads_storage: self.reads_storage.get(), ..Health::default() };
        for known in memory.records() {
            health.records += 1;
            if known.stale.is_some() {
                health.stale += 1;
            } else {
                health.confirmed_at = health.confirmed_at.max(Some(known.checked_at));
            }
        }
        health
    }
}
