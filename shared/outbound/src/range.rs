//! A part of something, as HTTP names it.

use std::fmt;

/// One range of bytes, as in `Range: bytes=…` (RFC 9110, section 14).
///
/// ```
/// use streamhut_outbound::{ByteRange, Part};
///
/// let range = ByteRange::parse("bytes=-500").unwrap();
/// assert_eq!(range, Some(ByteRange::Last(500)));
/// assert_eq!(ByteRange::Last(500).of(2_000), Some(Part { first: 1_500, length: 500 }));
/// assert_eq!(ByteRange::From(2_000).of(2_000), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteRange {
    /// `a-`: from that byte to the end.
    From(u64),
    /// `a-b`: both included.
    FromTo(u64, u64),
    /// `-n`: that many at the end.
    Last(u64),
}

/// The bytes that a range picks of something whose size is known. Never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The first byte, from 0.
    pub first: u64,
    /// How many bytes, at least 1.
    pub length: u64,
}

/// A `Range` header that no single range can be read from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not one range of bytes")]
pub struct RangeError(pub String);

impl ByteRange {
    /// Reads a `Range` header. `None` when its unit is not `bytes`: such a header is to be passed over.
    ///
    /// # Errors
    /// Several ranges, a range that ends before it begins, `-0`, and whatever breaks the grammar.
    pub fn parse(header: &str) -> Result<Option<Self>, RangeError> {
        let bad = || RangeError(header.chars().take(96).collect());
        let (unit, set) = header.split_once('=').ok_or_else(bad)?;
        if !unit.trim().eq_ignore_ascii_case("bytes") {
            return Ok(None);
        }
        let (first, last) = set.trim().split_once('-').ok_or_else(bad)?;
        let range = match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => Self::FromTo(first, last),
            (Some(first), None) if last.is_empty() => Self::From(first),
            (None, Some(n)) if first.is_empty() && n > 0 => Self::Last(n),
            _ => return Err(bad()),
        };
        Ok(Some(range))
    }

    /// The bytes that it picks of `size`; `None` when there are none.
    pub fn of(self, size: u64) -> Option<Part> {
        let (first, end) = match self {
            Self::From(first) => (first, size),
            Self::FromTo(first, last) => (first, last.saturating_add(1).min(size)),
            Self::Last(n) => (size.saturating_sub(n), size),
        };
        let length = end.checked_sub(first).filter(|length| *length > 0)?;
        Some(Part { first, length })
    }
}

/// Digits only: `u64::from_str` would take a sign too.
fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
}

impl fmt::Display for ByteRange {
    /// As in a `Range` header, `bytes=a-b`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::From(first) => write!(f, "bytes={first}-"),
            Self::FromTo(first, last) => write!(f, "bytes={first}-{last}"),
            Self::Last(n) => write!(f, "bytes=-{n}"),
        }
    }
}

impl Part {
    /// The value of `Content-Range` for a whole of `size` bytes.
    pub fn content_range(&self, size: u64) -> String {
        let last = self.first.saturating_add(self.length).saturating_sub(1);
        format!("bytes {}-{last}/{size}", self.first)
    }

    /// Reads a `Content-Range`: the part, and the size of the whole. `None` when it is none, or contradicts itself.
    pub fn parse(header: &str) -> Option<(Self, u64)> {
        let (part, size) = Self::parse_any(header)?;
        Some((part, size?))
    }

    /// The same, where the size of the whole may be left open (`bytes 0-4/*`).
    pub(crate) fn parse_any(header: &str) -> Option<(Self, Option<u64>)> {
        let (range, size) = header.trim().strip_prefix("bytes ")?.split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let (first, last) = (number(first)?, number(last)?);
        let size = if size == "*" { None } else { Some(number(size)?) };
        let length = last.checked_sub(first)?.checked_add(1)?;
        (last < size.unwrap_or(u64::MAX)).then_some((Self { first, length }, size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_and_written() {
        for (text, range) in [
            ("bytes=0-0", ByteRange::FromTo(0, 0)),
            ("bytes=5-9", ByteRange::FromTo(5, 9)),
            ("bytes=5-", ByteRange::From(5)),
            ("bytes=-5", ByteRange::Last(5)),
            ("bytes=0-18446744073709551615", ByteRange::FromTo(0, u64::MAX)),
        ] {
            assert_eq!(ByteRange::parse(text), Ok(Some(range)));
            assert_eq!(range.to_string(), text);
        }
        assert_eq!(ByteRange::parse("Bytes= 1-2 "), Ok(Some(ByteRange::FromTo(1, 2))));
        assert_eq!(ByteRange::parse("seconds=1-2"), Ok(None));
    }

    #[test]
    fn bad_input_20_ranges_that_are_none() {
        let thousand = format!("bytes={}", ["1-2"; 1000].join(","));
        for text in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=-0",
            "bytes=9-5",
            "bytes=a-b",
            "bytes=+1-2",
            "bytes=1-+2",
            "bytes=0-1,4-5",
            "bytes=18446744073709551616-",
            "bytes=1-18446744073709551616",
            "bytes=--1",
            thousand.as_str(),
        ] {
            assert!(ByteRange::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parts_of_a_whole() {
        for (range, size, part) in [
            (ByteRange::From(0), 10, Some((0, 10))),
            (ByteRange::From(9), 10, Some((9, 1))),
            (ByteRange::From(10), 10, None),
            (ByteRange::FromTo(2, 3), 10, Some((2, 2))),
            (ByteRange::FromTo(2, u64::MAX), 10, Some((2, 8))),
            (ByteRange::FromTo(10, 11), 10, None),
            (ByteRange::FromTo(3, 2), 10, None),
            (ByteRange::Last(3), 10, Some((7, 3))),
            (ByteRange::Last(u64::MAX), 10, Some((0, 10))),
            (ByteRange::Last(0), 10, None),
            (ByteRange::From(0), 0, None),
            (ByteRange::Last(1), 0, None),
        ] {
            let part = part.map(|(first, length)| Part { first, length });
            assert_eq!(range.of(size), part, "{range} of {size}");
            if let Some(part) = part {
                assert_eq!(Part::parse(&part.content_range(size)), Some((part, size)));
            }
        }
        for text in
            ["bytes */10", "bytes 1-2", "bytes 2-1/10", "bytes 0-10/10", "items 0-1/10", "bytes 0-1/*", ""]
        {
            assert_eq!(Part::parse(text), None, "{text}");
        }
    }
}
