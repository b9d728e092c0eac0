//! A CAR file from the account itself, which may sign what it likes.
//!
//! Hashes and signature stop nearly all changes of a proof. So they are made right again first: every block gets its
//! true id, links to it follow, and the commit is signed anew. What is left are the parsers behind them.

use std::collections::BTreeMap;

use ipld_core::ipld::Ipld;
use streamhut_atproto::repo::{car::Car, commit::Commit, mst};
use streamhut_atproto::testkit::TestCar;
use streamhut_atproto::{Proven, RecordCid, data_model, proof::verify_record};

use crate::fixture::{ACCOUNTS, Account, Data};

const ID_LEN: usize = 36;
/// A proof has a dozen.
const MAX_BLOCKS: usize = 64;

/// What a signed commit says is one thing: in any order of the blocks, by the parts as by the whole, under no other
/// key and for no other account, and in one encoding only.
pub fn forged_proof(data: &[u8]) -> bool {
    let Some(blocks) = blocks(data) else { return false };
    let mut accepted = false;
    for (account, other) in ACCOUNTS.iter().zip(ACCOUNTS.iter().rev()) {
        let Some(forged) = forge(&blocks, account) else { continue };
        accepted |= holds(&forged, account, other);
    }
    accepted
}

fn holds(forged: &TestCar, account: &Account, other: &Account) -> bool {
    let file = forged.encode();
    let reversed =
        TestCar { root: forged.root, blocks: forged.blocks.iter().rev().cloned().collect() }.encode();
    let Account { key, data: Data { did, proofs, .. }, .. } = account;
    let Ok(car) = Car::parse(&file) else { return false };
    let Ok(block) = car.block(&car.root) else { return false };
    let Ok(commit) = Commit::verify(block, did, key) else { return false };
    assert_eq!(canonical(block).as_deref(), Some(block), "a commit in a second encoding");
    assert!(Commit::verify(block, did, &other.key).is_err());
    assert!(Commit::verify(block, &other.data.did, key).is_err());
    let mut accepted = false;
    for claim in proofs {
        let Ok(found) = mst::find(&car, commit.data, &format!("{}/{}", claim.collection, claim.rkey)) else {
            continue;
        };
        let verify = |file: &[u8]| verify_record(file, did, key, &claim.collection, &claim.rkey);
        let proof = verify(&file);
        assert_eq!(proof, verify(&reversed));
        let Ok(proof) = proof else { continue };
        accepted = true;
        match &proof.outcome {
            Proven::Absent => assert_eq!(found, None),
            Proven::Record { cid, value } => {
                assert_eq!(found, Some(*cid));
                assert_eq!(*cid, RecordCid::of(value));
                assert_eq!(canonical(value).as_ref(), Some(value), "a record in a second encoding");
                let json = proof.json().expect("a proved record has a JSON spelling");
                let back = data_model::dag_cbor_from_json(&json);
                assert_eq!(back.as_ref(), Ok(value), "a second record of the same spelling: {json}");
            }
        }
    }
    accepted
}

/// The blocks of a CAR file with the ids that it claims for them, however wrong.
fn blocks(file: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    let (_, mut rest) = section(file)?;
    let mut blocks = Vec::new();
    while !rest.is_empty() && blocks.len() < MAX_BLOCKS {
        let (block, after) = section(rest)?;
        blocks.push(block.split_at_checked(ID_LEN)?);
        rest = after;
    }
    Some(blocks)
}

fn section(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().take(4).position(|byte| byte & 0x80 == 0)?;
    let (prefix, rest) = bytes.split_at_checked(end + 1)?;
    let len = prefix.iter().rev().fold(0, |len, byte| len << 7 | usize::from(byte & 0x7f));
    rest.split_at_checked(len)
}

/// Links point from earlier to later blocks, as servers write them: so the last is settled first.
fn forge(blocks: &[(&[u8], &[u8])], account: &Account) -> Option<TestCar> {
    let mut settled: Vec<(RecordCid, Vec<u8>)> = Vec::new();
    let mut renamed: Vec<(&[u8], Vec<u8>)> = Vec::new();
    for (index, (claimed, block)) in blocks.iter().enumerate().rev() {
        let mut block = block.to_vec();
        renamed.iter().for_each(|(old, new)| replace(&mut block, old, new));
        if index == 0 {
            sign(&mut block, account)?;
        }
        let id = RecordCid::of(&block);
        renamed.push((claimed, id.to_bytes()));
        settled.push((id, block));
    }
    settled.reverse();
    Some(TestCar { root: settled.first()?.0, blocks: settled })
}

/// Puts a true signature in the place of the old one and leaves all else as it is encoded.
fn sign(block: &mut [u8], account: &Account) -> Option<()> {
    let mut fields: BTreeMap<String, Ipld> = serde_ipld_dagcbor::from_slice(block).ok()?;
    // The other account's commit would be refused for its DID.
    (fields.get("did") == Some(&Ipld::String(account.data.did.to_string()))).then_some(())?;
    let Some(Ipld::Bytes(old)) = fields.remove("sig") else { return None };
    let new = account.signer.sign(&serde_ipld_dagcbor::to_vec(&fields).ok()?);
    if old.len() == new.len() {
        replace(block, &old, &new);
    }
    Some(())
}

/// Replaces each occurrence by bytes of the same number.
fn replace(bytes: &mut [u8], old: &[u8], new: &[u8]) {
    let mut at = 0;
    while let Some(place) = bytes.get_mut(at..at + old.len()) {
        if place == old {
            place.copy_from_slice(new);
            at += old.len();
        } else {
            at += 1;
        }
    }
}

fn canonical(block: &[u8]) -> Option<Vec<u8>> {
    let data: Ipld = serde_ipld_dagcbor::from_slice(block).ok()?;
    serde_ipld_dagcbor::to_vec(&data).ok()
}
