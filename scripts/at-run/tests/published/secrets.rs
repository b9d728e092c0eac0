//! Secrets and the keys that they are sealed to.

use serde_json::json;
use streamhut_release::nsid;
use streamhut_release::secret::{RunnerKey, RunnerKeys, SecretError, SecretKeyParts, SecretRecord, open};

use crate::stage::pds::FakePds;
use crate::stage::snapshot::Transcript;
use crate::stage::{self, DID, Stage};
use crate::{aurora, transcript};

/// The private key 0, 1, … 31, and the next but one.
const KEYS: [&str; 2] =
    ["AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="];

/// A runner with these keys.
fn with_keys(keys: &str) -> String {
    let keys: Vec<_> = RunnerKeys::parse(keys).unwrap().iter().map(RunnerKey::public).collect();
    stage::server::serve(move |asked| match asked.path.as_str() {
        "/.well-known/at-run.json" => (200, json!({"keys": keys, "policy": "open"})),
        _ => (404, json!({"error": "NotFound", "message": "no such route"})),
    })
}

/// The value that a runner with these keys finds under that record key.
fn opened(pds: &FakePds, keys: &str, key: &str) -> Result<String, SecretError> {
    let record = pds.repo().records[&(nsid::RUN_AT_SECRET.to_owned(), key.to_owned())].clone();
    let record: SecretRecord = serde_json::from_value(record).unwrap();
    let parts = SecretKeyParts::parse(key).unwrap();
    let secret = open(&RunnerKeys::parse(keys).unwrap(), &record.ciphertext)?;
    secret.value_for(&DID.parse().unwrap(), &parts.bundle, &parts.name)
}

#[test]
fn secrets() {
    let (mut stage, pds) = aurora();
    let (old, new) = (with_keys(KEYS[0]), with_keys(&format!("{} {}", KEYS[1], KEYS[0])));
    let keyless = with_keys("");
    let mut t = transcript(&pds);
    for (origin, name) in
        [(&old, "http://run.test"), (&new, "http://rotated.test"), (&keyless, "http://keyless.test")]
    {
        t.name(origin, name);
    }
    t.run(&stage, &["secrets", "list"]);
    t.run_with(&stage, &["secrets", "set", "TOKEN", "--bundle", "demo", "--runner", &old], "s3cr3t\n");
    t.run_with(&stage, &["secrets", "set", "OTHER", "--bundle", "demo", "--runner", &old], "two\nlines\n\n");
    assert_eq!(opened(&pds, KEYS[0], "demo:TOKEN:53oyqpnavfcrle64"), Ok("s3cr3t".to_owned()));
    assert_eq!(opened(&pds, KEYS[0], "demo:OTHER:53oyqpnavfcrle64"), Ok("two\nlines\n".to_owned()));
    t.run(&stage, &["secrets", "list"]);
    t.run(&stage, &["secrets", "list", "--runner", &new]);
    stage.set("AT_RUN_SECRET_VALUE", "changed");
    let bundle = stage.bundle();
    let set = ["secrets", "set", "TOKEN", "--runner", &new, "--json", "-C", bundle.to_str().unwrap()];
    let outcome = stage.run(&set);
    t.name(outcome.json()["cid"].as_str().unwrap(), "RECORD-CID");
    t.add(&stage, &set, &outcome);
    let id = RunnerKeys::parse(KEYS[1]).unwrap().current().unwrap().id().to_string();
    assert_eq!(opened(&pds, KEYS[1], &format!("demo:TOKEN:{id}")), Ok("changed".to_owned()));
    assert!(opened(&pds, KEYS[0], &format!("demo:TOKEN:{id}")).is_err());
    t.run(&stage, &["secrets", "list", "--runner", &new, "--json"]);
    t.run(&stage, &["secrets", "list", "--bundle", "other"]);
    t.run(&stage, &["secrets", "unset", "TOKEN", "--bundle", "demo"]);
    t.run(&stage, &["secrets", "unset", "TOKEN", "--bundle", "demo"]);
    t.run(&stage, &["secrets", "unset", "OTHER", "--bundle", "demo", "--json"]);
    t.run(&stage, &["secrets", "set", "TOKEN", "--bundle", "demo", "--runner", &keyless]);
    t.run(&stage, &["secrets", "set", "TOKEN", "--bundle", "demo", "--runner", &pds.origin]);
    t.run(&stage, &["secrets", "set", "TOKEN", "--bundle", "demo"]);
    t.hold("output/secrets");
    assert!(pds.keys(nsid::RUN_AT_SECRET).is_empty());
    let text = format!("{:?}", pds.repo().writes);
    assert!(!text.contains("s3cr3t") && !text.contains("changed"), "no value leaves the machine unsealed");
}

