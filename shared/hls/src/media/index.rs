use super::range::ByteRange;
use super::urls::Urls;
use super::{MAX_DURATION_US, MAX_SEGMENTS};
use crate::PlaylistError;

/// The segments of a media playlist, in 32 bytes each; every URL and map is kept once.
///
/// Time is the sum of the `EXTINF`s before, from 0, in microseconds: discontinuities don't reset it, and
/// `EXT-X-MEDIA-SEQUENCE` and dates are not looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MediaIndex {
    pub(super) entries: Vec<Entry>,
    pub(super) duration_us: u64,
    pub(super) urls: Urls,
    pub(super) maps: Vec<StoredMap>,
    pub(super) ended: bool,
}

/// A segment as it is kept. How long it lasts is the distance to the next one's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub start_us: u64,
    pub offset: u64,
    /// 0 when the segment is the whole resource.
    pub length: u32,
    pub url: u32,
    /// [`NO_MAP`], or an index.
    pub map: u32,
    pub discontinuity: bool,
    pub gap: bool,
}

/// What [`Entry::map`] holds for a segment without a map.
pub(super) const NO_MAP: u32 = u32::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct StoredMap {
    pub url: u32,
    pub range: Option<ByteRange>,
}

/// One segment of a [`MediaIndex`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment<'a> {
    /// Counts from 0.
    pub index: usize,
    /// Microseconds from the beginning of the playlist.
    pub start_us: u64,
    /// Microseconds.
    pub duration_us: u64,
    /// Absolute, http or https. Which hosts may be asked is for the caller to decide.
    pub url: &'a str,
    /// The segment's part of the resource; `None` when it is all of it.
    pub range: Option<ByteRange>,
    /// The initialisation section that the segment is decoded with.
    pub map: Option<Map<'a>>,
    /// `EXT-X-DISCONTINUITY`: what the media says about time or format need not go on from the segment before.
    pub discontinuity: bool,
    /// `EXT-X-GAP`: the segment is absent and must not be fetched.
    pub gap: bool,
}

/// `EXT-X-MAP`: a media initialisation section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Map<'a> {
    /// Absolute, http or https.
    pub url: &'a str,
    /// Its part of the resource; `None` when it is all of it.
    pub range: Option<ByteRange>,
}

impl MediaIndex {
    /// Segments.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no segment.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How long all segments last together, in microseconds.
    pub fn duration_us(&self) -> u64 {
        self.duration_us
    }

    /// Whether the playlist holds `EXT-X-ENDLIST`: no segment will be added to it.
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// The segment of a number, which counts from 0.
    pub fn segment(&self, index: usize) -> Option<Segment<'_>> {
        let entry = self.entries.get(index)?;
        let end_us = self.entries.get(index + 1).map_or(self.duration_us, |next| next.start_us);
        let map = self.maps.get(entry.map as usize);
        let map = map.and_then(|map| Some(Map { url: self.urls.get(map.url)?, range: map.range }));
        Some(Segment {
            index,
            start_us: entry.start_us,
            duration_us: end_us - entry.start_us,
            url: self.urls.get(entry.url)?,
            range: ByteRange::new(entry.offset, u64::from(entry.length)),
            map,
            discontinuity: entry.discontinuity,
            gap: entry.gap,
        })
    }

    /// The segment that shows at a time, in microseconds from the beginning: the one with
    /// `start_us <= time_us < start_us + duration_us`. `None` past the end.
    pub fn at(&self, time_us: u64) -> Option<Segment<'_>> {
        if time_us >= self.duration_us {
            return None;
        }
        self.segment(self.entries.partition_point(|entry| entry.start_us <= time_us).checked_sub(1)?)
    }

    /// Bytes of memory that the index holds beside itself.
    pub fn memory_bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>()
            + self.maps.capacity() * size_of::<StoredMap>()
            + self.urls.memory_bytes()
    }

    /// # Errors
    /// [`PlaylistError`] `TooManySegments`, `TooLong`.
    pub(super) fn push(&mut self, segment: NewSegment) -> Result<(), PlaylistError> {
        if self.entries.len() == MAX_SEGMENTS {
            return Err(PlaylistError::TooManySegments { limit: MAX_SEGMENTS });
        }
        let end_us = self.duration_us.saturating_add(segment.duration_us);
        if end_us > MAX_DURATION_US {
            return Err(PlaylistError::TooLong { limit_us: MAX_DURATION_US });
        }
        self.entries.push(Entry {
            start_us: self.duration_us,
            offset: segment.range.map_or(0, |range| range.offset),
            length: segment.range.and_then(|range| u32::try_from(range.length).ok()).unwrap_or(0),
            url: segment.url,
            map: segment.map.unwrap_or(NO_MAP),
            discontinuity: segment.discontinuity,
            gap: segment.gap,
        });
        self.duration_us = end_us;
        Ok(())
    }

    pub(super) fn shrink(&mut self) {
        self.entries.shrink_to_fit();
        self.maps.shrink_to_fit();
        self.urls.shrink();
    }
}

/// A segment to be added; `url` and `map` are numbers of the index that it is added to.
pub(super) struct NewSegment {
    pub duration_us: u64,
    pub url: u32,
    pub range: Option<ByteRange>,
    pub map: Option<u32>,
    pub discontinuity: bool,
    pub gap: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_takes_32_bytes() {
        assert_eq!(size_of::<Entry>(), 32);
    }
}
