//! `moof`: the samples of one track fragment, as far as the first sync sample (section 8.8).

use super::{VideoTrack, boxes::inside, fields::Fields};
use crate::MediaError;

/// Set on samples that are no sync samples (`sample_is_non_sync_sample`, section 8.8.3.1).
const NON_SYNC: u32 = 0x0001_0000;

/// Where a sync sample lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Bytes from the start of the segment.
    pub at: u64,
    /// Its bytes.
    pub size: u32,
}

/// Where the fragment lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    /// Where the `moof` begins, in bytes from the start of the segment.
    pub moof: u64,
    /// Where the box after it begins.
    pub moof_end: u64,
    /// Where the segment begins in its file: offsets from the start of the file are counted from there.
    pub segment: u64,
}

/// Finds the first sync sample of `track` in a `moof`'s body; `None` when it holds none.
pub(super) fn first_sync_sample(
    moof: &[u8],
    position: Position,
    track: &VideoTrack,
) -> Result<Option<Place>, MediaError> {
    // Without a base of its own, a track fragment's data follows that of the one before it (section 8.8.7.1).
    let mut base = position.moof;
    for found in inside(moof) {
        let found = found?;
        if found.kind.0 == *b"traf" {
            let fragment = TrackFragment::read(found.body, base, position, track)?;
            let run = fragment.runs(found.body, track.id)?;
            match run {
                Run::Found(place) => return Ok(Some(place)),
                Run::None { end } => base = end,
            }
        }
    }
    Ok(None)
}

/// What `tfhd` says, with what holds where it doesn't.
struct TrackFragment {
    id: u32,
    base: u64,
    /// Where data begins when neither `tfhd` nor `trun` says it.
    after_moof: u64,
    size: u32,
    flags: u32,
}

enum Run {
    Found(Place),
    /// No sync sample; the data ends there.
    None {
        end: u64,
    },
}

impl TrackFragment {
    fn read(traf: &[u8], previous: u64, position: Position, track: &VideoTrack) -> Result<Self, MediaError> {
        let header = super::boxes::first(traf, b"tfhd")?.ok_or(MediaError::Missing { what: "tfhd" })?;
        let (mut fields, _, given) = Fields::full(b"tfhd", header)?;
        let id = fields.u32()?;
        let mut base = if given & 0x02_0000 != 0 { position.moof } else { previous };
        if given & 0x1 != 0 {
            // From the start of the file, of which the segment is a part.
            let from_file = fields.u64()?;
            base = from_file.checked_sub(position.segment).ok_or(OUTSIDE)?;
        }
        if given & 0x2 != 0 {
            fields.skip(4)?;
        }
        if given & 0x8 != 0 {
            fields.skip(4)?;
        }
        let size = if given & 0x10 != 0 { fields.u32()? } else { track.default_size };
        let flags = if given & 0x20 != 0 { fields.u32()? } else { track.default_flags };
        // A `moof` is followed by the header of its `mdat`.
        Ok(Self { id, base, after_moof: position.moof_end.saturating_add(8), size, flags })
    }

    fn runs(&self, traf: &[u8], wanted: u32) -> Result<Run, MediaError> {
        let mut end = None;
        for found in inside(traf) {
            let found = found?;
            if found.kind.0 != *b"trun" {
                continue;
            }
            match self.run(found.body, end, self.id == wanted)? {
                Run::Found(place) => return Ok(Run::Found(place)),
                Run::None { end: after } => end = Some(after),
            }
        }
        Ok(Run::None { end: end.unwrap_or(self.base) })
    }

    /// One `trun` (section 8.8.8); `before` is where the data of the run before it ends.
    fn run(&self, body: &[u8], before: Option<u64>, wanted: bool) -> Result<Run, MediaError> {
        let (mut fields, _, given) = Fields::full(b"trun", body)?;
        let count = fields.u32()?;
        let mut at = match given & 0x1 != 0 {
            true => self.base.checked_add_signed(fields.u32()?.cast_signed().into()).ok_or(OUTSIDE)?,
            // A base that is the `moof` itself can't be where its data lies.
            false => before.unwrap_or(if self.base < self.after_moof { self.after_moof } else { self.base }),
        };
        let first_flags = if given & 0x4 != 0 { Some(fields.u32()?) } else { None };
        let sized = given & 0x200 != 0;
        let flagged = given & 0x400 != 0;
        if !sized && !flagged {
            // All samples are alike, however many there are said to be, except that the first may have its own flags.
            if wanted && count > 0 && is_sync(first_flags.unwrap_or(self.flags)) {
                return Ok(Run::Found(Place { at, size: self.size }));
            }
            if wanted && count > 1 && is_sync(self.flags) {
                let at = at.checked_add(self.size.into()).ok_or(OUTSIDE)?;
                return Ok(Run::Found(Place { at, size: self.size }));
            }
            let end = u64::from(count).checked_mul(self.size.into()).and_then(|all| at.checked_add(all));
            return end.map(|end| Run::None { end }).ok_or(OUTSIDE);
        }
        for index in 0..count {
            if given & 0x100 != 0 {
                fields.skip(4)?;
            }
            let size = if sized { fields.u32()? } else { self.size };
            let own = if flagged { fields.u32()? } else { self.flags };
            if given & 0x800 != 0 {
                fields.skip(4)?;
            }
            let flags = first_flags.filter(|_| index == 0).unwrap_or(own);
            if wanted && is_sync(flags) {
                return Ok(Run::Found(Place { at, size }));
            }
            at = at.checked_add(size.into()).ok_or(OUTSIDE)?;
        }
        Ok(Run::None { end: at })
    }
}

const OUTSIDE: MediaError = MediaError::Syntax("a sample lies outside its segment");

fn is_sync(flags: u32) -> bool {
    flags & NON_SYNC == 0
}
