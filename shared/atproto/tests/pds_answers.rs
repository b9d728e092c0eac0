//! The PDS client: what it asks, and what it makes of the answers.
#![allow(clippy::unwrap_used)]

mod net;

use net::{CannedNet, run};
use serde_json::{Value, json};
use streamhut_atproto::testkit::{KeyKind, TestRepo};
use streamhut_atproto::{BlobCid, Did, Nsid, Pds, PdsError, Proven, RecordCid, RecordKey, Tid, proof};
use streamhut_outbound::{FetchError, LoopbackOrigins, Policy, TransportError};

const DID: &str = "did:plc:44ybard66vv44zksje25o7dz";
const XRPC: &str = "https://pds.dev/xrpc/com.atproto.";
const JSON: &str = "application/json; charset=utf-8";
const CAR: &str = "application/vnd.ipld.car";

fn did() -> Did {
    Did::parse(DID).unwrap()
}

fn video() -> Nsid {
    Nsid::parse("place.stream.video").unwrap()
}

fn policy() -> Policy {
    Policy::new(vec!["run.streamhut.dev".to_owned()], LoopbackOrigins::none())
}

/// `did:plc:…` as a query spells it.
fn asked(method: &str, query: &str) -> String {
    format!("{XRPC}{method}?{}", query.replace("DID", "did%3Aplc%3A44ybard66vv44zksje25o7dz"))
}

fn proof_url() -> String {
    asked("sync.getRecord", "did=DID&collection=place.stream.video&rkey=a%3A1")
}

fn record_proof(net: &CannedNet) -> Result<Vec<u8>, PdsError> {
    let policy = policy();
    let pds = Pds::new(net, &policy, "https://pds.dev", 1000).unwrap();
    run(pds.record_proof(&did(), &video(), &RecordKey::parse("a:1").unwrap()))
}

#[test]
fn a_proof_comes_through_to_the_verifier() {
    let mut repo = TestRepo::new(&did(), KeyKind::K256, 1);
    let cid = repo.put("place.stream.video", "a:1", &json!({ "$type": "place.stream.video" }));
    let net =
        CannedNet::default().answer(&proof_url(), 200, CAR, repo.proof_car("place.stream.video", "a:1"));
    let car = record_proof(&net).unwrap();
    let proof =
        proof::verify_record(&car, &did(), &repo.public_key(), &video(), &RecordKey::parse("a:1").unwrap());
    assert!(matches!(proof.unwrap().outcome, Proven::Record { cid: proved, .. } if proved == cid));
    assert_eq!(net.asked(), [proof_url()]);
}

#[test]
fn named_errors_are_told_apart() {
    let answer = |status, body: &str| {
        record_proof(&CannedNet::default().answer(&proof_url(), status, JSON, body)).unwrap_err()
    };
    let pds = || "https://pds.dev/".to_owned();
    let named = |name: &str| answer(400, &json!({ "error": name, "message": "m" }).to_string());
    assert_eq!(named("RepoNotFound"), PdsError::RepoNotFound { pds: pds() });
    assert_eq!(named("RepoDeactivated"), PdsError::RepoDeactivated { pds: pds() });
    assert_eq!(named("RepoTakendown"), PdsError::RepoTakendown { pds: pds() });
    assert_eq!(named("RepoSuspended"), PdsError::RepoSuspended { pds: pds() });
    assert_eq!(named("RecordNotFound"), PdsError::RecordNotFound { pds: pds() });
    assert_eq!(named("BlobNotFound"), PdsError::BlobNotFound { pds: pds() });
    let other = named("InvalidRequest");
    assert!(
        matches!(&other, PdsError::Refused { status: 400, error, .. } if error == "InvalidRequest"),
        "{other}"
    );
    for body in ["", "<html>", "[]", "{}", r#"{"error":7}"#] {
        assert!(matches!(answer(404, body), PdsError::Refused { status: 404, .. }), "{body}");
        for status in [429, 500, 502, 503] {
            let busy = answer(status, body);
            assert!(matches!(busy, PdsError::Unavailable { .. }) && busy.is_unavailable(), "{busy}");
        }
    }
    assert!(!named("RepoDeactivated").is_unavailable());
    let unreachable = record_proof(&CannedNet::default()).unwrap_err();
    assert!(unreachable.is_unavailable(), "{unreachable}");
}

