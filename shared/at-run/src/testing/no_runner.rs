//! What a bundle lacks that is deployed by itself.

use std::future::ready;

use futures_util::{FutureExt, future::LocalBoxFuture};

use crate::{CallsPort, Error, Response, Result, TaskStatus, TasksPort};

/// Refuses what only a runner can do, as the platform does.
pub(super) struct NoRunner;

fn refused<T: 'static>() -> LocalBoxFuture<'static, Result<T>> {
    ready(Err(Error::new(501, "NeedsRunner", "it needs a runner, and this bundle is deployed alone")))
        .boxed_local()
}

impl TasksPort for NoRunner {
    fn enqueue(&self, _: String, _: String, _: u64) -> LocalBoxFuture<'_, Result<String>> {
        refused()
    }

    fn status(&self, _: String) -> LocalBoxFuture<'_, Result<Option<TaskStatus>>> {
        refused()
    }
}

impl CallsPort for NoRunner {
    fn call(
        &self,
        _: String,
        _: String,
        _: String,
        _: Option<Vec<u8>>,
    ) -> LocalBoxFuture<'_, Result<Response>> {
        refused()
    }
}
