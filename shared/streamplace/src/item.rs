use serde::{Deserialize, Serialize};
use streamhut_atproto::{AtUri, Did, Handle, RecordCid};

use crate::xrpc::VideoView;
use crate::{Profile, Video};

/// A video in a list of ours (`listVideos` of both bundles).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VideoItem {
    /// The record's address.
    pub uri: AtUri,
    /// The record's version.
    pub cid: RecordCid,
    /// One line; may be empty.
    pub title: String,
    /// Who made it.
    pub creator: Did,
    /// The creator's, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<Handle>,
    /// The creator's, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The creator's, an http or https URL, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    /// NANOSECONDS, when known; exact in JavaScript.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<u64>,
    /// The same in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// ISO 8601, as the record gives it.
    pub created_at: String,
    /// Several lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Left out when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Left out when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub content_warnings: Vec<String>,
}

impl VideoItem {
    /// The item of a video. `author` is left aside when the video names somebody else as its
    /// creator: a handle must not stand beside another account's DID.
    pub fn new(video: Video, author: Option<Profile>) -> VideoItem {
        let author = author.filter(|author| author.did == video.creator);
        let (handle, display_name, avatar) =
            author.map(|author| (author.handle, author.display_name, author.avatar)).unwrap_or_default();
        VideoItem {
            duration: video.duration_ns(),
            duration_ms: video.duration_ms,
            uri: video.uri,
            cid: video.cid,
            title: video.title,
            creator: video.creator,
            handle,
            display_name,
            avatar,
            created_at: video.created_at,
            description: video.description,
            tags: video.tags,
            content_warnings: video.content_warnings,
        }
    }
}

impl From<VideoView> for VideoItem {
    fn from(view: VideoView) -> VideoItem {
        VideoItem::new(view.video, view.author)
    }
}
