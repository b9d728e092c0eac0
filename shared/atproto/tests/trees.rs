//! Trees that no honest server builds, each under a correctly signed commit.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use ipld_core::ipld::Ipld;
use streamhut_atproto::repo::mst::MstError;
use streamhut_atproto::testkit::{KeyKind, TestCar, TestRepo};
use streamhut_atproto::{Did, Nsid, ProofError, Proven, RecordCid, RecordKey, RecordProof, proof};

const VIDEO: &str = "place.stream.video";

/// A signed commit over a hand-made tree, whose root is the first node.
fn over_tree(nodes: &[Ipld]) -> Result<RecordProof, ProofError> {
    let did = Did::parse("did:plc:44ybard66vv44zksje25o7dz").unwrap();
    let repo = TestRepo::new(&did, KeyKind::K256, 1);
    let blocks: Vec<_> = nodes.iter().map(|node| serde_ipld_dagcbor::to_vec(node).unwrap()).collect();
    let mut fields = repo.unsigned_commit();
    fields.insert("data".to_owned(), Ipld::Link(RecordCid::of(&blocks[0]).into()));
    let commit = TestRepo::commit_block(fields, |bytes| repo.signer().sign(bytes));
    let root = RecordCid::of(&commit);
    let mut car = TestCar { root, blocks: vec![(root, commit)] };
    car.blocks.extend(blocks.into_iter().map(|block| (RecordCid::of(&block), block)));
    let (collection, rkey) = (Nsid::parse(VIDEO).unwrap(), RecordKey::parse("bz").unwrap());
    proof::verify_record(&car.encode(), &did, &repo.public_key(), &collection, &rkey)
}

fn node(left: Option<Ipld>, entries: &[(i128, &str, Option<Ipld>)]) -> Ipld {
    let link = Ipld::Link(RecordCid::of(b"record").into());
    let entries = entries.iter().map(|(p, k, t)| {
        let fields = [
            ("p", Ipld::Integer(*p)),
            ("k", Ipld::Bytes(k.as_bytes().to_vec())),
            ("v", link.clone()),
            ("t", t.clone().unwrap_or(Ipld::Null)),
        ];
        Ipld::Map(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    });
    let fields = [("l", left.unwrap_or(Ipld::Null)), ("e", Ipld::List(entries.collect()))];
    Ipld::Map(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn link_to(node: &Ipld) -> Ipld {
    Ipld::Link(RecordCid::of(&serde_ipld_dagcbor::to_vec(node).unwrap()).into())
}

/// A key of the given layer that sorts at `prefix`.
fn key_on(layer: u32, prefix: &str) -> String {
    let mut keys = (0..100_000).map(|index| format!("{VIDEO}/{prefix}{index}"));
    keys.find(|key| streamhut_atproto::repo::mst::layer(key.as_bytes()) == layer).unwrap()
}

#[test]
fn a_tree_keeps_its_rules() {
    let misplaced = |nodes: &[Ipld], rule: &str| {
        let refused = over_tree(nodes).unwrap_err();
        assert!(matches!(&refused, ProofError::Tree(MstError::Misplaced { .. })), "{refused}");
        assert!(refused.to_string().contains(rule), "{refused}");
    };
    let malformed = |nodes: &[Ipld]| {
        let refused = over_tree(nodes).unwrap_err();
        assert!(matches!(refused, ProofError::Tree(MstError::Malformed { .. })), "{refused}");
    };
    let (a0, b0, a1, z1) = (key_on(0, "a"), key_on(0, "b"), key_on(1, "a"), key_on(1, "z"));
    let z0 = key_on(0, "zz");

    misplaced(&[node(None, &[(1, "x", None)])], "shares more");
    misplaced(&[node(None, &[(0, &a0, None), (100, "x", None)])], "shares more");
    misplaced(&[node(None, &[(0, &b0, None), (0, &a0, None)])], "after the keys before");
    misplaced(&[node(None, &[(0, &a0, None), (0, &a0, None)])], "after the keys before");
    misplaced(&[node(None, &[(0, "", None)])], "after the keys before");
    misplaced(&[node(None, &[(0, &a0, None), (0, &z1, None)])], "another layer");
    misplaced(&[node(None, &[(0, &"k".repeat(1025), None)])], "longer than 1024");

    // The key asked for lies between `a…` and `z…` of layer 1: so does all that may stand in the child there.
    let over = |child: &Ipld| node(None, &[(0, &a1, Some(link_to(child))), (0, &z1, None)]);
    let honest = node(None, &[(0, &b0, None)]);
    assert_eq!(over_tree(&[over(&honest), honest.clone()]).unwrap().outcome, Proven::Absent);
    let too_low = node(None, &[(0, &format!("{VIDEO}/A{}", b0.len()), None)]);
    misplaced(&[over(&too_low), too_low], "after the keys before");
    let too_high = node(None, &[(0, &z0, None)]);
    misplaced(&[over(&too_high), too_high], "before the next key of the node above");
    let same_layer = node(None, &[(0, &key_on(1, "b"), None)]);
    misplaced(&[over(&same_layer), same_layer], "another layer");

    malformed(&[node(Some(link_to(&honest)), &[]), honest.clone()]);
    malformed(&[node(None, &[(0, &b0, Some(link_to(&honest)))]), honest]);
    malformed(&[Ipld::List(vec![])]);
    malformed(&[Ipld::Map([("e".to_owned(), Ipld::Integer(1))].into())]);
    let large: Vec<_> = (0..3000).map(|index| (0, format!("{VIDEO}/a{index:06}"), None)).collect();
    let large: Vec<_> = large.iter().map(|(p, k, t)| (*p, k.as_str(), t.clone())).collect();
    malformed(&[node(None, &large)]);
}
