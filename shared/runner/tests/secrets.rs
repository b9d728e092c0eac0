//! Secrets: sealed by an author to this runner, read with proof, opened for one bundle.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used)]

mod network;

use std::rc::Rc;

use data_encoding::BASE64;
use network::{Author, DID, Lie, Network, Shelf, now, resolve};
use rand_core::OsRng;
use serde_json::json;
use streamhut_atproto::Did;
use streamhut_release::secret::{RunnerKey, Secret, seal, secret_key};
use streamhut_runner::{Resolved, Runner, SecretState};

/// A bundle that names the secrets TOKEN and OTHER.
fn author() -> Author {
    let author = Author::new();
    let mut release = author.release("2.0.0", &[("index.js", "esm", b"export default 2".to_vec())]);
    release["secrets"] = json!(["TOKEN", "OTHER"]);
    author.publish("2.0.0", release);
    author
}

fn keyed(author: &Author, keys: &[&RunnerKey]) -> Runner<Network, Shelf> {
    let text = keys.iter().map(|key| key.to_base64()).collect::<Vec<_>>().join(" ");
    author.runner_with(move |name| (name == "RUNNER_KEYS").then(|| text.clone()))
}

fn sealed(key: &RunnerKey, (did, bundle, name): (&str, &str, &str), value: &str) -> serde_json::Value {
    let secret = Secret::new(Did::parse(did).unwrap(), bundle.parse().unwrap(), name.into(), value.into());
    let bytes = seal(&key.public(), &secret, &mut OsRng).unwrap();
    json!({"$type": "run.at.secret", "ciphertext": {"$bytes": BASE64.encode(&bytes)}, "createdAt": "2026-11-01T00:00:00Z"})
}

fn put(author: &Author, key: &RunnerKey, name: &str, record: &serde_json::Value) {
    let rkey = secret_key(&"demo".parse().unwrap(), name, key.id());
    author.world(|world| world.repo.put("run.at.secret", &rkey, record));
}

fn state(resolved: &Rc<Resolved>, name: &str) -> String {
    match &resolved.secrets.iter().find(|secret| secret.name == name).unwrap().state {
        SecretState::Given { value, .. } => format!("given {value}"),
        SecretState::Absent => "absent".to_owned(),
        SecretState::Refused(reason) => format!("refused: {reason}"),
    }
}

