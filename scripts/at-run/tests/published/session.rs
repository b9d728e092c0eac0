//! Who is logged in.

use serde_json::json;

use crate::stage::Stage;
use crate::stage::pds::FakePds;
use crate::transcript;

#[test]
fn login_and_logout() {
    let pds = FakePds::new();
    let (mut stage, mut t) = (Stage::new("demo"), transcript(&pds));
    stage.set("AT_RUN_PASSWORD", "app-password");
    let login = ["login", "--app-password", "--service", &pds.origin, "--identifier", "aurora.test"];
    t.run(&stage, &login);
    t.run(&stage, &["whoami"]);
    t.run(&stage, &["whoami", "--json"]);
    t.run(&stage, &["logout"]);
    t.run(&stage, &[&login[..], &["--json", "--quiet"]].concat());
    t.run(&stage, &["logout", "--json"]);
    assert!(!stage.config().join("default.session.json").exists());
    t.run(&stage, &["whoami"]);
    t.run(&stage, &["logout", "--json"]);
    t.hold("output/session");
    assert_eq!(pds.repo().calls.iter().filter(|call| call.ends_with("deleteSession")).count(), 2);
}

#[test]
fn a_session_that_can_not_be_ended_there_is_forgotten_here() {
    let stage = Stage::new("demo");
    stage.session("http://127.0.0.1:1", "access");
    let outcome = stage.run(&["logout", "--json"]);
    assert_eq!((outcome.exit, &outcome.json()["ended"]), (Some(0), &json!(false)));
    assert!(outcome.stderr.contains("warning: the PDS was not told"), "{outcome:?}");
    assert_eq!(stage.run(&["whoami", "--json"]).error(), (Some(3), "NotLoggedIn".to_owned()));
}
