//! A part of a blob, as a `Range` header names it (RFC 9110, section 14).

use super::HostError;

/// Bytes beyond this are no bytes of a blob: the platform counts in doubles.
pub(super) const MAX_EXACT: u64 = (1 << 53) - 1;

/// One range of bytes whose blob is not known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlobRange {
    /// `a-`: from that byte on.
    From(u64),
    /// `a-b`: from `first`, `length` bytes.
    Part {
        /// The first byte.
        first: u64,
        /// At least 1.
        length: u64,
    },
    /// `-n`: that many at the end, at least 1.
    Last(u64),
}

/// The bytes that a range picks of a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobPart {
    /// The first byte.
    pub first: u64,
    /// How many, at least 1.
    pub length: u64,
    /// Bytes of the whole blob.
    pub size: u64,
}

impl BlobRange {
    /// Reads a `Range` header: one range of bytes. Every number of the result is at most 2^53 - 1.
    ///
    /// # Errors
    /// [`HostError::RangeNotSatisfiable`] for all else.
    pub fn parse(header: &str) -> Result<Self, HostError> {
        read(header).ok_or(HostError::RangeNotSatisfiable { size: None })
    }

    /// The bytes that it picks of a blob of `size`.
    ///
    /// # Errors
    /// [`HostError::RangeNotSatisfiable`] when there are none.
    pub fn of(self, size: u64) -> Result<BlobPart, HostError> {
        let (first, end) = match self {
            Self::From(first) => (first, size),
            Self::Part { first, length } => (first, first.saturating_add(length).min(size)),
            Self::Last(n) => (size.saturating_sub(n), size),
        };
        match end.checked_sub(first) {
            Some(length @ 1..) => Ok(BlobPart { first, length, size }),
            _ => Err(HostError::RangeNotSatisfiable { size: Some(size) }),
        }
    }
}

impl BlobPart {
    /// The value of `Content-Range`.
    pub fn content_range(self) -> String {
        let last = self.first.saturating_add(self.length).saturating_sub(1);
        format!("bytes {}-{last}/{}", self.first, self.size)
    }
}

fn read(header: &str) -> Option<BlobRange> {
    let (first, last) = header.trim().strip_prefix("bytes=")?.split_once('-')?;
    match (first, last) {
        ("", n) => number(n).filter(|n| *n > 0).map(BlobRange::Last),
        (first, "") => number(first).map(BlobRange::From),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            let length = last.checked_sub(first)?.checked_add(1)?.min(MAX_EXACT);
            Some(BlobRange::Part { first, length })
        }
    }
}

/// Digits only: `u64::from_str` takes a sign too. What is larger than any blob is cut.
fn number(text: &str) -> Option<u64> {
    let digits = (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !digits {
        return None;
    }
    text.parse().ok().map(|n: u64| n.min(MAX_EXACT))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ranges() {
        for (header, size, part) in [
            ("bytes=0-0", 10, Some((0, 1))),
            ("bytes=2-5", 10, Some((2, 4))),
            ("bytes=5-", 10, Some((5, 5))),
            ("bytes=-3", 10, Some((7, 3))),
            ("bytes=-99", 10, Some((0, 10))),
            ("bytes=8-99", 10, Some((8, 2))),
            ("bytes=0-18446744073709551615", 10, Some((0, 10))),
            ("bytes=10-", 10, None),
            ("bytes=10-12", 10, None),
            ("bytes=0-", 0, None),
            ("bytes=-1", 0, None),
            ("bytes=18446744073709551615-", 10, None),
        ] {
            let found = BlobRange::parse(header).and_then(|range| range.of(size)).ok();
            assert_eq!(found.map(|part| (part.first, part.length)), part, "{header} of {size}");
        }
        assert_eq!(BlobPart { first: 2, length: 4, size: 10 }.content_range(), "bytes 2-5/10");
    }

    #[test]
    fn bad_input_20_ranges_that_are_none() {
        let thousand = format!("bytes={}", ["1-2"; 1000].join(","));
        for header in [
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
            "bytes=99999999999999999999-",
            "bytes=--1",
            "seconds=1-2",
            &thousand,
        ] {
            let expect = Err(HostError::RangeNotSatisfiable { size: None });
            assert_eq!(BlobRange::parse(header), expect, "{header:.40}");
        }
    }

    proptest! {
        #[test]
        fn a_part_lies_within_the_blob(first: u64, last: u64, size in 0..MAX_EXACT) {
            for header in [format!("bytes={first}-{last}"), format!("bytes={first}-"), format!("bytes=-{last}")] {
                if let Ok(part) = BlobRange::parse(&header).and_then(|range| range.of(size)) {
                    prop_assert!(part.length >= 1 && part.first + part.length <= size, "{} {:?}", header, part);
                }
            }
        }

        #[test]
        fn never_panics(header in "(bytes=)?[-0-9,a+]{0,44}", size: u64) {
            let _ = BlobRange::parse(&header).and_then(|range| range.of(size));
        }
    }
}
