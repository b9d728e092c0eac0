//! Building the tree that a set of records has.

use std::collections::BTreeMap;

use cid::Cid;

use crate::RecordCid;
use crate::repo::mst::{Entry, Node, layer};

/// A record's key in the tree, and its id.
pub(super) type Leaf<'a> = (&'a [u8], RecordCid);

/// The nodes of a tree by id, and its root.
pub(super) fn build(leaves: &[Leaf<'_>]) -> (RecordCid, BTreeMap<RecordCid, Vec<u8>>) {
    let mut nodes = BTreeMap::new();
    let top = leaves.iter().map(|(key, _)| layer(key)).max().unwrap_or(0);
    let root = node(leaves, top, &mut nodes);
    (root, nodes)
}

/// The ids of the nodes from the root to where `key` is, or would be.
pub(super) fn way_to(leaves: &[Leaf<'_>], key: &[u8]) -> Vec<RecordCid> {
    let mut ids = Vec::new();
    let mut below = leaves;
    let mut at = leaves.iter().map(|(key, _)| layer(key)).max().unwrap_or(0);
    loop {
        ids.push(node(below, at, &mut BTreeMap::new()));
        let mut gap = below.split(|(leaf, _)| layer(leaf) == at);
        let found = below.iter().any(|(leaf, _)| *leaf == key && layer(leaf) == at);
        let nodes_before = below.iter().filter(|(leaf, _)| layer(leaf) == at && *leaf < key).count();
        below = gap.nth(nodes_before).unwrap_or_default();
        if found || below.is_empty() {
            return ids;
        }
        at -= 1;
    }
}

fn node(leaves: &[Leaf<'_>], at: u32, nodes: &mut BTreeMap<RecordCid, Vec<u8>>) -> RecordCid {
    let mut children = Vec::new();
    for gap in leaves.split(|(key, _)| layer(key) == at) {
        children.push((!gap.is_empty()).then(|| Cid::from(node(gap, at - 1, nodes))));
    }
    let mut children = children.into_iter();
    let left = children.next().flatten();
    let mut previous: &[u8] = &[];
    let mut entries = Vec::new();
    for (key, record) in leaves.iter().filter(|(key, _)| layer(key) == at) {
        let shared = previous.iter().zip(*key).take_while(|(a, b)| a == b).count();
        entries.push(Entry {
            p: shared,
            k: key.iter().skip(shared).copied().collect(),
            v: (*record).into(),
            t: children.next().flatten(),
        });
        previous = key;
    }
    let block = serde_ipld_dagcbor::to_vec(&Node { l: left, e: entries }).expect("a node encodes");
    let id = RecordCid::of(&block);
    nodes.insert(id, block);
    id
}
