//! DID documents: the first valid entry counts, and nothing else passes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use serde_json::{Value, json};
use streamhut_atproto::testkit::{KeyKind, TestRepo};
use streamhut_atproto::{Did, DidDocument, DidDocumentError, MAX_DID_DOCUMENT_BYTES};

fn did() -> Did {
    Did::parse("did:plc:44ybard66vv44zksje25o7dz").unwrap()
}

fn repo() -> TestRepo {
    TestRepo::new(&did(), KeyKind::K256, 1)
}

fn parse(document: &Value) -> Result<DidDocument, DidDocumentError> {
    DidDocument::parse(document.to_string().as_bytes(), &did())
}

fn service(id: &str, kind: &str, endpoint: Value) -> Value {
    json!({ "id": id, "type": kind, "serviceEndpoint": endpoint })
}

const PDS: &str = "AtprotoPersonalDataServer";

#[test]
fn a_whole_document() {
    let document = parse(&repo().did_document("https://pds.example.com")).unwrap();
    assert_eq!(document.did, did());
    assert_eq!(document.handle.as_ref().unwrap().as_str(), "account.test");
    assert_eq!(document.require_signing_key(), Ok(&repo().public_key()));
    assert_eq!(document.require_pds(), Ok("https://pds.example.com"));
}

#[test]
fn bad_input_05_did_document_over_the_cap() {
    let mut text = repo().did_document("https://pds.example.com").to_string();
    text.push_str(&" ".repeat(MAX_DID_DOCUMENT_BYTES - text.len()));
    assert!(DidDocument::parse(text.as_bytes(), &did()).is_ok());
    text.push(' ');
    let refused = DidDocument::parse(text.as_bytes(), &did()).unwrap_err();
    assert_eq!(refused, DidDocumentError::TooLarge { did: did(), len: MAX_DID_DOCUMENT_BYTES + 1 });
}

#[test]
fn bad_input_05_did_document_with_a_wrong_id() {
    for id in [json!("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"), json!(""), json!(7), Value::Null, json!([did()])] {
        let mut document = repo().did_document("https://pds.example.com");
        document["id"] = id.clone();
        let found = id.as_str().unwrap_or_default().to_owned();
        assert_eq!(parse(&document), Err(DidDocumentError::WrongId { did: did(), found }));
    }
}

#[test]
fn bad_input_05_did_document_that_is_not_json() {
    let deep = "[".repeat(100_000);
    for bytes in [
        &b""[..],
        b"<!doctype html>",
        b"null",
        b"[]",
        b"{",
        b"\"x\"",
        b"\xff\xfe{}",
        b"\x1f\x8b\x08\0",
        deep.as_bytes(),
    ] {
        let refused = DidDocument::parse(bytes, &did());
        assert!(matches!(refused, Err(DidDocumentError::NotJson { .. })), "{refused:?}");
    }
}

#[test]
fn bad_input_05_did_document_with_several_services() {
    let first = "https://first.example.com";
    let absolute = format!("{}#atproto_pds", did());
    let cases = [
        (
            vec![
                service("#atproto_pds", PDS, json!(first)),
                service("#atproto_pds", PDS, json!("https://b.example.com")),
            ],
            Some(first),
        ),
        (vec![service(&absolute, PDS, json!(first))], Some(first)),
        (
            vec![
                service("#atproto_labeler", "AtprotoLabeler", json!("https://l.example.com")),
                service("#atproto_pds", PDS, json!(first)),
            ],
            Some(first),
        ),
        (
            vec![
                service("#atproto_pds", "Other", json!("https://other.example.com")),
                service("#atproto_pds", PDS, json!(first)),
            ],
            Some(first),
        ),
        (
            vec![
                service("#atproto_pds", PDS, json!({ "uri": "https://x.example.com" })),
                service("#atproto_pds", PDS, json!(first)),
            ],
            Some(first),
        ),
        (
            vec![
                service("#atproto_pds", PDS, json!("not a url")),
                service("#atproto_pds", PDS, json!(first)),
            ],
            Some(first),
        ),
        (vec![json!("text"), json!(null), service("#atproto_pds", PDS, json!(first))], Some(first)),
        (vec![service("atproto_pds", PDS, json!(first))], None),
        (vec![service("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa#atproto_pds", PDS, json!(first))], None),
        (vec![service("#atproto_pds", "atprotopersonaldataserver", json!(first))], None),
        (vec![service("#atproto_pds", PDS, json!("javascript:alert(1)"))], None),
        (vec![], None),
    ];
    for (services, expected) in cases {
        let mut document = repo().did_document("https://unused.example.com");
        document["service"] = json!(services);
        assert_eq!(parse(&document).unwrap().pds.as_deref(), expected, "{services:?}");
    }
    for services in [json!({}), json!("x"), Value::Null] {
        let mut document = repo().did_document("https://unused.example.com");
        document["service"] = services;
        let document = parse(&document).unwrap();
        assert_eq!(document.require_pds(), Err(DidDocumentError::NoPds { did: did() }));
    }
}

#[test]
fn bad_input_05_did_document_with_several_keys() {
    let good = repo().multikey();
    let entry =
        |id: &str, kind: &str, key: &str| json!({ "id": id, "type": kind, "publicKeyMultibase": key });
    let absolute = format!("{}#atproto", did());
    let usable = [
        vec![entry("#atproto", "Multikey", &good)],
        vec![entry(&absolute, "Multikey", "zBroken"), entry(&absolute, "Multikey", &good)],
        vec![
            entry("#other", "Multikey", &TestRepo::new(&did(), KeyKind::P256, 9).multikey()),
            entry(&absolute, "Multikey", &good),
        ],
    ];
    for methods in usable {
        let mut document = repo().did_document("https://pds.example.com");
        document["verificationMethod"] = json!(methods);
        assert_eq!(parse(&document).unwrap().signing_key, Some(repo().public_key()), "{methods:?}");
    }
    let unusable = [
        vec![],
        vec![entry("#atproto", "EcdsaSecp256k1VerificationKey2019", &good)],
        vec![entry("#atproto_label", "Multikey", &good)],
        vec![entry("#atproto", "Multikey", "")],
    ];
    for methods in unusable {
        let mut document = repo().did_document("https://pds.example.com");
        document["verificationMethod"] = json!(methods);
        let document = parse(&document).unwrap();
        assert_eq!(document.require_signing_key(), Err(DidDocumentError::NoSigningKey { did: did() }));
    }
}

#[test]
fn the_first_valid_handle_counts() {
    let mut document = repo().did_document("https://pds.example.com");
    document["alsoKnownAs"] =
        json!(["https://x.example.com", 7, "at://not a handle", "at://Aurora.test", "at://b.test"]);
    assert_eq!(parse(&document).unwrap().handle.unwrap().as_str(), "aurora.test");
    document["alsoKnownAs"] = json!("at://aurora.test");
    assert_eq!(parse(&document).unwrap().handle, None);
}

proptest! {
    #[test]
    fn foreign_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(DidDocument::parse(&bytes, &did()).is_err());
    }

    #[test]
    fn a_spoilt_document_never_panics(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = repo().did_document("https://pds.example.com").to_string().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(document) = DidDocument::parse(&bytes, &did()) { prop_assert_eq!(document.did, did()); }
    }
}
