//! What must not pass for a proof. (That true proofs pass is held against the reference
//! implementation in its own file.)
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use ipld_core::ipld::Ipld;
use serde::Deserialize;
use serde_json::json;
use streamhut_atproto::repo::car::{BlockError, CarError, MAX_CAR_BLOCKS, MAX_CAR_BYTES};
use streamhut_atproto::repo::commit::CommitError;
use streamhut_atproto::repo::mst::MstError;
use streamhut_atproto::testkit::{KeyKind, TestRepo, flip_bit};
use streamhut_atproto::{
    BlobCid, Did, Nsid, ProofError, Proven, PublicKey, RecordCid, RecordKey, RecordProof, SignatureError,
    Tid, proof,
};

const VIDEO: &str = "place.stream.video";
const KINDS: [KeyKind; 2] = [KeyKind::K256, KeyKind::P256];

fn did() -> Did {
    Did::parse("did:plc:44ybard66vv44zksje25o7dz").unwrap()
}

/// A repository of sixty videos: its tree has three layers or so.
fn repo(kind: KeyKind) -> TestRepo {
    let mut repo = TestRepo::new(&did(), kind, 1);
    for index in 0..60 {
        repo.put(
            VIDEO,
            &format!("video-{index:02}"),
            &json!({ "$type": VIDEO, "title": "t", "index": index }),
        );
    }
    repo
}

fn verify_as(
    car: &[u8],
    did: &Did,
    key: &PublicKey,
    collection: &str,
    rkey: &str,
) -> Result<RecordProof, ProofError> {
    proof::verify_record(car, did, key, &Nsid::parse(collection).unwrap(), &RecordKey::parse(rkey).unwrap())
}

fn verify(repo: &TestRepo, car: &[u8], rkey: &str) -> Result<RecordProof, ProofError> {
    verify_as(car, repo.did(), &repo.public_key(), VIDEO, rkey)
}

/// The number of a video whose proof has several tree nodes.
fn deep(repo: &TestRepo) -> String {
    let rkeys = (0..60).map(|index| format!("video-{index:02}"));
    rkeys.max_by_key(|rkey| repo.proof(VIDEO, rkey).blocks.len()).unwrap()
}

#[test]
fn every_record_and_every_absence_is_proved() {
    #[derive(Deserialize)]
    struct Video {
        title: String,
        index: u64,
    }
    for kind in KINDS {
        let repo = repo(kind);
        for index in [0, 17, 59] {
            let rkey = format!("video-{index:02}");
            let proof = verify(&repo, &repo.proof_car(VIDEO, &rkey), &rkey).unwrap();
            let Proven::Record { cid, value } = &proof.outcome else { panic!("{rkey} is there") };
            assert_eq!(RecordCid::of(value), *cid);
            assert_eq!(&proof.rev, repo.rev());
            let video: Video = proof.value().unwrap();
            assert_eq!((video.title.as_str(), video.index), ("t", index));
        }
        for rkey in ["video-", "video-30x", "a", "zzz"] {
            let proof = verify(&repo, &repo.proof_car(VIDEO, rkey), rkey).unwrap();
            assert_eq!(proof.outcome, Proven::Absent);
            assert!(proof.json().is_err());
        }
    }
    let empty = TestRepo::new(&did(), KeyKind::P256, 1);
    assert_eq!(verify(&empty, &empty.proof_car(VIDEO, "a"), "a").unwrap().outcome, Proven::Absent);
}

#[test]
fn a_deleted_record_is_proved_absent_and_an_older_commit_shows_by_its_rev() {
    let mut repo = repo(KeyKind::K256);
    let before = repo.proof_car(VIDEO, "video-17");
    assert!(repo.delete(VIDEO, "video-17"));
    let after = repo.proof_car(VIDEO, "video-17");
    let (before, after) =
        (verify(&repo, &before, "video-17").unwrap(), verify(&repo, &after, "video-17").unwrap());
    assert!(matches!(before.outcome, Proven::Record { .. }));
    assert_eq!(after.outcome, Proven::Absent);
    assert!(before.rev < after.rev, "a replay of the older commit is visible");
    assert_ne!(before.commit, after.commit);
}

#[test]
fn bad_input_08_one_bit_off_in_a_proof() {
    let empty = TestRepo::new(&did(), KeyKind::K256, 1);
    let mut repo = empty.clone();
    repo.put(VIDEO, "a", &json!({ "$type": VIDEO }));
    for repo in [empty, repo] {
        let car = repo.proof_car(VIDEO, "a");
        let truth = verify(&repo, &car, "a").unwrap();
        for bit in 0..car.len() * 8 {
            if let Ok(other) = verify(&repo, &flip_bit(&car, bit), "a") {
                assert_eq!(other, truth, "bit {bit}");
            }
        }
    }
}

