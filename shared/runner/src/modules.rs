//! The modules of a proven release: from the store, else from the PDS, verified either way.

use streamhut_atproto::pds::{Pds, PdsError};
use streamhut_outbound::{FetchError, Transport, TransportError};
use streamhut_release::{Module, ModuleError, VerifiedModule};

use crate::{Fault, Resolved, Runner, SourceError, Store};

impl<T: Transport + Send + Sync, S: Store> Runner<T, S> {
    /// All modules of a release, verified. A copy in the store that fails is dropped and fetched anew; only
    /// what was verified is stored.
    ///
    /// # Errors
    /// 502 when the bytes are not what the release names or may not be loaded, or the PDS doesn't have them;
    /// 504 at its deadline.
    pub async fn modules(&self, resolved: &Resolved) -> Result<Vec<VerifiedModule>, Fault> {
        let mut modules = Vec::with_capacity(resolved.release.modules.len());
        for module in &resolved.release.modules {
            modules.push(self.module(resolved, module).await?);
        }
        Ok(modules)
    }

    async fn module(&self, resolved: &Resolved, module: &Module) -> Result<VerifiedModule, Fault> {
        let key = format!("modules/{}", module.blob.cid());
        if let Ok(Some(stored)) = self.store.get(&key).await {
            match VerifiedModule::new(module, &stored) {
                Ok(verified) => return Ok(verified),
                Err(ModuleError::Cid { .. } | ModuleError::Size { .. }) => {
                    let _ = self.store.delete(&key).await;
                }
                Err(source) => return Err(Fault::Module { bundle: resolved.label(), source }),
            }
        }
        let stored = self.fetch(resolved, module).await?;
        let verified = VerifiedModule::new(module, &stored)
            .map_err(|source| Fault::Module { bundle: resolved.label(), source })?;
        // Without a store the module is fetched again after a restart.
        let _ = self.store.put(&key, stored).await;
        Ok(verified)
    }

    async fn fetch(&self, resolved: &Resolved, module: &Module) -> Result<Vec<u8>, Fault> {
        let fault = |source: PdsError| match source {
            // The cap is the declared size, so that one byte more is known before it is held.
            PdsError::Fetch {
                reason: FetchError::Transport(TransportError::TooLarge { max, .. }), ..
            } => {
                let declared = max as u64;
                let source = ModuleError::Size { path: module.path.clone(), declared, actual: declared + 1 };
                Fault::Module { bundle: resolved.label(), source }
            }
            source => Fault::Source { did: resolved.did.clone(), source: SourceError::Pds(source) },
        };
        let max = usize::try_from(module.blob.size).unwrap_or(usize::MAX);
        let pds = Pds::new(&self.transport, &self.source.policy, &resolved.pds, self.source.deadline_ms)
            .map_err(fault)?;
        pds.blob_unverified(&resolved.did, &module.blob.cid(), max).await.map_err(fault)
    }
}
