//! CAR files, version 1: a header that names the root, then blocks with their ids.
//!
//! Source: <https://ipld.io/specs/transport/car/carv1/>.

use std::collections::BTreeMap;

use cid::Cid;
use serde::Deserialize;

use crate::varint::split_varint;
use crate::{CidError, CidMismatch, RecordCid};

/// The largest CAR file that is read as a proof, in bytes: one record of at most 1 MiB, its
/// commit and a dozen tree nodes.
pub const MAX_CAR_BYTES: usize = 4 * 1024 * 1024;
/// The most blocks in a proof.
pub const MAX_CAR_BLOCKS: usize = 4096;
/// The most blocks of a whole repository.
pub const MAX_REPO_BLOCKS: usize = 128 * 1024;
const CID_LEN: usize = 36;

/// A CAR file with one root.
#[derive(Debug, Clone)]
pub struct Car<'a> {
    /// The one root.
    pub root: RecordCid,
    /// All blocks, the root's among them.
    pub blocks: Blocks<'a>,
}

/// The blocks of a CAR file, by id. They borrow the file's bytes; a block's hash is checked
/// when it is taken out.
#[derive(Debug, Clone)]
pub struct Blocks<'a>(BTreeMap<RecordCid, &'a [u8]>);

/// A CAR file that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CarError {
    /// Over [`MAX_CAR_BYTES`].
    #[error("the CAR file has {len} bytes, {MAX_CAR_BYTES} are allowed")]
    TooLarge {
        /// The bytes that came.
        len: usize,
    },
    /// Over [`MAX_CAR_BLOCKS`], or [`MAX_REPO_BLOCKS`] in a whole repository.
    #[error("the CAR file has more than {max} blocks")]
    TooManyBlocks {
        /// How many there may be.
        max: usize,
    },
    /// A length that is no number, or that points past the end.
    #[error("the CAR file is cut off or malformed at byte {offset}")]
    Truncated {
        /// Where the section at fault begins.
        offset: usize,
    },
    /// A header that is not `{roots: [cid], version: 1}`.
    #[error("the CAR header is malformed: {message}")]
    Header {
        /// What is wrong with it.
        message: String,
    },
    /// An id that no block of a repository has.
    #[error("a CAR block is unusable: {0}")]
    Cid(#[from] CidError),
}

/// A block that is needed, but isn't there as it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// Not in the file.
    #[error("the block {cid} is missing")]
    Missing {
        /// The block's id.
        cid: RecordCid,
    },
    /// There, with other bytes than its id says.
    #[error("a block is corrupt: {0}")]
    Corrupt(#[from] CidMismatch),
}

#[derive(Deserialize)]
struct Header {
    version: u64,
    roots: Vec<Cid>,
}

impl<'a> Car<'a> {
    /// Reads a proof: a CAR file with exactly one root.
    ///
    /// # Errors
    /// [`CarError`]; every block's id must be a CIDv1 of dag-cbor with SHA-256.
    pub fn parse(file: &'a [u8]) -> Result<Self, CarError> {
        if file.len() > MAX_CAR_BYTES {
            return Err(CarError::TooLarge { len: file.len() });
        }
        Self::parse_within(file, MAX_CAR_BLOCKS)
    }

    /// Reads a whole repository, whose bytes were counted as they came.
    ///
    /// # Errors
    /// [`CarError`].
    pub fn parse_repo(file: &'a [u8]) -> Result<Self, CarError> {
        Self::parse_within(file, MAX_REPO_BLOCKS)
    }

    fn parse_within(file: &'a [u8], max_blocks: usize) -> Result<Self, CarError> {
        let (header, rest) = section(file, file)?;
        Ok(Self { root: root(header)?, blocks: Blocks::read(rest, file, max_blocks)? })
    }

    /// The bytes that `cid` names, their hash checked.
    ///
    /// # Errors
    /// `Missing` or `Corrupt`.
    pub fn block(&self, cid: &RecordCid) -> Result<&'a [u8], BlockError> {
        self.blocks.block(cid)
    }
}

impl<'a> Blocks<'a> {
    /// Reads a CAR file whose header names whatever it likes: who asks for blocks knows their ids.
    ///
    /// # Errors
    /// [`CarError`].
    pub fn parse(file: &'a [u8]) -> Result<Self, CarError> {
        let (_, rest) = section(file, file)?;
        Self::read(rest, file, MAX_CAR_BLOCKS)
    }

    fn read(mut rest: &'a [u8], file: &[u8], max: usize) -> Result<Self, CarError> {
        let mut blocks = BTreeMap::new();
        let mut count = 0;
        while !rest.is_empty() {
            count += 1;
            if count > max {
                return Err(CarError::TooManyBlocks { max });
            }
            let (block, after) = section(rest, file)?;
            let (id, bytes) = block
                .split_at_checked(CID_LEN)
                .ok_or(CarError::Truncated { offset: file.len() - rest.len() })?;
            blocks.entry(RecordCid::from_bytes(id)?).or_insert(bytes);
            rest = after;
        }
        Ok(Self(blocks))
    }

    /// The bytes that `cid` names, their hash checked.
    ///
    /// # Errors
    /// `Missing` or `Corrupt`.
    pub fn block(&self, cid: &RecordCid) -> Result<&'a [u8], BlockError> {
        let bytes = self.0.get(cid).ok_or(BlockError::Missing { cid: *cid })?;
        cid.verify(bytes)?;
        Ok(bytes)
    }
}

/// Splits a length-prefixed section from the front of `rest`, which is the end of `file`.
fn section<'a>(rest: &'a [u8], file: &[u8]) -> Result<(&'a [u8], &'a [u8]), CarError> {
    split_varint(rest)
        .and_then(|(len, after)| after.split_at_checked(usize::try_from(len).ok()?))
        .ok_or(CarError::Truncated { offset: file.len() - rest.len() })
}

fn root(header: &[u8]) -> Result<RecordCid, CarError> {
    let header: Header = serde_ipld_dagcbor::from_slice(header)
        .map_err(|error| CarError::Header { message: error.to_string() })?;
    match (header.version, header.roots.as_slice()) {
        (1, [root]) => Ok(RecordCid::try_from(root)?),
        (1, roots) => Err(CarError::Header { message: format!("it names {} roots", roots.len()) }),
        (version, _) => Err(CarError::Header { message: format!("it has the version {version}") }),
    }
}
