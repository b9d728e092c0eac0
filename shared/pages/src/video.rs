//! What pages are told of a video.

use streamhut_atproto::{AtUri, Did, Handle, RecordCid};
use streamhut_streamplace::{VideoItem, datetime};

/// A video, as a page tells of it. Texts are as they came; pages clean and cut them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Video {
    /// The record's address.
    pub uri: AtUri,
    /// The record's version: pictures are addressed with it.
    pub cid: RecordCid,
    /// May be empty.
    pub title: String,
    /// Several lines.
    pub description: Option<String>,
    /// Who made it.
    pub creator: Did,
    /// The creator's display name, when known.
    pub name: Option<String>,
    /// The creator's, when known.
    pub handle: Option<Handle>,
    /// Milliseconds, when known.
    pub duration_ms: Option<u64>,
    /// Milliseconds since the epoch; from the epoch backwards it counts as unknown.
    pub created_ms: Option<i64>,
    /// The kinds of content warning, such as `nudity`.
    pub warnings: Vec<String>,
    /// As the record has them.
    pub tags: Vec<String>,
    /// Width and height in pixels, when known.
    pub size: Option<(u32, u32)>,
}

impl Video {
    /// Whether the creator warns of what it shows: then no page shows a frame or a word of the description.
    pub fn is_warned(&self) -> bool {
        !self.warnings.is_empty()
    }
}

impl From<VideoItem> for Video {
    fn from(item: VideoItem) -> Self {
        Self {
            uri: item.uri,
            cid: item.cid,
            title: item.title,
            description: item.description,
            creator: item.creator,
            name: item.display_name,
            handle: item.handle,
            duration_ms: item.duration_ms,
            created_ms: datetime::unix_millis(&item.created_at),
            warnings: item.content_warnings,
            tags: item.tags,
            size: None,
        }
    }
}
