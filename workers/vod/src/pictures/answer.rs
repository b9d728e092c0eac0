//! Answers that are pictures: kept ones, fresh ones, and what stands in for one that can't be made.

use at_run::{BlobError, Cache, Context, Put, Response, Result};
use streamhut_card::StandIn;
use streamhut_media::{Picture, jpeg};

use super::trouble::Reason;

pub(super) const JPEG: &str = "image/jpeg";
/// The header that says why a picture is a stand-in.
pub(crate) const REASON: &str = "x-bundle-reason";

/// Whether the URL names the content that is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// It holds the record's CID.
    ByContent,
    /// It holds the video only.
    ByVideo,
}

impl Named {
    pub(super) fn cache(self) -> Cache {
        match self {
            Self::ByContent => Cache::immutable(),
            Self::ByVideo => Cache::public(60).stale_while_revalidate(600),
        }
    }
}

/// What is kept under that key, with its ranges and its etag. Storage that can't be asked has nothing.
pub(super) async fn kept(ctx: &Context, key: &str, named: Named) -> Result<Option<Response>> {
    match ctx.blobs().respond(ctx, key).await {
        Ok(response) if response.status < 400 => Ok(Some(response.cache(named.cache()))),
        // A range that it doesn't have.
        Ok(response) => Ok(Some(response)),
        Err(error) if error.status == 404 => Ok(None),
        Err(error) if error.status == 416 => Err(error),
        Err(error) => {
            ctx.log().warn(format!("{key}: {error}"));
            Ok(None)
        }
    }
}

/// A picture that was made just now.
#[derive(Clone, Debug)]
pub(super) struct Fresh {
    pub bytes: Vec<u8>,
    /// What storage calls it, when it was kept.
    pub etag: Option<String>,
}

/// Keeps bytes under that key. Storage that is full or away costs the next caller, and not this one.
pub(super) async fn keep(ctx: &Context, key: &str, kind: &str, bytes: Vec<u8>) -> Fresh {
    match ctx.blobs().put_with(key, bytes.clone(), Put::new().content_type(kind)).await {
        Ok(info) => Fresh { bytes, etag: Some(info.etag) },
        Err(error) => {
            let level = if matches!(error, BlobError::QuotaExceeded { .. }) { "full" } else { "away" };
            ctx.log().warn(format!("{key} is not kept, storage is {level}: {error}"));
            Fresh { bytes, etag: None }
        }
    }
}

impl Fresh {
    pub(super) fn answer(self, kind: &str, named: Named) -> Response {
        let response = Response::new(kind, self.bytes).header("accept-ranges", "bytes").cache(named.cache());
        match self.etag {
            Some(etag) => response.etag(&etag),
            None => response,
        }
    }
}

/// A drawn picture in place of one that can't be made: status 200, so that it is shown, with the reason in a header.
pub(super) fn stand_in(width: u32, height: u32, reason: &Reason) -> Result<Response> {
    let (kind, seconds) = match reason.lasting {
        true => (StandIn::Unsupported, 300),
        false => (StandIn::Unavailable, 10),
    };
    Ok(drawn(width, height, kind)?.cache(Cache::public(seconds)).header(REASON, &told(reason)))
}

/// A drawn picture in place of one that is being made.
pub(super) fn not_yet(width: u32, height: u32, seconds: u32) -> Result<Response> {
    let retry = seconds.to_string();
    let response = drawn(width, height, StandIn::NotYet)?.with_status(202);
    Ok(response.cache(Cache::no_store()).header("retry-after", &retry).header(REASON, "NotYet"))
}

pub(super) fn told(reason: &Reason) -> String {
    format!("{}: {}", reason.name, reason.message)
}

fn drawn(width: u32, height: u32, kind: StandIn) -> Result<Response> {
    let drawn = streamhut_card::stand_in(width, height, kind);
    let picture = Picture { width: drawn.width, height: drawn.height, rgb: drawn.rgb };
    let bytes = jpeg(&picture, 82).map_err(|error| at_run::Error::internal(error.to_string()))?;
    Ok(Response::new(JPEG, bytes))
}