#[test]
fn a_secret_that_can_not_be_sealed() {
    let (stage, pds) = aurora();
    let runner = with_keys(KEYS[0]);
    let set = ["secrets", "set", "TOKEN", "--bundle", "demo", "--json", "--runner"];
    let run = |runner: &str, value: &str| stage.run_with(&[&set[..], &[runner]].concat(), value).error();
    assert_eq!(run(&runner, ""), (Some(2), "Usage".to_owned()));
    assert_eq!(run(&runner, "\n"), (Some(2), "Usage".to_owned()));
    assert_eq!(run(&runner, &"x".repeat(65_500)), (Some(7), "SecretTooLarge".to_owned()));
    assert_eq!(run(&runner, &"x".repeat(70_000)), (Some(2), "Usage".to_owned()));
    assert_eq!(run("http://127.0.0.1:1", "x"), (Some(6), "Unreachable".to_owned()));
    assert_eq!(run("http://run.example.com", "x"), (Some(2), "BadService".to_owned()));
    let forged =
        stage::server::serve(|_| (200, json!({"keys": [{"id": "53oyqpnavfcrle64", "publicKey": KEYS[0]}]})));
    assert_eq!(
        run(&forged, "x"),
        (Some(1), "BadAnswer".to_owned()),
        "a key that is not what it calls itself"
    );
    assert!(pds.repo().writes.is_empty());
}

/// What is printed is what a runner reads, and nothing but it is on stdout.
#[test]
fn a_runners_keys() {
    let stage = Stage::new("demo");
    let mut t = Transcript::default();
    let mut seen = Vec::new();
    let mut run = |arguments: &[&str], input: &str, value: fn(&stage::Outcome) -> String| {
        let outcome = stage.run_with(arguments, input);
        let keys = RunnerKeys::parse(&value(&outcome)).unwrap();
        for key in keys.iter() {
            if !seen.contains(key.id()) {
                seen.push(key.id().clone());
                t.name(&key.to_base64(), &format!("PRIVATE-{}", seen.len()));
                t.name(&key.public().to_base64(), &format!("PUBLIC-{}", seen.len()));
                t.name(key.id().as_str(), &format!("ID-{}", seen.len()));
            }
        }
        t.add(&stage, arguments, &outcome);
        keys
    };
    let one = run(&["runner", "key"], "", |outcome| outcome.stdout.clone());
    let one = one.current().unwrap().to_base64();
    let two = run(&["runner", "key", "--rotate"], &one, |outcome| outcome.stdout.clone());
    let two: Vec<String> = two.iter().map(RunnerKey::to_base64).collect();
    assert_eq!(two[1], one);
    let json = |outcome: &stage::Outcome| outcome.json()["value"].as_str().unwrap().to_owned();
    let three = run(&["runner", "key", "--rotate", "--json"], &format!("{}\n{}\n", two[0], two[1]), json);
    let three: Vec<String> = three.iter().map(RunnerKey::to_base64).collect();
    assert_eq!((three.len(), &three[1]), (2, &two[0]));
    t.hold("output/runner-key");

    for (bad, code) in [("", (2, "Usage")), ("no key", (1, "BadKey")), ("eA==", (1, "BadKey"))] {
        let outcome = stage.run_with(&["runner", "key", "--rotate", "--json"], bad);
        assert_eq!(outcome.error(), (Some(code.0), code.1.to_owned()), "{bad}");
    }
}
