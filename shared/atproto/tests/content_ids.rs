//! Content ids: the two forms that exist, and the many that must not pass for them.
#![allow(clippy::unwrap_used)]

use std::str::FromStr;

use cid::Cid;
use cid::multihash::Multihash;
use proptest::prelude::*;
use streamhut_atproto::testkit::flip_bit;
use streamhut_atproto::{BlobCid, BlobHasher, CidError, RecordCid};

/// `printf 'hello world' | ipfs add --cid-version=1`, a name known far and wide.
const HELLO: &str = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

fn v1(codec: u64, hash: u64, digest: &[u8]) -> String {
    Cid::new_v1(codec, Multihash::wrap(hash, digest).unwrap()).to_string()
}

#[test]
fn the_known_blob_has_its_known_name() {
    let cid = BlobCid::parse(HELLO).unwrap();
    assert_eq!(BlobCid::of(b"hello world"), cid);
    assert_eq!(cid.to_string(), HELLO);
    assert_eq!(serde_json::to_string(&cid).unwrap(), format!("{HELLO:?}"));
    assert_eq!(BlobCid::from_digest(*cid.digest()), cid);
    assert_eq!(BlobCid::from_bytes(&cid.to_bytes()).unwrap(), cid);
    assert_eq!(Cid::from(cid), Cid::from_str(HELLO).unwrap());
    let mut hasher = BlobHasher::new();
    for piece in [&b"hel"[..], b"", b"lo world"] {
        hasher.update(piece);
    }
    assert_eq!(hasher.len(), 11);
    assert_eq!(hasher.verify(&cid), Ok(()));
}

#[test]
fn bad_input_08_one_bit_off() {
    let bytes = b"\0asm\x01\0\0\0 a small module";
    let cid = BlobCid::of(bytes);
    assert_eq!(cid.verify(bytes), Ok(()));
    for bit in 0..bytes.len() * 8 {
        let other = flip_bit(bytes, bit);
        let mismatch = cid.verify(&other).unwrap_err();
        assert_eq!(mismatch.expected, cid.to_string());
        assert_eq!(mismatch.found, BlobCid::of(&other).to_string());
        let mut hasher = BlobHasher::new();
        hasher.update(&other);
        assert_eq!(hasher.verify(&cid), Err(mismatch));
    }
    assert!(cid.verify(&[]).is_err());
}

#[test]
fn bad_input_08_cid_v0() {
    let text = "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n";
    assert!(matches!(BlobCid::parse(text), Err(CidError::Version0 { value }) if value == text));
    let binary = Cid::from_str(text).unwrap().to_bytes();
    assert!(matches!(RecordCid::from_bytes(&binary), Err(CidError::Version0 { .. })));
    assert!(matches!(RecordCid::try_from(&Cid::from_str(text).unwrap()), Err(CidError::Version0 { .. })));
}

#[test]
fn bad_input_08_wrong_codec() {
    let digest = *BlobCid::of(b"x").digest();
    for codec in [0x71, 0x70, 0x129, 0x0, 0x7fff_ffff] {
        let refused = BlobCid::parse(&v1(codec, 0x12, &digest));
        assert!(matches!(refused, Err(CidError::Codec { found, expected: 0x55, .. }) if found == codec));
    }
    let refused = RecordCid::parse(&v1(0x55, 0x12, &digest));
    assert!(matches!(refused, Err(CidError::Codec { found: 0x55, expected: 0x71, .. })));
}

#[test]
fn bad_input_08_wrong_hash() {
    let digest = *BlobCid::of(b"x").digest();
    for hash in [0x00, 0x11, 0x13, 0x1e, 0xb220] {
        let refused = BlobCid::parse(&v1(0x55, hash, &digest));
        assert!(matches!(refused, Err(CidError::Hash { found, .. }) if found == hash));
    }
}

#[test]
fn bad_input_08_truncated_multihash() {
    let whole = BlobCid::of(b"x").to_bytes();
    for len in 4..whole.len() {
        let refused = BlobCid::from_bytes(whole.get(..len).unwrap());
        let expected = len - 4;
        assert!(
            matches!(refused, Err(CidError::DigestLength { declared: 32, found, .. }) if found == expected)
        );
    }
    for len in 0..4 {
        assert!(BlobCid::from_bytes(whole.get(..len).unwrap()).is_err());
    }
    let trailing = [&whole[..], &[0]].concat();
    assert!(matches!(BlobCid::from_bytes(&trailing), Err(CidError::DigestLength { found: 33, .. })));
    let short = v1(0x55, 0x12, &[7; 20]);
    assert!(matches!(BlobCid::parse(&short), Err(CidError::DigestLength { declared: 20, .. })));
    // 32 bytes that say they are fewer or more: a second spelling of the same id.
    for declared in [0, 31, 33] {
        let mut odd = whole.clone();
        odd[3] = declared;
        let refused = BlobCid::from_bytes(&odd);
        assert!(matches!(refused, Err(CidError::DigestLength { found: 32, .. })), "{declared}: {refused:?}");
    }
}

#[test]
fn bad_input_08_text_that_is_no_cid() {
    let upper = HELLO.to_ascii_uppercase();
    let capital_digits = format!("b{}", &upper.trim_start_matches('B'));
    let long = format!("b{}", "a".repeat(10_000));
    let padded = format!("{HELLO}=");
    let other_base = Cid::from_str(HELLO).unwrap().to_string_of_base(multibase::Base::Base58Btc).unwrap();
    for text in
        ["", "b", "b1", "hello", "z", HELLO.trim_start_matches('b'), &upper, &capital_digits, &long, &padded]
    {
        assert!(matches!(BlobCid::parse(text), Err(CidError::Garbage { .. })), "{text:?}");
    }
    assert!(matches!(BlobCid::parse(&other_base), Err(CidError::Garbage { .. })));
    assert!(matches!(BlobCid::from_bytes(&[2, 0x55, 0x12, 32]), Err(CidError::Version { version: 2, .. })));
}

proptest! {
    #[test]
    fn foreign_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80), text in ".{0,80}") {
        if let Ok(cid) = BlobCid::from_bytes(&bytes) { prop_assert_eq!(cid.to_bytes(), bytes); }
        if let Ok(cid) = BlobCid::parse(&text) { prop_assert_eq!(cid.to_string(), text); }
    }

    #[test]
    fn ids_round_trip(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let cid = RecordCid::of(&bytes);
        prop_assert_eq!(RecordCid::parse(&cid.to_string()).unwrap(), cid);
        prop_assert_eq!(RecordCid::from_bytes(&cid.to_bytes()).unwrap(), cid);
        prop_assert_eq!(RecordCid::try_from(&Cid::from(cid)).unwrap(), cid);
    }
}
