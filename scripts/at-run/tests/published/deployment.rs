//! From a build to its records.

use crate::stage::Stage;
use crate::stage::pds::{FakePds, OTHER_CID};
use crate::transcript;

#[test]
fn a_build_and_a_deployment() {
    let (stage, pds) = (Stage::new("demo"), FakePds::new());
    stage.session(&pds.origin, "access");
    let bundle = stage.bundle();
    let at = ["-C", bundle.to_str().unwrap(), "--prebuilt", "--manifest"];
    let manifest = bundle.join("manifest.json");
    let command = |verb, more: &[&'static str]| {
        let all = [&[verb], &at[..], &[manifest.to_str().unwrap()], more].concat();
        all.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let mut t = transcript(&pds);
    let mut run = |verb, more: &[&'static str]| {
        let arguments = command(verb, more);
        let outcome = stage.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        for cid in outcome.stdout.split(['"', ' ']).filter(|word| word.starts_with("bafyrei")) {
            t.name(cid, "RECORD-CID");
        }
        t.add(&stage, &arguments.iter().map(String::as_str).collect::<Vec<_>>(), &outcome);
    };
    run("build", &[]);
    run("build", &["--json"]);
    run("deploy", &["--dry-run", "--json"]);
    run("deploy", &["--json", "--message", "First"]);
    run("deploy", &[]);
    stage.code("two");
    run("deploy", &[]);
    stage.declare("demo", "0.2.0");
    run("deploy", &[]);
    t.hold("output/deploy");
}

/// It was written; that the PDS says something else of it is told, and the exit code says so.
#[test]
fn bad_input_35_the_pds_answers_another_cid_for_a_record() {
    let (stage, pds) = (Stage::new("demo"), FakePds::new());
    stage.session(&pds.origin, "access");
    pds.repo().other_cid = Some(OTHER_CID.to_owned());
    let outcome = stage.deploy(&[]);
    assert_eq!(outcome.error(), (Some(1), "OtherCid".to_owned()));
    assert!(outcome.stderr.contains(OTHER_CID) && outcome.stderr.contains("demo:0.1.0"), "{outcome:?}");
}
