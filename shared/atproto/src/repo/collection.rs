//! All records of one collection, with proof that none is missing and none was added.
//!
//! A collection is a range of the tree's keys, so what proves it is every node that the range touches and every
//! record in it. They come with a whole repository ([`verify_collection`]), or by id, level by level ([`Walk`]):
//! each id is named by what was verified before, up to the signed commit.

use std::collections::BTreeMap;

use super::car::{BlockError, Blocks, Car};
use super::commit::Commit;
use super::mst::{self, MstError, Range};
use super::proof::ProofError;
use crate::{Did, Nsid, PublicKey, RecordCid, Tid};

/// The most nodes that are read for one collection: a node has four records on average.
const MAX_NODES: usize = 32 * 1024;

/// What a signed commit says about one collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionProof {
    /// The commit that was proved.
    pub commit: RecordCid,
    /// Its revision.
    pub rev: Tid,
    /// The records' bytes, in the order of their keys; canonical dag-cbor where the account's own software wrote
    /// them.
    pub records: Vec<Vec<u8>>,
}

/// Why a collection is not proved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CollectionError {
    /// The commit, or the tree under it.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// More records than the caller reads.
    #[error("the collection has more than {max} records")]
    TooManyRecords {
        /// How many there may be.
        max: usize,
    },
    /// More tree nodes than any such collection needs.
    #[error("the tree spreads the collection over more than {MAX_NODES} nodes")]
    TooManyNodes,
}

impl From<MstError> for CollectionError {
    fn from(error: MstError) -> Self {
        Self::Proof(error.into())
    }
}

/// The way through the tree, from its root to every record of a collection. It asks for blocks, and takes them in
/// whatever portions they come.
#[derive(Debug, Clone)]
pub struct Walk {
    first: Vec<u8>,
    end: Vec<u8>,
    max_records: usize,
    nodes: usize,
    pending: Vec<Node>,
    records: BTreeMap<Vec<u8>, RecordCid>,
}

/// A node that is yet to be read.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its id.
    pub cid: RecordCid,
    range: Range,
}

impl Walk {
    /// The way under `root`, the tree of a verified commit.
    pub fn new(root: RecordCid, collection: &Nsid, max_records: usize) -> Self {
        let range = Range { after: Vec::new(), before: None, layer: None };
        Self {
            first: format!("{collection}/").into_bytes(),
            // The character after the slash: no key of the collection is as great.
            end: format!("{collection}0").into_bytes(),
            max_records,
            nodes: 0,
            pending: vec![Node { cid: root, range }],
            records: BTreeMap::new(),
        }
    }

    /// The nodes to read next, at most `most`; none when all are read.
    pub fn next(&mut self, most: usize) -> Vec<Node> {
        let kept = self.pending.len().saturating_sub(most);
        self.pending.split_off(kept)
    }

    /// Reads nodes that [`Walk::next`] gave.
    ///
    /// # Errors
    /// [`CollectionError`], also when one of them is missing.
    pub fn read(&mut self, nodes: Vec<Node>, blocks: &Blocks<'_>) -> Result<(), CollectionError> {
        for Node { cid, range } in nodes {
            self.nodes += 1;
            if self.nodes > MAX_NODES {
                return Err(CollectionError::TooManyNodes);
            }
            let node = mst::read(blocks, cid)?;
            let keys = mst::keys(&node, cid, &range)?;
            for (key, entry) in keys.iter().zip(&node.e) {
                if key.starts_with(&self.first) {
                    self.records.insert(key.clone(), mst::link(&entry.v, cid)?);
                }
            }
            if self.records.len() > self.max_records {
                return Err(CollectionError::TooManyRecords { max: self.max_records });
            }
            let children = std::iter::once(node.l).chain(node.e.iter().map(|entry| entry.t));
            for (index, child) in children.enumerate() {
                let Some(child) = child else { continue };
                let before = index.checked_sub(1).and_then(|last| keys.get(last));
                let after = before.map_or(&range.after, |key| key).clone();
                let before = keys.get(index).cloned().or_else(|| range.before.clone());
                let below = mst::layer_below(&keys, cid, &range)?;
                if after < self.end && before.as_ref().is_none_or(|before| *before > self.first) {
                    let range = Range { after, before, layer: Some(below) };
                    self.pending.push(Node { cid: mst::link(&child, cid)?, range });
                }
            }
        }
        Ok(())
    }

    /// The ids of the records, in the order of their keys.
    pub fn into_records(self) -> Vec<RecordCid> {
        self.records.into_values().collect()
    }
}

/// Checks the commit block `root` of a repository.
///
/// # Errors
/// [`ProofError`] unless it is a commit of `did`, signed by `key`.
pub fn verify_commit(
    blocks: &Blocks<'_>,
    root: RecordCid,
    did: &Did,
    key: &PublicKey,
) -> Result<Commit, ProofError> {
    let block = blocks.block(&root).map_err(ProofError::CommitBlock)?;
    Ok(Commit::verify(block, did, key)?)
}

/// Checks a whole repository, as `com.atproto.sync.getRepo` answers it, for the records of one collection.
///
/// # Errors
/// [`CollectionError`] unless every step holds: the root is a commit of `did`, signed by `key`; each tree node that
/// the collection's range touches has the hash that leads to it; and so has each record in it.
pub fn verify_collection(
    car: &[u8],
    did: &Did,
    key: &PublicKey,
    collection: &Nsid,
    max_records: usize,
) -> Result<CollectionProof, CollectionError> {
    let car = Car::parse_repo(car).map_err(ProofError::from)?;
    let commit = verify_commit(&car.blocks, car.root, did, key)?;
    let mut walk = Walk::new(commit.data, collection, max_records);
    loop {
        let nodes = walk.next(usize::MAX);
        if nodes.is_empty() {
            break;
        }
        walk.read(nodes, &car.blocks)?;
    }
    let record = |cid: RecordCid| car.block(&cid).map(<[u8]>::to_vec);
    let records: Result<_, BlockError> = walk.into_records().into_iter().map(record).collect();
    Ok(CollectionProof {
        commit: car.root,
        rev: commit.rev,
        records: records.map_err(ProofError::RecordBlock)?,
    })
}
