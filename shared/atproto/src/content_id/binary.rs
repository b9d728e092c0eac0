//! Content ids as bytes: version, codec, multihash.

use cid::Cid;
use cid::multihash::Multihash;

use super::{CidError, ContentId, SHA2_256};
use crate::varint::split_varint;

/// What the front of a binary CID says, before anybody asked for a certain kind.
struct Parts<'a> {
    codec: u64,
    hash: u64,
    declared: u64,
    digest: &'a [u8],
}

impl<const CODEC: u64> ContentId<CODEC> {
    /// Parses a whole binary CID.
    ///
    /// # Errors
    /// The rule of [`CidError`] that it breaks; bytes after the digest break `DigestLength`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CidError> {
        let value = || {
            let shown = bytes.get(..64).unwrap_or(bytes);
            format!("b{}", data_encoding::BASE32_NOPAD.encode(shown).to_ascii_lowercase())
        };
        if bytes.starts_with(&[0x12, 0x20]) {
            return Err(CidError::Version0 { value: value() });
        }
        let (version, rest) = split_varint(bytes).ok_or_else(|| CidError::Garbage { value: value() })?;
        if version != 1 {
            return Err(CidError::Version { value: value(), version });
        }
        let parts = parts(rest).ok_or_else(|| CidError::Garbage { value: value() })?;
        if parts.codec != CODEC {
            return Err(CidError::Codec { value: value(), found: parts.codec, expected: CODEC });
        }
        if parts.hash != SHA2_256 {
            return Err(CidError::Hash { value: value(), found: parts.hash });
        }
        match <[u8; 32]>::try_from(parts.digest) {
            Ok(digest) if parts.declared == 32 => Ok(Self(digest)),
            _ => Err(CidError::DigestLength {
                value: value(),
                declared: parts.declared,
                found: parts.digest.len(),
            }),
        }
    }

    /// The binary form, 36 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![1, CODEC as u8, SHA2_256 as u8, 32];
        bytes.extend_from_slice(&self.0);
        bytes
    }
}

fn parts(after_version: &[u8]) -> Option<Parts<'_>> {
    let (codec, rest) = split_varint(after_version)?;
    let (hash, rest) = split_varint(rest)?;
    let (declared, digest) = split_varint(rest)?;
    Some(Parts { codec, hash, declared, digest })
}

impl<const CODEC: u64> TryFrom<&Cid> for ContentId<CODEC> {
    type Error = CidError;

    fn try_from(cid: &Cid) -> Result<Self, CidError> {
        Self::from_bytes(&cid.to_bytes())
    }
}

impl<const CODEC: u64> From<ContentId<CODEC>> for Cid {
    fn from(id: ContentId<CODEC>) -> Self {
        let hash = Multihash::wrap(SHA2_256, &id.0).unwrap_or_default();
        Cid::new_v1(CODEC, hash)
    }
}
