use serde_json::Value;

use crate::text::single_line;

const MAX_MESSAGE_BYTES: usize = 300;

/// What Streamplace answers in place of a video: the seven error names of its playback methods, the one of its
/// caption methods, and what it says by status alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamError {
    /// 400: a parameter is wrong.
    #[error("upstream refuses the request: {message}")]
    InvalidRequest {
        /// Upstream's words.
        message: String,
    },
    /// 400: the at-uri is not one of a video.
    #[error("upstream can't play records of this collection: {message}")]
    UnsupportedCollection {
        /// Upstream's words.
        message: String,
    },
    /// 403: labelled, or its account banned, on that node.
    #[error("upstream withholds the video")]
    VideoUnavailable,
    /// 404: no such record known there.
    #[error("upstream knows no such video")]
    VideoNotFound,
    /// 404: the video has no such track.
    #[error("upstream knows no such track of the video")]
    TrackNotFound,
    /// 404: the video has no such captions. The caption methods say `NotFound`.
    #[error("upstream knows no such captions of the video")]
    CaptionTrackNotFound,
    /// 404: the record is known, its media isn't.
    #[error("upstream doesn't hold the video's media")]
    BlobNotFound,
    /// 422: a clip of a clip, or a record without source or tracks.
    #[error("upstream can't play the record: {message}")]
    Unplayable {
        /// Upstream's words.
        message: String,
    },
    /// 429 and 5xx: asking again later may help.
    #[error("upstream answers {status}: {message}")]
    Unavailable {
        /// HTTP status.
        status: u16,
        /// Upstream's words.
        message: String,
    },
    /// Any other status.
    #[error("upstream answers {status}, which is not expected: {message}")]
    Unexpected {
        /// HTTP status.
        status: u16,
        /// Upstream's words.
        message: String,
    },
}

impl UpstreamError {
    /// Reads an answer whose status is no success. Streamplace puts the error's name into
    /// `message` (`{"message": "VideoNotFound"}`, sometimes with a colon and details), XRPC has it
    /// in `error`: both count, for the statuses from 400 to 499.
    pub fn of(status: u16, body: &[u8]) -> UpstreamError {
        let json: Value = serde_json::from_slice(body).unwrap_or_default();
        let field = |key| json.get(key).and_then(Value::as_str).unwrap_or_default();
        let (error, message) = (field("error"), single_line(field("message"), MAX_MESSAGE_BYTES));
        let spoken = message.split(':').next().unwrap_or_default().trim();
        let named = match status {
            429 | ..400 | 500.. => None,
            _ => by_name(error, &message).or_else(|| by_name(spoken, &message)),
        };
        named.unwrap_or_else(|| by_status(status, message))
    }
}

fn by_name(name: &str, message: &str) -> Option<UpstreamError> {
    let message = || message.to_owned();
    Some(match name {
        "InvalidRequest" => UpstreamError::InvalidRequest { message: message() },
        "UnsupportedCollection" => UpstreamError::UnsupportedCollection { message: message() },
        "VideoUnavailable" => UpstreamError::VideoUnavailable,
        "VideoNotFound" => UpstreamError::VideoNotFound,
        "TrackNotFound" => UpstreamError::TrackNotFound,
        "CaptionTrackNotFound" | "NotFound" => UpstreamError::CaptionTrackNotFound,
        "BlobNotFound" => UpstreamError::BlobNotFound,
        _ => return None,
    })
}

fn by_status(status: u16, message: String) -> UpstreamError {
    match status {
        400 => UpstreamError::InvalidRequest { message },
        403 => UpstreamError::VideoUnavailable,
        422 => UpstreamError::Unplayable { message },
        429 | 500..=599 => UpstreamError::Unavailable { status, message },
        _ => UpstreamError::Unexpected { status, message },
    }
}
