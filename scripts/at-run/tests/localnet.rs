//! Against a real PDS: `STREAMHUT_NET` names the `net.json` of a running local network. Each run publishes bundles of
//! its own names, so the network may have seen earlier runs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod stage;

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use stage::{Outcome, Stage};
use streamhut_release::secret::{RunnerKey, RunnerKeys, SecretRecord, open};

fn net() -> Value {
    let file =
        std::env::var("STREAMHUT_NET").expect("STREAMHUT_NET names the net.json of a running local network");
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

fn fresh(label: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    format!("{label}-{}", now.as_micros())
}

fn log_in(stage: &Stage, password: &str) -> Outcome {
    let net = net();
    let pds = net["urls"]["pds"].as_str().unwrap();
    stage.run_with(
        &["login", "--app-password", "--service", pds, "--identifier", "operator.test", "--json"],
        &format!("{password}\n"),
    )
}

/// A stage whose operator is logged in.
fn operator(bundle: &str) -> Stage {
    let stage = Stage::new(bundle);
    let password = net()["accounts"]["operator.test"]["password"].as_str().unwrap().to_owned();
    let outcome = log_in(&stage, &password);
    assert_eq!(outcome.exit, Some(0), "{outcome:?}");
    assert_eq!(outcome.json()["did"], net()["accounts"]["operator.test"]["did"]);
    assert!(!outcome.stdout.contains("Jwt") && outcome.stderr.contains("unencrypted"), "{outcome:?}");
    stage
}

fn done(outcome: &Outcome) -> Value {
    assert_eq!(outcome.exit, Some(0), "{outcome:?}");
    outcome.json()
}

/// What became of the release, of the channel, and of each module.
fn states(answer: &Value) -> String {
    let modules: Vec<&str> =
        answer["modules"].as_array().unwrap().iter().map(|m| m["state"].as_str().unwrap()).collect();
    let state = |value: &Value| value.as_str().unwrap().to_owned();
    format!("{} {} {}", state(&answer["release"]), state(&answer["channel"]["state"]), modules.join(","))
}

/// The bundle's entry in `at-run list`.
fn listed(stage: &Stage, name: &str) -> Value {
    let answer = done(&stage.run(&["list", "--json"]));
    let bundles = answer["bundles"].as_array().unwrap();
    bundles.iter().find(|bundle| bundle["name"] == name).cloned().unwrap_or_default()
}

#[test]
fn a_release_is_published_once() {
    let name = fresh("once");
    let stage = operator(&name);

    let first = done(&stage.deploy(&["--message", "first"]));
    assert_eq!(states(&first), "created created new,new");
    let uri = first["uri"].as_str().unwrap();
    assert!(uri.ends_with(&format!("/{name}:0.1.0")), "{uri}");

    assert_eq!(
        states(&done(&stage.deploy(&["--message", "other words"]))),
        "unchanged unchanged unchanged,unchanged"
    );

    stage.code("two");
    let taken = stage.deploy(&[]);
    assert_eq!(taken.error(), (Some(5), "VersionTaken".to_owned()));
    assert!(taken.json()["error"]["message"].as_str().unwrap().contains(uri));

    stage.declare(&name, "0.2.0");
    stage.code("two");
    let second = done(&stage.deploy(&[]));
    assert_eq!(states(&second), "created moved new,unchanged", "one new, one unchanged");

    let bundle = listed(&stage, &name);
    let versions: Vec<&Value> =
        bundle["versions"].as_array().unwrap().iter().map(|v| &v["version"]).collect();
    assert_eq!(versions, ["0.2.0", "0.1.0"]);
    assert_eq!(
        bundle["versions"][1]["cid"], first["cid"],
        "the PDS knows the record by the CID that was told"
    );
    assert_eq!(bundle["versions"][1]["message"], "first");
    assert_eq!(bundle["channels"], json!({"latest": "0.2.0"}));
}

#[test]
fn an_unchanged_release_joins_another_channel() {
    let name = fresh("channels");
    let stage = operator(&name);
    done(&stage.deploy(&[]));
    let again = done(&stage.deploy(&["--channel", "stable"]));
    assert_eq!(states(&again), "unchanged created unchanged,unchanged");
    assert_eq!(listed(&stage, &name)["channels"], json!({"latest": "0.1.0", "stable": "0.1.0"}));
    assert_eq!(stage.deploy(&["--channel", "1.0.0"]).error(), (Some(2), "BadName".to_owned()));
}

#[test]
fn a_snapshot_follows_the_content() {
    let name = fresh("snapshot");
    let stage = operator(&name);
    let first = done(&stage.deploy(&["--snapshot"]));
    assert!(first["version"].as_str().unwrap().starts_with("0.1.0-dev."), "{first}");
    let again = done(&stage.deploy(&["--snapshot"]));
    assert_eq!(again["version"], first["version"]);
    assert_eq!(states(&again), "unchanged unchanged unchanged,unchanged");
    stage.code("two");
    let second = done(&stage.deploy(&["--snapshot"]));
    assert_ne!(second["version"], first["version"]);
    assert_eq!(states(&second), "created moved new,unchanged");
    assert_eq!(listed(&stage, &name)["channels"], json!({"latest": second["version"]}));
}

#[test]
fn a_dry_run_writes_nothing_and_tells_the_exact_record() {
    let name = fresh("dry");
    let stage = operator(&name);
    let dry = done(&stage.deploy(&["--dry-run", "--message", "words"]));
    assert_eq!((&dry["dryRun"], &dry["record"]["message"]), (&json!(true), &json!("words")));
    assert_eq!(listed(&stage, &name), Value::Null);
    let real = done(&stage.deploy(&["--message", "words"]));
    assert_eq!(real["modules"], dry["modules"]);
    stage.code("two");
    assert_eq!(stage.deploy(&["--dry-run"]).exit, Some(5), "a taken version shows before publishing");
}

#[test]
fn a_wrong_password() {
    let stage = Stage::new("demo");
    assert_eq!(log_in(&stage, "wrong").error(), (Some(3), "LogInRefused".to_owned()));
    assert_eq!(stage.run(&["list", "--json"]).error(), (Some(3), "NotLoggedIn".to_owned()));
}

#[test]
fn an_unknown_account() {
    let net = net();
    let pds = net["urls"]["pds"].as_str().unwrap();
    let list = ["list", "--service", pds, "--json", "--did"];
    let nobody = Stage::new("demo").run(&[&list[..], &["did:plc:ewvi7nxzyoun6zhxrhs64oiz"]].concat());
    assert_eq!(nobody.error(), (Some(4), "NotFound".to_owned()));
    let somebody = net["accounts"]["operator.test"]["did"].as_str().unwrap();
    assert_eq!(done(&Stage::new("demo").run(&[&list[..], &[somebody]].concat()))["did"], somebody);
}

#[test]
fn a_blob_above_the_limit_of_the_pds() {
    let name = fresh("large");
    let stage = operator(&name);
    stage.write("build/index_bg.wasm", &incompressible_module(12_000_000));
    let outcome = stage.deploy(&[]);
    assert_eq!(outcome.error(), (Some(7), "BlobTooLarge".to_owned()));
    assert_eq!(listed(&stage, &name), Value::Null);
}

#[test]
fn a_runner_that_is_not_there_is_no_failure() {
    let stage = operator(&fresh("runner"));
    let outcome = stage.deploy(&["--runner", "http://127.0.0.1:1"]);
    let answer = done(&outcome);
    assert_eq!(answer["health"]["ok"], false);
    assert!(answer["url"].as_str().unwrap().starts_with("http://127.0.0.1:1/bundle/did:"), "{answer}");
    assert!(outcome.stderr.contains("warning: the runner is not reached"), "{outcome:?}");
}

/// A WebAssembly module that is one custom section of noise.
fn incompressible_module(size: u32) -> Vec<u8> {
    let mut bytes = b"\0asm\x01\0\0\0\0".to_vec();
    let mut left = size + 1;
    while left >= 0x80 {
        bytes.push((left & 0x7f) as u8 | 0x80);
        left >>= 7;
    }
    bytes.extend([left as u8, 0]);
    let mut state = 0x9e37_79b9_u32;
    bytes.extend((0..size).map(|_| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 24) as u8
    }));
    bytes
}

