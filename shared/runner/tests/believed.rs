//! What the runner believes of records, stores and settings, and when it stops believing.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used)]

mod network;

use network::{Author, DID, Lie, now, resolve};
use serde_json::{Value, json};
use streamhut_release::ModuleError;
use streamhut_runner::{Due, Fault, Plan};

fn name(fault: &Fault) -> (u16, &'static str) {
    let (status, name, _) = fault.public();
    (status, name)
}

fn on_shelf(author: &Author, prefix: &str) -> usize {
    author.shelf.entries.borrow().keys().filter(|key| key.starts_with(prefix)).count()
}

#[test]
fn bad_input_38_a_channel_names_its_release_by_content_and_is_a_channel() {
    let author = Author::new();
    let cid = resolve(&author.runner(), "1.0.0", 0).unwrap().cid.to_string();
    let channel = |kind: &str, cid: &str| {
        let uri = format!("at://{DID}/run.at.release/demo:1.0.0");
        json!({"$type": kind, "release": {"uri": uri, "cid": cid}, "createdAt": "2026-11-01T00:00:00Z"})
    };
    let other = "bafyreidykglsfhoixmivffc5uwhcgshx4j465xwqntbmu43nb2dzqwfvae";
    for (record, expect) in [
        (channel("run.at.channel", &cid), Ok(())),
        (channel("run.at.channel", other), Err((502, "ReleaseChanged"))),
        (channel("run.at.release", &cid), Err((502, "InvalidChannel"))),
        (channel("app.bsky.feed.post", &cid), Err((502, "InvalidChannel"))),
    ] {
        author.world(|world| world.repo.put("run.at.channel", "demo:latest", &record));
        author.shelf.entries.borrow_mut().clear();
        let found = resolve(&author.runner(), "latest", 0).map(drop).map_err(|fault| name(&fault));
        assert_eq!(found, expect, "{record}");
    }
}

#[test]
fn bad_input_38_what_is_taken_back_leaves_nothing_on_the_shelf() {
    let author = Author::new();
    let runner = author.runner();
    let resolved = resolve(&runner, "1.0.0", 0).unwrap();
    now(runner.modules(&resolved)).unwrap();
    assert_eq!((on_shelf(&author, "proofs/"), on_shelf(&author, "modules/")), (1, 2));
    author.world(|world| assert!(world.repo.delete("run.at.release", "demo:1.0.0")));
    let due = resolve(&runner, "1.0.0", 300_000).unwrap().due[0].clone();
    assert!(now(runner.confirm(&due, 300_000)).is_err());
    assert_eq!((on_shelf(&author, "proofs/"), on_shelf(&author, "modules/")), (0, 0));
}

#[test]
fn bad_input_38_an_identity_that_lost_its_key_or_its_pds_stops() {
    for part in ["verificationMethod", "service"] {
        let author = Author::new();
        let runner = author.runner();
        resolve(&runner, "1.0.0", 0).unwrap();
        let due = resolve(&runner, "1.0.0", 300_000).unwrap().due[0].clone();
        author.world(|world| world.document[part] = json!([]));
        assert_eq!(
            name(&now(runner.confirm(&due, 300_000)).unwrap_err()),
            (502, "InvalidIdentity"),
            "{part}"
        );
        for runner in [runner, author.runner()] {
            let fault = resolve(&runner, "1.0.0", 300_001).unwrap_err();
            assert_eq!(name(&fault), (502, "InvalidIdentity"), "{part}");
        }
    }
}

#[test]
fn bad_input_38_a_proof_that_is_said_to_be_of_tomorrow_is_confirmed_at_once() {
    let author = Author::new();
    resolve(&author.runner(), "1.0.0", 1_000_000).unwrap();
    let resolved = resolve(&author.runner(), "1.0.0", 999_999).unwrap();
    assert!(matches!(resolved.due[..], [Due::Record(_)]), "{:?}", resolved.due);
    assert!(resolve(&author.runner(), "1.0.0", 1_000_000).unwrap().due.is_empty());
}

