//! Signing keys and signatures on both curves.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use streamhut_atproto::testkit::{KeyKind, TestSigner, flip_bit};
use streamhut_atproto::{KeyError, PublicKey, SignatureError};

const KINDS: [KeyKind; 2] = [KeyKind::K256, KeyKind::P256];

#[test]
fn keys_round_trip_as_text() {
    for (kind, prefix) in [(KeyKind::K256, "zQ3sh"), (KeyKind::P256, "zDn")] {
        let key = TestSigner::from_seed(kind, 3).public_key();
        let text = key.to_multikey();
        assert!(text.starts_with(prefix), "{text}");
        assert_eq!(PublicKey::from_multikey(&text).unwrap(), key);
    }
}

#[test]
fn what_is_no_key_is_refused() {
    let encode = |bytes: &[u8]| multibase::encode(multibase::Base::Base58Btc, bytes);
    let k256 = TestSigner::from_seed(KeyKind::K256, 3).public_key().to_multikey();
    let (_, bytes) = multibase::decode(&k256).unwrap();
    let with = |prefix: [u8; 2]| [&prefix[..], bytes.get(2..).unwrap()].concat();
    let base32 = multibase::encode(multibase::Base::Base32Lower, &bytes);
    let long = "z".repeat(100_000);
    for text in ["", "z", "Q3sh", "zl0", "did:key:zQ3sh", &base32, &long] {
        let refused = PublicKey::from_multikey(text);
        assert!(
            matches!(refused, Err(KeyError::Multibase { .. } | KeyError::Curve { .. })),
            "{text}: {refused:?}"
        );
    }
    let long = encode(&[bytes.as_slice(), &[0; 32]].concat());
    assert!(matches!(PublicKey::from_multikey(&long), Err(KeyError::Multibase { .. })), "not even decoded");
    assert!(matches!(PublicKey::from_multikey(&encode(&with([0xed, 0x01]))), Err(KeyError::Curve { .. })));
    let mut off_curve = bytes.clone();
    off_curve.splice(2.., [2].into_iter().chain([0xff; 32]));
    let mut uncompressed = vec![0xe7, 0x01, 0x04];
    uncompressed.extend([1; 32]);
    let identity = [0xe7, 0x01, 0x00];
    for bytes in [&off_curve[..], &uncompressed, &identity, bytes.get(..34).unwrap()] {
        assert!(matches!(PublicKey::from_multikey(&encode(bytes)), Err(KeyError::Point { .. })), "{bytes:?}");
    }
}

#[test]
fn a_high_s_is_refused_on_both_curves() {
    for kind in KINDS {
        let signer = TestSigner::from_seed(kind, 7);
        let key = signer.public_key();
        for message in [&b"a"[..], b"bb", b"", b"dddd"] {
            assert_eq!(key.verify(message, &signer.sign(message)), Ok(()));
            assert_eq!(key.verify(message, &signer.sign_high_s(message)), Err(SignatureError::HighS));
        }
    }
}

#[test]
fn other_keys_messages_and_lengths_are_refused() {
    for kind in KINDS {
        let signer = TestSigner::from_seed(kind, 7);
        let signature = signer.sign(b"message");
        let key = signer.public_key();
        assert_eq!(key.verify(b"messagf", &signature), Err(SignatureError::Mismatch));
        for other in
            [TestSigner::from_seed(kind, 8), TestSigner::from_seed(KINDS[usize::from(kind == KINDS[0])], 7)]
        {
            assert!(other.public_key().verify(b"message", &signature).is_err());
        }
        for len in [0, 63] {
            let malformed = SignatureError::Malformed { len };
            assert_eq!(key.verify(b"message", signature.get(..len).unwrap()), Err(malformed));
        }
        let long = [&signature[..], &[0]].concat();
        assert_eq!(key.verify(b"message", &long), Err(SignatureError::Malformed { len: 65 }));
        assert_eq!(key.verify(b"message", &[0; 64]), Err(SignatureError::Malformed { len: 64 }));
        assert_eq!(key.verify(b"message", &[0xff; 64]), Err(SignatureError::Malformed { len: 64 }));
        for bit in (0..512).step_by(37) {
            assert!(key.verify(b"message", &flip_bit(&signature, bit)).is_err());
        }
    }
}

proptest! {
    #[test]
    fn foreign_text_never_panics(text in ".{0,70}|z[1-9A-HJ-NP-Za-km-z]{0,60}") {
        if let Ok(key) = PublicKey::from_multikey(&text) { prop_assert_eq!(key.to_multikey(), text); }
    }
}
