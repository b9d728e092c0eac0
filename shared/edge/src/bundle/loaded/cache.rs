//! `ctx.cache()` behind a runner. What can't be kept or found for any reason isn't there.

use std::rc::Rc;

use at_run::CachePort;
use futures_util::{FutureExt, future::LocalBoxFuture};

use super::{Ask, Host, encoded};

/// Most bytes of an entry that are read back: a bundle has 128 MB for everything.
const MAX_ENTRY_BYTES: usize = 32 * 1024 * 1024;

/// Most seconds that a runner keeps anything: a year.
const MAX_SECONDS: u32 = 31_536_000;

pub(super) struct HostCache(pub(super) Rc<Host>);

impl CachePort for HostCache {
    fn get(&self, key: String) -> LocalBoxFuture<'_, Option<Vec<u8>>> {
        async move {
            let answer = self.0.ask(Ask::new("GET", path(&key))).await.ok()?;
            if !answer.succeeded() {
                answer.discard();
                return None;
            }
            answer.bytes(MAX_ENTRY_BYTES).await.ok()
        }
        .boxed_local()
    }

    fn put(&self, key: String, bytes: Vec<u8>, seconds: u32) -> LocalBoxFuture<'_, ()> {
        async move {
            let mut ask = Ask::new("PUT", format!("{}?ttl={}", path(&key), seconds.min(MAX_SECONDS)));
            ask.body = Some(&bytes);
            self.tell(ask).await;
        }
        .boxed_local()
    }

    fn delete(&self, key: String) -> LocalBoxFuture<'_, ()> {
        async move { self.tell(Ask::new("DELETE", path(&key))).await }.boxed_local()
    }
}

impl HostCache {
    async fn tell(&self, ask: Ask<'_>) {
        match self.0.ask_well(ask).await {
            Ok(answer) => answer.discard(),
            Err(error) => worker::console_warn!("the cache: {error}"),
        }
    }
}

fn path(key: &str) -> String {
    format!("/cache/{}", encoded(key))
}
