//! What the operator installed while the runner runs: kept in the store, read by every isolate.

use std::{collections::BTreeMap, rc::Rc};

use serde::{Deserialize, Serialize};
use streamhut_atproto::Did;
use streamhut_outbound::PublicHost;
use streamhut_release::{BundleName, Channel};

use crate::{Fault, Installation, Installations, Runner, Store, StoreError};

/// Where they are kept.
const KEY: &str = "installations.json";
/// For this long they are not read again.
const FRESH_MS: u64 = 30_000;
/// How often a change is tried again when another one came between.
const TRIES: u32 = 5;

#[derive(Default, Serialize, Deserialize)]
struct Kept {
    installed: Vec<Installation>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    purged: BTreeMap<String, u64>,
}

impl<T, S> Runner<T, S> {
    /// What is installed, as this isolate knows it.
    pub fn installations(&self) -> Rc<Installations> {
        self.installations.borrow().clone()
    }

    /// Every installed bundle.
    pub fn installed(&self) -> Vec<Installation> {
        self.installations.borrow().all().cloned().collect()
    }

    /// The channel that a bundle is called at where nobody says which.
    pub fn channel_of(&self, did: &Did, name: &BundleName) -> Option<Channel> {
        self.installations.borrow().channel_of(did, name)
    }

    /// `installed`, `open`, `authors`, `follows` or `follows-of-follows`.
    pub fn policy_name(&self) -> &'static str {
        self.installations.borrow().admission().name()
    }

    pub(crate) fn installations_fresh_until(&self) -> u64 {
        self.installations_read_at.get().map_or(0, |at| at.saturating_add(FRESH_MS))
    }

    fn take(&self, kept: Kept) {
        let next = self.installations.borrow().with_made(kept.installed, kept.purged);
        let changed = next != **self.installations.borrow();
        if changed {
            self.installations.replace(Rc::new(next));
            self.memory.borrow_mut().generation += 1;
        }
    }
}

impl<T, S: Store> Runner<T, S> {
    /// Reads what is installed when this isolate never did; says whether it should be read anew.
    pub async fn know_installations(&self, now: u64) -> bool {
        if self.installations_read_at.get().is_none() {
            self.read_installations(now).await;
            return false;
        }
        now >= self.installations_fresh_until()
    }

    /// Reads it anew. Without a store, or with one that holds something else, what is known stays.
    pub async fn read_installations(&self, now: u64) {
        self.installations_read_at.set(Some(now));
        let kept = match self.store.get(KEY).await {
            Ok(None) => Some(Kept::default()),
            Ok(Some(bytes)) => serde_json::from_slice::<Kept>(&bytes).ok(),
            Err(_) => None,
        };
        self.reads_storage.set(kept.is_some());
        if let Some(kept) = kept {
            self.take(kept);
        }
    }

    /// Installs a bundle, or changes its installation.
    ///
    /// # Errors
    /// 400 when its host is none that a bundle can have; 409 when another bundle has that host; 503 when the store
    /// fails.
    pub async fn install(&self, installation: Installation, now: u64) -> Result<(), Fault> {
        if let Some(host) = &installation.host {
            self.check_host(host, &installation)?;
        }
        self.change(now, |kept| {
            let installed = &mut kept.installed;
            installed.retain(|other| (&other.did, &other.name) != (&installation.did, &installation.name));
            installed.push(installation.clone());
        })
        .await
    }

    /// Uninstalls a bundle; says whether it was installed.
    ///
    /// # Errors
    /// 409 when the runner's own environment installs it; 503 when the store fails.
    pub async fn uninstall(&self, did: &Did, name: &BundleName, now: u64) -> Result<bool, Fault> {
        self.know_installations(now).await;
        if self.installations().is_fixed(did, name) {
            return Err(Fault::InstalledByEnvironment { did: did.clone(), name: name.to_string() });
        }
        let known = self.installations().get(did, name).is_some();
        self.change(now, |kept| {
            kept.installed.retain(|other| (&other.did, &other.name) != (did, name));
        })
        .await?;
        Ok(known)
    }

    /// Gives a bundle an empty cache.
    pub(crate) async fn purge_cache(&self, did: &Did, name: &BundleName, now: u64) -> Result<(), Fault> {
        let bundle = format!("{did}/{name}");
        self.change(now, |kept| *kept.purged.entry(bundle.clone()).or_default() += 1).await
    }

    fn check_host(&self, host: &str, installation: &Installation) -> Result<(), Fault> {
        let bad = |reason: String| Fault::InvalidHost { host: host.chars().take(96).collect(), reason };
        // On a local network hosts end in `.localhost`, which browsers send to this machine.
        let is_local = self.source.policy.has_loopback() && host.ends_with(".localhost");
        if !is_local {
            PublicHost::parse(host).map_err(|error| bad(error.to_string()))?;
        }
        if self.answers_on(host) {
            return Err(bad("this is the runner's own".to_owned()));
        }
        match self.installations().of_host(host) {
            Some(other) if (&other.did, &other.name) != (&installation.did, &installation.name) => {
                Err(Fault::HostTaken {
                    host: host.to_owned(),
                    bundle: format!("{}/{}", other.did, other.name),
                })
            }
            _ => Ok(()),
        }
    }

    /// Changes what is kept, anew if somebody else changed it meanwhile.
    async fn change(&self, now: u64, change: impl Fn(&mut Kept)) -> Result<(), Fault> {
        let failed = |error: StoreError| Fault::StoreFailed { reason: error.to_string() };
        for _ in 0..TRIES {
            let current = self.store.get_tagged(KEY).await.map_err(failed)?;
            let (mut kept, tag) = match current {
                Some((bytes, tag)) => (serde_json::from_slice::<Kept>(&bytes).unwrap_or_default(), Some(tag)),
                None => (Kept::default(), None),
            };
            change(&mut kept);
            kept.installed.sort_by(|a, b| (&a.did, &a.name).cmp(&(&b.did, &b.name)));
            let bytes = serde_json::to_vec(&kept).map_err(|error| Fault::Internal(error.to_string()))?;
            if self.store.replace(KEY, tag.as_deref(), bytes).await.map_err(failed)? {
                self.take(kept);
                self.installations_read_at.set(Some(now));
                return Ok(());
            }
        }
        Err(Fault::StoreFailed { reason: format!("{KEY} was changed by others {TRIES} times in a row") })
    }
}
