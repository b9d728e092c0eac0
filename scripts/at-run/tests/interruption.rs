//! Ctrl-C: a real SIGINT, while a PDS takes its time.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod stage;

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use stage::Stage;

/// Longer than any machine takes to get to the call.
const PATIENCE: Duration = Duration::from_secs(120);

/// A PDS that never answers `held`. Gives its origin, word of that call's arrival, and the calls before it.
fn stalling(held: &'static str) -> (String, Receiver<()>, Arc<Mutex<Vec<String>>>) {
    let (arrived, arrival) = channel();
    let calls = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&calls);
    let arrived = Mutex::new(arrived);
    let origin = stage::server::serve(move |asked| {
        seen.lock().unwrap().push(asked.method().to_owned());
        if asked.method() == held {
            arrived.lock().unwrap().send(()).unwrap();
            loop {
                std::thread::park();
            }
        }
        match asked.method() {
            "com.atproto.server.describeServer" => (200, json!({"did": "did:web:x"})),
            "com.atproto.repo.listRecords" => (200, json!({"records": []})),
            "com.atproto.sync.getLatestCommit" => {
                (200, json!({"cid": stage::pds::cid(&json!({})), "rev": "3n2wa26p2vt2d"}))
            }
            "com.atproto.repo.uploadBlob" => {
                let link = streamhut_atproto::BlobCid::of(&asked.body).to_string();
                let blob = json!({"$type": "blob", "ref": {"$link": link}, "mimeType": "t", "size": asked.body.len()});
                (200, json!({"blob": blob}))
            }
            other => (501, json!({"error": "MethodNotImplemented", "message": other})),
        }
    });
    (origin, arrival, calls)
}

/// Interrupts the program once the held call is under way. Gives stdout and stderr.
fn interrupt(mut child: Child, arrival: &Receiver<()>) -> (String, String) {
    if arrival.recv_timeout(PATIENCE).is_err() {
        child.kill().unwrap();
        panic!("the call never came: {:?}", child.wait_with_output().unwrap());
    }
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let status = child.wait().unwrap();
    // What a shell shows as 130.
    assert_eq!(status.signal(), Some(2), "{status}");
    let (mut stdout, mut stderr) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    (stdout, stderr)
}

fn deploy(held: &'static str) -> (String, String, Vec<String>) {
    let (origin, arrival, calls) = stalling(held);
    let stage = Stage::new("demo");
    stage.session(&origin, "token");
    let (bundle, manifest) = (stage.bundle(), stage.bundle().join("manifest.json"));
    let arguments = [
        "deploy",
        "-C",
        bundle.to_str().unwrap(),
        "--prebuilt",
        "--manifest",
        manifest.to_str().unwrap(),
        "--json",
    ];
    let (stdout, stderr) = interrupt(stage.command(&arguments).spawn().unwrap(), &arrival);
    let calls = calls.lock().unwrap().clone();
    (stdout, stderr, calls)
}

/// Uploaded blobs that no record names show nowhere, and the PDS drops them.
#[test]
fn bad_input_35_ctrl_c_while_a_module_is_sent() {
    let (stdout, stderr, calls) = deploy("com.atproto.repo.uploadBlob");
    let error: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(error["error"]["code"], "Interrupted");
    assert!(stderr.ends_with("error: interrupted: nothing was published\n  hint: what was begun can be done again from the start\n"), "{stderr}");
    assert!(!calls.iter().any(|call| call == "com.atproto.repo.applyWrites"), "{calls:?}");
}

/// Release and channel are one commit: the PDS has got both or neither, which only asking it can tell.
#[test]
fn bad_input_35_ctrl_c_while_the_records_are_written() {
    let (stdout, stderr, calls) = deploy("com.atproto.repo.applyWrites");
    assert!(
        stdout.contains("\"Interrupted\"") && stderr.contains("whole, or nothing of it"),
        "{stdout}{stderr}"
    );
    assert_eq!(calls.iter().filter(|call| *call == "com.atproto.repo.applyWrites").count(), 1, "{calls:?}");
}

#[test]
fn before_anything_was_done_it_says_so() {
    let (origin, arrival, _) = stalling("com.atproto.repo.listRecords");
    let stage = Stage::new("demo");
    stage.session(&origin, "token");
    let (stdout, stderr) = interrupt(stage.command(&["rollback", "demo"]).spawn().unwrap(), &arrival);
    assert_eq!(stdout, "");
    assert!(stderr.starts_with("error: interrupted: nothing was changed\n"), "{stderr}");
}

/// As a shell tells it.
#[test]
fn a_shell_sees_130() {
    let (origin, arrival, _) = stalling("com.atproto.repo.listRecords");
    let stage = Stage::new("demo");
    stage.session(&origin, "token");
    let mut shell = Command::new("sh");
    shell.args(["-c", "\"$0\" list & echo $!; wait $!; echo $?", env!("CARGO_BIN_EXE_at-run")]);
    shell.env("AT_RUN_CONFIG_DIR", stage.config()).env_remove("AT_RUN_SERVICE").env_remove("AT_RUN_PROFILE");
    let mut shell = shell.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(shell.stdout.take().unwrap()).lines().map(Result::unwrap);
    let child = lines.next().unwrap();
    arrival.recv_timeout(PATIENCE).expect("the call never came");
    assert!(Command::new("kill").args(["-INT", &child]).status().unwrap().success());
    assert_eq!(lines.next().as_deref(), Some("130"));
    shell.wait().unwrap();
}
