//! Numbers, URLs and ranges among the bytes of a stored index.

use super::range::ByteRange;
use super::stored::VERSION;
use crate::uri::is_absolute;

/// Why bytes are no stored index. Whoever gets it forgets the bytes and reads the playlist again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoredIndexError {
    /// The bytes begin otherwise.
    #[error("no stored index of a media playlist")]
    NotAnIndex,
    /// Written by another release.
    #[error("a stored index of version {found}, not {VERSION}")]
    Version {
        /// The version that it says.
        found: u8,
    },
    /// The bytes end too early.
    #[error("the stored index is cut off after {size} bytes")]
    Cut {
        /// All bytes.
        size: usize,
    },
    /// A value that [`MediaIndex::to_bytes`](super::MediaIndex::to_bytes) never writes.
    #[error("the stored index holds {what} before byte {at}")]
    Invalid {
        /// Offset of the byte behind it.
        at: usize,
        /// Such as "a map without a URL".
        what: &'static str,
    },
}

/// LEB128, as in WebAssembly.
pub(super) fn write(out: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        out.push(0x80 | (number & 0x7f) as u8);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Zigzag: small numbers of both signs become small numbers.
pub(super) fn folded(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

pub(super) fn unfolded(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// Bytes that are being read.
pub(super) struct Stored<'a> {
    size: usize,
    rest: &'a [u8],
}

impl<'a> Stored<'a> {
    /// The last bytes of `size`.
    pub fn new(size: usize, rest: &'a [u8]) -> Stored<'a> {
        Stored { size, rest }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn invalid(&self, what: &'static str) -> StoredIndexError {
        StoredIndexError::Invalid { at: self.size - self.rest.len(), what }
    }

    pub fn byte(&mut self) -> Result<u8, StoredIndexError> {
        let (byte, rest) = self.rest.split_first().ok_or(StoredIndexError::Cut { size: self.size })?;
        self.rest = rest;
        Ok(*byte)
    }

    pub fn number(&mut self) -> Result<u64, StoredIndexError> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if part << shift >> shift != part {
                break;
            }
            number |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(self.invalid("a number of more than 64 bits"))
    }

    pub fn below(&self, id: u64, count: usize, otherwise: &'static str) -> Result<u32, StoredIndexError> {
        let id = u32::try_from(id).ok().filter(|id| (*id as usize) < count);
        id.ok_or_else(|| self.invalid(otherwise))
    }

    pub fn url(&mut self) -> Result<&'a str, StoredIndexError> {
        let length = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        let cut = StoredIndexError::Cut { size: self.size };
        let (url, rest) = self.rest.split_at_checked(length).ok_or(cut)?;
        self.rest = rest;
        let url = std::str::from_utf8(url).ok().filter(|url| is_absolute(url));
        url.ok_or_else(|| self.invalid("a text that is no URL of the web"))
    }

    pub fn range(&self, offset: u64, length: u64) -> Result<ByteRange, StoredIndexError> {
        ByteRange::new(offset, length).ok_or_else(|| self.invalid("an impossible range"))
    }
}