#[test]
fn bad_input_34_a_note_of_a_revision_counts_with_its_sum_alone() {
    let author = Author::new();
    for note in ["7zzzzzzzzzzzz", "7zzzzzzzzzzzz ", "7zzzzzzzzzzzz 0123456789abcdef"] {
        let key = format!("revisions/{DID}");
        author.shelf.entries.borrow_mut().clear();
        author.shelf.entries.borrow_mut().insert(key.clone(), note.as_bytes().to_vec());
        resolve(&author.runner(), "1.0.0", 0).unwrap();
        assert_ne!(author.shelf.entries.borrow()[&key], note.as_bytes(), "it was made anew");
    }
}

#[test]
fn bad_input_34_a_corrupt_module_is_dropped_even_when_nobody_has_another() {
    let author = Author::new();
    let runner = author.runner();
    let resolved = resolve(&runner, "1.0.0", 0).unwrap();
    now(runner.modules(&resolved)).unwrap();
    for (key, bytes) in author.shelf.entries.borrow_mut().iter_mut() {
        if key.starts_with("modules/") {
            bytes[0] ^= 1;
        }
    }
    author.lie("getBlob", Lie::Failed);
    assert_eq!(name(&now(runner.modules(&resolved)).unwrap_err()), (502, "PdsUnavailable"));
    assert_eq!(on_shelf(&author, "modules/"), 1, "the second was not looked at");
}

#[test]
fn bad_input_09_no_more_of_a_module_is_read_than_its_release_declares() {
    let author = Author::new();
    author.world(|world| world.blobs.values_mut().for_each(|bytes| bytes.extend(vec![0; 5_000])));
    let runner = author.runner();
    let fault = now(runner.modules(&resolve(&runner, "1.0.0", 0).unwrap())).unwrap_err();
    let Fault::Module { source: ModuleError::Size { declared, actual, .. }, .. } = fault else {
        panic!("{fault}")
    };
    assert_eq!((declared, actual), (network::CODE.len() as u64, declared + 1));
}

/// The plan of `demo@2.0.0` with changes to the release, under an installation of that configuration.
fn planned(changes: &Value, code: &str, config: &Value) -> Plan {
    let author = Author::new();
    let mut release = author.release("2.0.0", &[("index.js", "esm", code.as_bytes().to_vec())]);
    for (field, value) in changes.as_object().unwrap() {
        release[field] = value.clone();
    }
    author.publish("2.0.0", release);
    let bundles = json!([{"did": DID, "name": "demo", "channel": "latest", "config": config}]).to_string();
    let runner = author.runner_with(|name| (name == "BUNDLES").then(|| bundles.clone()));
    let plan = runner.plan(&resolve(&runner, "2.0.0", 0).unwrap(), 0);
    Plan::clone(&plan)
}

#[test]
fn bad_input_13_a_loader_id_stands_for_code_and_for_each_setting() {
    let named = json!({"config": ["TITLE"], "permissions": {}});
    let id = |code: &str, title: &str| planned(&named, code, &json!({ "TITLE": title })).id;
    let one = id("export default 1", "a");
    assert_eq!(one, id("export default 1", "a"));
    assert_ne!(one, id("export default 2", "a"), "the same version with other code");
    assert_ne!(one, id("export default 1", "b"), "a setting that opens no host");
}

#[test]
fn bad_input_12_a_setting_that_the_release_does_not_name_opens_nothing() {
    let config = json!({"ORIGIN_URL": "https://origin.dev/x", "INNER_URL": "https://inner.dev"});
    let asking = |named: Value| json!({"config": named, "permissions": {"net": ["config:ORIGIN_URL", "config:INNER_URL"]}});
    let plan = planned(&asking(json!(["ORIGIN_URL"])), "export default 1", &config);
    assert_eq!(plan.grant.allow, ["https://origin.dev"]);
    assert!(!plan.env.contains_key("INNER_URL"));
    let plan = planned(&asking(json!(["ORIGIN_URL", "INNER_URL"])), "export default 1", &config);
    assert_eq!(plan.grant.allow, ["https://origin.dev", "https://inner.dev"]);
}
