//! Calls that end in the midst of their work.

use at_run::testing::Mishap;
use serde_json::{Value, json};

use crate::repo::{Left, Repo, State};
use crate::site::Site;

fn titled(title: &str, bytes: usize) -> Value {
    json!({ "title": title, "createdAt": "2026-03-01T12:00:00Z", "tags": ["Rust"], "more": "x".repeat(bytes) })
}

/// A creator whose records have about that many bytes each, indexed.
fn indexed(bytes: usize) -> Site {
    let mut repo = Repo::new(0);
    repo.page = 2;
    for key in ["aa", "bb", "cc", "dd"] {
        repo.put(key, titled(key, bytes));
    }
    let site = Site::with(vec![repo]);
    site.later();
    site
}

/// Their next revision: each kind of change.
fn change(site: &Site, bytes: usize) {
    site.edit(0, |repo| {
        repo.put("aa", titled("aa edited", bytes));
        repo.delete("bb");
        repo.put("ee", titled("ee", bytes));
        repo.put("ff", titled("ff", bytes));
    });
}

/// Whatever call of the platform goes wrong in a sync: readers see what was before or what is after, and once the next
/// sync is through the rows are those of one that nothing went wrong in.
fn at_every_call(begin: impl Fn() -> Site, what: &str) -> u64 {
    let whole = begin();
    let before = whole.titles();
    let calls = whole.harness.port_calls();
    whole.later();
    let calls = whole.harness.port_calls() - calls;
    let after = whole.titles();
    let rows = rows_once_more(&whole);
    assert_ne!(before, after, "{what}");
    for nth in 1..=calls {
        for mishap in [Mishap::Ends, Mishap::Fails] {
            let site = begin();
            site.harness.advance(crate::site::QUARTER_MS);
            site.harness.interrupt(nth, mishap);
            site.sync();
            site.harness.another_isolate();
            let seen = site.titles();
            assert!(seen == before || seen == after, "{what}, {mishap:?} at call {nth}: {seen:?}");
            site.settle();
            assert_eq!(site.titles(), after, "{what}, {mishap:?} at call {nth}");
            assert!(!site.has_staged(), "{what}, {mishap:?} at call {nth}");
            assert!(rows_once_more(&site) == rows, "{what}, {mishap:?} at call {nth}: {:#?}", site.rows());
        }
    }
    calls
}

/// The rows after one more revision: a name that could not be asked for then comes with the next.
fn rows_once_more(site: &Site) -> Vec<String> {
    site.edit(0, Repo::commit);
    site.settle();
    site.rows()
}

#[test]
fn bad_input_29_a_crash_at_every_call_of_a_first_sync() {
    let begin = || {
        let mut repo = Repo::new(0);
        repo.page = 2;
        for key in ["aa", "bb", "cc"] {
            repo.put(key, titled(key, 0));
        }
        Site::with(vec![repo])
    };
    assert!(at_every_call(begin, "the first sync") > 10);
}

#[test]
fn bad_input_29_a_crash_at_every_call_of_a_sync_of_changes() {
    let begin = || {
        let site = indexed(0);
        change(&site, 0);
        site
    };
    assert!(at_every_call(begin, "a sync of changes") > 10);
}

#[test]
fn bad_input_29_a_crash_at_every_call_of_a_sync_in_several_requests() {
    let begin = || {
        let site = indexed(0);
        change(&site, 250_000);
        site
    };
    assert!(at_every_call(begin, "a staged sync") > 10);
}

#[test]
fn bad_input_29_a_crash_at_every_call_of_a_sync_of_an_account() {
    let deactivated = || {
        let site = indexed(0);
        site.edit(0, |repo| repo.state = State::Deactivated);
        site
    };
    at_every_call(deactivated, "an account that is deactivated");
    let moved = || {
        let site = indexed(0);
        change(&site, 0);
        site.edit(0, |repo| repo.migrate(2, Left::NotFound));
        site
    };
    at_every_call(moved, "an account that moves");
}

#[test]
fn bad_input_29_a_crash_at_every_call_of_an_end_of_registration() {
    let calls = {
        let site = indexed(0);
        let before = site.harness.port_calls();
        unregister(&site);
        site.harness.port_calls() - before
    };
    for nth in 1..=calls {
        let site = indexed(0);
        site.harness.interrupt(nth, Mishap::Ends);
        unregister(&site);
        let seen = site.titles().len();
        assert!(seen == 4 || seen == 0, "at call {nth}: {seen}");
        unregister(&site);
        site.later();
        assert_eq!(site.network.database.dump("SELECT did FROM creators"), [""; 0]);
        assert_eq!(site.rows(), [""; 0]);
    }
}

fn unregister(site: &Site) {
    let did = site.network.repos.borrow()[0].did.to_string();
    site.post("unregisterCreator", &json!({ "did": did }));
}
