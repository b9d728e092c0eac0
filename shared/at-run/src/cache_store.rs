//! `ctx.cache()`.

use std::rc::Rc;

use serde::{Serialize, de::DeserializeOwned};

use crate::{CachePort, blob::check_key};

/// The bundle's own cache. It may forget anything at any time, and nothing here fails: what can't be kept is not
/// kept, and what can't be read isn't there. A key that storage would refuse is never kept.
///
/// ```
/// use at_run::{Bundle, Context, NoInput, Response, Result, testing::Harness};
///
/// async fn slow(ctx: Context, _: NoInput) -> Result<Response> {
///     if let Some(text) = ctx.cache().get_json::<String>("text").await {
///         return Ok(Response::text(text));
///     }
///     let text = format!("made at {}", ctx.now());
///     ctx.cache().put_json("text", &text, 60).await;
///     Ok(Response::text(text))
/// }
///
/// let harness = Harness::new(Bundle::new("slow", "1.0.0").get("slow", slow));
/// let first = harness.get("slow").text();
/// harness.advance(59_000);
/// assert_eq!(harness.get("slow").text(), first);
/// harness.advance(1_000);
/// assert_ne!(harness.get("slow").text(), first);
/// ```
#[derive(Clone)]
pub struct CacheStore(Rc<dyn CachePort>);

impl CacheStore {
    pub(crate) fn new(port: Rc<dyn CachePort>) -> Self {
        Self(port)
    }

    /// The bytes under that key.
    pub async fn get(&self, key: &str) -> Option<Vec<u8>> {
        check_key(key).ok()?;
        self.0.get(key.to_owned()).await
    }

    /// Keeps bytes for about that many seconds.
    pub async fn put(&self, key: &str, bytes: impl Into<Vec<u8>>, seconds: u32) {
        if check_key(key).is_ok() && seconds > 0 {
            self.0.put(key.to_owned(), bytes.into(), seconds).await;
        }
    }

    /// The value under that key; `None` also when what is there has another shape.
    pub async fn get_json<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        serde_json::from_slice(&self.get(key).await?).ok()
    }

    /// Keeps a value as JSON for about that many seconds.
    pub async fn put_json<T: Serialize>(&self, key: &str, value: &T, seconds: u32) {
        if let Ok(bytes) = serde_json::to_vec(value) {
            self.put(key, bytes, seconds).await;
        }
    }

    /// Forgets what is under that key.
    pub async fn delete(&self, key: &str) {
        if check_key(key).is_ok() {
            self.0.delete(key.to_owned()).await;
        }
    }
}
