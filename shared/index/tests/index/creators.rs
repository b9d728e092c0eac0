use streamhut_atproto::Handle;
use streamhut_index::creators::{self, Identity, State};
use streamhut_index::{IndexError, Statement, stats};

use crate::records::*;
use crate::store::{Local, Store};

fn due(store: &Local, now: i64) -> Vec<String> {
    let due = creators::read(&store.read(&creators::due(now, 10))).unwrap();
    due.into_iter().map(|creator| creator.did.to_string()).collect()
}

#[test]
fn who_registers_or_is_discovered_is_due() {
    let store = Local::new();
    store.must(&creators::discover(&[did(ALICE), did(BOB)], NOW));
    let both = creator(&store, ALICE);
    assert_eq!(
        (both.discovered, both.registered, both.state, both.added_ms),
        (true, false, State::Active, NOW)
    );
    assert_eq!(due(&store, NOW), [ALICE, BOB]);

    store.must(&[creators::unchanged(&did(ALICE), NOW, NOW + 900)]);
    assert_eq!(due(&store, NOW + 899), [BOB]);
    assert_eq!(due(&store, NOW + 900), [BOB, ALICE], "the longest due first");
    store.must(&creators::discover(&[did(ALICE)], NOW + 5));
    assert_eq!(due(&store, NOW + 899), [BOB], "who is known is not due for that");
    store.must(&creators::register(&did(ALICE), NOW + 5));
    assert_eq!(due(&store, NOW + 6), [ALICE, BOB]);
    let alice = creator(&store, ALICE);
    assert_eq!((alice.discovered, alice.registered, alice.added_ms), (true, true, NOW));
    store.must(&creators::discover(&[], NOW));
}

#[test]
fn failures_count_once_and_success_forgets_them() {
    let store = Local::new();
    register(&store, ALICE);
    for _ in 0..2 {
        // The same message twice.
        store.must(&[creators::failed(&did(ALICE), 0, &"no ".repeat(500), NOW + 60)]);
    }
    let failed = creator(&store, ALICE);
    assert_eq!((failed.failures, failed.state, failed.next_sync_ms), (1, State::Failed, NOW + 60));
    assert_eq!(failed.last_error.map(|error| error.len()), Some(300));
    store.must(&[creators::failed(&did(ALICE), failed.failures, "again", NOW + 120)]);
    assert_eq!(creator(&store, ALICE).failures, 2);
    store.must(&[creators::unchanged(&did(ALICE), NOW + 130, NOW + 200)]);
    let well = creator(&store, ALICE);
    assert_eq!((well.failures, well.state, well.last_error), (0, State::Active, None));
    assert_eq!(well.last_sync_ms, Some(NOW + 130));

    // A failure to reach the host of a deactivated account says nothing new of it.
    store.must(&creators::set_state(&did(ALICE), State::Deactivated, NOW));
    store.must(&[creators::failed(&did(ALICE), 0, "x", NOW)]);
    assert_eq!(creator(&store, ALICE).state, State::Deactivated);
}

#[test]
fn bad_input_31_handles_and_hosts_change() {
    let store = Local::new();
    register(&store, ALICE);
    let mut identity = Identity {
        handle: Some(Handle::parse("alice.example.com").unwrap()),
        display_name: Some("Alice".to_owned()),
        avatar: Some("https://cdn.example.com/a".to_owned()),
        description: None,
        pds: Some("https://one.example.com".to_owned()),
    };
    store.must(&creators::identify(&did(ALICE), &identity));
    let one = creator(&store, ALICE);
    assert_eq!(one.profile().handle, identity.handle);
    assert_eq!(one.pds.as_deref(), Some("https://one.example.com"));
    identity.pds = Some("https://two.example.com".to_owned());
    identity.handle = None;
    store.must(&creators::identify(&did(ALICE), &identity));
    let two = creator(&store, ALICE);
    assert_eq!((two.pds.as_deref(), two.handle.clone()), (Some("https://two.example.com"), None));
    let again = store.must(&creators::identify(&did(ALICE), &identity));
    assert_eq!(again[0].affected, 0, "what is known is not written again");
    // A value that nobody should have written doesn't take the others along.
    store.must(&[Statement::new("UPDATE creators SET handle = 'no handle'")]);
    assert_eq!(creator(&store, ALICE).handle, None);
}

#[test]
fn pages_of_creators() {
    let store = Local::new();
    let dids: Vec<_> = (0..25).map(|n| did(&format!("did:web:{n:02}.example.com"))).collect();
    store.must(&creators::discover(&dids, NOW));
    for one in dids.iter().step_by(5) {
        store.must(&creators::set_state(one, State::Deleted, NOW));
    }
    for (all, expect) in [(false, 20), (true, 25)] {
        let mut found = Vec::new();
        let mut cursor = None;
        loop {
            let rows = store.read(&creators::list(7, cursor.as_deref(), all).unwrap());
            let page = creators::page(7, all, &rows).unwrap();
            found.extend(page.creators.into_iter().map(|creator| creator.did));
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
            assert_eq!(creators::list(7, cursor.as_deref(), !all), Err(IndexError::OtherQuery));
        }
        assert_eq!(found.len(), expect);
        assert!(found.is_sorted());
    }
    for limit in [0, 101] {
        assert_eq!(creators::list(limit, None, true), Err(IndexError::Limit { found: limit, max: 100 }));
    }
}

#[test]
fn numbers_of_the_whole() {
    let store = Local::new();
    let read = |now| stats::read(&store.read(&stats::stats(now))).unwrap();
    assert_eq!(read(NOW), stats::Stats::default());
    register(&store, ALICE);
    store.must(&creators::discover(&[did(BOB)], NOW + 10));
    sync_to(&store, ALICE, &[titled("a", "x"), titled("b", "y")], "1", NOW + 20);
    store.must(&[creators::failed(&did(BOB), 0, "x", NOW + 100)]);
    let expect = stats::Stats {
        videos: 2,
        creators: 2,
        registered: 1,
        failing: 1,
        due: 1,
        lag_ms: 50,
        last_sync_ms: Some(NOW + 20),
    };
    assert_eq!(read(NOW + 150), expect);
    store.must(&creators::set_state(&did(ALICE), State::Takendown, NOW + 900_000));
    let hidden = read(NOW + 150);
    assert_eq!((hidden.videos, hidden.creators), (0, 1));
}
