use serde_json::Value;
use streamhut_atproto::{AtUri, CidError, Did, IdentifierError, RecordCid};

use super::AnswerError;
use super::answer::{json, list};
use crate::{Profile, RecordError, Track, Video};

/// More tracks than any video has.
const MAX_TRACKS: usize = 64;

/// A video with what a node adds to its record (`videoView`).
#[derive(Debug, Clone, PartialEq)]
pub struct VideoView {
    /// The record.
    pub video: Video,
    /// The repository's owner, when the node told.
    pub author: Option<Profile>,
    /// Likes.
    pub like_count: Option<u64>,
    /// Views over all nodes that report.
    pub view_count: Option<u64>,
    /// Its tracks, when it is made of such and the node tells of them; 64 at most.
    pub tracks: Vec<Track>,
}

/// A page of videos.
#[derive(Debug, Clone, PartialEq)]
pub struct VideoPage {
    /// In the node's order, newest first.
    pub videos: Vec<VideoView>,
    /// For the next page; `None` at the end.
    pub cursor: Option<String>,
    /// Items that are no videos. The others of the page don't suffer from them.
    pub refused: Vec<ViewError>,
}

/// Why an item of an answer is no video, or no comment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// A field without which nothing can be said.
    #[error("the view has no {0}")]
    Missing(&'static str),
    /// Its address is none.
    #[error(transparent)]
    Uri(#[from] IdentifierError),
    /// Its version is none.
    #[error(transparent)]
    Cid(#[from] CidError),
    /// Its record is none.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// Its address is one of something else than a comment.
    #[error("{uri} is not the address of a comment")]
    NoComment {
        /// The record's address.
        uri: String,
    },
    /// It lies in another repository than the one that was asked.
    #[error("{uri} does not lie in the repository {did}")]
    Elsewhere {
        /// The record's address.
        uri: String,
        /// Whose repository was asked.
        did: Did,
    },
}

/// Reads an answer of `getVideoList`.
///
/// # Errors
/// [`AnswerError`] `NotJson` or `NoArray`. Bad items are counted in the page instead.
pub fn parse_video_list(body: &[u8]) -> Result<VideoPage, AnswerError> {
    let listed = list(body, "videos")?;
    let mut page = VideoPage { videos: Vec::new(), cursor: listed.cursor, refused: Vec::new() };
    for item in &listed.items {
        match VideoView::from_value(item) {
            Ok(view) => page.videos.push(view),
            Err(error) => page.refused.push(error),
        }
    }
    Ok(page)
}

/// Reads an answer of `getVideo`.
///
/// # Errors
/// [`AnswerError`] `NotJson` or `View`.
pub fn parse_video(body: &[u8]) -> Result<VideoView, AnswerError> {
    Ok(VideoView::from_value(&json(body)?)?)
}

impl VideoView {
    /// Reads a `videoView`. Needs `uri`, `cid` and `record`; all else may be missing.
    ///
    /// # Errors
    /// [`ViewError`] when one of these is missing or is not what it should be.
    pub fn from_value(view: &Value) -> Result<VideoView, ViewError> {
        let (uri, cid) = place(view)?;
        let record = view.get("record").ok_or(ViewError::Missing("record"))?;
        let tracks = view.get("tracks").and_then(Value::as_array).into_iter().flatten();
        Ok(VideoView {
            video: Video::from_record(&uri, cid, record)?,
            author: view.get("author").and_then(Profile::from_value),
            like_count: view.get("likeCount").and_then(Value::as_u64),
            view_count: view.get("viewCounts").and_then(|counts| counts.get("count")).and_then(Value::as_u64),
            tracks: tracks.filter_map(Track::from_view).take(MAX_TRACKS).collect(),
        })
    }
}

impl From<Video> for VideoView {
    /// A record of which no node has told anything.
    fn from(video: Video) -> VideoView {
        VideoView { video, author: None, like_count: None, view_count: None, tracks: Vec::new() }
    }
}

/// The address and the version of a record, as every envelope of one has them.
pub(crate) fn place(envelope: &Value) -> Result<(AtUri, RecordCid), ViewError> {
    let string = |key| envelope.get(key).and_then(Value::as_str).ok_or(ViewError::Missing(key));
    Ok((AtUri::parse(string("uri")?)?, RecordCid::parse(string("cid")?)?))
}
