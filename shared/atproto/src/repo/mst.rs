//! The Merkle search tree of a repository: from keys `collection/rkey` to records.
//!
//! A key's layer is the number of leading zeros of its SHA-256, counted in pairs of bits. All
//! keys of a node have one layer, and each child is one layer below: so the shape of the tree
//! follows from its keys alone, and a walk down it ends.
//!
//! Source: <https://atproto.com/specs/repository#mst-structure>.

use cid::Cid;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::car::{BlockError, Blocks, Car};
use crate::{CidError, RecordCid};

/// The longest key, in bytes: a collection, a slash, a record key.
const MAX_KEY: usize = 1024;
/// The largest node, in bytes. A node has four entries on average; the limit leaves room for a
/// thousand, and keeps prefix compression from unfolding a small file into a large tree.
const MAX_NODE: usize = 128 * 1024;

/// A node as it is stored. Names and order of the fields are the format's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Node {
    /// The child with the keys before all entries.
    pub(crate) l: Option<Cid>,
    /// The entries in the order of their keys.
    pub(crate) e: Vec<Entry>,
}

/// One key of a node.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// How many bytes the key shares with the key before it in the node.
    pub(crate) p: usize,
    /// The rest of the key.
    #[serde(with = "serde_bytes")]
    pub(crate) k: Vec<u8>,
    /// The record.
    pub(crate) v: Cid,
    /// The child with the keys between this entry and the next.
    pub(crate) t: Option<Cid>,
}

/// A tree that can't be walked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MstError {
    /// A node on the way is missing or corrupt: nothing is proved either way.
    #[error("a tree node on the way: {0}")]
    Block(#[from] BlockError),
    /// A node that is not of the format.
    #[error("the tree node {node} is malformed: {message}")]
    Malformed {
        /// The node's id.
        node: RecordCid,
        /// What is wrong with it.
        message: String,
    },
    /// A key that stands where no key like it can stand.
    #[error("the tree node {node} has a misplaced key {key:?}: {rule}")]
    Misplaced {
        /// The node's id.
        node: RecordCid,
        /// The key, as far as it is text.
        key: String,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// A link to another kind of content than dag-cbor.
    #[error("a link in the tree node {node}: {reason}")]
    Link {
        /// The node's id.
        node: RecordCid,
        /// What is wrong with the link.
        reason: CidError,
    },
}

/// The keys that may stand under a node: strictly between the two, at a known layer.
#[derive(Debug, Clone)]
pub(super) struct Range {
    pub(super) after: Vec<u8>,
    pub(super) before: Option<Vec<u8>>,
    pub(super) layer: Option<u32>,
}

/// Walks from `root` to `key`: the id of its record, or `None` when the tree has no such key.
///
/// # Errors
/// [`MstError`], also when a node is missing: absence is proved only by the whole way down.
pub fn find(car: &Car<'_>, root: RecordCid, key: &str) -> Result<Option<RecordCid>, MstError> {
    let key = key.as_bytes();
    let mut at = root;
    let mut range = Range { after: Vec::new(), before: None, layer: None };
    loop {
        let node = read(&car.blocks, at)?;
        let keys = keys(&node, at, &range)?;
        let next = keys.partition_point(|known| known.as_slice() < key);
        if keys.get(next).is_some_and(|known| known == key) {
            return node.e.get(next).map(|entry| link(&entry.v, at)).transpose();
        }
        let before = next.checked_sub(1).and_then(|last| node.e.get(last).zip(keys.get(last)));
        let child = before.map_or(node.l, |(entry, _)| entry.t);
        let Some(child) = child else { return Ok(None) };
        let below = layer_below(&keys, at, &range)?;
        range = Range {
            after: before.map_or(range.after, |(_, key)| key.clone()),
            before: keys.get(next).cloned().or(range.before),
            layer: Some(below),
        };
        at = link(&child, at)?;
    }
}

/// The layer of a key: leading zero bits of its SHA-256, in pairs.
pub fn layer(key: &[u8]) -> u32 {
    let mut zeros = 0;
    for byte in Sha256::digest(key) {
        zeros += byte.leading_zeros();
        if byte != 0 {
            break;
        }
    }
    zeros / 2
}

/// The layer of a node's children.
pub(super) fn layer_below(keys: &[Vec<u8>], at: RecordCid, range: &Range) -> Result<u32, MstError> {
    let layer = keys.first().map(|first| layer(first)).or(range.layer);
    layer.and_then(|layer| layer.checked_sub(1)).ok_or_else(|| MstError::Malformed {
        node: at,
        message: "it has a child but no layer to put it on".to_owned(),
    })
}

pub(super) fn read(blocks: &Blocks<'_>, at: RecordCid) -> Result<Node, MstError> {
    let block = blocks.block(&at)?;
    if block.len() > MAX_NODE {
        let message = format!("it has {} bytes, {MAX_NODE} are allowed", block.len());
        return Err(MstError::Malformed { node: at, message });
    }
    serde_ipld_dagcbor::from_slice(block)
        .map_err(|error| MstError::Malformed { node: at, message: error.to_string() })
}

/// The full keys of a node, checked against each other and against what its parents allow.
pub(super) fn keys(node: &Node, at: RecordCid, range: &Range) -> Result<Vec<Vec<u8>>, MstError> {
    let mut keys: Vec<Vec<u8>> = Vec::with_capacity(node.e.len());
    let mut node_layer = range.layer;
    for entry in &node.e {
        let misplaced = |key: &[u8], rule| MstError::Misplaced {
            node: at,
            key: String::from_utf8_lossy(key).chars().take(128).collect(),
            rule,
        };
        let previous = keys.last().map(Vec::as_slice);
        let shared = previous.unwrap_or_default().get(..entry.p);
        let shared =
            shared.ok_or_else(|| misplaced(&entry.k, "it shares more than the key before it has"))?;
        if shared.len() + entry.k.len() > MAX_KEY {
            return Err(misplaced(&entry.k, "it is longer than 1024 bytes"));
        }
        let key = [shared, &entry.k].concat();
        if key.as_slice() <= previous.unwrap_or(&range.after) {
            return Err(misplaced(&key, "it does not come after the keys before it"));
        }
        if range.before.as_ref().is_some_and(|bound| key >= *bound) {
            return Err(misplaced(&key, "it does not come before the next key of the node above"));
        }
        if *node_layer.get_or_insert_with(|| layer(&key)) != layer(&key) {
            return Err(misplaced(&key, "its hash belongs on another layer"));
        }
        keys.push(key);
    }
    Ok(keys)
}

pub(super) fn link(cid: &Cid, node: RecordCid) -> Result<RecordCid, MstError> {
    RecordCid::try_from(cid).map_err(|reason| MstError::Link { node, reason })
}
