//! From DIDs to documents, over a network that may answer anything.
#![allow(clippy::unwrap_used)]

mod net;

use net::{CannedNet, run};
use streamhut_atproto::testkit::{KeyKind, TestRepo};
use streamhut_atproto::{Did, DidDocument, MAX_DID_DOCUMENT_BYTES, ResolveError, Resolver};
use streamhut_outbound::{FetchError, LoopbackOrigins, Policy, TransportError};
use url::Url;

const PLC: &str = "did:plc:44ybard66vv44zksje25o7dz";
const PLC_URL: &str = "https://plc.directory/did:plc:44ybard66vv44zksje25o7dz";
const WEB: &str = "did:web:creator.example-site.dev";
const WEB_URL: &str = "https://creator.example-site.dev/.well-known/did.json";

fn resolve(net: &CannedNet, did: &str) -> Result<DidDocument, ResolveError> {
    let resolver = Resolver { plc: Url::parse("https://plc.directory").unwrap(), deadline_ms: 1000 };
    let policy = Policy::new(vec!["run.streamhut.dev".to_owned()], LoopbackOrigins::none());
    run(resolver.resolve(net, &policy, &Did::parse(did).unwrap()))
}

fn document(did: &str) -> Vec<u8> {
    let repo = TestRepo::new(&Did::parse(did).unwrap(), KeyKind::P256, 1);
    repo.did_document("https://pds.dev").to_string().into_bytes()
}

#[test]
fn both_methods_resolve() {
    let net = CannedNet::default().answer(PLC_URL, 200, "application/did+ld+json", document(PLC)).answer(
        WEB_URL,
        200,
        "text/plain",
        document(WEB),
    );
    for did in [PLC, WEB] {
        assert_eq!(resolve(&net, did).unwrap().require_pds(), Ok("https://pds.dev"));
    }
    assert_eq!(net.asked(), [PLC_URL, WEB_URL]);
}

#[test]
fn a_clear_no_differs_from_no_answer() {
    let answer = |status| CannedNet::default().answer(PLC_URL, status, "application/json", "{}");
    let resolve = |status| resolve(&answer(status), PLC).unwrap_err();
    let did = Did::parse(PLC).unwrap();
    assert_eq!(resolve(404), ResolveError::UnknownAccount { did: did.clone() });
    assert_eq!(resolve(410), ResolveError::Tombstoned { did });
    for (status, unavailable) in
        [(400, false), (404, false), (410, false), (429, true), (500, true), (503, true)]
    {
        assert_eq!(resolve(status).is_unavailable(), unavailable, "{status}");
    }
    assert!(self::resolve(&CannedNet::default(), PLC).unwrap_err().is_unavailable());
}

#[test]
fn bad_input_01_did_web_of_private_hosts_asks_nobody() {
    let hosts =
        ["localhost", "127.0.0.1", "169.254.169.254", "10.0.0.1", "100.64.1.1", "0x7f000001", "2130706433"];
    for host in hosts.into_iter().chain(["app.local", "x.test", "a.internal", "run.streamhut.dev"]) {
        let net = CannedNet::default();
        let refused = resolve(&net, &format!("did:web:{host}")).unwrap_err();
        let by_policy = matches!(refused, ResolveError::Fetch { reason: FetchError::Refused(_), .. });
        assert!(by_policy || matches!(refused, ResolveError::Host { .. }), "{refused:?}");
        assert!(!refused.is_unavailable());
        assert!(net.asked().is_empty(), "{host}");
    }
}

#[test]
fn bad_input_04_a_redirected_did_document() {
    let net = CannedNet::default().redirect(WEB_URL, "https://elsewhere.dev/did.json").answer(
        "https://elsewhere.dev/did.json",
        200,
        "application/json",
        document(WEB),
    );
    let refused = resolve(&net, WEB).unwrap_err();
    assert!(
        matches!(refused, ResolveError::Fetch { reason: FetchError::Redirected { .. }, .. }),
        "{refused:?}"
    );
    assert!(!refused.is_unavailable());
    assert_eq!(net.asked(), [WEB_URL]);
}

#[test]
fn bad_input_05_did_document_of_five_megabytes_is_not_read() {
    let net = CannedNet::default().answer(WEB_URL, 200, "application/json", vec![b' '; 5_000_000]);
    let refused = resolve(&net, WEB).unwrap_err();
    let ResolveError::Fetch { reason: FetchError::Transport(TransportError::TooLarge { max, .. }), .. } =
        refused
    else {
        unreachable!("{refused:?}")
    };
    assert_eq!(max, MAX_DID_DOCUMENT_BYTES);
}

#[test]
fn bad_input_05_did_document_of_somebody_else() {
    let net = CannedNet::default().answer(PLC_URL, 200, "application/json", document(WEB));
    assert!(matches!(resolve(&net, PLC), Err(ResolveError::Document(_))));
}
