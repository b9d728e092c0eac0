//! Whoever is asked on the way to a bundle and gives no whole answer: an error, and nothing of it is kept.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used)]

mod network;

use network::{Author, DID, Lie, now, resolve};

/// Asks while somebody lies, then while nobody does.
fn with_lie(part: &'static str, lie: Lie) -> (u16, &'static str) {
    let author = Author::new();
    let runner = author.runner();
    author.lie(part, lie.clone());
    let asked = resolve(&runner, "1.0.0", 0).and_then(|resolved| now(runner.modules(&resolved)));
    let Err(fault) = asked else { panic!("{part} {lie:?} went through") };

    let kept = author.shelf.entries.borrow();
    let what: Vec<_> = kept.keys().map(|key| key.split('/').next().unwrap().to_owned()).collect();
    assert!(!what.iter().any(|kind| kind == "modules"), "{part} {lie:?}: {what:?}");
    if part != "getBlob" {
        assert!(kept.is_empty(), "{part} {lie:?}: {what:?}");
    }
    drop(kept);

    author.world(|world| world.lies.clear());
    let fresh = author.runner();
    let modules = now(fresh.modules(&resolve(&fresh, "1.0.0", 1).unwrap())).unwrap();
    assert_eq!(modules[0].bytes(), network::CODE);
    let (status, name, _) = fault.public();
    (status, name)
}

/// Whom a cold request asks, and what it says when they fail.
const ASKED: [(&str, &str); 3] =
    [(DID, "IdentityUnavailable"), ("getRecord", "PdsUnavailable"), ("getBlob", "PdsUnavailable")];

#[test]
fn bad_input_06_an_upstream_that_is_silent_or_breaks_off() {
    for (part, error) in ASKED {
        assert_eq!(with_lie(part, Lie::Deadline), (504, error), "{part}");
        assert_eq!(with_lie(part, Lie::Failed), (502, error), "{part}");
    }
}

#[test]
fn bad_input_07_an_answer_of_another_length_than_it_promises() {
    for (part, error) in ASKED {
        for more in [-1, 1, 100_000] {
            assert_eq!(with_lie(part, Lie::Promises(more)), (502, error), "{part} {more}");
        }
    }
}

#[test]
fn an_answer_of_the_promised_length_is_as_good_as_one_without() {
    let author = Author::new();
    for (part, _) in ASKED {
        author.lie(part, Lie::Promises(0));
    }
    let runner = author.runner();
    now(runner.modules(&resolve(&runner, "latest", 0).unwrap())).unwrap();
}
