//! What a loaded bundle may ask of its runner: `HOST`, the one binding of its environment, asked by HTTP at
//! `https://host/…`.
//!
//! `streamhut_runner::HostRequest` reads the request, the [`Grant`] says whose it is and what it may; here it is done.
//! Bodies pass as streams.

mod answer;
mod blobs;
mod cache;
mod caller;
mod exact;
mod ledger;
mod log;
mod put;

pub(crate) use answer::{Refused, respond};
pub use caller::Caller;
#[cfg(doc)]
use streamhut_runner::Grant;

use std::rc::Rc;

use at_run::BodyError;
use streamhut_outbound::Transport;
use streamhut_runner::{BlobAction, HostError, HostRequest, Store};
use url::Url;
use wasm_bindgen::JsValue;
use web_sys::{Request, Response};

use crate::body;

/// Answers what a bundle asks. Whatever is wrong with its request, or refused, is an answer too.
///
/// # Errors
/// When the platform can't make an answer.
pub async fn answer<T, S>(caller: &Rc<Caller<T, S>>, request: Request) -> Result<Response, JsValue>
where
    T: Transport + Send + Sync + 'static,
    S: Store + 'static,
{
    match act(caller, &request).await {
        Ok(response) => Ok(response),
        Err(refused) => respond(caller, &refused),
    }
}

async fn act<T, S>(caller: &Rc<Caller<T, S>>, request: &Request) -> Result<Response, Refused>
where
    T: Transport + Send + Sync + 'static,
    S: Store + 'static,
{
    let unreadable = |_| HostError::UnknownPath { path: request.url().chars().take(96).collect() };
    let url = Url::parse(&request.url()).map_err(unreadable)?;
    let header = |name: &str| request.headers().get(name).ok().flatten();
    match HostRequest::read(&request.method(), &url, header)? {
        HostRequest::Blob(key, action) => {
            let max = caller.grant.blobs.ok_or(HostError::NotPermitted)?;
            match action {
                BlobAction::Get(range) => blobs::get(caller, &key, range).await,
                BlobAction::Head => blobs::head(caller, &key).await,
                BlobAction::Put { length, content_type, condition } => {
                    put::put(caller, put::Put { key, length, content_type, condition, max }, request).await
                }
                BlobAction::Delete => put::delete(caller, key, max).await,
            }
        }
        HostRequest::Blobs { prefix, after, limit } => {
            caller.grant.blobs.ok_or(HostError::NotPermitted)?;
            blobs::list(caller, &prefix, after.as_ref(), limit).await
        }
        HostRequest::Cache(key, action) => cache::act(caller, &key, action, request).await,
        HostRequest::Lease(key, action) => ledger::lease(caller, &key, action).await,
        HostRequest::Enqueue { task, delay_ms } => ledger::enqueue(caller, &task, delay_ms, request).await,
        HostRequest::Task { id } => ledger::task(caller, &id).await,
        HostRequest::Log => log::print(caller, request).await,
        HostRequest::Call { did, name, endpoint } => {
            let address = caller.runner.default_address(did, name, endpoint);
            let address = address.ok_or_else(|| Refused::platform("`latest` is no channel"))?;
            caller.call(&address, request).await
        }
    }
}

/// A body that is text, at most `max` bytes of it.
async fn text(request: &Request, max: usize) -> Result<String, Refused> {
    let Some(stream) = request.body() else { return Ok(String::new()) };
    let bytes = body::read(stream, max).await.map_err(|error| match error {
        BodyError::TooLarge { max } => HostError::BodyTooLarge { max: max as u64 },
        BodyError::Broken(reason) => HostError::BodyBroken { reason },
    })?;
    let text = String::from_utf8(bytes);
    text.map_err(|_| HostError::BodyBroken { reason: "it is not UTF-8".to_owned() }.into())
}
