//! The program as a shell sees it, without any service.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod stage;

use serde_json::{Value, json};
use stage::Stage;

/// `AT_RUN_BLESS=1 cargo test` writes the snapshots anew.
#[test]
fn help_is_as_written_down() {
    for (name, arguments) in [
        ("help", &["--help"][..]),
        ("login", &["login", "-h"]),
        ("build", &["build", "-h"]),
        ("deploy", &["deploy", "-h"]),
        ("list", &["list", "-h"]),
        ("logout", &["logout", "-h"]),
        ("whoami", &["whoami", "-h"]),
        ("versions", &["versions", "-h"]),
        ("status", &["status", "-h"]),
        ("logs", &["logs", "-h"]),
        ("verify", &["verify", "-h"]),
        ("doctor", &["doctor", "-h"]),
        ("completions", &["completions", "-h"]),
        ("rollback", &["rollback", "-h"]),
        ("promote", &["promote", "-h"]),
        ("delete", &["delete", "-h"]),
        ("secrets", &["secrets", "-h"]),
        ("secrets-set", &["secrets", "set", "-h"]),
        ("secrets-list", &["secrets", "list", "-h"]),
        ("secrets-unset", &["secrets", "unset", "-h"]),
        ("runner", &["runner", "-h"]),
        ("runner-key", &["runner", "key", "-h"]),
    ] {
        let outcome = Stage::new("demo").run(arguments);
        assert_eq!((outcome.exit, outcome.stderr.as_str()), (Some(0), ""), "{name}");
        stage::snapshot::hold(name, &outcome.stdout);
    }
}

/// docs/cli.md has a section for each command, and names each of its options.
#[test]
fn the_docs_know_every_command_and_option() {
    let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    let docs = std::fs::read_to_string(docs).unwrap();
    let help = |arguments: &[&str]| Stage::new("demo").run(&[arguments, &["-h"]].concat()).stdout;
    // `  name   what it does`, below `Commands:`.
    let commands = |help: &str| -> Vec<String> {
        let below = help.split_once("Commands:\n").map_or("", |(_, below)| below);
        let lines = below.lines().take_while(|line| !line.is_empty());
        lines
            .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
            .filter(|name| name != "help")
            .collect()
    };
    let headings: Vec<&str> = docs.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let all = commands(&help(&[]));
    assert!(all.len() > 15, "{all:?}");
    for command in all {
        let is_of = |heading: &&str| heading.split([' ', ',']).any(|word| word == command);
        assert!(headings.iter().any(is_of), "docs/cli.md has no section for {command}");
        let own = help(&[&command]);
        let below = commands(&own).into_iter().map(|sub| help(&[&command, &sub]));
        for help in [own.clone()].into_iter().chain(below) {
            let own = help.split("Global options:").next().unwrap_or_default();
            let options = own
                .split_whitespace()
                .filter(|word| word.starts_with("--"))
                .map(|word| word.trim_matches(['[', ']', '|', '>', '.']));
            for option in options.filter(|option| *option != "--help") {
                assert!(docs.contains(option), "docs/cli.md says nothing of {command} {option}");
            }
        }
    }
}

