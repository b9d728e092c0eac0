//! `at-run dev`: a compiler that copies stands for the real one, a PDS in memory for the author's.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod stage;

use std::io::{BufRead, BufReader, Lines, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdout, Command};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use stage::pds::FakePds;
use stage::{DID, Stage};
use streamhut_release::nsid;

/// Makes of `src/index.js` what worker-build would of a crate.
const COMPILER: &str = r#"#!/bin/sh
out=
for word; do [ "$last" = --out-dir ] && out=$word; last=$word; done
[ -e "$out/.tmp" ] && { echo "the rest of a failed build is there" >&2; exit 1; }
mkdir -p "$out/.tmp"
case "$*" in "--dev --no-opt "*) ;; *) echo "called with $*" >&2; exit 1 ;; esac
if [ -n "$AT_RUN_ADMIN_TOKEN" ]; then echo "the crate's code sees the token" >&2; exit 1; fi
if grep -q BROKEN src/index.js; then echo "src/index.js: it is BROKEN" >&2; exit 1; fi
rmdir "$out/.tmp"
cp build/index_bg.wasm src/index.js "$out"
"#;

const TOKEN: &str = "an-admin-token";

struct Dev {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Dev {
    fn start(stage: &Stage, more: &[&str]) -> Self {
        let bundle = stage.bundle();
        let fixed = ["dev", "-q", "--json", "-C", bundle.to_str().unwrap()];
        let mut child = stage.command(&[&fixed, more].concat()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next JSON object, on a line of its own.
    fn next(&mut self) -> Value {
        let line = self.lines.next().expect("it goes on").unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// Interrupts it; gives what it said on stderr.
    fn interrupt(mut self) -> String {
        assert!(
            Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap().success()
        );
        let status = self.child.wait().unwrap();
        // What a shell shows as 130.
        assert_eq!(status.signal(), Some(2), "{status}");
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        said
    }
}

fn stage(pds: &FakePds) -> Stage {
    let mut stage = Stage::new("demo");
    stage.session(&pds.origin, "token");
    stage.write("../worker-build", COMPILER.as_bytes());
    let compiler = stage.bundle().join("../worker-build");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&compiler, mode).unwrap();
    stage.set("AT_RUN_WORKER_BUILD", compiler.to_str().unwrap());
    stage.set("AT_RUN_ADMIN_TOKEN", "");
    std::fs::create_dir_all(stage.bundle().join("src")).unwrap();
    save(&stage, "one");
    stage
}

/// Saves a source that answers `text`.
fn save(stage: &Stage, text: &str) {
    stage.code(text);
    let bundle = stage.bundle();
    let code = std::fs::read_to_string(bundle.join("build/index.js")).unwrap();
    stage.write("src/index.js", format!("{code}// {text}\n").as_bytes());
}

/// A runner that knows every release by the CID in the PDS. Gives its origin, and the purges that it was asked for.
fn runner(pds: &Arc<FakePds>) -> (String, Arc<Mutex<Vec<String>>>) {
    let purges = Arc::new(Mutex::new(Vec::new()));
    let (pds, seen) = (Arc::clone(pds), Arc::clone(&purges));
    let origin = stage::server::serve(move |asked| {
        let path = asked.path.clone();
        if let Some(bundle) = path.strip_prefix("/admin/purge/") {
            let word = if asked.token == TOKEN { bundle.to_owned() } else { format!("no: {}", asked.token) };
            seen.lock().unwrap().push(word);
            return if asked.token == TOKEN { (200, json!({"entries": 1})) } else { (401, json!({})) };
        }
        let key = path.strip_prefix(&format!("/bundle/{DID}/")).unwrap_or_default().replace('/', ":");
        let repo = pds.repo();
        match repo.records.get(&(nsid::RUN_AT_RELEASE.to_owned(), key)) {
            Some(record) => (200, json!({"cid": stage::pds::cid(record)})),
            None => (404, json!({"error": "UnknownBundle", "message": "no such bundle"})),
        }
    });
    (origin, purges)
}

#[test]
fn each_change_is_published_and_what_is_broken_is_not() {
    let pds = Arc::new(FakePds::new());
    let mut stage = stage(&pds);
    let (origin, purges) = runner(&pds);
    stage.set("AT_RUN_RUNNER", &origin);
    stage.set("AT_RUN_ADMIN_TOKEN", TOKEN);
    let mut dev = Dev::start(&stage, &[]);

    let first = dev.next();
    let version = first["version"].as_str().unwrap().to_owned();
    assert!(version.starts_with("0.1.0-dev."), "{first}");
    assert_eq!(first["channel"], json!({"name": "dev", "state": "created", "fresh": true}), "{first}");
    assert_eq!((&first["release"], &first["changed"]), (&json!("created"), &json!([])));
    assert_eq!(first["url"], json!(format!("{origin}/bundle/{DID}/demo/{version}")));
    assert_eq!(first["channelUrl"], json!(format!("{origin}/bundle/{DID}/demo/dev")));
    assert_eq!(first["health"]["ok"], true, "{first}");
    assert_eq!(pds.channel("demo:dev"), Some(version.clone()));

    save(&stage, "two");
    let second = dev.next();
    assert_eq!(
        (&second["changed"], &second["channel"]["state"]),
        (&json!(["src/index.js"]), &json!("moved"))
    );
    assert_eq!(pds.channel("demo:dev").as_deref(), second["version"].as_str());

    save(&stage, "BROKEN");
    let broken = dev.next();
    let error = &broken["error"];
    assert!(error["message"].as_str().unwrap().ends_with("src/index.js: it is BROKEN"), "{broken}");
    assert_eq!(error["code"], "ToolFailed");
    assert!(!stage.bundle().join("build/draft/.tmp").exists(), "the next build would wait for it");
    assert_eq!(pds.channel("demo:dev").as_deref(), second["version"].as_str(), "the last good one goes on");

    save(&stage, "one");
    let back = dev.next();
    assert_eq!(
        (&back["version"], &back["cid"], &back["release"]),
        (&first["version"], &first["cid"], &json!("unchanged"))
    );
    assert_eq!(pds.channel("demo:dev"), Some(version));

    stage.write("src/notes.txt", b"no code");
    let same = dev.next();
    assert_eq!(same["channel"], json!({"name": "dev", "state": "unchanged", "fresh": true}));
    assert_eq!(*purges.lock().unwrap(), vec![format!("{DID}/demo"); 3], "each time that the channel moved");
    let said = dev.interrupt();
    assert!(said.contains("it is BROKEN"), "{said}");
}

#[test]
fn of_its_drafts_three_stay() {
    let pds = Arc::new(FakePds::new());
    let stage = stage(&pds);
    pds.repo().release("demo", "0.1.0", 1, "published before");
    pds.repo().point("demo", "latest", "0.1.0");
    let mut dev = Dev::start(&stage, &["--runner", "http://127.0.0.1:1", "--channel", "mine"]);
    let first = dev.next();
    let mut versions = vec![first["version"].clone()];
    for text in ["two", "three", "four", "five"] {
        save(&stage, text);
        versions.push(dev.next()["version"].clone());
    }
    let keys = |versions: &[Value]| {
        let mut keys: Vec<String> =
            versions.iter().map(|v| format!("demo:{}", v.as_str().unwrap())).collect();
        keys.push("demo:0.1.0".to_owned());
        keys.sort();
        keys
    };
    assert_eq!(pds.keys(nsid::RUN_AT_RELEASE), keys(&versions[2..]));
    assert_eq!(pds.channel("demo:latest").as_deref(), Some("0.1.0"));
    assert_eq!(pds.channel("demo:mine").as_deref(), versions[4].as_str());

    // Back to the first, which is gone: it is the very same record again, or a runner that knows it would refuse it.
    save(&stage, "one");
    let again = dev.next();
    assert_eq!((&again["uri"], &again["cid"]), (&first["uri"], &first["cid"]));
    assert_eq!(again["release"], "created");
    assert_eq!(again["health"]["ok"], false, "nobody listens there, which stops nothing");
    dev.interrupt();
}

#[test]
fn without_the_token_the_channel_is_not_said_to_be_fresh() {
    let pds = Arc::new(FakePds::new());
    let mut stage = stage(&pds);
    let (origin, purges) = runner(&pds);
    stage.set("AT_RUN_RUNNER", &origin);
    let mut dev = Dev::start(&stage, &[]);
    assert_eq!(dev.next()["channel"]["fresh"], false);
    assert!(purges.lock().unwrap().is_empty());
    dev.interrupt();

    stage.set("AT_RUN_ADMIN_TOKEN", "wrong");
    save(&stage, "two");
    let mut dev = Dev::start(&stage, &[]);
    assert_eq!(dev.next()["channel"], json!({"name": "dev", "state": "moved", "fresh": false}));
    assert_eq!(*purges.lock().unwrap(), ["no: wrong"]);
    dev.interrupt();
}

/// The folder may be somebody else's work, and the token is for whom its owner names.
#[test]
fn a_runner_that_only_the_project_names_gets_no_token() {
    let pds = Arc::new(FakePds::new());
    let mut stage = stage(&pds);
    let (origin, purges) = runner(&pds);
    stage.write("at-run.toml", format!("runner = \"{origin}\"\n").as_bytes());
    stage.set("AT_RUN_ADMIN_TOKEN", TOKEN);
    let mut dev = Dev::start(&stage, &[]);
    let first = dev.next();
    assert_eq!((&first["channel"]["fresh"], &first["health"]["ok"]), (&json!(false), &json!(true)));
    dev.interrupt();
    assert!(purges.lock().unwrap().is_empty());

    save(&stage, "two");
    let mut dev = Dev::start(&stage, &["--runner", &origin]);
    assert_eq!(dev.next()["channel"]["fresh"], true);
    dev.interrupt();
}

#[test]
fn who_is_not_logged_in_is_told_at_once() {
    let stage = Stage::new("demo");
    assert_eq!(stage.run(&["dev", "--json"]).error(), (Some(3), "NotLoggedIn".to_owned()));
    assert_eq!(stage.run(&["dev", "--json", "--channel", "1.0.0"]).error(), (Some(2), "BadName".to_owned()));
    assert_eq!(
        stage.run(&["dev", "--json", "--runner", "http://example.com"]).error(),
        (Some(2), "BadService".to_owned())
    );
}
