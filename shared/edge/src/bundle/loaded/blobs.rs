//! `ctx.blobs()` behind a runner, which knows the bundle's prefix and counts its bytes.

use std::rc::Rc;

use at_run::{Blob, BlobError, BlobInfo, BlobPage, BlobsPort, ByteRange, Error, Part, Put, PutCondition};
use futures_util::{FutureExt, future::LocalBoxFuture};

use super::{Answer, Ask, Host, encoded};

pub(super) struct HostBlobs(pub(super) Rc<Host>);

impl BlobsPort for HostBlobs {
    fn get(
        &self,
        key: String,
        range: Option<ByteRange>,
    ) -> LocalBoxFuture<'_, Result<Option<Blob>, BlobError>> {
        async move {
            let mut ask = Ask::new("GET", path(&key));
            ask.headers.extend(range.map(|range| ("range", range.to_string())));
            let answer = self.0.ask(ask).await.map_err(unavailable)?;
            if !answer.succeeded() {
                return absent_or(answer, &key).await;
            }
            let (info, part) = described(&answer, &key)?;
            Ok(Some(Blob { info, part, body: answer.into_body() }))
        }
        .boxed_local()
    }

    fn head(&self, key: String) -> LocalBoxFuture<'_, Result<Option<BlobInfo>, BlobError>> {
        async move {
            let answer = self.0.ask(Ask::new("HEAD", path(&key))).await.map_err(unavailable)?;
            if !answer.succeeded() {
                return absent_or(answer, &key).await;
            }
            described(&answer, &key).map(|(info, _)| Some(info))
        }
        .boxed_local()
    }

    fn put(&self, key: String, bytes: Vec<u8>, how: Put) -> LocalBoxFuture<'_, Result<BlobInfo, BlobError>> {
        async move {
            let mut ask = Ask::new("PUT", path(&key));
            ask.headers.extend(how.content_type.clone().map(|kind| ("content-type", kind)));
            match how.condition {
                PutCondition::None => {}
                PutCondition::IfMatch(etag) => ask.headers.push(("if-match", format!("\"{etag}\""))),
                PutCondition::IfAbsent => ask.headers.push(("if-none-match", "*".to_owned())),
            }
            ask.body = Some(&bytes);
            let answer = self.0.ask(ask).await.map_err(unavailable)?;
            if !answer.succeeded() {
                return Err(trouble(answer, &key).await);
            }
            let info: BlobInfo = answer.json().await.map_err(unavailable)?;
            Ok(BlobInfo { content_type: how.content_type, ..info })
        }
        .boxed_local()
    }

    fn delete(&self, key: String) -> LocalBoxFuture<'_, Result<(), BlobError>> {
        async move {
            let answer = self.0.ask(Ask::new("DELETE", path(&key))).await.map_err(unavailable)?;
            if answer.succeeded() { Ok(()) } else { Err(trouble(answer, &key).await) }
        }
        .boxed_local()
    }

    fn list(
        &self,
        prefix: String,
        cursor: Option<String>,
        limit: u32,
    ) -> LocalBoxFuture<'_, Result<BlobPage, BlobError>> {
        async move {
            let mut path = format!("/blobs?prefix={}&limit={limit}", encoded(&prefix));
            if let Some(cursor) = cursor {
                path.push_str(&format!("&cursor={}", encoded(&cursor)));
            }
            let answer = self.0.ask(Ask::new("GET", path)).await.map_err(unavailable)?;
            if !answer.succeeded() {
                return Err(trouble(answer, &prefix).await);
            }
            answer.json().await.map_err(unavailable)
        }
        .boxed_local()
    }
}

fn path(key: &str) -> String {
    format!("/blobs/{}", encoded(key))
}

/// What the headers of an answer say of the blob, and of the part that its body holds.
fn described(answer: &Answer, key: &str) -> Result<(BlobInfo, Option<Part>), BlobError> {
    let unreadable =
        |what: &str| BlobError::Unavailable { reason: format!("the runner gave no {what} of `{key}`") };
    let (part, size) = match answer.header("content-range") {
        Some(range) => {
            let (part, size) = Part::parse(&range).ok_or_else(|| unreadable("readable range"))?;
            (Some(part), size)
        }
        None => (None, answer.length().ok_or_else(|| unreadable("length"))?),
    };
    let etag = answer.header("etag").ok_or_else(|| unreadable("etag"))?;
    let uploaded = answer.header("last-modified").map_or(f64::NAN, |date| js_sys::Date::parse(&date));
    let info = BlobInfo {
        key: key.to_owned(),
        size,
        etag: etag.trim_start_matches("W/").trim_matches('"').to_owned(),
        // A float beyond the range of the integer is held to it, and NaN is 0.
        uploaded: uploaded as u64,
        content_type: answer.header("content-type"),
    };
    Ok((info, part))
}

/// Nothing for a blob that isn't there, which is no error.
async fn absent_or<T>(answer: Answer, key: &str) -> Result<Option<T>, BlobError> {
    if answer.status() == 404 {
        answer.discard();
        return Ok(None);
    }
    Err(trouble(answer, key).await)
}

async fn trouble(answer: Answer, key: &str) -> BlobError {
    let key = key.to_owned();
    match answer.status() {
        403 => BlobError::NotPermitted,
        412 => BlobError::PreconditionFailed { key },
        416 => {
            let range = answer.header("content-range");
            let size = range.and_then(|range| range.strip_prefix("bytes */")?.parse().ok());
            BlobError::RangeNotSatisfiable { key, size }
        }
        507 => {
            let told = answer.told().await;
            BlobError::QuotaExceeded { used: told.used, max: told.max }
        }
        _ => match answer.trouble().await {
            error if error.name == "InvalidKey" => BlobError::InvalidKey { key, reason: error.message },
            error => unavailable(error),
        },
    }
}

fn unavailable(error: Error) -> BlobError {
    BlobError::Unavailable { reason: error.to_string() }
}
