//! Writing CAR files, and spoiling them.

use std::collections::BTreeMap;

use ipld_core::ipld::Ipld;

use crate::RecordCid;
use crate::varint::push_varint;

/// A CAR file before it is written: tests may remove, repeat or change blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestCar {
    /// The root that the header will name.
    pub root: RecordCid,
    /// The blocks in file order, under the ids that the file will claim for them.
    pub blocks: Vec<(RecordCid, Vec<u8>)>,
}

impl TestCar {
    /// The file's bytes.
    pub fn encode(&self) -> Vec<u8> {
        self.encode_with(vec![Ipld::Link(self.root.into())])
    }

    /// The same with a header that names no root.
    pub fn encode_without_root(&self) -> Vec<u8> {
        self.encode_with(Vec::new())
    }

    fn encode_with(&self, roots: Vec<Ipld>) -> Vec<u8> {
        let header = BTreeMap::from([("roots", Ipld::List(roots)), ("version", Ipld::Integer(1))]);
        let header = serde_ipld_dagcbor::to_vec(&header).expect("a header encodes");
        let mut file = Vec::new();
        push_varint(&mut file, header.len() as u64);
        file.extend_from_slice(&header);
        for (cid, block) in &self.blocks {
            let id = cid.to_bytes();
            push_varint(&mut file, (id.len() + block.len()) as u64);
            file.extend_from_slice(&id);
            file.extend_from_slice(block);
        }
        file
    }

    /// The same file with these blocks alone, as far as it has them.
    pub fn only(&self, cids: &[RecordCid]) -> Self {
        let blocks = self.blocks.iter().filter(|(cid, _)| cids.contains(cid));
        Self { root: self.root, blocks: blocks.cloned().collect() }
    }

    /// The same file without the block number `index`.
    pub fn without(&self, index: usize) -> Self {
        let mut car = self.clone();
        car.blocks.remove(index);
        car
    }
}

/// The same bytes with one bit inverted; bits are counted from the first byte's lowest one.
pub fn flip_bit(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    *bytes.get_mut(bit / 8).expect("a bit inside the bytes") ^= 1 << (bit % 8);
    bytes
}
