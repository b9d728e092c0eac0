//! Every refusal of a bundle's request to its runner: status, name and text. A change here is a change of the contract.

#![allow(missing_docs, clippy::unwrap_used)]

use streamhut_runner::HostError;

fn all() -> Vec<HostError> {
    let key = || "a/b".to_owned();
    vec![
        HostError::UnknownPath { path: "/x".into() },
        HostError::MethodNotAllowed { path: "/blobs/a".into(), method: "POST".into() },
        HostError::InvalidKey { key: key(), reason: "it is empty" },
        HostError::InvalidParameter { name: "limit", value: "0".into() },
        HostError::InvalidBundle { reason: "`x` is no DID".into() },
        HostError::LengthRequired,
        HostError::BodyTooLarge { max: 65_536 },
        HostError::BodyBroken { reason: "it ended early".into() },
        HostError::NotPermitted,
        HostError::NoSuchBlob { key: key() },
        HostError::NotCached { key: key() },
        HostError::RangeNotSatisfiable { size: Some(10) },
        HostError::PreconditionFailed { key: key() },
        HostError::QuotaExceeded { used: 60, max: 100 },
        HostError::UnknownTask { task: "index".into() },
        HostError::NotInstalled { bundle: "did:web:a.dev/demo".into() },
        HostError::NoSuchTask { id: "x.y".into() },
        HostError::UndeclaredBundle { bundle: "did:web:a.dev/demo".into() },
        HostError::LoopDetected { depth: 4 },
    ]
}

#[test]
fn every_refusal_has_its_status_name_and_text() {
    let told: String = all()
        .iter()
        .map(|error| {
            let (status, name) = error.outside();
            format!("{status} {name}: {error}\n")
        })
        .collect();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/host_errors.txt"), told).unwrap();
        return;
    }
    assert_eq!(told, include_str!("host_errors.txt"), "run with BLESS=1 to accept");
}
