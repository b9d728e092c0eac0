//! Everything that works on what is published: words and JSON of each command, and what it leaves in the repo.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod channels;
mod deletion;
mod deployment;
mod reading;
mod secrets;
mod session;
#[path = "../stage/mod.rs"]
mod stage;

use stage::Stage;
use stage::pds::FakePds;
use stage::snapshot::Transcript;

/// Somebody logged in, with the bundle `demo` in three versions and two channels, and `other` in one.
fn aurora() -> (Stage, FakePds) {
    let pds = FakePds::new();
    {
        let mut repo = pds.repo();
        repo.release("demo", "1.0.0", 1, "First");
        repo.release("demo", "1.1.0", 2, "Faster lists");
        repo.release("demo", "1.2.0-rc.1", 3, "A try\nwith more words below");
        repo.point("demo", "latest", "1.1.0");
        repo.point("demo", "next", "1.2.0-rc.1");
        repo.release("other", "0.1.0", 4, "Another bundle");
        repo.point("other", "latest", "0.1.0");
    }
    let stage = Stage::new("demo");
    stage.session(&pds.origin, "access");
    (stage, pds)
}

fn transcript(pds: &FakePds) -> Transcript {
    let mut transcript = Transcript::default();
    transcript.name(&pds.origin, "http://pds.test");
    transcript
}
