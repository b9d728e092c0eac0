//! What only a runner can do.

use at_run::{CallsPort, Error, Response, TaskStatus, TasksPort};
use futures_util::{FutureExt, future::LocalBoxFuture};

/// Refuses, with an error that says why.
pub(super) struct NoRunner;

impl NoRunner {
    fn refuse<T: 'static>(what: &str) -> LocalBoxFuture<'static, Result<T, Error>> {
        let text = format!("{what} needs a runner, and this bundle is deployed alone");
        std::future::ready(Err(Error::new(501, "NeedsRunner", text))).boxed_local()
    }
}

impl TasksPort for NoRunner {
    fn enqueue(&self, name: String, _: String, _: u64) -> LocalBoxFuture<'_, Result<String, Error>> {
        Self::refuse(&format!("the task `{name}`"))
    }

    fn status(&self, _: String) -> LocalBoxFuture<'_, Result<Option<TaskStatus>, Error>> {
        Self::refuse("a task")
    }
}

impl CallsPort for NoRunner {
    fn call(
        &self,
        bundle: String,
        _: String,
        _: String,
        _: Option<Vec<u8>>,
    ) -> LocalBoxFuture<'_, Result<Response, Error>> {
        Self::refuse(&format!("a call of {bundle}"))
    }
}