#[test]
fn an_answer_of_another_kind_is_malformed() {
    let net = CannedNet::default().answer(&proof_url(), 200, JSON, "{}");
    assert!(matches!(record_proof(&net), Err(PdsError::Malformed { .. })));
    let policy = policy();
    for (kind, body) in
        [("text/html", "<html>"), (JSON, "<html>"), (JSON, "{}"), (JSON, r#"{"cid":"x","rev":"y"}"#)]
    {
        let net = CannedNet::default().answer(&asked("sync.getLatestCommit", "did=DID"), 200, kind, body);
        let pds = Pds::new(&net, &policy, "https://pds.dev", 1000).unwrap();
        assert!(matches!(run(pds.latest_commit(&did())), Err(PdsError::Malformed { .. })), "{kind} {body}");
    }
}

#[test]
fn bad_input_03_an_endpoint_that_the_policy_refuses_is_never_asked() {
    let (net, policy) = (CannedNet::default(), policy());
    for endpoint in [
        "http://pds.dev",
        "https://u@pds.dev",
        "https://pds.dev:8443",
        "https://pds.dev/x",
        "https://10.0.0.1",
        "https://run.streamhut.dev",
    ] {
        assert!(matches!(Pds::new(&net, &policy, endpoint, 1), Err(PdsError::Endpoint(_))), "{endpoint}");
    }
}

#[test]
fn bad_input_04_a_pds_that_redirects_inward_is_stopped() {
    for target in ["https://10.0.0.1/", "http://pds.dev/", "https://run.streamhut.dev/", "file:///etc/passwd"]
    {
        let net = CannedNet::default().redirect(&proof_url(), target);
        let refused = record_proof(&net).unwrap_err();
        assert!(
            matches!(&refused, PdsError::Fetch { reason: FetchError::RedirectRefused { .. }, .. }),
            "{refused}"
        );
        assert!(!refused.is_unavailable());
        assert_eq!(net.asked().len(), 1);
    }
}

#[test]
fn blobs_have_their_cap_and_follow_redirects() {
    let cid = BlobCid::of(b"wasm");
    let url = asked("sync.getBlob", &format!("did=DID&cid={cid}"));
    let net = CannedNet::default().redirect(&url, "https://cdn.dev/blob").answer(
        "https://cdn.dev/blob",
        200,
        "application/wasm",
        "wasm",
    );
    let policy = policy();
    let pds = Pds::new(&net, &policy, "https://pds.dev/", 1000).unwrap();
    assert_eq!(run(pds.blob_unverified(&did(), &cid, 4)).unwrap(), b"wasm");
    let refused = run(pds.blob_unverified(&did(), &cid, 3)).unwrap_err();
    let PdsError::Fetch { reason: FetchError::Transport(reason), .. } = refused else {
        unreachable!("{refused}")
    };
    assert!(matches!(reason, TransportError::TooLarge { max: 3, .. }));
}

#[test]
fn a_blob_is_bytes_whatever_its_media_type() {
    for body in ["{ \"a\" : [1] }", "{"] {
        let cid = BlobCid::of(body.as_bytes());
        let url = asked("sync.getBlob", &format!("did=DID&cid={cid}"));
        let net = CannedNet::default().answer(&url, 200, JSON, body);
        let policy = policy();
        let pds = Pds::new(&net, &policy, "https://pds.dev", 1000).unwrap();
        assert_eq!(run(pds.blob_unverified(&did(), &cid, 99)).unwrap(), body.as_bytes());
    }
}

#[test]
fn a_page_is_read_entry_by_entry() {
    let cid = RecordCid::of(b"x").to_string();
    let entry = |uri: &str, cid: &str, value: Value| json!({ "uri": uri, "cid": cid, "value": value });
    let good = format!("at://{DID}/place.stream.video/a");
    let records = json!([
        entry(&good, &cid, json!({ "$type": "place.stream.video", "ratio": 1.5 })),
        entry("at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/place.stream.video/a", &cid, json!({})),
        entry(&format!("at://{DID}/other.stream.video/a"), &cid, json!({})),
        entry(&format!("at://{DID}/place.stream.video"), &cid, json!({})),
        entry(&good, "bafkreibroken", json!({})),
        entry(&good, &cid, json!("no object")),
        json!(7),
        json!({}),
    ]);
    let url = asked("repo.listRecords", "repo=DID&collection=place.stream.video&limit=100&cursor=c%2F1");
    let net = CannedNet::default().answer(
        &url,
        200,
        JSON,
        json!({ "records": records, "cursor": "d" }).to_string(),
    );
    let policy = policy();
    let pds = Pds::new(&net, &policy, "https://pds.dev", 1000).unwrap();
    let page = run(pds.list_records(&did(), &video(), 255, Some("c/1"))).unwrap();
    assert_eq!((page.records.len(), page.malformed, page.cursor.as_deref()), (1, 7, Some("d")));
    let uris: Vec<_> = page.records.iter().map(|record| record.uri.as_str()).collect();
    assert_eq!(uris, [good]);
}

#[test]
fn small_answers_are_read() {
    let cid = RecordCid::of(b"commit");
    let net = CannedNet::default()
        .answer(&asked("sync.getLatestCommit", "did=DID"), 200, JSON, json!({ "cid": cid, "rev": "3jzfcijpj2z2a" }).to_string())
        .answer(
            &asked("server.describeServer", ""),
            200,
            JSON,
            r#"{"did":"did:web:pds.dev","availableUserDomains":[".pds.dev"],"blobUploadLimit":5242880,"new":1}"#,
        );
    let policy = policy();
    let pds = Pds::new(&net, &policy, "https://pds.dev", 1000).unwrap();
    let latest = run(pds.latest_commit(&did())).unwrap();
    assert_eq!((latest.cid, latest.rev), (cid, Tid::parse("3jzfcijpj2z2a").unwrap()));
    assert_eq!(run(pds.describe_server()).unwrap().blob_upload_limit, Some(5_242_880));
}
