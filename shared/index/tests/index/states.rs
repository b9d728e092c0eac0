//! Creators that are hidden, shown again, renamed and forgotten: their videos follow.

use serde_json::json;
use streamhut_atproto::Did;
use streamhut_index::creators::{self, Identity, State};
use streamhut_index::list::{self, Query};
use streamhut_index::{Record, Statement, tidy, video};

use crate::records::*;
use crate::store::{Local, Store};

fn films(count: u32) -> Vec<Record> {
    let film = |n| {
        record(
            &format!("k{n:05}"),
            json!({"title": format!("film {n}"), "tags": ["t"], "createdAt": "2026-03-01T12:00:00Z"}),
        )
    };
    (0..count).map(film).collect()
}

fn titles(store: &impl Store, query: Query) -> usize {
    let query = Query { limit: 100, ..query };
    list::page(&query, &store.read(&list::list(&query).unwrap())).unwrap().videos.len()
}

/// How many of a creator's films each list shows.
fn shown(store: &impl Store) -> [usize; 5] {
    let text = |text: &str| Some(text.to_owned());
    let one = store.read(&video::get(&did(ALICE), &rkey("k00000")));
    [
        titles(store, Query::default()),
        titles(store, Query { creator: Some(did(ALICE)), ..Query::default() }),
        titles(store, Query { tag: text("T"), ..Query::default() }),
        titles(store, Query { q: text("film"), ..Query::default() }),
        usize::from(video::read(&did(ALICE), &rkey("k00000"), &one).unwrap().is_some()),
    ]
}

/// Runs a change, and what follows from it; gives how many portions that took.
fn follow(store: &impl Store, did: &Did, change: &[Statement]) -> usize {
    let mut answer = store.must(change);
    let mut portions = 1;
    while let Some(progress) = tidy::progress(&answer).unwrap() {
        answer = store.must(&tidy::portion(did, Some(&progress)));
        portions += 1;
    }
    portions
}

fn untidy(store: &impl Store) -> usize {
    creators::read(&store.read(&creators::untidy(10))).unwrap().len()
}

#[test]
fn bad_input_31_an_account_that_is_deactivated_is_hidden_at_once_and_comes_back() {
    let store = Local::new();
    register(&store, ALICE);
    sync_to(&store, ALICE, &films(30), "1", NOW);
    assert_eq!(shown(&store), [30, 30, 30, 30, 1]);
    for state in [State::Deactivated, State::Takendown, State::Deleted] {
        store.must(&creators::set_state(&did(ALICE), state, NOW));
        assert_eq!(shown(&store), [0; 5], "{state:?}");
        assert_eq!(store.number("SELECT count(*) FROM videos WHERE hidden = 0"), 0);
        check_invariants(&store);
        store.must(&creators::set_state(&did(ALICE), State::Active, NOW));
        assert_eq!(shown(&store), [30, 30, 30, 30, 1]);
        assert_eq!(untidy(&store), 0);
        check_invariants(&store);
    }
    store.must(&creators::set_state(&did(ALICE), State::Failed, NOW));
    assert_eq!(shown(&store)[0], 30, "who can't be reached is shown as they were");
}