/// `demo-…` in two versions, the second at `latest`.
fn two_versions(label: &str) -> (Stage, String) {
    let name = fresh(label);
    let stage = operator(&name);
    done(&stage.deploy(&["--message", "first"]));
    stage.declare(&name, "0.2.0");
    stage.code("two");
    done(&stage.deploy(&["--message", "second"]));
    (stage, name)
}

#[test]
fn a_channel_goes_back_and_forth() {
    let (stage, name) = two_versions("channel");
    let versions = done(&stage.run(&["versions", &name, "--json"]));
    assert_eq!(versions["versions"][0]["channels"], json!(["latest"]));
    assert!(versions["versions"][0]["size"].as_u64().unwrap() > 300, "{versions}");

    let back = done(&stage.run(&["rollback", &name, "--yes", "--json"]));
    assert_eq!((&back["state"], &back["to"]["version"]), (&json!("moved"), &json!("0.1.0")));
    assert_eq!(listed(&stage, &name)["channels"], json!({"latest": "0.1.0"}));
    let promoted = done(&stage.run(&["promote", &name, "0.2.0", "--channel", "stable", "--json"]));
    assert_eq!(promoted["state"], "created");
    done(&stage.run(&["promote", &name, "stable", "--channel", "latest", "--json"]));
    assert_eq!(listed(&stage, &name)["channels"], json!({"latest": "0.2.0", "stable": "0.2.0"}));

    let status = done(&stage.run(&["status", "--json", "-C", stage.bundle().to_str().unwrap()]));
    assert_eq!(
        (&status["newest"]["version"], &status["local"]["state"]),
        (&json!("0.2.0"), &json!("published"))
    );
}

