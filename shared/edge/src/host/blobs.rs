//! `GET`, `HEAD` and the listing of a bundle's blobs: R2 under the bundle's prefix. The ledger is not asked.

use serde::Serialize;
use streamhut_runner::{BlobRange, HostError, Key, KeyPrefix};
use wasm_bindgen::JsCast;
use web_sys::{Headers, ReadableStream, Response, ResponseInit};
use worker::{Bucket, Include, Object, Range, ResponseBody};

use super::{Caller, Refused, answer::json_answer};
use crate::body::cancel;

/// What is told of a blob.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Info {
    key: String,
    size: u64,
    etag: String,
    uploaded: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
}

impl Info {
    pub(super) fn of(key: &str, object: &Object) -> Self {
        Self {
            key: key.to_owned(),
            size: object.size(),
            etag: object.etag(),
            uploaded: object.uploaded().as_millis(),
            content_type: object.http_metadata().content_type,
        }
    }
}

#[derive(Serialize)]
struct Page {
    blobs: Vec<Info>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

pub(super) async fn get<T, S>(
    caller: &Caller<T, S>,
    key: &Key,
    range: Option<BlobRange>,
) -> Result<Response, Refused> {
    let (bucket, path) = (caller.bucket()?, key.in_bucket(&caller.grant));
    let mut asked = bucket.get(&path);
    if let Some(range) = range {
        asked = asked.range(match range {
            BlobRange::From(offset) => Range::OffsetToEnd { offset },
            BlobRange::Part { first, length } => Range::OffsetWithLength { offset: first, length },
            BlobRange::Last(suffix) => Range::Suffix { suffix },
        });
    }
    let object = match asked.execute().await {
        Ok(object) => object.ok_or_else(|| missing(key))?,
        Err(error) => return Err(unsatisfied(&bucket, &path, range).await.unwrap_or_else(|| error.into())),
    };
    let stream = stream(&object)?;
    let part = match range.map(|range| range.of(object.size())).transpose() {
        Ok(part) => part,
        Err(error) => {
            cancel(&stream);
            return Err(error.into());
        }
    };
    let headers = described(&object)?;
    let init = ResponseInit::new();
    if let Some(part) = part {
        headers.set("content-range", &part.content_range())?;
        init.set_status(206);
    }
    headers.set("content-length", &part.map_or(object.size(), |part| part.length).to_string())?;
    init.set_headers(&headers);
    Ok(Response::new_with_opt_readable_stream_and_init(Some(&stream), &init)?)
}

pub(super) async fn head<T, S>(caller: &Caller<T, S>, key: &Key) -> Result<Response, Refused> {
    let found = caller.bucket()?.head(key.in_bucket(&caller.grant)).await?;
    let object = found.ok_or_else(|| missing(key))?;
    let headers = described(&object)?;
    headers.set("content-length", &object.size().to_string())?;
    let init = ResponseInit::new();
    init.set_headers(&headers);
    Ok(Response::new_with_opt_str_and_init(None, &init)?)
}

pub(super) async fn list<T, S>(
    caller: &Caller<T, S>,
    prefix: &KeyPrefix,
    after: Option<&Key>,
    limit: u32,
) -> Result<Response, Refused> {
    let (bucket, own) = (caller.bucket()?, caller.grant.prefix());
    // Media types are listed only when they are asked for.
    let include = vec![Include::HttpMetadata];
    let mut asked = bucket.list().prefix(prefix.in_bucket(&caller.grant)).limit(limit).include(include);
    if let Some(after) = after {
        asked = asked.start_after(after.in_bucket(&caller.grant));
    }
    let page = asked.execute().await?;
    let objects = page.objects();
    let blobs: Vec<Info> = objects
        .iter()
        .filter_map(|object| Some(Info::of(object.key().strip_prefix(&own)?, object)))
        .collect();
    let last = blobs.last().filter(|_| page.truncated()).map(|blob| Key::parse(&blob.key)).transpose()?;
    json_answer(&Page { cursor: last.map(|key| key.to_cursor()), blobs })
}

fn missing(key: &Key) -> HostError {
    HostError::NoSuchBlob { key: key.to_string() }
}

/// The platform fails on a range that picks nothing; the blob's size tells whether it was that.
async fn unsatisfied(bucket: &Bucket, path: &str, range: Option<BlobRange>) -> Option<Refused> {
    let object = bucket.head(path).await.ok()??;
    range?.of(object.size()).err().map(Refused::from)
}

fn stream(object: &Object) -> Result<ReadableStream, Refused> {
    let body = object.body().ok_or_else(|| Refused::platform("R2 gave an object without its body"))?;
    match body.response_body()? {
        ResponseBody::Stream(stream) => Ok(stream.unchecked_into()),
        _ => Err(Refused::platform("R2 gave a body that is no stream")),
    }
}

fn described(object: &Object) -> Result<Headers, Refused> {
    let headers = Headers::new()?;
    headers.set("accept-ranges", "bytes")?;
    headers.set("etag", &object.http_etag())?;
    let uploaded = js_sys::Date::new(&(object.uploaded().as_millis() as f64).into());
    headers.set("last-modified", &String::from(uploaded.to_utc_string()))?;
    if let Some(content_type) = object.http_metadata().content_type {
        headers.set("content-type", &content_type)?;
    }
    Ok(headers)
}
