//! `ctx.cache()` of a bundle deployed alone: the platform's Cache API, in a cache of the bundle's own. What can't be
//! kept or found for any reason isn't there; on `*.workers.dev` the platform keeps nothing.

use at_run::CachePort;
use futures_util::{FutureExt, future::LocalBoxFuture};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, Headers, Response, ResponseInit, WorkerGlobalScope};

use crate::{body, exception::reason};

/// Most bytes of an entry that are read back: a bundle has 128 MB for everything.
const MAX_ENTRY_BYTES: usize = 32 * 1024 * 1024;

pub(super) struct PlatformCache {
    name: String,
}

impl PlatformCache {
    /// The cache of the bundle of that name; other Workers of the same zone have others.
    pub(super) fn of(bundle: &str) -> Self {
        Self { name: format!("at-run/{bundle}") }
    }

    async fn open(&self) -> Result<Cache, JsValue> {
        let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
        Ok(JsFuture::from(scope.caches()?.open(&self.name)).await?.unchecked_into())
    }

    async fn find(&self, key: &str) -> Result<Option<Vec<u8>>, JsValue> {
        let found = JsFuture::from(self.open().await?.match_with_str(&url(key))).await?;
        let Some(stream) = found.dyn_ref::<Response>().and_then(Response::body) else { return Ok(None) };
        body::read(stream, MAX_ENTRY_BYTES)
            .await
            .map(Some)
            .map_err(|error| JsValue::from_str(&error.to_string()))
    }

    async fn keep(&self, key: &str, bytes: &[u8], seconds: u32) -> Result<(), JsValue> {
        let headers = Headers::new()?;
        headers.set("cache-control", &format!("public, max-age={seconds}"))?;
        let init = ResponseInit::new();
        init.set_headers(&headers);
        let entry = Response::new_with_opt_buffer_source_and_init(Some(&Uint8Array::from(bytes)), &init)?;
        JsFuture::from(self.open().await?.put_with_str(&url(key), &entry)).await.map(drop)
    }

    async fn forget(&self, key: &str) -> Result<(), JsValue> {
        JsFuture::from(self.open().await?.delete_with_str(&url(key))).await.map(drop)
    }
}

impl CachePort for PlatformCache {
    fn get(&self, key: String) -> LocalBoxFuture<'_, Option<Vec<u8>>> {
        async move { told(self.find(&key).await).flatten() }.boxed_local()
    }

    fn put(&self, key: String, bytes: Vec<u8>, seconds: u32) -> LocalBoxFuture<'_, ()> {
        async move { told(self.keep(&key, &bytes, seconds).await).unwrap_or_default() }.boxed_local()
    }

    fn delete(&self, key: String) -> LocalBoxFuture<'_, ()> {
        async move { told(self.forget(&key).await).unwrap_or_default() }.boxed_local()
    }
}

/// Entries go by URL. This host is nobody's (RFC 2606), and nobody is asked for it.
fn url(key: &str) -> String {
    format!("https://cache.invalid/{}", js_sys::encode_uri_component(key))
}

fn told<T>(outcome: Result<T, JsValue>) -> Option<T> {
    outcome.map_err(|error| worker::console_warn!("the cache: {}", reason(&error))).ok()
}
