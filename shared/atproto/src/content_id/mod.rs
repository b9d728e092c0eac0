//! Content ids: the name of bytes by their hash.
//!
//! The AT Protocol uses two kinds only, both CIDv1 with SHA-256: dag-cbor for records,
//! commits and tree nodes, raw for blobs. The kind is in the type here, so that what remains
//! of a checked id is the 32 bytes of its digest.
//!
//! Source: <https://atproto.com/specs/data-model#link-and-cid-formats>.

mod binary;
mod error;
mod hasher;
mod text;

pub use error::{CidError, CidMismatch};
pub use hasher::BlobHasher;

use sha2::{Digest, Sha256};

const DAG_CBOR: u64 = 0x71;
const RAW: u64 = 0x55;
const SHA2_256: u64 = 0x12;

/// A CIDv1 of the multicodec `CODEC` with a SHA-256 digest.
///
/// Prints as lower-case base32 (`b…`), and serialises as that string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentId<const CODEC: u64>([u8; 32]);

/// The id of a dag-cbor block: a record, a commit, a tree node. Text form `bafyrei…`.
pub type RecordCid = ContentId<DAG_CBOR>;

/// The id of a blob's bytes. Text form `bafkrei…`.
pub type BlobCid = ContentId<RAW>;

impl<const CODEC: u64> ContentId<CODEC> {
    /// The id of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The id of bytes that were hashed elsewhere (WebCrypto's `digest`).
    pub const fn from_digest(sha256: [u8; 32]) -> Self {
        Self(sha256)
    }

    /// The SHA-256 digest that the bytes must have.
    pub const fn digest(&self) -> &[u8; 32] {
        &self.0
    }

    /// Checks that `bytes` are what this id names.
    ///
    /// # Errors
    /// [`CidMismatch`] when a single bit differs.
    pub fn verify(&self, bytes: &[u8]) -> Result<(), CidMismatch> {
        self.expect(Self::of(bytes))
    }

    fn expect(&self, found: Self) -> Result<(), CidMismatch> {
        if *self == found {
            Ok(())
        } else {
            Err(CidMismatch { expected: self.to_string(), found: found.to_string() })
        }
    }
}