#[test]
fn many_videos_follow_in_portions() {
    let store = Local::new();
    register(&store, ALICE);
    sync_to(&store, ALICE, &films(2300), "1", NOW);
    assert_eq!(creator(&store, ALICE).records, 2300);

    let hide = creators::set_state(&did(ALICE), State::Deleted, NOW);
    let answer = store.must(&hide);
    assert_eq!(shown(&store), [0; 5], "nobody waits for the portions");
    assert_eq!(store.number("SELECT count(*) FROM videos WHERE hidden = 0"), 1300);
    assert_eq!(untidy(&store), 1);
    check_invariants(&store);
    // Another change comes between: what the first one left is not all that is left.
    store.must(&creators::set_state(&did(ALICE), State::Active, NOW));
    let mut answer = answer;
    while let Some(progress) = tidy::progress(&answer).unwrap() {
        answer = store.must(&tidy::portion(&did(ALICE), Some(&progress)));
    }
    assert_eq!(untidy(&store), 1, "it stays on the list");
    assert_eq!(follow(&store, &did(ALICE), &tidy::portion(&did(ALICE), None)), 3);
    assert_eq!((untidy(&store), store.number("SELECT count(*) FROM videos WHERE hidden = 1")), (0, 0));
    assert_eq!(shown(&store), [100, 100, 100, 100, 1]);

    let named = Identity { display_name: Some("Zaphod".to_owned()), ..Identity::default() };
    assert_eq!(follow(&store, &did(ALICE), &creators::identify(&did(ALICE), &named)), 3);
    let found = || titles(&store, Query { q: Some("zaphod film 2299".to_owned()), ..Query::default() });
    assert_eq!(found(), 1);
    let renamed = Identity { display_name: Some("Trillian".to_owned()), ..Identity::default() };
    follow(&store, &did(ALICE), &creators::identify(&did(ALICE), &renamed));
    assert_eq!((found(), untidy(&store)), (0, 0));
    check_invariants(&store);
}

#[test]
fn who_is_forgotten_leaves_nothing() {
    let store = Local::new();
    for who in [ALICE, BOB] {
        register(&store, who);
        sync_to(&store, who, &films(1200), who, NOW);
    }
    let plan = creators::forget(&did(ALICE), "go");
    // It is interrupted, and a sync of before comes late.
    store.must(&plan[0].statements);
    assert_eq!(titles(&store, Query { creator: Some(did(ALICE)), ..Query::default() }), 0);
    store.must(&plan[1].statements);
    check_invariants(&store);
    let left = creators::read_forgotten(&store.read(&creators::forgotten(9))).unwrap();
    assert_eq!(left, [did(ALICE)]);
    store.run(&creators::forget(&left[0], "go on")).unwrap();
    assert_eq!(store.number("SELECT count(*) FROM creators"), 1);
    assert_eq!(store.number("SELECT count(*) FROM videos"), 1200);
    check_invariants(&store);

    // Who comes back meanwhile stays, and is synced anew.
    let plan = creators::forget(&did(BOB), "go");
    store.must(&plan[0].statements);
    register(&store, BOB);
    store.run(&plan[1..]).unwrap();
    let bob = creator(&store, BOB);
    assert_eq!((bob.rev, bob.records), (None, 1200));
    assert_eq!(titles(&store, Query { creator: Some(did(BOB)), ..Query::default() }), 100);
}

#[test]
fn unregistering_lets_go_of_who_was_not_discovered() {
    let store = Local::new();
    for who in [ALICE, BOB] {
        register(&store, who);
        sync_to(&store, who, &films(3), who, NOW);
    }
    store.must(&creators::discover(&[did(BOB)], NOW));
    for who in [ALICE, BOB] {
        store.run(&creators::unregister(&did(who), "go")).unwrap();
        store.run(&creators::unregister(&did(who), "go")).unwrap();
    }
    let left =
        creators::page(9, true, &store.read(&creators::list(9, None, true).unwrap())).unwrap().creators;
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].did.as_str(), left[0].registered, left[0].rev.is_some()), (BOB, false, true));
    assert_eq!(titles(&store, Query::default()), 3);
    check_invariants(&store);
}

#[test]
fn rows_that_come_while_the_creator_is_hidden_are_hidden() {
    let store = Local::new();
    register(&store, ALICE);
    store.must(&creators::set_state(&did(ALICE), State::Deactivated, NOW));
    sync_to(&store, ALICE, &films(2), "1", NOW);
    assert_eq!(shown(&store), [0; 5]);
    check_invariants(&store);
    store.must(&creators::set_state(&did(ALICE), State::Active, NOW));
    assert_eq!(shown(&store), [2, 2, 2, 2, 1]);
}