/// The error by which a write that came too late is known.
#[test]
fn a_commit_that_is_not_the_latest_is_an_invalid_swap() {
    let name = fresh("swap");
    let stage = operator(&name);
    let release = done(&stage.deploy(&[]));
    let session: Value =
        serde_json::from_slice(&std::fs::read(stage.config().join("default.session.json")).unwrap()).unwrap();
    let text = |field: &str| session[field].as_str().unwrap();
    let input = json!({
        "repo": text("did"), "swapCommit": release["cid"],
        "writes": [{"$type": "com.atproto.repo.applyWrites#delete", "collection": "run.at.channel", "rkey": format!("{name}:latest")}],
    });
    let agent =
        ureq::Agent::new_with_config(ureq::Agent::config_builder().http_status_as_error(false).build());
    let request = agent.post(format!("{}/xrpc/com.atproto.repo.applyWrites", text("service")));
    let request = request.header("authorization", format!("Bearer {}", text("accessJwt")));
    let mut answer = request.content_type("application/json").send(input.to_string()).unwrap();
    let error: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!((answer.status().as_u16(), &error["error"]), (400, &json!("InvalidSwap")));
    assert_eq!(listed(&stage, &name)["channels"], json!({"latest": "0.1.0"}));
}

#[test]
fn what_is_deleted_is_gone_and_the_rest_is_not() {
    let (stage, name) = two_versions("delete");
    assert_eq!(stage.run(&["delete", &name, "0.2.0", "-y", "--json"]).error(), (Some(5), "InUse".to_owned()));
    done(&stage.run(&["delete", &name, "0.1.0", "-y", "--json"]));
    assert_eq!(listed(&stage, &name)["channels"], json!({"latest": "0.2.0"}));
    let all = done(&stage.run(&["delete", &name, "--all", "-y", "--json"]));
    assert_eq!(all["deleted"].as_array().unwrap().len(), 2);
    assert_eq!(listed(&stage, &name), Value::Null);
    assert_eq!(
        stage.run(&["delete", &name, "--all", "-y", "--json"]).error(),
        (Some(4), "NotFound".to_owned())
    );
}

/// The real PDS keeps the ciphertext as bytes; a runner that holds the key reads it from there.
#[test]
fn a_secret_is_sealed_kept_and_deleted() {
    let name = fresh("secret");
    let stage = operator(&name);
    let text = stage.run(&["runner", "key", "-q"]).stdout;
    let keys = RunnerKeys::parse(&text).unwrap();
    let public: Vec<_> = keys.iter().map(RunnerKey::public).collect();
    let runner = stage::server::serve(move |_| (200, json!({"keys": public})));
    let set = ["secrets", "set", "TOKEN", "--bundle", &name, "--runner", &runner, "--json"];
    let sealed = done(&stage.run_with(&set, "s3cr3t\n"));

    let pds = net()["urls"]["pds"].as_str().unwrap().to_owned();
    let did = sealed["did"].as_str().unwrap();
    let key = format!("{name}:TOKEN:{}", keys.current().unwrap().id());
    let url = format!("{pds}/xrpc/com.atproto.repo.getRecord?repo={did}&collection=run.at.secret&rkey={key}");
    let mut answer = ureq::get(&url).call().unwrap();
    let record: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!(record["cid"], sealed["cid"]);
    let record: SecretRecord = serde_json::from_value(record["value"].clone()).unwrap();
    let opened = open(&keys, &record.ciphertext).unwrap();
    assert_eq!(opened.value_for(&did.parse().unwrap(), &name.parse().unwrap(), "TOKEN").unwrap(), "s3cr3t");

    let again = done(&stage.run_with(&set, "another\n"));
    assert_eq!(again["state"], "replaced");
    let list = ["secrets", "list", "--bundle", &name, "--runner", &runner, "--json"];
    assert_eq!(done(&stage.run(&list))["secrets"][0]["opens"], "current");
    done(&stage.run(&["secrets", "unset", "TOKEN", "--bundle", &name, "--json"]));
    assert_eq!(done(&stage.run(&list))["secrets"], json!([]));
}

#[test]
fn a_session_ends_at_the_pds_too() {
    let stage = operator(&fresh("session"));
    assert_eq!(done(&stage.run(&["whoami", "--json"]))["handle"], "operator.test");
    let file = stage.config().join("default.session.json");
    let kept = std::fs::read(&file).unwrap();
    assert_eq!(done(&stage.run(&["logout", "--json"]))["ended"], true);
    assert!(!file.exists());
    // Whoever had copied the file: the token that makes new ones is good for nothing any more.
    let mut session: Value = serde_json::from_slice(&kept).unwrap();
    session["accessJwt"] = json!("ended");
    std::fs::write(&file, session.to_string()).unwrap();
    assert_eq!(stage.run(&["whoami", "--json"]).error(), (Some(3), "SessionEnded".to_owned()));
}
