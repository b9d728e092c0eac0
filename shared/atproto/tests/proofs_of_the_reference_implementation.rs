//! Proofs that `@atproto/repo` wrote (`tests/data/make.mjs`) hold here, and repositories that
//! the testkit makes of the same records are the same to the bit.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use streamhut_atproto::testkit::{KeyKind, TestRepo, TestSigner};
use streamhut_atproto::{Did, Nsid, Proven, PublicKey, RecordCid, RecordKey, Tid, proof};

#[derive(Deserialize)]
struct Fixture {
    did: Did,
    secret: String,
    multikey: String,
    rev: Tid,
    commit: String,
    records: usize,
    proofs: Vec<Claim>,
}

#[derive(Deserialize)]
struct Claim {
    file: String,
    collection: Nsid,
    rkey: RecordKey,
    cid: Option<RecordCid>,
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)).unwrap()
}

fn fixture(curve: &str) -> Fixture {
    serde_json::from_slice(&read(&format!("{curve}.json"))).unwrap()
}

/// The record that `make.mjs` writes under this number.
fn record(index: usize) -> (&'static str, String, Value) {
    let collection = ["place.stream.video", "run.at.release", "app.bsky.feed.post"][index % 3];
    let rkey = if collection == "run.at.release" {
        format!("demo-{index}:1.0.{index}")
    } else {
        format!("3kfixture{index:04}")
    };
    let value = json!({
        "$type": collection,
        "title": format!("Record {index} – ✓"),
        "index": index,
        "flags": [index.is_multiple_of(2), null],
        "nested": { "b": -i64::try_from(index).unwrap(), "aa": "" },
    });
    (collection, rkey, value)
}

fn every_claim_holds(curve: &str) {
    let fixture = fixture(curve);
    let key = PublicKey::from_multikey(&fixture.multikey).unwrap();
    let (mut present, mut absent) = (0, 0);
    for claim in &fixture.proofs {
        let car = read(&claim.file);
        let proof = proof::verify_record(&car, &fixture.did, &key, &claim.collection, &claim.rkey).unwrap();
        assert_eq!(proof.commit.to_string(), fixture.commit);
        assert_eq!(proof.rev, fixture.rev);
        match (&proof.outcome, &claim.cid) {
            (Proven::Record { cid, .. }, Some(expected)) => {
                assert_eq!(cid, expected);
                let index = proof.json().unwrap()["index"].as_u64().unwrap();
                assert_eq!(proof.json().unwrap(), record(index as usize).2);
                present += 1;
            }
            (Proven::Absent, None) => absent += 1,
            (outcome, expected) => panic!("{}: {outcome:?}, expected {expected:?}", claim.file),
        }
    }
    assert!(present >= 4, "one record of each of several layers");
    assert_eq!(absent, 5);
}

fn testkit_agrees(curve: &str, kind: KeyKind) {
    let fixture = fixture(curve);
    let secret = data_encoding::HEXLOWER.decode(fixture.secret.as_bytes()).unwrap();
    let signer = TestSigner::from_secret(kind, secret.as_slice().try_into().unwrap());
    let mut repo = TestRepo::with_signer(&fixture.did, signer);
    for index in 0..fixture.records {
        let (collection, rkey, value) = record(index);
        repo.put(collection, &rkey, &value);
    }
    repo.set_rev(fixture.rev);
    assert_eq!(repo.multikey(), fixture.multikey);
    for claim in &fixture.proofs {
        let ours = repo.proof(claim.collection.as_str(), claim.rkey.as_str());
        assert_eq!(ours.root.to_string(), fixture.commit);
        let theirs = read(&claim.file);
        let ours = ours.encode();
        assert_eq!(ours.len(), theirs.len(), "{}: the same blocks", claim.file);
    }
}

#[test]
fn k256_proofs_hold() {
    every_claim_holds("k256");
}

#[test]
fn p256_proofs_hold() {
    every_claim_holds("p256");
}

#[test]
fn k256_repositories_of_the_testkit_are_the_same() {
    testkit_agrees("k256", KeyKind::K256);
}

#[test]
fn p256_repositories_of_the_testkit_are_the_same() {
    testkit_agrees("p256", KeyKind::P256);
}
