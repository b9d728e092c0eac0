//! What the doctor says of machines that are fit and of others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod stage;

use serde_json::json;
use stage::{DID, Outcome, Stage};

/// A PDS that is also its own authorization server, and a runner that admits nobody.
fn services() -> (String, String) {
    let pds = stage::server::serve(|asked| match asked.path.as_str() {
        "/xrpc/_health" => (200, json!({"version": "0.4.9"})),
        "/xrpc/com.atproto.server.getSession" if asked.token == "access" => {
            (200, json!({"did": DID, "handle": "aurora.test", "active": true}))
        }
        "/xrpc/com.atproto.server.getSession" | "/xrpc/com.atproto.server.refreshSession" => {
            (400, json!({"error": "ExpiredToken", "message": "Token has expired"}))
        }
        path => (404, json!({"error": "NotFound", "message": path})),
    });
    let runner = stage::server::serve(|asked| match asked.path.as_str() {
        "/.well-known/at-run.json" => {
            (200, json!({"software": "at-run", "version": "0.1.0", "policy": "installed", "keys": []}))
        }
        _ => (403, json!({"error": "NotAdmitted", "message": "not here"})),
    });
    (pds, runner)
}

fn states(outcome: &Outcome) -> Vec<(String, String)> {
    let answer = outcome.json();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let checks = answer["checks"].as_array().unwrap();
    for check in checks {
        assert_eq!(check["next"].is_null(), check["state"] == "ok", "{check}");
    }
    checks.iter().map(|check| (text(&check["name"]), text(&check["state"]))).collect()
}

#[track_caller]
fn assert_states(outcome: &Outcome, expected: &[(&str, &str)]) {
    let found = states(outcome);
    for (name, state) in expected {
        let found = found.iter().find(|(of, _)| of == name).map(|(_, state)| state.as_str());
        assert_eq!(found, Some(*state), "{name}: {outcome:?}");
    }
}

#[test]
fn a_fit_log_in_and_a_runner_that_does_not_admit() {
    let (pds, runner) = services();
    let stage = Stage::new("demo");
    stage.session(&pds, "access");
    let bundle = stage.bundle();
    let arguments = ["doctor", "--json", "-C", bundle.to_str().unwrap(), "--runner", &runner];
    let outcome = stage.run(&arguments);
    // The session is readable by others, since the test wrote it so; the PDS tells no date and has no OAuth.
    let expected = [
        ("settings", "ok"),
        ("login", "warn"),
        ("pds", "warn"),
        ("clock", "warn"),
        ("project", "ok"),
        ("runner", "warn"),
        ("config", "ok"),
    ];
    assert_states(&outcome, &expected);
    assert!(outcome.stdout.contains("it does not run demo of yours"), "{outcome:?}");
    for secret in ["access", "refresh"] {
        assert!(!outcome.stdout.contains(&format!("\"{secret}\"")), "{outcome:?}");
    }
}

#[test]
fn what_is_broken_fails_with_the_next_step() {
    let (pds, runner) = services();
    let mut stage = Stage::new("demo");
    stage.session(&pds, "ended");
    stage.write("at-run.toml", b"servce = \"x\"\n");
    stage.write("build/index.js", b"export default {}");
    stage.set("AT_RUN_NODE", "/nowhere/node");
    stage.set("AT_RUN_WORKER_BUILD", "/nowhere/worker-build");
    let bundle = stage.bundle();
    let here = ["doctor", "-C", bundle.to_str().unwrap(), "--runner"];
    let outcome = stage.run(&[&here[..], &["http://127.0.0.1:1", "--json"]].concat());
    assert_eq!(outcome.exit, Some(1), "{outcome:?}");
    assert_eq!(outcome.json()["ok"], json!(false));
    let expected = [
        ("settings", "fail"),
        ("worker-build", "fail"),
        ("node", "fail"),
        ("login", "fail"),
        ("project", "fail"),
        ("runner", "fail"),
    ];
    assert_states(&outcome, &expected);

    let words = stage.run(&[&here[..], &[runner.as_str()]].concat());
    assert_eq!(words.exit, Some(1));
    for part in ["fail  settings", "unknown field `servce`", "→ log in again with `at-run login`"] {
        assert!(words.stdout.contains(part), "{part}: {words:?}");
    }
}

#[test]
fn nobody_logged_in_is_no_failure_by_itself() {
    let stage = Stage::new("demo");
    let outcome = stage.run(&["doctor", "--json", "-C", stage.config().parent().unwrap().to_str().unwrap()]);
    assert_states(&outcome, &[("settings", "ok"), ("login", "warn"), ("pds", "warn"), ("project", "ok")]);
    assert!(outcome.stdout.contains("no bundle in this folder"), "{outcome:?}");
}
