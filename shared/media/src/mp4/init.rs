//! The initialisation segment: where it ends, and its video track.

use super::{
    VideoTrack,
    boxes::{Next, box_at},
    track::video_track,
};
use crate::MediaError;

/// Most bytes of an initialisation segment that are looked at. Real ones have about a thousand.
pub const MAX_INIT_BYTES: u64 = 1024 * 1024;

/// What the first bytes of an initialisation segment tell.
#[derive(Debug)]
pub enum InitLook {
    /// Its video track.
    Track(VideoTrack),
    /// Ask again with so many bytes, counted from the start.
    More(u64),
}

/// Looks for the video track in the first bytes of an initialisation segment, of which there may be fewer or more
/// than it has: a map without a byte range may name a whole file.
///
/// # Errors
/// `Missing` when boxes of media come before `moov`; `TooFar` past [`MAX_INIT_BYTES`]; those of malformed boxes, of
/// other codecs.
pub fn read_init(bytes: &[u8]) -> Result<InitLook, MediaError> {
    let more = |need: u64| match need <= MAX_INIT_BYTES {
        true => Ok(InitLook::More(need)),
        false => Err(MediaError::TooFar { what: "moov", bytes: need, limit: MAX_INIT_BYTES }),
    };
    let mut at = 0;
    loop {
        let found = match box_at(bytes, at)? {
            Next::Short(need) => return more(need),
            Next::Box(found) => found,
        };
        match (&found.kind.0, found.end) {
            (b"moov", Some(_)) if found.whole => return video_track(found.body).map(InitLook::Track),
            (b"moov", Some(end)) => return more(end),
            (b"moof" | b"mdat", _) | (_, None) => return Err(MediaError::Missing { what: "moov" }),
            (_, Some(end)) => at = end,
        }
    }
}
