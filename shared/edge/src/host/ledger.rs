//! Leases and tasks of a bundle, which its ledger keeps.

use serde_json::json;
use streamhut_runner::{HostError, Key, LeaseAction};
use web_sys::{Request, Response};

use super::{
    Caller, Refused,
    answer::{done, json_answer},
};
use crate::{body, now_ms};

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
    let input = match request.body() {
        None => Vec::new(),
        Some(stream) => body::read(stream, MAX_INPUT_BYTES).await.map_err(|error| match error {
            at_run::BodyError::TooLarge { max } => HostError::BodyTooLarge { max: max as u64 },
            at_run::BodyError::Broken(reason) => HostError::BodyBroken { reason },
        })?,
    };
    let input = String::from_utf8(input)
        .map_err(|_| HostError::BodyBroken { reason: "it is not UTF-8".to_owned() })?;
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