#[test]
fn a_secret_reaches_the_bundle_that_it_was_sealed_for() {
    let (author, key) = (author(), RunnerKey::generate(&mut OsRng));
    put(&author, &key, "TOKEN", &sealed(&key, (DID, "demo", "TOKEN"), "s3cret"));
    let runner = keyed(&author, &[&key]);
    let resolved = resolve(&runner, "2.0.0", 0).unwrap();
    assert_eq!(
        (state(&resolved, "TOKEN"), state(&resolved, "OTHER")),
        ("given s3cret".into(), "absent".into())
    );
    let plan = runner.plan(&resolved, 0);
    assert_eq!(plan.env.get("TOKEN").map(String::as_str), Some("s3cret"));
    assert!(!plan.env.contains_key("OTHER"));
    // What is taken out of the log: the secret, and no setting.
    assert_eq!(plan.hidden_json, r#"[["TOKEN","s3cret"]]"#);
    for shown in [format!("{plan:?}"), format!("{resolved:?}"), plan.grant_json.clone(), plan.id.clone()] {
        assert!(!shown.contains("s3cret"), "{shown}");
    }
    // A release that doesn't name it doesn't get it.
    let other = resolve(&runner, "1.0.0", 0).unwrap();
    assert!(other.secrets.is_empty() && !runner.plan(&other, 0).env.contains_key("TOKEN"));
}

#[test]
fn a_new_isolate_asks_the_store_alone_for_what_is_there_and_what_is_not() {
    let (author, key) = (author(), RunnerKey::generate(&mut OsRng));
    put(&author, &key, "TOKEN", &sealed(&key, (DID, "demo", "TOKEN"), "one"));
    resolve(&keyed(&author, &[&key]), "2.0.0", 0).unwrap();
    let asked = author.requests();
    let resolved = resolve(&keyed(&author, &[&key]), "2.0.0", 1).unwrap();
    assert_eq!((state(&resolved, "TOKEN"), state(&resolved, "OTHER")), ("given one".into(), "absent".into()));
    assert_eq!(author.requests(), asked);
    for (name, bytes) in author.shelf.entries.borrow().iter() {
        assert!(!String::from_utf8_lossy(bytes).contains("\"one\""), "{name} holds an opened value");
    }
}

#[test]
fn a_changed_secret_makes_another_isolate_and_the_same_one_does_not() {
    let (author, key) = (author(), RunnerKey::generate(&mut OsRng));
    put(&author, &key, "TOKEN", &sealed(&key, (DID, "demo", "TOKEN"), "one"));
    let runner = keyed(&author, &[&key]);
    let first = resolve(&runner, "2.0.0", 0).unwrap();
    put(&author, &key, "TOKEN", &sealed(&key, (DID, "demo", "TOKEN"), "two"));
    let old = resolve(&runner, "2.0.0", 30_000).unwrap();
    assert_eq!(state(&old, "TOKEN"), "given one", "the answer does not wait");
    for due in &old.due {
        now(runner.confirm(due, 30_000)).unwrap();
    }
    let second = resolve(&runner, "2.0.0", 30_001).unwrap();
    assert_eq!(state(&second, "TOKEN"), "given two");
    assert_ne!(runner.plan(&first, 0).id, runner.plan(&second, 0).id);
    assert_eq!(runner.plan(&second, 0).id, keyed(&author, &[&key]).plan(&second, 0).id);
}

#[test]
fn a_release_that_names_secrets_is_started_ahead_of_its_channel_when_all_are_given() {
    for (given, starts) in [(&["TOKEN", "OTHER"][..], 1), (&["TOKEN"][..], 0), (&[][..], 0)] {
        let author = author();
        let key = RunnerKey::generate(&mut OsRng);
        let runner = keyed(&author, &[&key]);
        resolve(&runner, "latest", 0).unwrap();
        let due = resolve(&runner, "latest", 30_000).unwrap().due[0].clone();
        for name in given {
            put(&author, &key, name, &sealed(&key, (DID, "demo", name), "here"));
        }
        author.point("latest", "2.0.0");
        let started = std::cell::RefCell::new(Vec::new());
        let start = async |resolved: Rc<Resolved>| started.borrow_mut().push(resolved);
        now(runner.confirm_and_start(&due, 30_000, start)).unwrap();
        let states: Vec<_> = started.borrow().iter().map(|started| state(started, "OTHER")).collect();
        assert_eq!(states, vec!["given here"; starts], "{given:?}");
        // What was missing is looked for when somebody asks, and not half a minute later.
        for name in ["TOKEN", "OTHER"] {
            put(&author, &key, name, &sealed(&key, (DID, "demo", name), "here"));
        }
        let asked = resolve(&runner, "latest", 30_001).unwrap();
        assert_eq!(
            (asked.label(), state(&asked, "OTHER")),
            (format!("{DID}/demo@2.0.0"), "given here".into())
        );
    }
}

#[test]
fn two_keys_while_one_takes_the_others_place() {
    let author = author();
    let (old, new) = (RunnerKey::generate(&mut OsRng), RunnerKey::generate(&mut OsRng));
    put(&author, &old, "TOKEN", &sealed(&old, (DID, "demo", "TOKEN"), "by the old key"));
    let runner = keyed(&author, &[&new, &old]);
    assert_eq!(state(&resolve(&runner, "2.0.0", 0).unwrap(), "TOKEN"), "given by the old key");
    assert_eq!(runner.keys().iter().map(|key| key.id()).collect::<Vec<_>>(), [new.id(), old.id()]);
    put(&author, &new, "TOKEN", &sealed(&new, (DID, "demo", "TOKEN"), "by the new key"));
    let resolved = resolve(&keyed(&author, &[&new, &old]), "2.0.0", 60_000).unwrap();
    for due in &resolved.due {
        now(runner.confirm(due, 60_000)).unwrap();
    }
    assert_eq!(state(&resolve(&runner, "2.0.0", 60_001).unwrap(), "TOKEN"), "given by the new key");
    assert_eq!(
        state(&resolve(&keyed(&author, &[]), "2.0.0", 60_002).unwrap(), "TOKEN"),
        "absent",
        "a runner without keys"
    );
}

#[test]
fn bad_input_37_a_secret_opens_for_its_own_author_bundle_and_name_alone() {
    let (key, other_key) = (RunnerKey::generate(&mut OsRng), RunnerKey::generate(&mut OsRng));
    let foreign = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";
    let not_bytes =
        json!({"$type": "run.at.secret", "ciphertext": "text", "createdAt": "2026-11-01T00:00:00Z"});
    let short = json!({"$type": "run.at.secret", "ciphertext": {"$bytes": "AAAA"}, "createdAt": "2026-11-01T00:00:00Z"});
    for (what, record, expect) in [
        ("copied into another repo", sealed(&key, (foreign, "demo", "TOKEN"), "s3cret"), "was sealed as"),
        ("of another bundle", sealed(&key, (DID, "other", "TOKEN"), "s3cret"), "was sealed as"),
        ("under another name", sealed(&key, (DID, "demo", "OTHER"), "s3cret"), "was sealed as"),
        ("sealed to another runner", sealed(&other_key, (DID, "demo", "TOKEN"), "s3cret"), "opens it"),
        ("no bytes", not_bytes, "invalid type"),
        ("too short", short, "opens it"),
    ] {
        let author = author();
        put(&author, &key, "TOKEN", &record);
        let runner = keyed(&author, &[&key]);
        let resolved = resolve(&runner, "2.0.0", 0).unwrap();
        let state = state(&resolved, "TOKEN");
        assert!(state.starts_with("refused") && state.contains(expect), "{what}: {state}");
        assert!(!state.contains("s3cret"), "{what}: {state}");
        assert!(!runner.plan(&resolved, 0).env.contains_key("TOKEN"), "{what}");
    }
}

#[test]
fn bad_input_37_a_secret_without_proof_is_none() {
    let (author, key) = (author(), RunnerKey::generate(&mut OsRng));
    let empty = author.world(|world| {
        let rkey = secret_key(&"demo".parse().unwrap(), "TOKEN", key.id());
        world.repo.proof_car("run.at.secret", &rkey)
    });
    let rkey = secret_key(&"demo".parse().unwrap(), "TOKEN", key.id());
    put(&author, &key, "TOKEN", &sealed(&key, (DID, "demo", "TOKEN"), "mine"));
    // The repo of somebody who signs with another key holds the very record.
    let forged = {
        let stranger = Author::new();
        stranger.world(|world| world.repo.rotate_key(streamhut_atproto::testkit::KeyKind::P256, 3));
        put(&stranger, &key, "TOKEN", &sealed(&key, (DID, "demo", "TOKEN"), "forged"));
        stranger.world(|world| world.repo.proof_car("run.at.secret", &rkey))
    };
    author.lie("run.at.secret", Lie::Answer(200, forged));
    let fault = resolve(&keyed(&author, &[&key]), "2.0.0", 0).unwrap_err();
    assert_eq!(fault.public().1, "InvalidProof", "{fault}");
    // An older commit, from before the secret was there, does not take it away.
    author.world(|world| world.lies.clear());
    resolve(&keyed(&author, &[&key]), "1.0.0", 0).unwrap();
    let runner = keyed(&author, &[&key]);
    assert_eq!(state(&resolve(&runner, "2.0.0", 1).unwrap(), "TOKEN"), "given mine");
    author.lie("run.at.secret", Lie::Answer(200, empty));
    let due = resolve(&runner, "2.0.0", 40_000).unwrap().due.clone();
    assert!(due.iter().all(|due| now(runner.confirm(due, 40_000)).is_err()
        || matches!(due, streamhut_runner::Due::Installations)));
    assert_eq!(state(&resolve(&runner, "2.0.0", 40_001).unwrap(), "TOKEN"), "given mine");
}

#[test]
fn silence_keeps_a_known_secret_and_starts_nothing_without_one() {
    let (author, key) = (author(), RunnerKey::generate(&mut OsRng));
    put(&author, &key, "TOKEN", &sealed(&key, (DID, "demo", "TOKEN"), "known"));
    let runner = keyed(&author, &[&key]);
    resolve(&runner, "2.0.0", 0).unwrap();
    author.lie("run.at.secret", Lie::Failed);
    let resolved = resolve(&runner, "2.0.0", 30_000).unwrap();
    let secrets = resolved.due.iter().filter(|due| matches!(due, streamhut_runner::Due::Secret(_)));
    assert!(secrets.map(|due| now(runner.confirm(due, 30_000))).all(|outcome| outcome.is_err()));
    assert_eq!(state(&resolve(&runner, "2.0.0", 30_001).unwrap(), "TOKEN"), "given known");
    author.shelf.entries.borrow_mut().clear();
    let fault = resolve(&keyed(&author, &[&key]), "2.0.0", 30_002).unwrap_err();
    assert_eq!(fault.public().0, 502, "{fault}");
}
