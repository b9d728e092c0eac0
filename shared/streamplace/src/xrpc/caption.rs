use std::collections::BTreeSet;

use super::AnswerError;
use super::answer::list;
use crate::CaptionTrack;

/// More tracks of captions than any video has.
const MAX_TRACKS: usize = 100;

/// Reads an answer of `listTracks`. What can't be asked for is left out, and so is a second track of the same id;
/// at most a hundred.
///
/// # Errors
/// [`AnswerError`] `NotJson` or `NoArray`.
pub fn parse_caption_tracks(body: &[u8]) -> Result<Vec<CaptionTrack>, AnswerError> {
    let tracks = list(body, "tracks")?.items;
    let mut seen = BTreeSet::new();
    let tracks = tracks.iter().filter_map(CaptionTrack::from_value);
    Ok(tracks.filter(|track| seen.insert(track.id.clone())).take(MAX_TRACKS).collect())
}
