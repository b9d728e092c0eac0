//! `ctx.blobs()` of a bundle deployed alone: the whole of the R2 bucket bound as `BLOBS`, of which no quota is known.

use at_run::{Blob, BlobError, BlobInfo, BlobPage, BlobsPort, Body, ByteRange, Put, PutCondition};
use futures_util::{FutureExt, future::LocalBoxFuture};
use worker::{Bucket, Conditional, Env, HttpMetadata, Include, Object, Range, ResponseBody};

use crate::body::PlatformStream;

/// The binding of the bucket, in the bundle's own `wrangler.toml`.
const BINDING: &str = "BLOBS";

/// The largest integer that the platform's numbers hold exactly: no object is longer.
const MAX_OFFSET: u64 = (1 << 53) - 1;

pub(super) struct BucketBlobs(Result<Bucket, String>);

impl BucketBlobs {
    pub(super) fn of(env: &Env) -> Self {
        Self(env.bucket(BINDING).map_err(|error| error.to_string()))
    }

    fn bucket(&self) -> Result<&Bucket, BlobError> {
        self.0.as_ref().map_err(|reason| BlobError::Unavailable { reason: reason.clone() })
    }
}

impl BlobsPort for BucketBlobs {
    fn get(
        &self,
        key: String,
        range: Option<ByteRange>,
    ) -> LocalBoxFuture<'_, Result<Option<Blob>, BlobError>> {
        async move {
            let mut get = self.bucket()?.get(key.as_str());
            if let Some(range) = range {
                get = get.range(asked(range));
            }
            let object = match get.execute().await {
                Ok(object) => object,
                Err(error) => return Err(self.unread(error, key, range).await),
            };
            let Some(object) = object else { return Ok(None) };
            let info = info(&object);
            let part = match range {
                None => None,
                Some(range) => Some(
                    range
                        .of(info.size)
                        .ok_or(BlobError::RangeNotSatisfiable { key, size: Some(info.size) })?,
                ),
            };
            let length = part.map_or(info.size, |part| part.length);
            let body = match object.body().map(worker::ObjectBody::response_body).transpose() {
                Ok(Some(ResponseBody::Stream(stream))) => {
                    Body::from_platform(PlatformStream::new(stream, Some(length)))
                }
                Ok(_) => Body::empty(),
                Err(error) => return Err(unavailable(error)),
            };
            Ok(Some(Blob { info, part, body }))
        }
        .boxed_local()
    }

    fn head(&self, key: String) -> LocalBoxFuture<'_, Result<Option<BlobInfo>, BlobError>> {
        async move {
            let object = self.bucket()?.head(key).await.map_err(unavailable)?;
            Ok(object.as_ref().map(info))
        }
        .boxed_local()
    }

    fn put(&self, key: String, bytes: Vec<u8>, how: Put) -> LocalBoxFuture<'_, Result<BlobInfo, BlobError>> {
        async move {
            let metadata = HttpMetadata { content_type: how.content_type, ..HttpMetadata::default() };
            let mut put = self.bucket()?.put(key.as_str(), bytes).http_metadata(metadata);
            put = match how.condition {
                PutCondition::None => put,
                PutCondition::IfMatch(etag) => {
                    put.only_if(Conditional { etag_matches: Some(etag), ..Conditional::default() })
                }
                PutCondition::IfAbsent => put.only_if(Conditional {
                    etag_does_not_match: Some("*".to_owned()),
                    ..Conditional::default()
                }),
            };
            match put.execute().await.map_err(unavailable)? {
                Some(object) => Ok(info(&object)),
                None => Err(BlobError::PreconditionFailed { key }),
            }
        }
        .boxed_local()
    }

    fn delete(&self, key: String) -> LocalBoxFuture<'_, Result<(), BlobError>> {
        async move { self.bucket()?.delete(key).await.map_err(unavailable) }.boxed_local()
    }

    fn list(
        &self,
        prefix: String,
        cursor: Option<String>,
        limit: u32,
    ) -> LocalBoxFuture<'_, Result<BlobPage, BlobError>> {
        async move {
            let include = vec![Include::HttpMetadata];
            let mut list = self.bucket()?.list().prefix(prefix).limit(limit).include(include);
            if let Some(cursor) = cursor {
                list = list.cursor(cursor);
            }
            let page = list.execute().await.map_err(unavailable)?;
            let cursor = page.cursor().filter(|_| page.truncated());
            Ok(BlobPage { blobs: page.objects().iter().map(info).collect(), cursor })
        }
        .boxed_local()
    }
}

impl BucketBlobs {
    /// The bucket throws for a range that picks no byte; whether it was that is known by the size.
    async fn unread(&self, error: worker::Error, key: String, range: Option<ByteRange>) -> BlobError {
        let Some(range) = range else { return unavailable(error) };
        match self.head(key.clone()).await {
            Ok(Some(info)) if range.of(info.size).is_none() => {
                BlobError::RangeNotSatisfiable { key, size: Some(info.size) }
            }
            _ => unavailable(error),
        }
    }
}

/// The range as the bucket takes it; numbers beyond its reach are held to it, which picks the same bytes.
fn asked(range: ByteRange) -> Range {
    match range {
        ByteRange::From(first) => Range::OffsetToEnd { offset: first.min(MAX_OFFSET) },
        ByteRange::FromTo(first, last) => {
            let (first, last) = (first.min(MAX_OFFSET), last.min(MAX_OFFSET));
            let length = last.saturating_sub(first).saturating_add(1).min(MAX_OFFSET);
            Range::OffsetWithLength { offset: first, length }
        }
        ByteRange::Last(n) => Range::Suffix { suffix: n.min(MAX_OFFSET) },
    }
}

fn info(object: &Object) -> BlobInfo {
    BlobInfo {
        key: object.key(),
        size: object.size(),
        etag: object.etag(),
        uploaded: object.uploaded().as_millis(),
        content_type: object.http_metadata().content_type,
    }
}

fn unavailable(error: worker::Error) -> BlobError {
    BlobError::Unavailable { reason: error.to_string() }
}