#[test]
fn bad_input_08_a_block_that_is_not_what_its_id_says() {
    for kind in KINDS {
        let repo = repo(kind);
        let rkey = deep(&repo);
        let honest = repo.proof(VIDEO, &rkey);
        assert!(honest.blocks.len() >= 4, "commit, two nodes, record");
        for index in 0..honest.blocks.len() {
            let mut car = honest.clone();
            let last = car.blocks[index].1.len() - 1;
            car.blocks[index].1[last] ^= 1;
            let refused = verify(&repo, &car.encode(), &rkey).unwrap_err();
            let corrupt = match &refused {
                ProofError::CommitBlock(block) | ProofError::RecordBlock(block) => block,
                ProofError::Tree(MstError::Block(block)) => block,
                other => panic!("{other}"),
            };
            assert!(matches!(corrupt, BlockError::Corrupt(_)), "{refused}");
        }
    }
}

#[test]
fn a_missing_block_is_an_error_and_never_an_absence() {
    let repo = repo(KeyKind::P256);
    for rkey in [deep(&repo), "video-30x".to_owned()] {
        let honest = repo.proof(VIDEO, &rkey);
        for index in 0..honest.blocks.len() {
            let refused = verify(&repo, &honest.without(index).encode(), &rkey).unwrap_err();
            let missing = match &refused {
                ProofError::CommitBlock(block) | ProofError::RecordBlock(block) => block,
                ProofError::Tree(MstError::Block(block)) => block,
                other => panic!("{other}"),
            };
            assert_eq!(missing, &BlockError::Missing { cid: honest.blocks[index].0 });
        }
    }
}

#[test]
fn blocks_may_repeat_and_come_in_any_order() {
    let repo = repo(KeyKind::K256);
    let rkey = deep(&repo);
    let mut car = repo.proof(VIDEO, &rkey);
    let truth = verify(&repo, &car.encode(), &rkey).unwrap();
    car.blocks.extend(car.blocks.clone());
    car.blocks.reverse();
    assert_eq!(verify(&repo, &car.encode(), &rkey), Ok(truth));
}

#[test]
fn somebody_elses_proof_proves_nothing() {
    for kind in KINDS {
        let repo = repo(kind);
        let car = repo.proof_car(VIDEO, "video-17");
        let other = Did::parse("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa").unwrap();
        let refused = verify_as(&car, &other, &repo.public_key(), VIDEO, "video-17").unwrap_err();
        let expected = CommitError::WrongDid { expected: other, found: did().to_string() };
        assert_eq!(refused, ProofError::Commit(expected));
        for wrong in KINDS {
            let key = TestRepo::new(&did(), wrong, 2).public_key();
            let refused = verify_as(&car, &did(), &key, VIDEO, "video-17").unwrap_err();
            assert!(matches!(refused, ProofError::Commit(CommitError::Signature { .. })), "{refused}");
        }
        let mut rotated = repo.clone();
        rotated.rotate_key(kind, 3);
        assert!(verify(&rotated, &car, "video-17").is_err(), "the old key signs no more");
        assert!(verify(&rotated, &rotated.proof_car(VIDEO, "video-17"), "video-17").is_ok());
    }
}

#[test]
fn a_proof_of_one_record_is_none_of_another() {
    let mut repo = repo(KeyKind::K256);
    repo.put("run.at.release", "demo:1.0.0", &json!({ "$type": "run.at.release" }));
    let car = repo.proof_car(VIDEO, &deep(&repo));
    for index in 0..60 {
        let rkey = format!("video-{index:02}");
        let outcome = verify(&repo, &car, &rkey).map(|proof| proof.outcome);
        assert_ne!(outcome, Ok(Proven::Absent), "{rkey} is there");
    }
    let key = repo.public_key();
    let outcome = verify_as(&car, &did(), &key, "run.at.release", "demo:1.0.0").map(|proof| proof.outcome);
    assert!(outcome.is_err(), "{outcome:?}");
}

