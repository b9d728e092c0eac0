//! Changes of a bundle's blobs, each between a reservation and its settlement.
//!
//! The bundle may go away at any moment: what was begun is ended behind it, so that what the ledger counts is what is
//! stored. A change is settled when it is over and never before: what still runs could store more than is counted.

use std::{panic::AssertUnwindSafe, rc::Rc};

use js_sys::Promise;
use streamhut_ledger::Reservation;
use streamhut_runner::{HostError, Key, PutCondition};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{ReadableStream, Request, Response};
use worker::{Bucket, Conditional, Data, HttpMetadata, Object};

use super::{
    Caller, Refused,
    answer::{done, json_answer, respond},
    blobs::Info,
    exact,
};
use crate::ledger::LedgerClient;

/// A put as it was asked for.
pub(super) struct Put {
    pub(super) key: Key,
    /// Bytes that the body declares.
    pub(super) length: u64,
    pub(super) content_type: Option<String>,
    pub(super) condition: PutCondition,
    /// Most bytes that the bundle may keep.
    pub(super) max: u64,
}

pub(super) async fn put<T: 'static, S: 'static>(
    caller: &Rc<Caller<T, S>>,
    put: Put,
    request: &Request,
) -> Result<Response, Refused> {
    let body = request.body();
    if body.is_none() && put.length > 0 {
        return Err(HostError::BodyBroken { reason: "there is none".to_owned() }.into());
    }
    to_the_end(caller, async move |caller: &Caller<T, S>| {
        let change = Change::begin(caller, &put.key, put.length, put.max).await?;
        let outcome = store(&change, &put, body).await;
        change.settle().await;
        json_answer(&Info::of(put.key.as_str(), &outcome?))
    })
    .await
}

pub(super) async fn delete<T: 'static, S: 'static>(
    caller: &Rc<Caller<T, S>>,
    key: Key,
    max: u64,
) -> Result<Response, Refused> {
    to_the_end(caller, async move |caller: &Caller<T, S>| {
        let change = Change::begin(caller, &key, 0, max).await?;
        let outcome = change.bucket.delete(&change.path).await;
        change.settle().await;
        outcome?;
        done()
    })
    .await
}

async fn store(change: &Change, put: &Put, body: Option<ReadableStream>) -> Result<Object, Refused> {
    let data = match body {
        Some(body) => Data::ReadableStream(exact::body(&body, put.length)?),
        None => Data::Bytes(Vec::new()),
    };
    let metadata = HttpMetadata { content_type: put.content_type.clone(), ..HttpMetadata::default() };
    let mut asked = change.bucket.put(&change.path, data).http_metadata(metadata);
    if let Some(only_if) = condition(&put.condition) {
        asked = asked.only_if(only_if);
    }
    match asked.execute().await {
        Ok(Some(object)) => Ok(object),
        Ok(None) => Err(HostError::PreconditionFailed { key: put.key.to_string() }.into()),
        Err(error) => {
            let reason = error.to_string();
            if exact::is_broken(&reason) {
                return Err(HostError::BodyBroken { reason }.into());
            }
            Err(error.into())
        }
    }
}

fn condition(condition: &PutCondition) -> Option<Conditional> {
    match condition {
        PutCondition::None => None,
        PutCondition::Match(etag) => {
            Some(Conditional { etag_matches: Some(etag.clone()), ..Conditional::default() })
        }
        PutCondition::Absent => {
            Some(Conditional { etag_does_not_match: Some("*".to_owned()), ..Conditional::default() })
        }
    }
}

/// A change of one blob for which there is room.
struct Change {
    bucket: Bucket,
    path: String,
    ledger: LedgerClient,
    key: String,
}

impl Change {
    async fn begin<T, S>(caller: &Caller<T, S>, key: &Key, size: u64, max: u64) -> Result<Self, Refused> {
        let (bucket, ledger) = (caller.bucket()?, caller.ledger()?);
        match ledger.reserve(key.as_str(), size, max).await? {
            Reservation::Granted => {
                Ok(Self { bucket, path: key.in_bucket(&caller.grant), ledger, key: key.to_string() })
            }
            Reservation::QuotaExceeded { used, max } => Err(HostError::QuotaExceeded { used, max }.into()),
        }
    }

    /// Tells the ledger what is there now, whatever became of the change. If that fails, the reservation stays for
    /// the ledger to look after.
    async fn settle(&self) {
        let settled = match self.bucket.head(&self.path).await {
            Ok(object) => {
                let size = object.map(|object| object.size());
                self.ledger.settle(&self.key, size).await.map_err(|error| error.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = settled {
            worker::console_error!("{}: its size is not settled: {error}", self.path);
        }
    }
}

/// Does all of `work`, also when the bundle goes away while it is done.
async fn to_the_end<T: 'static, S: 'static>(
    caller: &Rc<Caller<T, S>>,
    work: impl AsyncFnOnce(&Caller<T, S>) -> Result<Response, Refused> + 'static,
) -> Result<Response, Refused> {
    let held = caller.clone();
    // A panic in it ends this one change.
    let promise: Promise = future_to_promise(AssertUnwindSafe(async move {
        match work(&held).await {
            Ok(response) => Ok(response.into()),
            Err(refused) => respond(&held, &refused).map(Into::into),
        }
    }));
    let goes_on = JsFuture::from(promise.clone());
    caller.context.wait_until(async move { drop(goes_on.await) });
    Ok(JsFuture::from(promise).await?.dyn_into::<Response>()?)
}
