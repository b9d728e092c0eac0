//! Deleting versions and bundles.

use serde_json::json;
use streamhut_release::nsid;

use crate::{aurora, transcript};

#[test]
fn delete() {
    let (stage, pds) = aurora();
    for name in ["TOKEN", "OTHER"] {
        pds.repo().put(nsid::RUN_AT_SECRET, &format!("demo:{name}:53oyqpnavfcrle64"), json!({}));
    }
    pds.repo().put(nsid::RUN_AT_SECRET, "other:TOKEN:53oyqpnavfcrle64", json!({}));
    let mut t = transcript(&pds);
    t.run(&stage, &["delete", "demo", "1.0.0"]);
    t.run(&stage, &["delete", "demo", "1.0.0", "--yes"]);
    t.run(&stage, &["delete", "demo", "1.0.0", "--yes"]);
    t.run(&stage, &["delete", "demo", "1.1.0", "--yes", "--json"]);
    t.run(&stage, &["delete", "demo", "1.1.0", "--yes", "--force"]);
    assert_eq!(pds.keys(nsid::RUN_AT_CHANNEL), ["demo:next", "other:latest"]);
    t.run(&stage, &["delete", "demo", "--all"]);
    t.run(&stage, &["delete", "demo", "--all", "--yes", "--json"]);
    t.hold("output/delete");
    assert_eq!(pds.keys(nsid::RUN_AT_RELEASE), ["other:0.1.0"]);
    assert_eq!(pds.keys(nsid::RUN_AT_CHANNEL), ["other:latest"]);
    assert_eq!(pds.keys(nsid::RUN_AT_SECRET), ["other:TOKEN:53oyqpnavfcrle64"]);
    let writes = &pds.repo().writes;
    assert_eq!(writes.len(), 3, "each deletion is one commit");
    assert!(writes.iter().all(|input| input["swapCommit"].is_string()));
}

/// More than a PDS takes at once goes in several commits, channels before the releases that they point at.
#[test]
fn a_bundle_of_very_many_versions() {
    let (stage, pds) = aurora();
    for patch in 0..400 {
        pds.repo().release("demo", &format!("3.0.{patch}"), 5, "");
    }
    assert_eq!(stage.run(&["delete", "demo", "--all", "-y", "-q"]).exit, Some(0));
    assert_eq!(pds.keys(nsid::RUN_AT_RELEASE), ["other:0.1.0"]);
    let writes = pds.repo().writes.clone();
    let sizes: Vec<usize> = writes.iter().map(|input| input["writes"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [200, 200, 5]);
    assert_eq!(writes[0]["writes"][1]["collection"], nsid::RUN_AT_CHANNEL);
}
