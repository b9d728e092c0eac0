//! R2 as the runner's store.

use streamhut_runner::{Store, StoreError};
use worker::Bucket;

/// A bucket under a name that no bundle can reach: bundles keep theirs under `blobs/`.
pub struct BucketStore(pub Bucket);

impl Store for BucketStore {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let failed = |error: worker::Error| failed(key, &error);
        let Some(object) = self.0.get(key).execute().await.map_err(failed)? else { return Ok(None) };
        let Some(body) = object.body() else { return Ok(None) };
        body.bytes().await.map(Some).map_err(failed)
    }

    async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.0.put(key, bytes).execute().await.map(drop).map_err(|error| failed(key, &error))
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.0.delete(key).await.map_err(|error| failed(key, &error))
    }
}

fn failed(key: &str, error: &worker::Error) -> StoreError {
    StoreError { key: key.to_owned(), reason: error.to_string() }
}
