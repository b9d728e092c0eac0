//! Byte ranges: `n[@o]`, RFC 8216 section 4.3.2.2.

use std::fmt;

/// A part of a resource. `offset + length` never overflows, and no range is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ByteRange {
    /// First byte, from the beginning of the resource.
    pub offset: u64,
    /// Bytes, from 1 to 4 GiB - 1.
    pub length: u64,
}

impl ByteRange {
    /// `None` for what is not a range of the kind above.
    pub(super) fn new(offset: u64, length: u64) -> Option<ByteRange> {
        let fits = length > 0 && u32::try_from(length).is_ok() && offset.checked_add(length).is_some();
        fits.then_some(ByteRange { offset, length })
    }

    /// The first byte behind it.
    pub fn end(self) -> u64 {
        self.offset.saturating_add(self.length)
    }
}

/// A range as it is written: the offset may be left to what stands before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WrittenRange {
    length: u64,
    pub offset: Option<u64>,
}

impl fmt::Display for WrittenRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            Some(offset) => write!(f, "{}@{offset}", self.length),
            None => write!(f, "{}", self.length),
        }
    }
}

const UNREADABLE: &str = "the byte range is not of the form n or n@o";
const NO_RANGE: &str = "the byte range is empty, or beyond what is supported";

impl WrittenRange {
    /// Reads `n` or `n@o`.
    ///
    /// # Errors
    /// What is wrong, as a sentence part.
    pub fn parse(text: &str) -> Result<WrittenRange, &'static str> {
        let (length, offset) = match text.trim().split_once('@') {
            Some((length, offset)) => (length, Some(integer(offset).ok_or(UNREADABLE)?)),
            None => (text.trim(), None),
        };
        Ok(WrittenRange { length: integer(length).ok_or(UNREADABLE)?, offset })
    }

    /// The range, which begins at `otherwise` when it doesn't say where.
    ///
    /// # Errors
    /// What is wrong, as a sentence part.
    pub fn starting(self, otherwise: u64) -> Result<ByteRange, &'static str> {
        ByteRange::new(self.offset.unwrap_or(otherwise), self.length).ok_or(NO_RANGE)
    }
}

fn integer(text: &str) -> Option<u64> {
    // `parse` would take a plus sign too.
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Result<(u64, u64), &'static str>) {
        let got = WrittenRange::parse(text).and_then(|written| written.starting(7));
        assert_eq!(got.map(|range| (range.offset, range.length)), expect, "{text}");
    }

    #[test]
    fn ranges() {
        check("1390822@52344", Ok((52344, 1390822)));
        check("5", Ok((7, 5)));
        check(" 5@0 ", Ok((0, 5)));
        check("4294967295@18446744069414584320", Ok((u64::MAX - 4_294_967_295, 4_294_967_295)));
        for text in
            ["", "@", "5@", "@5", "-5@1", "5@-1", "+5@1", "5 @1", "5@1@2", "0x5@1", "5.0@1", "\"5@1\""]
        {
            check(text, Err(UNREADABLE));
        }
        check("18446744073709551616@0", Err(UNREADABLE));
        for text in ["0@5", "0", "4294967296@0", "1@18446744073709551615"] {
            check(text, Err(NO_RANGE));
        }
    }
}
