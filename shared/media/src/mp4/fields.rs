//! The fields of a box, read one after the other.

use super::FourCc;
use crate::MediaError;

pub(crate) struct Fields<'a> {
    kind: FourCc,
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(crate) fn new(kind: &[u8; 4], body: &'a [u8]) -> Self {
        Self { kind: FourCc(*kind), rest: body }
    }

    /// Version and flags of a full box (section 4.2).
    pub(crate) fn full(kind: &[u8; 4], body: &'a [u8]) -> Result<(Self, u8, u32), MediaError> {
        let mut fields = Self::new(kind, body);
        let [version, flags @ ..] = fields.bytes::<4>()?;
        let [a, b, c] = flags;
        Ok((fields, version, u32::from_be_bytes([0, a, b, c])))
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], MediaError> {
        let short = MediaError::BoxShort { kind: self.kind };
        let (bytes, rest) = self.rest.split_first_chunk::<N>().ok_or(short)?;
        self.rest = rest;
        Ok(*bytes)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, MediaError> {
        self.bytes::<1>().map(|[byte]| byte)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, MediaError> {
        self.bytes().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, MediaError> {
        self.bytes().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, MediaError> {
        self.bytes().map(u64::from_be_bytes)
    }

    pub(crate) fn skip(&mut self, bytes: usize) -> Result<(), MediaError> {
        self.take(bytes).map(|_| ())
    }

    pub(crate) fn take(&mut self, bytes: usize) -> Result<&'a [u8], MediaError> {
        let short = MediaError::BoxShort { kind: self.kind };
        let (taken, rest) = self.rest.split_at_checked(bytes).ok_or(short)?;
        self.rest = rest;
        Ok(taken)
    }

    /// All that is left.
    pub(crate) fn rest(self) -> &'a [u8] {
        self.rest
    }
}