#[test]
fn what_is_wrong_before_any_request() {
    let table: [(&[&str], i32, &str); 32] = [
        (&["fly", "--json"], 2, "Usage"),
        (&["versions", "--json"], 2, "Usage"),
        (&["versions", "Demo", "--json"], 2, "BadName"),
        (&["promote", "demo", "latest", "--json"], 2, "Usage"),
        (&["verify", "--json"], 2, "Usage"),
        (&["verify", "demo", "--json"], 2, "Usage"),
        (&["verify", "a.dev/Demo", "--json"], 2, "BadName"),
        (&["verify", "a.dev/demo", "--plc", "http://plc.example.com", "--json"], 2, "BadService"),
        (&["completions", "cmd", "--json"], 2, "Usage"),
        (&["delete", "demo", "--json"], 2, "Usage"),
        (&["delete", "demo", "1.0.0", "--all", "--json"], 2, "Usage"),
        (&["secrets", "set", "token", "--json"], 2, "BadName"),
        (&["secrets", "set", "TOKEN", "--bundle", "demo", "--json"], 2, "Usage"),
        (&["secrets", "set", "TOKEN", "value", "--json"], 2, "Usage"),
        (&["runner", "key", "--rotate", "--json"], 2, "Usage"),
        (&["logout", "--json"], 3, "NotLoggedIn"),
        (&["whoami", "--json"], 3, "NotLoggedIn"),
        (&["status", "demo", "--json"], 3, "NotLoggedIn"),
        (&["rollback", "demo", "--json"], 3, "NotLoggedIn"),
        (&["list", "--nonsense", "--json"], 2, "Usage"),
        (&["list", "--timeout", "0", "--json"], 2, "Usage"),
        (&["login", "--json"], 2, "Usage"),
        (&["login", "--json", "--identifier", "nobody"], 2, "Usage"),
        (&["login", "--json", "--identifier", "aurora.test", "--no-input"], 2, "Usage"),
        (&["login", "--json", "--no-browser", "--app-password"], 2, "Usage"),
        (
            &["login", "--json", "--service", "http://pds.example.com", "--identifier", "aurora.test"],
            2,
            "BadService",
        ),
        (&["login", "--json", "--app-password", "--identifier", "aurora.test"], 2, "Usage"),
        (&["login", "--json", "--app-password", "--service", "https://pds.example.com"], 2, "Usage"),
        (
            &[
                "login",
                "--json",
                "--app-password",
                "--service",
                "https://pds.example.com",
                "--identifier",
                "aurora.test",
            ],
            2,
            "Usage",
        ),
        (&["list", "--json", "--profile", "../x"], 2, "Usage"),
        (&["list", "--json"], 3, "NotLoggedIn"),
        (
            &[
                "list",
                "--json",
                "--service",
                "http://127.0.0.1:1",
                "--did",
                "did:plc:ewvi7nxzyoun6zhxrhs64oiz",
            ],
            6,
            "Unreachable",
        ),
    ];
    for (arguments, exit, code) in table {
        assert_eq!(Stage::new("demo").run(arguments).error(), (Some(exit), code.to_owned()), "{arguments:?}");
    }
}

#[test]
fn without_json_an_error_is_words_on_stderr() {
    let outcome = Stage::new("demo").run(&["list"]);
    assert_eq!((outcome.exit, outcome.stdout.as_str()), (Some(3), ""));
    assert_eq!(
        outcome.stderr,
        "error: not logged in (profile `default`)\n  hint: at-run login --identifier HANDLE\n"
    );
}

#[test]
fn a_pds_that_is_down() {
    let stage = Stage::new("demo");
    stage.session("http://127.0.0.1:1", "token");
    assert_eq!(stage.deploy(&[]).error(), (Some(6), "Unreachable".to_owned()));
    let elsewhere = stage.deploy(&["--service", "https://pds.example.com"]);
    assert_eq!(elsewhere.error(), (Some(3), "OtherService".to_owned()));
}

#[test]
fn a_password_is_no_argument() {
    let outcome = Stage::new("demo").run(&["login", "--password", "x", "--json"]);
    assert_eq!(outcome.exit, Some(2), "{outcome:?}");
}

#[test]
fn build_writes_the_record_that_would_be_published() {
    let stage = Stage::new("demo");
    let outcome = stage.on_bundle("build", &[]);
    assert_eq!(outcome.exit, Some(0), "{outcome:?}");
    let answer = outcome.json();
    let written: Value =
        serde_json::from_slice(&std::fs::read(stage.bundle().join("build/release.json")).unwrap()).unwrap();
    assert_eq!(answer["record"], written);
    assert_eq!(
        (&written["name"], &written["version"], &written["main"]),
        (&json!("demo"), &json!("0.1.0"), &json!("index.js"))
    );
    assert_eq!(written["modules"][1]["size"], 15);
    assert_eq!(answer["modules"][0]["cid"], written["modules"][0]["blob"]["ref"]["$link"]);
}

