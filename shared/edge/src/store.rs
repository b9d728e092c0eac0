//! R2 as the runner's store.

use streamhut_runner::{Store, StoreError};
use worker::{Bucket, Conditional};

const NO_CONDITION: Conditional = Conditional {
    etag_matches: None,
    etag_does_not_match: None,
    uploaded_before: None,
    uploaded_after: None,
};

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

    async fn get_tagged(&self, key: &str) -> Result<Option<(Vec<u8>, String)>, StoreError> {
        let failed = |error: worker::Error| failed(key, &error);
        let Some(object) = self.0.get(key).execute().await.map_err(failed)? else { return Ok(None) };
        let tag = object.etag();
        let Some(body) = object.body() else { return Ok(None) };
        body.bytes().await.map(|bytes| Some((bytes, tag))).map_err(failed)
    }

    async fn replace(&self, key: &str, tag: Option<&str>, bytes: Vec<u8>) -> Result<bool, StoreError> {
        let only_if = match tag {
            Some(tag) => Conditional { etag_matches: Some(tag.to_owned()), ..NO_CONDITION },
            None => Conditional { etag_does_not_match: Some("*".to_owned()), ..NO_CONDITION },
        };
        let put = self.0.put(key, bytes).only_if(only_if).execute().await;
        put.map(|object| object.is_some()).map_err(|error| failed(key, &error))
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let mut keys = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut list = self.0.list().prefix(prefix);
            if let Some(cursor) = cursor {
                list = list.cursor(cursor);
            }
            let page = list.execute().await.map_err(|error| failed(prefix, &error))?;
            keys.extend(page.objects().iter().map(worker::Object::key));
            cursor = page.cursor();
            if !page.truncated() || cursor.is_none() {
                return Ok(keys);
            }
        }
    }
}

fn failed(key: &str, error: &worker::Error) -> StoreError {
    StoreError { key: key.to_owned(), reason: error.to_string() }
}
