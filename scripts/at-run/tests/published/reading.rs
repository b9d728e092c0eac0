//! Lists and the status: what only looks.

use serde_json::json;
use streamhut_release::nsid;

use crate::stage;
use crate::stage::pds::{FakePds, cid};
use crate::stage::{DID, Stage};
use crate::{aurora, transcript};

#[test]
fn lists() {
    let (stage, pds) = aurora();
    let mut t = transcript(&pds);
    t.run(&stage, &["list"]);
    t.run(&stage, &["list", "--json"]);
    t.hold("output/list");

    let mut t = transcript(&pds);
    t.run(&stage, &["versions", "demo"]);
    t.run(&stage, &["versions", "other", "--json"]);
    t.run(&stage, &["versions", "demo", "--did", DID, "--service", &pds.origin]);
    t.run(&stage, &["versions", "nothing"]);
    t.hold("output/versions");
}

/// What an author wrote reaches no terminal as a command.
#[test]
fn a_message_is_only_text() {
    let (stage, pds) = aurora();
    pds.repo().release("demo", "9.0.0", 6, "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}txt");
    let outcome = stage.run(&["versions", "demo"]);
    assert!(outcome.stdout.contains("\u{fffd}[2J"), "{outcome:?}");
    assert!(!outcome.stdout.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{outcome:?}");
}

/// A runner that serves `version` as `demo`'s latest.
fn runner(pds: &FakePds, version: &'static str) -> String {
    let release = pds.repo().records[&(nsid::RUN_AT_RELEASE.to_owned(), format!("demo:{version}"))].clone();
    let described =
        json!({"did": DID, "name": "demo", "version": version, "cid": cid(&release), "stale": false});
    stage::server::serve(move |asked| match asked.path.strip_prefix(&format!("/bundle/{DID}/demo/")) {
        Some("latest") => (200, described.clone()),
        _ => (404, json!({"error": "UnknownBundle", "message": "the repo has no such release or channel"})),
    })
}

#[test]
fn status() {
    let (stage, pds) = aurora();
    let (fresh, behind) = (runner(&pds, "1.1.0"), runner(&pds, "1.0.0"));
    let mut t = transcript(&pds);
    t.name(&fresh, "http://run.test");
    t.name(&behind, "http://behind.test");
    t.run(&stage, &["status", "demo"]);
    t.run(&stage, &["status", "demo", "--runner", &fresh]);
    t.run(&stage, &["status", "demo", "--runner", &behind]);
    t.run(&stage, &["status", "demo", "--runner", &fresh, "--channel", "next"]);
    t.run(&stage, &["status", "demo", "--runner", &fresh, "--json"]);
    t.run(&stage, &["status", "nothing"]);
    let bundle = stage.bundle();
    let here = ["status", "-C", bundle.to_str().unwrap()];
    t.run(&stage, &here);
    t.run(&stage, &[&here[..], &["--json"]].concat());
    t.hold("output/status");
}

/// What a build is beside what is published: by its content, not by its date.
#[test]
fn status_of_a_project() {
    let (stage, pds) = (Stage::new("demo"), FakePds::new());
    stage.session(&pds.origin, "access");
    let bundle = stage.bundle();
    let local = || {
        let answer = stage.run(&["status", "--json", "-C", bundle.to_str().unwrap()]).json();
        let text = |field: &str| answer["local"][field].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", text("version"), text("state"), text("publishedAs"))
    };
    assert_eq!(local(), "0.1.0 unpublished -");
    assert_eq!(stage.deploy(&["--message", "words do not count"]).exit, Some(0));
    assert_eq!(local(), "0.1.0 published 0.1.0");
    stage.code("two");
    assert_eq!(local(), "0.1.0 differs -");
    let snapshot = stage.deploy(&["--snapshot"]).json()["version"].as_str().unwrap().to_owned();
    assert_eq!(local(), format!("0.1.0 published {snapshot}"));
    stage.declare("demo", "0.2.0");
    stage.code("two");
    assert_eq!(local(), "0.2.0 unpublished -");
    std::fs::remove_dir_all(bundle.join("build")).unwrap();
    let outcome = stage.run(&["status", "--json", "-C", bundle.to_str().unwrap()]);
    assert_eq!(outcome.error(), (Some(2), "NoBundleHere".to_owned()));
}