#[test]
fn what_can_not_be_published() {
    refused(&[
        ("stale build", |stage| stage.declare("demo", "0.2.0"), "ManifestDiffers", "/version"),
        (
            "no module",
            |stage| std::fs::remove_file(stage.bundle().join("build/index.js")).unwrap(),
            "BadFile",
            "index.js",
        ),
        ("no date", |stage| stage.write("wrangler.toml", b""), "BadFile", "compatibility_date"),
        (
            "odd date",
            |stage| stage.write("wrangler.toml", b"compatibility_date = \"soon\""),
            "BadRelease",
            "soon",
        ),
        (
            "no bundle",
            |stage| stage.write("build/index.js", b"export default {}"),
            "BadFile",
            "AtRun.manifest",
        ),
    ]);
}

#[cfg(unix)]
#[test]
fn bad_input_35_a_symbolic_link_in_the_bundle() {
    fn link(stage: &Stage, to: &str, at: &str) {
        let place = stage.bundle().join(at);
        let aside = stage.bundle().join("aside");
        std::fs::rename(&place, &aside).unwrap();
        std::os::unix::fs::symlink(stage.bundle().join(to), place).unwrap();
    }
    refused(&[
        ("a file", |stage| link(stage, "aside", "build/index.js"), "BadFile", "symbolic link"),
        ("the wasm", |stage| link(stage, "aside", "build/index_bg.wasm"), "BadFile", "symbolic link"),
        ("the folder", |stage| link(stage, "aside", "build"), "BadFile", "symbolic link"),
        ("to nowhere", |stage| link(stage, "gone", "build/index.js"), "BadFile", "symbolic link"),
    ]);
}

#[test]
fn bad_input_35_a_path_that_climbs_out_of_the_bundle() {
    refused(&[(
        "an import",
        |stage| {
            stage.write("outside.js", b"export default 1");
            let code = std::fs::read_to_string(stage.bundle().join("build/index.js")).unwrap();
            stage.write("build/index.js", format!("import '../outside.js'\n{code}").as_bytes());
        },
        "BadFile",
        "imports \"../outside.js\", which is not in the release",
    )]);
    // A folder may be named by any path: what counts is what is in it.
    let stage = Stage::new("demo");
    let folder = stage.bundle().join("build/..");
    let manifest = folder.join("manifest.json");
    let build = [
        "build",
        "--prebuilt",
        "--json",
        "-C",
        folder.to_str().unwrap(),
        "--manifest",
        manifest.to_str().unwrap(),
    ];
    assert_eq!(stage.run(&build).exit, Some(0));
}

#[test]
fn bad_input_35_an_oversized_file() {
    fn grow(stage: &Stage, path: &str, size: u64) {
        let file = std::fs::OpenOptions::new().write(true).open(stage.bundle().join(path)).unwrap();
        file.set_len(size).unwrap();
    }
    refused(&[
        ("a file", |stage| grow(stage, "build/index.js", 40 << 20), "BadFile", "41943040 bytes"),
        ("endless", |stage| grow(stage, "build/index_bg.wasm", 1 << 40), "BadFile", "1099511627776 bytes"),
    ]);
}

#[test]
fn bad_input_35_a_wasm_of_another_target() {
    refused(&[
        ("not wasm", |stage| stage.write("build/index_bg.wasm", b"\x7fELF"), "BadWasm", "index_bg.wasm"),
        (
            "wasi",
            |stage| stage.write("build/index_bg.wasm", &imports_wasi()),
            "BadWasm",
            "wasi_snapshot_preview1",
        ),
        (
            "cut off",
            |stage| stage.write("build/index_bg.wasm", b"\0asm\x01\0\0\0\x01\x04"),
            "BadWasm",
            "index_bg.wasm",
        ),
    ]);
}

