//! A PDS that answers what a real one rarely does.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod stage;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use stage::Stage;

/// Answers by method name and token; counts the calls.
type Script = fn(method: &str, token: &str) -> (u16, Value);
type Calls = Arc<Mutex<BTreeMap<String, usize>>>;

fn serve(script: Script) -> (String, Calls) {
    let calls = Calls::default();
    let counted = Arc::clone(&calls);
    let origin = stage::server::serve(move |asked| {
        *counted.lock().unwrap().entry(asked.method().to_owned()).or_default() += 1;
        script(asked.method(), &asked.token)
    });
    (origin, calls)
}

fn count(calls: &Calls, method: &str) -> usize {
    calls.lock().unwrap().get(method).copied().unwrap_or_default()
}

const CID: &str = "bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

fn usual(method: &str) -> (u16, Value) {
    match method {
        "com.atproto.server.describeServer" => {
            (200, json!({"did": "did:web:x", "blobUploadLimit": 5_242_880}))
        }
        "com.atproto.repo.listRecords" => (200, json!({"records": []})),
        _ => (501, json!({"error": "MethodNotImplemented", "message": method})),
    }
}

fn staged(script: Script) -> (Stage, Calls) {
    let stage = Stage::new("demo");
    let (service, calls) = serve(script);
    stage.session(&service, "old");
    (stage, calls)
}

#[test]
fn bad_input_35_the_pds_stores_another_cid() {
    let (stage, calls) = staged(|method, _| match method {
        "com.atproto.repo.uploadBlob" => {
            (200, json!({"blob": {"$type": "blob", "ref": {"$link": CID}, "mimeType": "x/y", "size": 3}}))
        }
        other => usual(other),
    });
    let outcome = stage.deploy(&[]);
    assert_eq!(outcome.error(), (Some(1), "OtherCid".to_owned()));
    assert!(outcome.stderr.contains(CID), "{}", outcome.stderr);
    assert_eq!(count(&calls, "com.atproto.repo.applyWrites"), 0, "nothing is published");
}

#[test]
fn bad_input_35_a_session_that_has_ended() {
    let (stage, calls) = staged(|method, _| match method {
        "com.atproto.repo.uploadBlob" | "com.atproto.server.refreshSession" => {
            (400, json!({"error": "ExpiredToken", "message": "Token has expired"}))
        }
        other => usual(other),
    });
    let outcome = stage.deploy(&[]);
    assert_eq!(outcome.error(), (Some(3), "SessionEnded".to_owned()));
    assert_eq!(count(&calls, "com.atproto.server.refreshSession"), 1, "one try");
}

#[test]
fn an_expired_token_is_renewed_once_and_kept() {
    let (stage, calls) = staged(|method, token| match (method, token) {
        ("com.atproto.repo.uploadBlob", "old") => {
            (400, json!({"error": "ExpiredToken", "message": "Token has expired"}))
        }
        ("com.atproto.server.refreshSession", "refresh") => (
            200,
            json!({"did": "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "handle": "aurora.test", "accessJwt": "new", "refreshJwt": "refresh2"}),
        ),
        ("com.atproto.repo.uploadBlob", "new") => (400, json!({"error": "Full", "message": "no room"})),
        (other, _) => usual(other),
    });
    assert_eq!(stage.deploy(&[]).error(), (Some(1), "Refused".to_owned()), "the new token is used");
    assert_eq!(count(&calls, "com.atproto.server.refreshSession"), 1);
    assert_eq!(count(&calls, "com.atproto.repo.uploadBlob"), 2);
    let stored = std::fs::read_to_string(stage.config().join("default.session.json")).unwrap();
    assert!(stored.contains("\"new\"") && stored.contains("refresh2"), "{stored}");
}

#[test]
fn an_upload_is_tried_three_times() {
    let (stage, calls) = staged(|method, _| match method {
        "com.atproto.repo.uploadBlob" => {
            (500, json!({"error": "InternalServerError", "message": "in haste"}))
        }
        other => usual(other),
    });
    assert_eq!(stage.deploy(&[]).error(), (Some(6), "Unavailable".to_owned()));
    assert_eq!(count(&calls, "com.atproto.repo.uploadBlob"), 3);
    assert_eq!(count(&calls, "com.atproto.repo.applyWrites"), 0);
}

#[test]
fn a_module_above_the_limit_names_module_size_and_limit() {
    let (stage, calls) = staged(|method, _| match method {
        "com.atproto.server.describeServer" => (200, json!({"blobUploadLimit": 100})),
        other => usual(other),
    });
    let outcome = stage.deploy(&[]);
    assert_eq!(outcome.error(), (Some(7), "BlobTooLarge".to_owned()));
    let message = outcome.json()["error"]["message"].to_string();
    assert!(message.contains("`index.js`") && message.contains("at most 100"), "{message}");
    assert_eq!(count(&calls, "com.atproto.repo.uploadBlob"), 0);
}

#[test]
fn a_redirect_gets_no_token() {
    let (stage, _) = staged(|_, _| (307, json!({"error": "Moved", "message": "elsewhere"})));
    assert_eq!(stage.run(&["list", "--json"]).error(), (Some(1), "Refused".to_owned()));
}

#[test]
fn pages_without_end_are_left() {
    let (stage, calls) = staged(|_, _| (200, json!({"records": [], "cursor": "again"})));
    assert_eq!(stage.run(&["list", "--json"]).error(), (Some(1), "BadAnswer".to_owned()));
    assert_eq!(count(&calls, "com.atproto.repo.listRecords"), 2);
}

#[test]
fn answers_that_are_no_answers() {
    for (script, exit, code) in [
        ((|_, _| (200, json!({"records": 7}))) as Script, 1, "BadAnswer"),
        (|_, _| (503, json!({})), 6, "Unavailable"),
        (
            |_, _| (400, json!({"error": "InvalidRequest", "message": "Could not find repo: x"})),
            4,
            "NotFound",
        ),
        (|_, _| (400, json!({"error": "InvalidRequest", "message": "no"})), 1, "Refused"),
    ] {
        let (stage, _) = staged(script);
        assert_eq!(stage.run(&["list", "--json"]).error(), (Some(exit), code.to_owned()));
    }
}
