use serde_json::Value;
use streamhut_atproto::AtUri;

use crate::nsid;

/// What a video is made of. Playing goes through the playlist in every case; this says what else
/// can be known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// One recording outside of tracks (first generation).
    Archive,
    /// Tracks, each a record of its own.
    Tracks,
    /// A part of another video.
    Clip {
        /// The whole, which may not be a clip itself.
        video: AtUri,
        /// On the timeline of the whole, before `end_ms`.
        start_ms: u64,
        /// On the timeline of the whole.
        end_ms: u64,
    },
    /// None of these, or a clip without its bounds.
    Unknown,
}

impl Source {
    /// Reads the union `source` of a record.
    pub(crate) fn from_value(value: &Value) -> Source {
        match value.get("$type").and_then(Value::as_str).unwrap_or_default() {
            nsid::PLACE_STREAM_MUXL_DEFS_ARCHIVE | nsid::PLACE_STREAM_MUXL_DEFS_ARCHIVE_BLOB => {
                Source::Archive
            }
            nsid::PLACE_STREAM_MEDIA_DEFS_SOURCE_TRACKS => Source::Tracks,
            nsid::PLACE_STREAM_MEDIA_DEFS_SOURCE_CLIP => clip(value).unwrap_or(Source::Unknown),
            _ => Source::Unknown,
        }
    }
}

fn clip(value: &Value) -> Option<Source> {
    let video = AtUri::parse(value.get("video")?.as_str()?).ok()?;
    let (start_ms, end_ms) = (value.get("start")?.as_u64()?, value.get("end")?.as_u64()?);
    (start_ms < end_ms).then_some(Source::Clip { video, start_ms, end_ms })
}