/// How a bundle is spoiled, the code of the error, and a part of its message.
type Spoiled = (&'static str, fn(&Stage), &'static str, &'static str);

/// Neither built nor deployed: the PDS is not there, and is never asked.
fn refused(table: &[Spoiled]) {
    for (case, spoil, code, part) in table {
        let stage = Stage::new("demo");
        spoil(&stage);
        let outcome = stage.on_bundle("build", &[]);
        assert_eq!(outcome.error(), (Some(7), (*code).to_owned()), "{case}: {outcome:?}");
        assert!(outcome.json()["error"]["message"].as_str().unwrap().contains(part), "{case}: {outcome:?}");
        stage.session("http://127.0.0.1:1", "token");
        assert_eq!(stage.deploy(&[]).error(), (Some(7), (*code).to_owned()), "{case}");
    }
}

/// `(module (import "wasi_snapshot_preview1" "f" (func)))`
fn imports_wasi() -> Vec<u8> {
    let mut bytes = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02\x1c\x01\x16wasi_snapshot_preview1".to_vec();
    bytes.extend(b"\x01f\0\0");
    bytes
}

/// What stands for the compiler tells how it was called, and leaves a build that reports what the source declares.
#[cfg(unix)]
#[test]
fn build_compiles_unless_told_otherwise() {
    let mut stage = Stage::new("demo");
    let (folder, bundle) = (stage.config(), stage.bundle());
    std::fs::create_dir_all(&folder).unwrap();
    let compiler = folder.join("worker-build");
    let script = "#!/bin/sh\necho \"$PWD $*\" > ../called; echo noise; echo complaint >&2; exit $FAIL\n";
    std::fs::write(&compiler, script).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&compiler, mode).unwrap();
    stage.set("AT_RUN_WORKER_BUILD", compiler.to_str().unwrap());
    stage.set("AT_RUN_WORKER_BUILD_FLAGS", "--no-opt  --mode x");
    let manifest = bundle.join("manifest.json");
    let build =
        ["build", "-q", "--json", "-C", bundle.to_str().unwrap(), "--manifest", manifest.to_str().unwrap()];

    stage.set("FAIL", "0");
    let outcome = stage.run(&build);
    assert_eq!((outcome.exit, outcome.stderr.as_str()), (Some(0), ""), "{outcome:?}");
    assert_eq!(outcome.json()["name"], "demo");
    let called = std::fs::read_to_string(bundle.join("../called")).unwrap();
    assert!(called.trim_end().ends_with("/bundle --release --no-opt --mode x"), "{called}");

    stage.set("FAIL", "3");
    let outcome = stage.run(&build);
    assert_eq!(outcome.error(), (Some(1), "ToolFailed".to_owned()));
    assert!(outcome.stderr.contains("worker-build") && outcome.stderr.contains("complaint"), "{outcome:?}");
}

#[test]
fn a_job_that_would_never_run_is_refused_before_anything_is_published() {
    for (cron, expect) in [("61 * * * *", Some("61")), ("*/10 * * * *", None)] {
        let stage = Stage::new("demo");
        let file = stage.bundle().join("manifest.json");
        let mut manifest: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        manifest["jobs"] = json!([{"name": "tick", "cron": cron}]);
        std::fs::write(&file, manifest.to_string()).unwrap();
        stage.code("one");
        let built = stage.on_bundle("build", &[]);
        match expect {
            None => assert_eq!(built.exit, Some(0), "{built:?}"),
            Some(value) => {
                assert_eq!(built.error(), (Some(7), "BadCron".to_owned()));
                let message = built.json()["error"]["message"].as_str().unwrap().to_owned();
                assert!(message.contains("`tick`") && message.contains(value), "{message}");
            }
        }
    }
}
