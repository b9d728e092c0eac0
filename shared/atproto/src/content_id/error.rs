//! Why a content id, or the bytes that it names, are refused.

/// A content id that is not of the one form asked for. `value` is the refused text, cut after
/// 128 characters; ids that came as bytes are shown in base32.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CidError {
    /// No multibase base32 text, or no CID inside it.
    #[error("{value:?} is not a CID")]
    Garbage {
        /// The refused text.
        value: String,
    },
    /// A CIDv0, which the AT Protocol never uses.
    #[error("{value:?} is a CIDv0, a CIDv1 is required")]
    Version0 {
        /// The refused text.
        value: String,
    },
    /// A CID version from the future.
    #[error("{value:?} is a CID of version {version}, version 1 is required")]
    Version {
        /// The refused text.
        value: String,
        /// The version that it claims.
        version: u64,
    },
    /// Content of another kind: a blob's id where a record's is wanted, or dag-pb.
    #[error("{value:?} has the codec {found:#x}, {expected:#x} is required")]
    Codec {
        /// The refused text.
        value: String,
        /// The multicodec in it.
        found: u64,
        /// The multicodec wanted: 0x71 dag-cbor or 0x55 raw.
        expected: u64,
    },
    /// Any hash but SHA-256.
    #[error("{value:?} has the hash function {found:#x}, sha2-256 (0x12) is required")]
    Hash {
        /// The refused text.
        value: String,
        /// The multihash code in it.
        found: u64,
    },
    /// A digest that is cut off, too long, or declared with another length than 32 bytes.
    #[error("{value:?} has a digest of {found} bytes, declared as {declared}; 32 are required")]
    DigestLength {
        /// The refused text.
        value: String,
        /// The length that the multihash declares.
        declared: u64,
        /// The bytes that follow.
        found: usize,
    },
}

/// Bytes that are not those that an id names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the content should have the CID {expected} but has {found}")]
pub struct CidMismatch {
    /// The id that was asked for.
    pub expected: String,
    /// The id of the bytes that came.
    pub found: String,
}
