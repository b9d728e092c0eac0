//! One question to the Streamplace node, and its refusals in our words.

use at_run::{Context, Error, HttpResponse, Result};
use streamhut_atproto::AtUri;
use streamhut_streamplace::{nsid, xrpc::UpstreamError};
use url::Url;

use crate::setting::STREAMPLACE_URL;

const DEFAULT_NODE: &str = "https://stream.place";
const DEADLINE_MS: u32 = 10_000;
/// Most seconds that a caller is told to wait, whatever the node says.
const MAX_RETRY_AFTER: u32 = 600;
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The node to ask.
pub(crate) fn node(ctx: &Context) -> Result<Url> {
    let text = ctx.config(STREAMPLACE_URL).unwrap_or_else(|| DEFAULT_NODE.to_owned());
    Url::parse(&text).map_err(|e| Error::internal(format!("{STREAMPLACE_URL} is `{text}`: {e}")))
}

/// Asks, and gives the answer when it is one.
pub(crate) async fn ask(ctx: &Context, url: &Url) -> Result<HttpResponse> {
    let answer = ctx.http().get(url).deadline_ms(DEADLINE_MS).max_bytes(MAX_BYTES).send().await?;
    if answer.status() == 200 {
        return Ok(answer);
    }
    let mut error = refusal(&UpstreamError::of(answer.status(), answer.bytes()));
    let asked = answer.header("retry-after").and_then(|text| text.parse().ok());
    error.retry_after = error.retry_after.map(|ours| asked.unwrap_or(ours).clamp(1, MAX_RETRY_AFTER));
    Err(error)
}

/// An at-uri of a video record, as callers give it.
pub(crate) fn video_uri(text: &str) -> Result<AtUri> {
    let uri = AtUri::parse(text).map_err(|e| Error::invalid("InvalidUri", e.to_string()))?;
    match uri.record() {
        Some((_, collection, _)) if collection.as_str() == nsid::PLACE_STREAM_VIDEO => Ok(uri),
        _ => Err(Error::invalid(
            "InvalidUri",
            format!("`{uri}` is no {} record of a DID", nsid::PLACE_STREAM_VIDEO),
        )),
    }
}

/// A refusal of the node, in our words.
pub(crate) fn refusal(error: &UpstreamError) -> Error {
    let text = error.to_string();
    match error {
        UpstreamError::InvalidRequest { .. } => Error::invalid("InvalidRequest", text),
        UpstreamError::UnsupportedCollection { .. } => Error::invalid("UnsupportedCollection", text),
        UpstreamError::VideoUnavailable => Error::new(403, "VideoUnavailable", text),
        UpstreamError::VideoNotFound => Error::not_found("VideoNotFound", text),
        UpstreamError::TrackNotFound => Error::not_found("TrackNotFound", text),
        UpstreamError::CaptionTrackNotFound => Error::not_found("CaptionTrackNotFound", text),
        UpstreamError::BlobNotFound => Error::not_found("BlobNotFound", text),
        UpstreamError::Unplayable { .. } => Error::new(422, "Unplayable", text),
        UpstreamError::Unavailable { .. } => Error::unavailable(text, 10),
        UpstreamError::Unexpected { .. } => Error::upstream(text),
    }
}
