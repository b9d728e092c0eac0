use serde::{Deserialize, Serialize};
use streamhut_atproto::AtUri;

use crate::xrpc::VideoView;
use crate::{Caption, Chapter, ContentRights, Facet, Profile, Source, StrongRef, Track, VideoItem, chapters};

/// Everything that is known of one video. Its JSON has every field of a [`VideoItem`], and more; what is unknown,
/// or of which there is none, is left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VideoDetail {
    /// As lists show it; in JSON its fields are the detail's own.
    #[serde(flatten)]
    pub item: VideoItem,
    /// Likes, by the node's count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like_count: Option<u64>,
    /// Views over all nodes that report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view_count: Option<u64>,
    /// What the video is made of.
    pub source: SourceKind,
    /// Which part of another video it is, when `source` is `clip`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clip: Option<Clip>,
    /// The live stream that it was recorded from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub livestream: Option<StrongRef>,
    /// By the timestamps in its description; of two or more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chapters: Vec<Chapter>,
    /// As the node describes them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<Track>,
    /// In bytes of `description`, in its order, none overlapping another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub description_facets: Vec<Facet>,
    /// What is done in it: a game, or words such as `software dev`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<String>,
    /// Whose it is, and what others may do with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_rights: Option<ContentRights>,
    /// Whether the record brings a thumbnail of its own.
    pub thumb: bool,
    /// Asked for separately: empty until somebody fills it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub captions: Vec<Caption>,
    /// The creator's. Asked for separately: `None` until somebody fills it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
}

/// What a video is made of; in JSON one word in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// One recording outside of tracks (first generation).
    Archive,
    /// Tracks, each a record of its own.
    Tracks,
    /// A part of another video.
    Clip,
    /// None of these.
    Unknown,
}

/// A part of another video.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Clip {
    /// The whole.
    pub video: AtUri,
    /// Milliseconds on the timeline of the whole, before `end_ms`.
    pub start_ms: u64,
    /// Milliseconds on the timeline of the whole.
    pub end_ms: u64,
}

impl From<VideoView> for VideoDetail {
    /// All that a view tells: without captions and profile, which others answer for.
    fn from(view: VideoView) -> VideoDetail {
        let VideoView { mut video, author, like_count, view_count, tracks } = view;
        let (source, clip) = match video.source.clone() {
            Source::Archive => (SourceKind::Archive, None),
            Source::Tracks => (SourceKind::Tracks, None),
            Source::Clip { video, start_ms, end_ms } => {
                (SourceKind::Clip, Some(Clip { video, start_ms, end_ms }))
            }
            Source::Unknown => (SourceKind::Unknown, None),
        };
        VideoDetail {
            like_count,
            view_count,
            source,
            clip,
            livestream: video.livestream.take(),
            chapters: chapters(video.description.as_deref().unwrap_or_default(), video.duration_ms),
            tracks,
            description_facets: std::mem::take(&mut video.description_facets),
            activity: video.activity.take(),
            content_rights: video.content_rights.take(),
            thumb: video.thumb.is_some(),
            captions: Vec::new(),
            profile: None,
            item: VideoItem::new(video, author),
        }
    }
}