/// A correctly signed commit with other fields.
fn edited(repo: &TestRepo, field: &str, value: Option<Ipld>) -> Result<RecordProof, ProofError> {
    let mut fields = repo.unsigned_commit();
    match value {
        Some(value) => fields.insert(field.to_owned(), value),
        None => fields.remove(field),
    };
    let commit = TestRepo::commit_block(fields, |bytes| repo.signer().sign(bytes));
    verify(repo, &repo.proof_under(commit, VIDEO, "video-17").encode(), "video-17")
}

#[test]
fn a_commit_has_the_form_of_version_three() {
    let repo = repo(KeyKind::P256);
    let blob = Ipld::Link(BlobCid::of(b"x").into());
    let cases = [
        ("version", Some(Ipld::Integer(2)), "the commit has the version 2, 3 is required"),
        ("version", None, "the commit has no valid \"version\""),
        ("version", Some(Ipld::String("3".into())), "the commit has no valid \"version\""),
        ("did", None, "the commit has no valid \"did\""),
        ("rev", Some(Ipld::Integer(1)), "the commit has no valid \"rev\""),
        ("rev", Some(Ipld::String("now".into())), "the commit's revision: "),
        ("data", Some(Ipld::Null), "the commit has no valid \"data\""),
        ("data", Some(blob), "the commit's data: "),
    ];
    for (field, value, message) in cases {
        let refused = edited(&repo, field, value).unwrap_err().to_string();
        assert!(refused.starts_with(message), "{refused}");
    }
    assert!(edited(&repo, "prev", None).is_ok());
    assert!(edited(&repo, "unknown", Some(Ipld::Integer(7))).is_ok(), "signed, so part of the message");
    let unsigned = serde_ipld_dagcbor::to_vec(&repo.unsigned_commit()).unwrap();
    let refused = verify(&repo, &repo.proof_under(unsigned, VIDEO, "video-17").encode(), "video-17");
    assert_eq!(refused, Err(ProofError::Commit(CommitError::Field { field: "sig" })));
}

#[test]
fn a_high_s_signature_is_refused() {
    for kind in KINDS {
        let repo = repo(kind);
        let commit = TestRepo::commit_block(repo.unsigned_commit(), |bytes| repo.signer().sign_high_s(bytes));
        let refused = verify(&repo, &repo.proof_under(commit, VIDEO, "video-17").encode(), "video-17");
        let expected = CommitError::Signature { did: did(), reason: SignatureError::HighS };
        assert_eq!(refused, Err(ProofError::Commit(expected)));
    }
}

#[test]
fn a_car_file_has_its_form() {
    let repo = repo(KeyKind::K256);
    let car = repo.proof_car(VIDEO, "video-17");
    let reason = |car: &[u8]| match verify(&repo, car, "video-17") {
        Err(ProofError::Car(reason)) => reason,
        other => panic!("{other:?}"),
    };
    for len in 0..car.len() {
        assert!(verify(&repo, &car[..len], "video-17").is_err(), "cut off at {len}");
    }
    assert_eq!(reason(&[]), CarError::Truncated { offset: 0 });
    assert_eq!(reason(&[0xff; 20]), CarError::Truncated { offset: 0 });
    let end = [&car[..], &[0]].concat();
    assert_eq!(reason(&end), CarError::Truncated { offset: car.len() });
    assert_eq!(reason(&vec![0; MAX_CAR_BYTES + 1]), CarError::TooLarge { len: MAX_CAR_BYTES + 1 });
    let mut blocks = repo.proof(VIDEO, "video-17");
    blocks.blocks = vec![blocks.blocks[1].clone(); 4097];
    assert_eq!(reason(&blocks.encode()), CarError::TooManyBlocks { max: MAX_CAR_BLOCKS });
    for header in [
        json!({ "version": 2, "roots": [{ "$link": blocks.root.to_string() }] }),
        json!({ "version": 1, "roots": [] }),
        json!({ "version": 1, "roots": [{ "$link": blocks.root.to_string() }, { "$link": blocks.root.to_string() }] }),
        json!({ "version": 1 }),
        json!([]),
    ] {
        let header = streamhut_atproto::data_model::dag_cbor_from_json(&header).unwrap();
        let file = [&[header.len() as u8][..], &header].concat();
        assert!(matches!(reason(&file), CarError::Header { .. }), "{header:?}");
    }
}

#[test]
fn revisions_can_be_set_for_tests_of_replays() {
    let mut repo = repo(KeyKind::K256);
    repo.set_rev(Tid::from_micros(5, 3).unwrap());
    let proof = verify(&repo, &repo.proof_car(VIDEO, "video-17"), "video-17").unwrap();
    assert_eq!(proof.rev.micros(), 5);
}
