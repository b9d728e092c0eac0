use serde_json::Value;
use streamhut_atproto::Did;

use super::answer::list;
use super::view::place;
use super::{AnswerError, VideoPage, VideoView, ViewError};
use crate::Video;

/// Reads an answer of `listRecords` about the videos of `did`. The records are the server's word: none is proved.
/// Their views have no author and no counts.
///
/// # Errors
/// [`AnswerError`] `NotJson` or `NoArray`. What is no video of that repository is counted in the page instead.
pub fn parse_records(did: &Did, body: &[u8]) -> Result<VideoPage, AnswerError> {
    let listed = list(body, "records")?;
    let mut page = VideoPage { videos: Vec::new(), cursor: listed.cursor, refused: Vec::new() };
    for record in &listed.items {
        match video(did, record) {
            Ok(video) => page.videos.push(VideoView::from(video)),
            Err(error) => page.refused.push(error),
        }
    }
    Ok(page)
}

fn video(did: &Did, record: &Value) -> Result<Video, ViewError> {
    let (uri, cid) = place(record)?;
    if uri.did() != Some(did) {
        return Err(ViewError::Elsewhere { uri: uri.to_string(), did: did.clone() });
    }
    let value = record.get("value").ok_or(ViewError::Missing("value"))?;
    Ok(Video::from_record(&uri, cid, value)?)
}
