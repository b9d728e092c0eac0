//! Leases and tasks of a bundle, which its ledger keeps.

use serde_json::json;
use streamhut_runner::{HostError, Key, LeaseAction};
use web_sys::{Request, Response};

use super::{
    Caller, Refused,
    answer::{done, json_answer},
    text,
};
use crate::now_ms;

/// Most bytes of a task's input.
const MAX_INPUT_BYTES: usize = 64 * 1024;

pub(super) async fn lease<T, S>(
    caller: &Caller<T, S>,
    key: &Key,
    action: LeaseAction,
) -> Result<Response, Refused> {
    let ledger = caller.ledger()?;
    match action {
        LeaseAction::Acquire { ttl_ms, wait_ms } => {
            json_answer(&ledger.acquire(key.as_str(), ttl_ms, wait_ms).await?)
        }
        LeaseAction::Release { token } => {
            ledger.release(key.as_str(), &token).await?;
            done()
        }
    }
}

pub(super) async fn enqueue<T, S>(
    caller: &Caller<T, S>,
    name: &str,
    delay_ms: u64,
    request: &Request,
) -> Result<Response, Refused> {
    let grant = &caller.grant;
    let Some(task) = grant.tasks.iter().find(|task| task.name == name) else {
        let installed = caller.runner.installations().get(&grant.did, &grant.name).is_some();
        return Err(if installed {
            HostError::UnknownTask { task: name.to_owned() }.into()
        } else {
            HostError::NotInstalled { bundle: grant.bundle() }.into()
        });
    };
    let input = text(request, MAX_INPUT_BYTES).await?;
    let id = caller.ledger()?.enqueue(task, input, delay_ms, now_ms()).await?;
    json_answer(&json!({ "id": id }))
}

pub(super) async fn task<T, S>(caller: &Caller<T, S>, id: &str) -> Result<Response, Refused> {
    // The bundle's own ledger is asked, so another's task is none.
    match caller.ledger()?.task(id).await? {
        Some(status) => json_answer(&status),
        None => Err(HostError::NoSuchTask { id: id.chars().take(96).collect() }.into()),
    }
}
