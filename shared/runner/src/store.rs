//! The port to durable storage: proofs and modules, by key.

/// A store that failed. The runner goes on without it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store failed on `{key}`: {reason}")]
pub struct StoreError {
    /// The key.
    pub key: String,
    /// What the platform said.
    pub reason: String,
}

/// Durable storage (R2). Everything that comes out of it is verified again, so a damaged entry costs a fetch. Who can
/// write to it on purpose can store a proof together with another key, so the bucket is the operator's alone.
pub trait Store {
    /// The bytes under `key`.
    fn get(&self, key: &str) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>>;
    /// Keeps `bytes` under `key`.
    fn put(&self, key: &str, bytes: Vec<u8>) -> impl Future<Output = Result<(), StoreError>>;
    /// Forgets `key`.
    fn delete(&self, key: &str) -> impl Future<Output = Result<(), StoreError>>;
    /// The bytes under `key` with the tag of their version.
    fn get_tagged(&self, key: &str) -> impl Future<Output = Result<Option<(Vec<u8>, String)>, StoreError>>;
    /// Keeps `bytes` under `key` when the version there is still that of `tag` (`None`: when nothing is there).
    /// `false` when it isn't.
    fn replace(
        &self,
        key: &str,
        tag: Option<&str>,
        bytes: Vec<u8>,
    ) -> impl Future<Output = Result<bool, StoreError>>;
    /// The keys that begin with `prefix`.
    fn list(&self, prefix: &str) -> impl Future<Output = Result<Vec<String>, StoreError>>;
}
