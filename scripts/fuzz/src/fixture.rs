//! The two accounts of `shared/atproto/tests/data`, and what their proofs claim.

use std::sync::LazyLock;

use serde::Deserialize;
use streamhut_atproto::testkit::{KeyKind, TestSigner};
use streamhut_atproto::{Did, Nsid, PublicKey, RecordCid, RecordKey, Tid};

/// An account with one commit.
pub struct Account {
    pub signer: TestSigner,
    pub key: PublicKey,
    pub data: Data,
}

/// What is written about it.
#[derive(Deserialize)]
pub struct Data {
    pub did: Did,
    secret: String,
    pub rev: Tid,
    pub commit: RecordCid,
    pub proofs: Vec<Claim>,
}

/// What the commit says of one key: its record's id, or that there is none.
#[derive(Deserialize)]
pub struct Claim {
    pub collection: Nsid,
    pub rkey: RecordKey,
    pub cid: Option<RecordCid>,
}

/// One account for each curve.
pub static ACCOUNTS: LazyLock<[Account; 2]> = LazyLock::new(|| {
    [
        account(include_str!("../../../shared/atproto/tests/data/k256.json"), KeyKind::K256),
        account(include_str!("../../../shared/atproto/tests/data/p256.json"), KeyKind::P256),
    ]
});

fn account(text: &str, kind: KeyKind) -> Account {
    let data: Data = serde_json::from_str(text).expect("the fixture is well-formed");
    let mut secret = [0; 32];
    for (byte, digits) in secret.iter_mut().zip(data.secret.as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(digits).expect("hexadecimal");
        *byte = u8::from_str_radix(digits, 16).expect("hexadecimal");
    }
    let signer = TestSigner::from_secret(kind, &secret);
    Account { key: signer.public_key(), signer, data }
}
