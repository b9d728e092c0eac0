use serde_json::Value;
use streamhut_atproto::{AtUri, CidError, IdentifierError, RecordCid};

use crate::text::single_line;
use crate::{Profile, RecordError, Video};

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

/// Why an item of an answer is no video.
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
}

/// Why an answer as a whole is unusable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// An HTML page or a truncated body, for instance.
    #[error("the answer is not JSON ({reason}), beginning {begins:?}")]
    NotJson {
        /// The parser's words.
        reason: String,
        /// The first characters.
        begins: String,
    },
    /// JSON without `videos`.
    #[error("the answer holds no array \"videos\", beginning {begins:?}")]
    NoVideos {
        /// The first characters.
        begins: String,
    },
    /// A single view that is no video.
    #[error(transparent)]
    View(#[from] ViewError),
}

/// Reads an answer of `getVideoList`.
///
/// # Errors
/// [`AnswerError`] `NotJson` or `NoVideos`. Bad items are counted in the page instead.
pub fn parse_video_list(body: &[u8]) -> Result<VideoPage, AnswerError> {
    let answer = json(body)?;
    let Some(items) = answer.get("videos").and_then(Value::as_array) else {
        return Err(AnswerError::NoVideos { begins: begins(body) });
    };
    let cursor = answer.get("cursor").and_then(Value::as_str).filter(|cursor| !cursor.is_empty());
    let mut page = VideoPage { videos: Vec::new(), cursor: cursor.map(str::to_owned), refused: Vec::new() };
    for item in items {
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
        let string = |key| view.get(key).and_then(Value::as_str).ok_or(ViewError::Missing(key));
        let uri = AtUri::parse(string("uri")?)?;
        let cid = RecordCid::parse(string("cid")?)?;
        let record = view.get("record").ok_or(ViewError::Missing("record"))?;
        Ok(VideoView {
            video: Video::from_record(&uri, cid, record)?,
            author: view.get("author").and_then(Profile::from_value),
            like_count: view.get("likeCount").and_then(Value::as_u64),
            view_count: view.get("viewCounts").and_then(|counts| counts.get("count")).and_then(Value::as_u64),
        })
    }
}

fn json(body: &[u8]) -> Result<Value, AnswerError> {
    serde_json::from_slice(body)
        .map_err(|error| AnswerError::NotJson { reason: error.to_string(), begins: begins(body) })
}

fn begins(body: &[u8]) -> String {
    let start = body.get(..160).unwrap_or(body);
    single_line(&String::from_utf8_lossy(start), 80)
}
