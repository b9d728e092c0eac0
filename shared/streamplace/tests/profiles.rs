//! Profiles, from the views of an AppView and from records.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use serde_json::{Value, json};
use streamhut_atproto::BlobCid;
use streamhut_streamplace::xrpc::{AnswerError, parse_profiles};
use streamhut_streamplace::{Profile, ProfileRecord};

const DID: &str = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";

/// What is read of one view, as JSON.
fn read(view: Value) -> Value {
    json!(Profile::from_value(&view))
}

#[test]
fn basic_and_detailed_views() {
    let basic = json!({"did": DID, "handle": "Aurora.TEST", "displayName": " Aurora\n", "avatar": "https://cdn.example/a"});
    assert_eq!(
        read(basic),
        json!({"did": DID, "handle": "aurora.test", "displayName": "Aurora", "avatar": "https://cdn.example/a"})
    );
    let detailed = json!({
        "did": DID, "handle": "aurora.example.com", "description": "Light that moves.\r\n\r\n\0Slowly. ",
        "banner": "https://cdn.example/b", "followersCount": 3, "viewer": {"muted": false},
    });
    let profile = Profile::from_value(&detailed).unwrap();
    assert_eq!(
        json!(profile),
        json!({"did": DID, "handle": "aurora.example.com", "description": "Light that moves.\n\nSlowly."})
    );
    assert_eq!(serde_json::from_value::<Profile>(json!(profile)).unwrap(), profile);
}

#[test]
fn bad_input_27_wrong_fields_cost_themselves_and_a_profile_needs_its_did() {
    for handle in [json!("handle.invalid"), json!("a.local"), json!("x.onion"), json!("no handle"), json!(5)]
    {
        assert_eq!(read(json!({"did": DID, "handle": handle})), json!({"did": DID}));
    }
    let wrong = json!({
        "did": DID, "displayName": "\0", "description": ["x"], "avatar": "javascript:alert(1)",
    });
    assert_eq!(read(wrong), json!({"did": DID}));
    let long = json!({"did": DID, "displayName": "é".repeat(999), "description": "é".repeat(9999)});
    let long = Profile::from_value(&long).unwrap();
    assert_eq!(long.display_name.unwrap(), "é".repeat(320));
    assert_eq!(long.description.unwrap(), "é".repeat(1280));
    for view in [json!(null), json!({}), json!({"did": "aurora.test"}), json!({"did": 1})] {
        assert_eq!(read(view), json!(null));
    }
}

#[test]
fn an_answer_of_get_profiles() {
    let body = |profiles: Value| json!({"profiles": profiles}).to_string().into_bytes();
    let some = parse_profiles(&body(json!([{"did": DID}, null, {"handle": "a.test"}]))).unwrap();
    assert_eq!(json!(some), json!([{"did": DID}]));
    assert_eq!(parse_profiles(&body(json!(vec![json!({"did": DID}); 99]))).unwrap().len(), 25);
    assert!(matches!(parse_profiles(b"<html>"), Err(AnswerError::NotJson { .. })));
    assert!(matches!(parse_profiles(b"{}"), Err(AnswerError::NoArray { name: "profiles", .. })));
}

fn picture(mime_type: &str) -> Value {
    json!({"$type": "blob", "ref": {"$link": BlobCid::of(b"png").to_string()}, "mimeType": mime_type, "size": 3})
}

#[test]
fn records() {
    let record = ProfileRecord::from_value(&json!({
        "$type": "app.bsky.actor.profile", "displayName": "Aurora", "description": "One\r\ntwo",
        "avatar": picture("image/png"), "banner": picture("image/png"), "createdAt": "2026-01-01T00:00:00Z",
    }))
    .unwrap();
    assert_eq!(
        (record.display_name.as_deref(), record.description.as_deref()),
        (Some("Aurora"), Some("One\ntwo"))
    );
    assert_eq!(record.avatar.unwrap().cid(), BlobCid::of(b"png"));
    assert_eq!(ProfileRecord::from_value(&json!({})), Some(ProfileRecord::default()));
}

#[test]
fn bad_input_27_a_record_of_another_kind_is_none_and_wrong_types_cost_their_field() {
    for record in
        [json!(null), json!([]), json!("x"), json!({"$type": "app.bsky.feed.post"}), json!({"$type": 1})]
    {
        assert_eq!(ProfileRecord::from_value(&record), None, "{record}");
    }
    let wrong = json!({"displayName": 1, "description": "\0", "avatar": picture("image/svg+xml")});
    assert_eq!(ProfileRecord::from_value(&wrong), Some(ProfileRecord::default()));
    let old = json!({"avatar": {"cid": "b", "mimeType": "image/png"}});
    assert_eq!(ProfileRecord::from_value(&old), Some(ProfileRecord::default()));
}
