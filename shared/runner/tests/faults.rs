//! Every fault as it goes out: status, name and text. A change here is a change of the contract.

#![allow(missing_docs, clippy::unwrap_used)]

use streamhut_atproto::{
    Did, DidDocumentError, Handle, HandleError, ProofError, Tid, pds::PdsError, resolve::ResolveError,
};
use streamhut_outbound::{FetchError, HostError, Refusal, TransportError};
use streamhut_release::{BundleName, ModuleError, ReleaseError};
use streamhut_runner::{Fault, SourceError};

fn did() -> Did {
    Did::parse("did:plc:ewvi7nxzyoun6zhxrhs64oiz").unwrap()
}

fn source(source: impl Into<SourceError>) -> Fault {
    Fault::Source { did: did(), source: source.into() }
}

fn all() -> Vec<Fault> {
    let bundle = || "did:plc:x/demo@1.0.0".to_owned();
    let deadline =
        || FetchError::Transport(TransportError::Deadline { url: "https://pds.dev/".into(), ms: 9 });
    let pds = || "https://pds.dev/".to_owned();
    vec![
        Fault::UnknownRoute { path: "/x".into() },
        Fault::InvalidDid { reason: "`x` is no DID".into() },
        Fault::InvalidName { reason: "X".parse::<BundleName>().unwrap_err() },
        Fault::InvalidEndpoint { endpoint: "a-b".into() },
        Fault::UnknownAccount { did: did(), reason: "nobody".into() },
        Fault::UnknownBundle { did: did(), record: "run.at.release/demo:1.0.0".into() },
        Fault::UnknownEndpoint { bundle: bundle(), endpoint: "x".into() },
        Fault::MethodNotAllowed { endpoint: "x".into(), method: "PUT".into(), allowed: "GET".into() },
        Fault::NotAdmitted { did: did(), name: "demo".into(), policy: "installed bundles only".into() },
        Fault::TrustUnavailable {
            did: did(),
            source: SourceError::Pds(PdsError::Fetch { method: "m".into(), reason: deadline() }),
        },
        Fault::TrustUnavailable {
            did: did(),
            source: SourceError::Collection(streamhut_atproto::CollectionError::TooManyRecords { max: 9 }),
        },
        Fault::TrustIncomplete { did: did() },
        Fault::LengthRequired,
        Fault::BodyTooLarge { length: 2, max: 1 },
        source(ResolveError::Fetch { did: did(), reason: deadline() }),
        source(ResolveError::Status { did: did(), url: "https://plc.dev".into(), status: 503 }),
        source(ResolveError::Host { did: did(), reason: HostError::Unqualified("x".into()) }),
        source(DidDocumentError::NoPds { did: did() }),
        source(PdsError::Endpoint(Refusal::OwnHost("run.dev".into()))),
        source(PdsError::Fetch { method: "m".into(), reason: deadline() }),
        source(PdsError::Unavailable { pds: pds(), method: "m".into(), status: 500 }),
        source(SourceError::Proof(ProofError::Commit(streamhut_atproto::repo::commit::CommitError::Field {
            field: "sig",
        }))),
        source(SourceError::Absent { record: "r".into(), rev: Tid::parse("3ke6kg3wk2522").unwrap() }),
        source(SourceError::Replayed {
            known: Tid::parse("3ke6kg3wk2522").unwrap(),
            found: Tid::parse("3ke6kg3wk2422").unwrap(),
        }),
        Fault::Release { bundle: bundle(), source: ReleaseError::ModuleCount(0) },
        Fault::Channel { channel: bundle(), target: "at://x".into() },
        Fault::ReleaseChanged { bundle: bundle(), known: "a".into(), found: "b".into() },
        Fault::Module { bundle: bundle(), source: ModuleError::NotText("m".into()) },
        Fault::BundleFailed { bundle: bundle(), reason: "secret detail".into() },
        Fault::BundleLimit { bundle: bundle(), reason: "exceeded CPU".into() },
        Fault::BundleHung { bundle: bundle(), reason: "secret detail".into() },
        Fault::BundleDeadline { bundle: bundle(), ms: 5 },
        Fault::InvalidHandle { reason: "`a.test` names no public host".into() },
        Fault::UnknownHandle { reason: "alice.dev names no account".into() },
        Fault::HandleUnavailable {
            handle: Handle::parse("alice.dev").unwrap(),
            source: HandleError::Fetch { handle: Handle::parse("alice.dev").unwrap(), reason: deadline() },
        },
        Fault::HandleUnavailable {
            handle: Handle::parse("alice.dev").unwrap(),
            source: HandleError::Status {
                handle: Handle::parse("alice.dev").unwrap(),
                url: "https://dns.dev".into(),
                status: 500,
            },
        },
        Fault::AdminClosed { reason: "the runner has no ADMIN_TOKEN" },
        Fault::Unauthorized,
        Fault::InvalidInput { reason: "limit is `x`, and may be 1 to 200".into() },
        Fault::UnknownSetting {
            bundle: bundle(),
            unknown: vec!["X".into()],
            known: vec!["A".into(), "B".into()],
        },
        Fault::UnknownSetting { bundle: bundle(), unknown: vec!["X".into(), "Y".into()], known: vec![] },
        Fault::NotInstalled { did: did(), name: "demo".into() },
        Fault::UnknownJob { bundle: bundle(), job: "x".into(), known: vec!["tick".into()] },
        Fault::UnknownTask { id: "x.y".into() },
        Fault::Ledger { status: 409, name: "AlreadyRunning", reason: "job `tick` runs already".into() },
        Fault::Ledger { status: 503, name: "LedgerUnavailable", reason: "secret detail".into() },
        Fault::LogsClosed { forbidden: false, reason: "the token was used before".into() },
        Fault::LogsClosed { forbidden: true, reason: "the token of x is not for a bundle of y".into() },
        Fault::Internal("secret detail".into()),
    ]
}

#[test]
fn every_fault_has_its_status_name_and_text() {
    let told: Vec<String> = all()
        .iter()
        .map(|fault| {
            let (status, name, message) = fault.public();
            format!("{status} {name}: {message}")
        })
        .collect();
    let expected = include_str!("faults.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults.txt"), told.join("\n") + "\n")
            .unwrap();
        return;
    }
    assert_eq!(told.join("\n") + "\n", expected, "run with BLESS=1 to accept");
}

#[test]
fn a_servers_own_fault_tells_no_detail() {
    for fault in all().iter().filter(|fault| fault.status() >= 500) {
        let (_, _, message) = fault.public();
        for word in ["secret", "https://", "did:", "m.js"] {
            assert!(!message.contains(word), "{message}");
        }
    }
}

#[test]
fn limits_of_the_platform_are_told_apart() {
    for (text, status) in [
        ("Worker exceeded CPU time limit.", 503),
        ("Worker exceeded memory limit.", 503),
        ("Too many subrequests.", 503),
        ("Your Worker's code had hung and would never generate a response.", 504),
        ("TypeError: x is not a function", 502),
    ] {
        assert_eq!(Fault::of_bundle("b".into(), text.into()).status(), status, "{text}");
    }
}
