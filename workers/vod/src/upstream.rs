//! One question to the Streamplace node, and its refusals in our words.

use at_run::{Context, Error, HttpError, HttpResponse, Result};
use streamhut_atproto::AtUri;
use streamhut_streamplace::{nsid, xrpc::UpstreamError};
use url::Url;

use crate::setting::STREAMPLACE_URL;

const DEFAULT_NODE: &str = "https://stream.place";
const DEADLINE_MS: u32 = 10_000;
/// Milliseconds within which a question is worth a second try: together they stay below a runner's deadline.
const AGAIN_WITHIN_MS: u64 = 4_000;
/// Most seconds that a caller is told to wait, whatever the node says.
const MAX_RETRY_AFTER: u32 = 600;
/// A media playlist of eight hours has ten megabytes.
const MAX_BYTES: usize = 12 * 1024 * 1024;

/// The node to ask.
pub(crate) fn node(ctx: &Context) -> Result<Url> {
    let text = ctx.config(STREAMPLACE_URL).unwrap_or_else(|| DEFAULT_NODE.to_owned());
    Url::parse(&text).map_err(|e| Error::internal(format!("{STREAMPLACE_URL} is `{text}`: {e}")))
}

/// Asks, and gives the answer when it is one.
pub(crate) async fn ask(ctx: &Context, url: &Url) -> Result<HttpResponse> {
    try_to_ask(ctx, url).await.map_err(|refused| refused.error)
}

/// Asks once more when the first try ended early without a word of when to come again: a connection that broke, a node
/// that restarts.
pub(crate) async fn ask_twice(ctx: &Context, url: &Url) -> Result<HttpResponse> {
    try_twice(ctx, url).await.map_err(|refused| refused.error)
}

/// Asks with a method that not every node has; `None` where it has none.
pub(crate) async fn ask_if_known(ctx: &Context, url: &Url) -> Result<Option<HttpResponse>> {
    if_known(try_to_ask(ctx, url).await)
}

/// The same, asking once more where [`ask_twice`] would.
pub(crate) async fn ask_twice_if_known(ctx: &Context, url: &Url) -> Result<Option<HttpResponse>> {
    if_known(try_twice(ctx, url).await)
}

fn if_known(outcome: Outcome) -> Result<Option<HttpResponse>> {
    match outcome {
        Ok(answer) => Ok(Some(answer)),
        Err(refused) if refused.is_unknown => Ok(None),
        Err(refused) => Err(refused.error),
    }
}

type Outcome = std::result::Result<HttpResponse, Refused>;

struct Refused {
    error: Error,
    /// Whether asking again at once makes sense.
    may_pass: bool,
    /// Whether the node has no such method.
    is_unknown: bool,
}

async fn try_twice(ctx: &Context, url: &Url) -> Outcome {
    let begun = ctx.now();
    match try_to_ask(ctx, url).await {
        Err(refused) if refused.may_pass && ctx.now().saturating_sub(begun) < AGAIN_WITHIN_MS => {
            ctx.log().info(format!("asked once more: {}", refused.error));
            try_to_ask(ctx, url).await
        }
        outcome => outcome,
    }
}

async fn try_to_ask(ctx: &Context, url: &Url) -> Outcome {
    let answer = ctx.http().get(url).deadline_ms(DEADLINE_MS).max_bytes(MAX_BYTES).send().await;
    let answer = answer.map_err(|error| {
        let may_pass = matches!(error, HttpError::Failed { .. });
        Refused { error: error.into(), may_pass, is_unknown: false }
    })?;
    if answer.status() == 200 {
        return Ok(answer);
    }
    let said = UpstreamError::of(answer.status(), answer.bytes());
    let is_unknown = matches!(
        said,
        UpstreamError::Unexpected { status: 404, .. } | UpstreamError::Unavailable { status: 501, .. }
    );
    let mut error = refusal(&said);
    let asked = answer.header("retry-after").and_then(|text| text.parse().ok());
    error.retry_after = error.retry_after.map(|ours| asked.unwrap_or(ours).clamp(1, MAX_RETRY_AFTER));
    let may_pass = answer.status() >= 500 && answer.header("retry-after").is_none();
    Err(Refused { error, may_pass, is_unknown })
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
