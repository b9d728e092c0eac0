//! The beginning of a media segment: its first keyframe, or how many more bytes it takes to see it.

use super::{
    VideoTrack,
    boxes::{Next, box_at},
    fragment::{Position, first_sync_sample},
};
use crate::MediaError;

/// Bytes of a segment to ask for first. Real 1080p keyframes have 100 to 140 kB, behind up to 16 kB of other boxes, so
/// that this nearly always holds one.
pub const HEAD_BYTES: u64 = 160 * 1024;

/// Fewest bytes to ask for beyond those at hand: boxes of a few bytes each would have a request for each.
const STEP_BYTES: u64 = 48 * 1024;

/// Most bytes of a segment that are looked at for a keyframe.
pub const MAX_REACH_BYTES: u64 = 6 * 1024 * 1024;

/// A media segment, as its playlist names it.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// The track of its initialisation segment.
    pub track: &'a VideoTrack,
    /// Where it begins in its file: 0 when it is a file of its own.
    pub offset: u64,
    /// Its bytes, when the playlist says them.
    pub length: Option<u64>,
}

/// What the first bytes of a segment tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look<'b> {
    /// The keyframe.
    Sample {
        /// Its NAL units, each behind its length.
        sample: &'b [u8],
        /// Where it ends, in bytes from the start of the segment.
        end: u64,
    },
    /// Ask again with so many bytes, counted from the start of the segment.
    More(u64),
}

impl Segment<'_> {
    /// Looks for the first keyframe in the segment's first bytes. `uuid` and other boxes on the way are skipped without
    /// their bytes being needed.
    ///
    /// # Errors
    /// `NoKeyframe` when the segment ends without one; `Truncated` when it ends within it; `TooFar` past
    /// [`MAX_REACH_BYTES`]; those of malformed boxes.
    pub fn look<'b>(&self, head: &'b [u8]) -> Result<Look<'b>, MediaError> {
        let mut at = 0;
        loop {
            if self.length.is_some_and(|length| at >= length) {
                return Err(MediaError::NoKeyframe(at));
            }
            let found = match box_at(head, at)? {
                Next::Short(need) => return self.more("moof", need, head),
                Next::Box(found) => found,
            };
            let Some(end) = found.end else { return Err(MediaError::NoKeyframe(at)) };
            if found.kind.0 == *b"moof" {
                if !found.whole {
                    return self.more("moof", end, head);
                }
                let position = Position { moof: found.at, moof_end: end, segment: self.offset };
                if let Some(place) = first_sync_sample(found.body, position, self.track)? {
                    let end = place.at.checked_add(place.size.into());
                    let end = end.ok_or(MediaError::Syntax("a sample lies outside its segment"))?;
                    let range = usize::try_from(place.at).ok().zip(usize::try_from(end).ok());
                    return match range.and_then(|(at, end)| head.get(at..end)) {
                        Some(sample) => Ok(Look::Sample { sample, end }),
                        None => self.more("keyframe", end, head),
                    };
                }
            }
            at = end;
        }
    }

    /// Asks for more, unless that is more than the segment has or than is looked at.
    fn more<'b>(&self, what: &'static str, need: u64, head: &[u8]) -> Result<Look<'b>, MediaError> {
        match self.length {
            Some(length) if need > length && what == "keyframe" => {
                Err(MediaError::Truncated { what, have: length, need })
            }
            Some(length) if need > length => Err(MediaError::NoKeyframe(length)),
            _ if need > MAX_REACH_BYTES => {
                Err(MediaError::TooFar { what, bytes: need, limit: MAX_REACH_BYTES })
            }
            _ => Ok(Look::More(
                need.max((head.len() as u64).saturating_add(STEP_BYTES))
                    .min(self.length.unwrap_or(u64::MAX))
                    .min(MAX_REACH_BYTES),
            )),
        }
    }
}
