//! Forgetting a bundle on the operator's word.

use streamhut_atproto::Did;
use streamhut_release::{BundleName, Release, nsid};

use crate::{Fault, Runner, Store, StoreError, proof::ProvenOutcome, proof::RecordId};

impl<T, S: Store> Runner<T, S> {
    /// Forgets every proof and module of a bundle, here and in the store, so that the next request begins at the
    /// author's PDS, and what it cached. Gives how many entries of the store went. Other isolates follow when they next
    /// confirm.
    ///
    /// # Errors
    /// 503 when the store fails.
    pub async fn purge(&self, did: &Did, name: &BundleName, now: u64) -> Result<usize, Fault> {
        let failed = |error: StoreError| Fault::StoreFailed { reason: error.to_string() };
        let mut gone = 0;
        for collection in [nsid::RUN_AT_CHANNEL, nsid::RUN_AT_SECRET, nsid::RUN_AT_RELEASE] {
            for key in self.store.list(&format!("proofs/{did}/{collection}/{name}:")).await.map_err(failed)? {
                for module in self.modules_of(did, collection, &key).await {
                    self.store.delete(&module).await.map_err(failed)?;
                    gone += 1;
                }
                self.store.delete(&key).await.map_err(failed)?;
                gone += 1;
            }
        }
        self.purge_cache(did, name, now).await?;
        self.memory.borrow_mut().forget_bundle(did, name);
        Ok(gone)
    }

    /// The store's keys of the modules that a stored release names.
    async fn modules_of(&self, did: &Did, collection: &str, key: &str) -> Vec<String> {
        if collection != nsid::RUN_AT_RELEASE {
            return Vec::new();
        }
        let release = async {
            let rkey = key.rsplit('/').next()?;
            let id = RecordId {
                did: did.clone(),
                collection: streamhut_atproto::Nsid::parse(collection).ok()?,
                rkey: streamhut_atproto::RecordKey::parse(rkey).ok()?,
            };
            let bytes = self.store.get(key).await.ok().flatten()?;
            let record = ProvenOutcome::from_stored(&id, &bytes)?.into_record().ok()?;
            serde_json::from_value::<Release>(record.value).ok()
        };
        let Some(release) = release.await else { return Vec::new() };
        release.modules.iter().map(|module| format!("modules/{}", module.blob.cid())).collect()
    }
}
