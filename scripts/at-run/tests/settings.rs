//! Options before variables before the project's file before the user's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod stage;

use stage::pds::FakePds;
use stage::{DID, Stage};

/// A stage whose user has a settings file and whose project has one.
fn stage(user: &str, project: &str) -> Stage {
    let stage = Stage::new("demo");
    std::fs::create_dir_all(stage.config()).unwrap();
    std::fs::write(stage.config().join("config.toml"), user).unwrap();
    stage.write("at-run.toml", project.as_bytes());
    stage
}

#[test]
fn the_nearest_setting_counts() {
    let pds = FakePds::new();
    let here = format!("service = \"{}\"\n", pds.origin);
    let nowhere = "service = \"http://127.0.0.1:1\"\n";
    let list = |stage: &Stage, more: &[&str]| {
        let folder = stage.bundle();
        let fixed = ["list", "--did", DID, "-C", folder.to_str().unwrap()];
        stage.run(&[&fixed, more].concat()).exit
    };
    assert_eq!(list(&stage(&here, ""), &[]), Some(0), "the user's file is read");
    assert_eq!(list(&stage(nowhere, &here), &[]), Some(0), "the project's goes before it");
    assert_eq!(list(&stage(&here, nowhere), &[]), Some(6));
    let mut third = stage(nowhere, nowhere);
    third.set("AT_RUN_SERVICE", &pds.origin);
    assert_eq!(list(&third, &[]), Some(0), "a variable goes before both");
    assert_eq!(list(&third, &["--service", "http://127.0.0.1:1"]), Some(6), "an option goes before all");
    let fourth = stage(nowhere, nowhere);
    fourth.write("other.toml", here.as_bytes());
    let other = fourth.bundle().join("other.toml");
    assert_eq!(
        list(&fourth, &["--config", other.to_str().unwrap()]),
        Some(0),
        "--config takes the project's place"
    );
}

#[test]
fn profile_runner_and_channel_come_from_files_too() {
    let pds = FakePds::new();
    let stage = stage("profile = \"work\"\n", "runner = \"http://127.0.0.1:1\"\nchannel = \"stable\"\n");
    stage.session(&pds.origin, "token");
    assert_eq!(stage.run(&["list", "--json"]).error(), (Some(3), "NotLoggedIn".to_owned()));
    let stored = stage.config().join("default.session.json");
    std::fs::rename(stored, stage.config().join("work.session.json")).unwrap();
    let answer = stage.deploy(&[]).json();
    assert_eq!(answer["channel"]["name"], "stable");
    assert_eq!(answer["health"]["ok"], false);
    assert!(answer["url"].as_str().unwrap().starts_with("http://127.0.0.1:1/bundle/"), "{answer}");
    assert_eq!(pds.channel("demo:stable").as_deref(), Some("0.1.0"));
}

#[test]
fn a_file_that_is_not_understood_is_an_error() {
    for (user, project, part) in [
        ("servce = \"x\"\n", "", "config.toml: line 1: unknown field `servce`"),
        ("", "\nservice = 7\n", "at-run.toml: line 2: invalid type"),
        ("", "timeout = 0", "at-run.toml: timeout 0"),
    ] {
        let stage = stage(user, project);
        let folder = stage.bundle();
        let outcome = stage.run(&["list", "--json", "-C", folder.to_str().unwrap()]);
        assert_eq!(outcome.error(), (Some(2), "BadSettings".to_owned()));
        assert!(outcome.json()["error"]["message"].as_str().unwrap().contains(part), "{outcome:?}");
    }
    let missing = Stage::new("demo").run(&["list", "--json", "--config", "/nowhere/at-run.toml"]);
    assert_eq!(missing.error(), (Some(2), "BadSettings".to_owned()));
}

#[test]
fn a_project_does_not_say_where_passwords_and_secrets_go() {
    let pds = FakePds::new();
    let places = format!("service = \"{0}\"\nrunner = \"{0}\"\n", pds.origin);
    for (user, project, login_exit, set_exit) in [("", places.as_str(), 2, 2), (&places, "", 0, 6)] {
        let mut stage = stage(user, project);
        let folder = stage.bundle();
        let here = ["-C", folder.to_str().unwrap(), "--json"];
        stage.set("AT_RUN_PASSWORD", "app-password");
        let login =
            stage.run(&[&["login", "--app-password", "--identifier", "alice.test"], &here[..]].concat());
        stage.session(&pds.origin, "token");
        stage.set("AT_RUN_SECRET_VALUE", "s3cret");
        let set = stage.run(&[&["secrets", "set", "TOKEN", "--bundle", "demo"], &here[..]].concat());
        assert_eq!((login.exit, set.exit), (Some(login_exit), Some(set_exit)), "{login:?} {set:?}");
    }
}
