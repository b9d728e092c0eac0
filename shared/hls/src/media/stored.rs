//! A [`MediaIndex`] as bytes, for a cache.
//!
//! `HLSI`, the version, 1 when the playlist has ended; then three lists, each behind its count: URLs as length and
//! text, maps as number of the URL and range, segments. Numbers are LEB128. A segment is a byte of [bits](HEAD), its
//! duration, and what the bits announce; the rest is as in the segment before. A range is its length, 0 for none, and
//! its offset; a segment's offset counts from the end of the range before, in zigzag form.

use super::bytes::{Stored, StoredIndexError, folded, unfolded, write};
use super::index::{MediaIndex, NO_MAP, NewSegment, StoredMap};
use super::range::ByteRange;
use super::{MAX_SEGMENT_US, MAX_SEGMENTS};

const MAGIC: &[u8; 4] = b"HLSI";
pub(super) const VERSION: u8 = 1;

const RANGE: u8 = 1;
const OFFSET: u8 = 2;
const URL: u8 = 4;
const MAP: u8 = 8;
const DISCONTINUITY: u8 = 16;
const GAP: u8 = 32;
/// All bits of a segment's first byte that mean something.
const HEAD: u8 = RANGE | OFFSET | URL | MAP | DISCONTINUITY | GAP;

/// What a segment's bits compare it with.
struct Before {
    url: u32,
    map: Option<u32>,
    /// Where the last range ended.
    end: u64,
}

const FIRST: Before = Before { url: 0, map: None, end: 0 };

impl MediaIndex {
    /// A compact form, about ten bytes for each segment and every URL once.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = [MAGIC.as_slice(), &[VERSION, u8::from(self.ended)]].concat();
        write(&mut out, self.urls.len() as u64);
        for url in self.urls.iter() {
            write(&mut out, url.len() as u64);
            out.extend_from_slice(url.as_bytes());
        }
        write(&mut out, self.maps.len() as u64);
        for map in &self.maps {
            write(&mut out, u64::from(map.url));
            write(&mut out, map.range.map_or(0, |range| range.length));
            if let Some(range) = map.range {
                write(&mut out, range.offset);
            }
        }
        write(&mut out, self.entries.len() as u64);
        let ends = self.entries.iter().skip(1).map(|next| next.start_us).chain([self.duration_us]);
        let mut before = FIRST;
        for (entry, end_us) in self.entries.iter().zip(ends) {
            let segment = NewSegment {
                duration_us: end_us - entry.start_us,
                url: entry.url,
                range: ByteRange::new(entry.offset, u64::from(entry.length)),
                map: Some(entry.map).filter(|map| *map != NO_MAP),
                discontinuity: entry.discontinuity,
                gap: entry.gap,
            };
            write_segment(&mut out, &segment, &before);
            before = behind(&segment, &before);
        }
        out
    }

    /// Reads what [`MediaIndex::to_bytes`] wrote. Nothing in the bytes is relied on: what holds for times, ranges, URLs
    /// and caps of an index that was read from a playlist holds for this one. Whether it is the same index only a hash
    /// can say.
    ///
    /// # Errors
    /// [`StoredIndexError`], see there.
    pub fn from_bytes(bytes: &[u8]) -> Result<MediaIndex, StoredIndexError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(StoredIndexError::NotAnIndex)?;
        let mut stored = Stored::new(bytes.len(), rest);
        match stored.byte()? {
            VERSION => {}
            found => return Err(StoredIndexError::Version { found }),
        }
        let ended = match stored.byte()? {
            ended @ (0 | 1) => ended == 1,
            _ => return Err(stored.invalid("an end that is neither there nor not")),
        };
        let mut index = MediaIndex { ended, ..MediaIndex::default() };
        for _ in 0..stored.number()? {
            let url = stored.url()?;
            index.urls.push(url).map_err(|_| stored.invalid("more URLs than are kept"))?;
        }
        for _ in 0..stored.number()? {
            if index.maps.len() == MAX_SEGMENTS {
                return Err(stored.invalid("more maps than segments are kept"));
            }
            let url = stored.number()?;
            let url = stored.below(url, index.urls.len(), "a map without a URL")?;
            let range = match stored.number()? {
                0 => None,
                length => {
                    let offset = stored.number()?;
                    Some(stored.range(offset, length)?)
                }
            };
            index.maps.push(StoredMap { url, range });
        }
        let mut before = FIRST;
        for _ in 0..stored.number()? {
            let segment = read_segment(&mut stored, &index, &before)?;
            before = behind(&segment, &before);
            index.push(segment).map_err(|_| stored.invalid("more segments than are kept, or longer ones"))?;
        }
        match stored.is_empty() {
            true => Ok(index),
            false => Err(stored.invalid("more than an index")),
        }
    }
}

fn behind(segment: &NewSegment, before: &Before) -> Before {
    Before { url: segment.url, map: segment.map, end: segment.range.map_or(before.end, ByteRange::end) }
}

fn write_segment(out: &mut Vec<u8>, segment: &NewSegment, before: &Before) {
    let offset = segment.range.map(|range| range.offset).filter(|offset| *offset != before.end);
    let bits = [
        (RANGE, segment.range.is_some()),
        (OFFSET, offset.is_some()),
        (URL, segment.url != before.url),
        (MAP, segment.map != before.map),
        (DISCONTINUITY, segment.discontinuity),
        (GAP, segment.gap),
    ];
    out.push(bits.into_iter().filter(|(_, set)| *set).map(|(bit, _)| bit).sum());
    write(out, segment.duration_us);
    if segment.url != before.url {
        write(out, u64::from(segment.url));
    }
    if segment.map != before.map {
        write(out, segment.map.map_or(0, |map| u64::from(map) + 1));
    }
    if let Some(range) = segment.range {
        write(out, range.length);
    }
    if let Some(offset) = offset {
        write(out, folded(offset.wrapping_sub(before.end).cast_signed()));
    }
}

fn read_segment(
    stored: &mut Stored<'_>,
    index: &MediaIndex,
    before: &Before,
) -> Result<NewSegment, StoredIndexError> {
    let bits = stored.byte()?;
    let has = |bit| bits & bit != 0;
    if bits & !HEAD != 0 || has(OFFSET) && !has(RANGE) {
        return Err(stored.invalid("a segment of an unknown kind"));
    }
    let duration_us = stored.number()?;
    if duration_us > MAX_SEGMENT_US {
        return Err(stored.invalid("a segment that is too long"));
    }
    let url = if has(URL) { stored.number()? } else { u64::from(before.url) };
    let url = stored.below(url, index.urls.len(), "a segment without a URL")?;
    let map = match has(MAP) {
        true => match stored.number()?.checked_sub(1) {
            Some(map) => Some(stored.below(map, index.maps.len(), "a segment with an unknown map")?),
            None => None,
        },
        false => before.map,
    };
    let range = match has(RANGE) {
        true => {
            let length = stored.number()?;
            let distance = if has(OFFSET) { unfolded(stored.number()?) } else { 0 };
            Some(stored.range(before.end.wrapping_add_signed(distance), length)?)
        }
        false => None,
    };
    Ok(NewSegment { duration_us, url, range, map, discontinuity: has(DISCONTINUITY), gap: has(GAP) })
}
