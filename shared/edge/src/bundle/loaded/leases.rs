//! `ctx.single_flight()` behind a runner, whose ledger knows all isolates of the bundle.

use std::rc::Rc;

use at_run::{Error, Lease, LeasePort};
use futures_util::{FutureExt, future::LocalBoxFuture};

use super::{Ask, Host, encoded};

/// Most milliseconds that a runner lets anybody wait.
const MAX_WAIT_MS: u64 = 60_000;

pub(super) struct HostLeases(pub(super) Rc<Host>);

impl LeasePort for HostLeases {
    fn acquire(&self, key: String, ttl_ms: u64, wait_ms: u64) -> LocalBoxFuture<'_, Result<Lease, Error>> {
        async move {
            let wait_ms = wait_ms.min(MAX_WAIT_MS);
            let path = format!("/leases/{}?ttlMs={ttl_ms}&waitMs={wait_ms}", encoded(&key));
            self.0.ask_well(Ask::new("POST", path)).await?.json().await
        }
        .boxed_local()
    }

    fn release(&self, key: String, token: String) -> LocalBoxFuture<'_, Result<(), Error>> {
        async move {
            let path = format!("/leases/{}?token={}", encoded(&key), encoded(&token));
            self.0.ask_well(Ask::new("DELETE", path)).await.map(|answer| answer.discard())
        }
        .boxed_local()
    }
}
