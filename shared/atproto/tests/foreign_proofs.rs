//! Proof files of arbitrary and of spoilt bytes: no panic, and never another truth.
#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::json;
use streamhut_atproto::repo::car::Car;
use streamhut_atproto::repo::mst;
use streamhut_atproto::testkit::{KeyKind, TestCar, TestRepo};
use streamhut_atproto::{Did, Nsid, ProofError, RecordCid, RecordKey, RecordProof, proof};

const VIDEO: &str = "place.stream.video";

static REPO: LazyLock<TestRepo> = LazyLock::new(|| {
    let did = Did::parse("did:web:creator.example-site.dev").unwrap();
    let mut repo = TestRepo::new(&did, KeyKind::K256, 5);
    for index in 0..40 {
        repo.put(VIDEO, &format!("v{index}"), &json!({ "$type": VIDEO, "index": index }));
    }
    repo
});

fn verify(car: &[u8], rkey: &str) -> Result<RecordProof, ProofError> {
    let (collection, rkey) = (Nsid::parse(VIDEO).unwrap(), RecordKey::parse(rkey).unwrap());
    proof::verify_record(car, REPO.did(), &REPO.public_key(), &collection, &rkey)
}

proptest! {
    #[test]
    fn arbitrary_files_prove_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(verify(&bytes, "v1").is_err());
    }

    /// Arbitrary blocks under true ids get past the hash check and into the parsers.
    #[test]
    fn arbitrary_commits_and_nodes_never_panic(block in proptest::collection::vec(any::<u8>(), 0..200)) {
        let root = RecordCid::of(&block);
        let file = TestCar { root, blocks: vec![(root, block)] }.encode();
        prop_assert!(verify(&file, "v1").is_err());
        let car = Car::parse(&file).unwrap();
        prop_assert!(mst::find(&car, root, "place.stream.video/v1").is_err());
    }

    /// Nodes with one byte changed and a true id: what is still a tree is walked to an end.
    #[test]
    fn spoilt_nodes_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), node in 0usize..3) {
        let mut car = REPO.proof(VIDEO, "v1x");
        let node = 1 + node % (car.blocks.len() - 1);
        let (id, block) = car.blocks.get_mut(node).unwrap();
        let at = at.index(block.len());
        *block.get_mut(at).unwrap() = byte;
        *id = RecordCid::of(block);
        let root = *id;
        let file = car.encode();
        let _ = mst::find(&Car::parse(&file).unwrap(), root, "place.stream.video/v1x");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_spliced_file_proves_the_same_or_nothing(
        rkey in "v[0-9]{1,2}x?",
        at in any::<prop::sample::Index>(),
        removed in 0usize..4,
        added in proptest::collection::vec(any::<u8>(), 0..4),
    ) {
        let mut car = REPO.proof_car(VIDEO, &rkey);
        let truth = verify(&car, &rkey).unwrap();
        let start = at.index(car.len());
        let end = car.len().min(start + removed);
        car.splice(start..end, added);
        if let Ok(proof) = verify(&car, &rkey) { prop_assert_eq!(proof, truth); }
    }
}
