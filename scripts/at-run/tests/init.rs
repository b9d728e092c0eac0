//! `at-run init`: what it makes, and what it leaves alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod stage;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use stage::snapshot::{Transcript, hold};
use stage::{Outcome, Stage};

const FILES: [&str; 8] = [
    "Cargo.toml",
    "README.md",
    "src/lib.rs",
    "src/bin/manifest.rs",
    "tests/bundle.rs",
    "wrangler.toml",
    ".gitignore",
    "Cargo.lock",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A folder of nobody's, beside the stage's bundle.
fn fresh(stage: &Stage, name: &str) -> PathBuf {
    stage.bundle().parent().unwrap().canonicalize().unwrap().join(name)
}

fn init(stage: &Stage, folder: &Path, more: &[&str]) -> Outcome {
    stage.run(&[&["init", folder.to_str().unwrap(), "--json"], more].concat())
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn it_tells_what_it_made_and_what_comes_next() {
    let stage = Stage::new("demo");
    let mut seen = Transcript::default();
    seen.name(root().to_str().unwrap(), "SDK");
    let folder = fresh(&stage, "my-bundle");
    let parent = folder.parent().unwrap().to_str().unwrap();
    seen.run(&stage, &["init", "my-bundle", "-C", parent]);
    seen.run(&stage, &["init", "my-bundle", "-C", parent]);
    seen.run(&stage, &["init", "other", "--name", "its-name", "-C", parent, "--json"]);
    seen.run(&stage, &["init", "2nd", "-C", parent]);
    seen.hold("output/init");
    for name in ["init", "dev"] {
        hold(name, &stage.run(&[name, "-h"]).stdout);
    }
}

#[test]
fn the_crate_is_whole() {
    let stage = Stage::new("demo");
    let folder = fresh(&stage, "deep/my-bundle");
    let answer = init(&stage, &folder, &[]).json();
    assert_eq!((&answer["name"], &answer["files"]), (&json!("my-bundle"), &json!(FILES)));
    assert_eq!((&answer["dir"], &answer["sdk"]), (&json!(folder), &json!(root())));

    let manifest: toml::Table = read(&folder, "Cargo.toml").parse().unwrap();
    assert_eq!(manifest["package"]["name"].as_str(), Some("my-bundle"));
    let sdk = manifest["dependencies"]["at-run"]["path"].as_str().map(PathBuf::from);
    assert_eq!(sdk, Some(root().join("shared/at-run")));
    assert!(read(&folder, "tests/bundle.rs").contains("use my_bundle::bundle;"));
    assert!(read(&folder, "src/bin/manifest.rs").contains("my_bundle::bundle()"));
    let worker: toml::Table = read(&folder, "wrangler.toml").parse().unwrap();
    assert_eq!(worker["name"].as_str(), Some("my-bundle"));
    assert_eq!(
        read(&folder, "Cargo.lock"),
        read(&root(), "Cargo.lock"),
        "the versions that the SDK is tested with"
    );
}

#[test]
fn a_file_that_is_there_is_left_alone_and_so_is_all_the_rest() {
    for path in FILES {
        let stage = Stage::new("demo");
        let folder = fresh(&stage, "made");
        fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
        fs::write(folder.join(path), "mine").unwrap();
        let outcome = init(&stage, &folder, &[]);
        assert_eq!(outcome.error(), (Some(5), "FileExists".to_owned()), "{path}");
        assert_eq!(read(&folder, path), "mine");
        let others = FILES.iter().filter(|other| folder.join(other).exists());
        assert_eq!(others.collect::<Vec<_>>(), [&path]);
    }
}

/// A dangling link would be written through, to wherever it leads.
#[cfg(unix)]
#[test]
fn a_link_is_a_file_that_is_there() {
    let stage = Stage::new("demo");
    let folder = fresh(&stage, "made");
    fs::create_dir_all(&folder).unwrap();
    let elsewhere = fresh(&stage, "elsewhere");
    std::os::unix::fs::symlink(&elsewhere, folder.join("README.md")).unwrap();
    assert_eq!(init(&stage, &folder, &[]).error(), (Some(5), "FileExists".to_owned()));
    assert!(!elsewhere.exists() && !folder.join("Cargo.toml").exists());
}

#[test]
fn other_files_do_not_matter() {
    let stage = Stage::new("demo");
    let folder = fresh(&stage, "made");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("LICENSE"), "mine").unwrap();
    assert_eq!(init(&stage, &folder, &[]).exit, Some(0));
}

#[test]
fn what_can_not_be() {
    let stage = Stage::new("demo");
    for (folder, more, code, part) in [
        ("a", &["--name", "Bad Name"][..], "BadName", "1 to 64"),
        ("a", &["--name", "../evil"], "BadName", "1 to 64"),
        ("a", &["--name", "serde"], "BadName", "a letter first"),
        ("With Spaces", &[], "Usage", "--name"),
        ("a", &["--sdk", "nowhere"], "Usage", "shared/at-run"),
        ("a", &["--sdk", "http://example.com/at-run"], "Usage", "neither https"),
    ] {
        let folder = fresh(&stage, folder);
        let outcome = init(&stage, &folder, more);
        assert_eq!(outcome.error(), (Some(2), code.to_owned()), "{more:?}");
        let message = outcome.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(part), "{more:?}: {message}");
        assert!(!folder.exists());
    }
}

#[test]
fn a_git_repository_may_be_the_sdk() {
    let stage = Stage::new("demo");
    let folder = fresh(&stage, "made");
    let answer = init(&stage, &folder, &["--sdk", "https://example.com/at-run.git#v1"]).json();
    assert_eq!(answer["sdk"], "https://example.com/at-run.git#v1");
    let manifest: toml::Table = read(&folder, "Cargo.toml").parse().unwrap();
    assert_eq!(
        manifest["target"]["cfg(target_arch = \"wasm32\")"]["dependencies"]["at-run-edge"]["rev"].as_str(),
        Some("v1")
    );
    assert!(!folder.join("Cargo.lock").exists(), "Cargo makes one");
}

#[test]
fn inside_a_workspace_it_makes_none() {
    let stage = Stage::new("demo");
    let workspace = fresh(&stage, "workspace");
    fs::create_dir_all(&workspace).unwrap();
    fs::write(workspace.join("Cargo.toml"), "[workspace]\nmembers = [\"crates/*\"]\n").unwrap();
    for (place, first) in [
        ("crates/one", "cd ".to_owned()),
        ("two", format!("add \"two\" to the members in {}", workspace.join("Cargo.toml").display())),
    ] {
        let folder = workspace.join(place);
        let answer = init(&stage, &folder, &[]).json();
        assert_eq!(answer["workspace"], json!(workspace.join("Cargo.toml")));
        assert!(answer["next"][0].as_str().unwrap().starts_with(&first), "{answer}");
        let manifest: toml::Table = read(&folder, "Cargo.toml").parse().unwrap();
        assert!(!manifest.contains_key("workspace") && !manifest.contains_key("profile"), "{manifest:?}");
        assert!(!folder.join("Cargo.lock").exists());
    }
}
