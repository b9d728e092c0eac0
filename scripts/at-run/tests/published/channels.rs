//! Rollback and promotion.

use serde_json::{Value, json};
use streamhut_release::nsid;

use crate::stage::pds::{OTHER_CID, uri};
use crate::{aurora, transcript};

#[test]
fn rollback() {
    let (stage, pds) = aurora();
    let mut t = transcript(&pds);
    t.run(&stage, &["rollback", "demo"]);
    t.run(&stage, &["rollback", "demo", "--no-input", "--json"]);
    assert_eq!(pds.channel("demo:latest").as_deref(), Some("1.1.0"), "nothing happens without a yes");
    t.run(&stage, &["rollback", "demo", "--yes"]);
    assert_eq!(pds.channel("demo:latest").as_deref(), Some("1.0.0"));
    t.run(&stage, &["rollback", "demo", "-y"]);
    t.run(&stage, &["rollback", "demo", "-y", "--to", "1.1.0", "--json"]);
    assert_eq!(pds.channel("demo:latest").as_deref(), Some("1.1.0"));
    t.run(&stage, &["rollback", "demo", "-y", "--to", "1.1.0"]);
    t.run(&stage, &["rollback", "demo", "-y", "--to", "3.0.0"]);
    t.run(&stage, &["rollback", "demo", "-y", "--channel", "next"]);
    t.run(&stage, &["rollback", "demo", "-y", "--channel", "stable"]);
    t.run(&stage, &["rollback", "nothing", "-y"]);
    t.hold("output/rollback");
    for input in &pds.repo().writes {
        assert!(input["swapCommit"].is_string(), "{input}");
    }
}

#[test]
fn promote() {
    let (stage, pds) = aurora();
    let mut t = transcript(&pds);
    t.run(&stage, &["promote", "demo", "1.0.0", "--channel", "stable"]);
    t.run(&stage, &["promote", "demo", "next", "--channel", "latest"]);
    t.run(&stage, &["promote", "demo", "next", "--channel", "latest"]);
    t.run(&stage, &["promote", "demo", "latest", "--channel", "stable", "--json"]);
    t.run(&stage, &["promote", "demo", "2.0.0", "--channel", "stable"]);
    t.run(&stage, &["promote", "demo", "gone", "--channel", "stable"]);
    t.run(&stage, &["promote", "demo", "1.0.0", "--channel", "2.0.0"]);
    t.hold("output/promote");
    assert_eq!(pds.channel("demo:stable").as_deref(), Some("1.2.0-rc.1"));
    assert_eq!(pds.channel("demo:latest").as_deref(), Some("1.2.0-rc.1"));
}

/// A commit that has nothing to do with the bundle is let pass; one that has is a conflict.
#[test]
fn somebody_else_writes_meanwhile() {
    let (stage, pds) = aurora();
    pds.repo().meddler =
        Some(|repo| repo.put("app.bsky.feed.post", "3n2wa26p2vt2d", json!({"text": "hello"})));
    assert_eq!(stage.run(&["rollback", "demo", "-y"]).exit, Some(0));
    assert_eq!(pds.channel("demo:latest").as_deref(), Some("1.0.0"));

    pds.repo().meddler = Some(|repo| repo.point("demo", "latest", "1.2.0-rc.1"));
    let outcome = stage.run(&["rollback", "demo", "-y", "--to", "1.1.0", "--json"]);
    assert_eq!(outcome.error(), (Some(5), "Overtaken".to_owned()));
    assert_eq!(pds.channel("demo:latest").as_deref(), Some("1.2.0-rc.1"), "theirs stays");

    pds.repo().meddler = Some(|repo| repo.point("demo", "stable", "1.0.0"));
    let outcome = stage.run(&["delete", "demo", "1.0.0", "-y", "--json"]);
    assert_eq!(outcome.error(), (Some(5), "Overtaken".to_owned()));
    assert_eq!(pds.channel("demo:stable").as_deref(), Some("1.0.0"));
}

/// The strong reference that is written names what the record really is, or nothing is written.
#[test]
fn bad_input_35_the_pds_calls_a_release_by_another_cid() {
    let (stage, pds) = aurora();
    pds.repo().other_cid = Some(OTHER_CID.to_owned());
    for arguments in [
        &["rollback", "demo", "-y", "--json", "--to", "1.0.0"][..],
        &["promote", "demo", "1.0.0", "--channel", "stable", "--json"],
    ] {
        let outcome = stage.run(arguments);
        assert_eq!(outcome.error(), (Some(1), "OtherCid".to_owned()));
        assert!(outcome.stderr.contains(OTHER_CID) && outcome.stderr.contains("demo:1.0.0"), "{outcome:?}");
    }
    assert!(pds.repo().writes.is_empty());
}

/// A channel whose release was rewritten, or is not there, points at nothing that a runner would take.
#[test]
fn a_channel_that_leads_nowhere() {
    let (stage, pds) = aurora();
    let gone = json!({"uri": uri(nsid::RUN_AT_RELEASE, "demo:1.1.0"), "cid": OTHER_CID});
    pds.repo().put(nsid::RUN_AT_CHANNEL, "demo:latest", json!({"release": gone}));
    let answer = stage.run(&["versions", "demo", "--json"]).json();
    assert_eq!(answer["channels"]["latest"], Value::Null);
    assert_eq!(stage.run(&["rollback", "demo", "-y", "--json"]).error(), (Some(4), "NotFound".to_owned()));
    assert_eq!(stage.run(&["rollback", "demo", "-y", "--to", "1.1.0"]).exit, Some(0));
    assert_eq!(pds.channel("demo:latest").as_deref(), Some("1.1.0"));
}
