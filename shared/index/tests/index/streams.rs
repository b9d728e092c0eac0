use proptest::prelude::*;
use serde_json::json;
use streamhut_atproto::Tid;
use streamhut_index::stream::{self, Change, Step, What};
use streamhut_index::sync::Sync;
use streamhut_index::{IndexError, Record, creators};

use crate::records::*;
use crate::store::{Local, Remote, Store};

fn rev(micros: u64) -> Tid {
    Tid::from_micros(1_780_000_000_000_000 + micros, 0).unwrap()
}

fn put(who: &str, at: u64, record: Record) -> Change {
    Change { did: did(who), rev: rev(at), what: What::Put(Box::new(record)) }
}

fn delete(who: &str, at: u64, key: &str) -> Change {
    Change { did: did(who), rev: rev(at), what: What::Delete(rkey(key)) }
}

/// Applies changes, and says whether the step was done.
fn step(store: &impl Store, from: i64, changes: &[Change]) -> bool {
    let id = format!("step{from}");
    let step = Step { stream: "live", from, to: from + 1, id: &id };
    store.must(&stream::apply(&step, changes, NOW)).last().unwrap().affected == 1
}

fn begun(store: &impl Store) {
    for who in [ALICE, BOB] {
        register(store, who);
    }
    store.must(&[stream::seek("live", 0, NOW)]);
}

fn check(store: &impl Store) {
    begun(store);
    let changes = [
        put(ALICE, 1, titled("a", "one")),
        put(ALICE, 2, titled("b", "two")),
        put("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", 2, titled("c", "of nobody")),
        put(ALICE, 3, titled("a", "one, edited")),
        put(BOB, 4, titled("d", "three")),
        delete(ALICE, 5, "b"),
        put(BOB, 6, record("d", json!("no video any more"))),
        put(BOB, 7, titled("e", "four")),
        delete(BOB, 8, "never"),
    ];
    assert!(step(store, 0, &changes));
    assert_eq!(seen(store, ALICE), expected(&[titled("a", "one, edited")]));
    assert_eq!(seen(store, BOB), expected(&[titled("e", "four")]));
    assert_eq!(creator(store, ALICE).records, 1);
    assert_eq!(store.number("SELECT count(*) FROM creators"), 2);
    assert!(step(store, 1, &[delete(ALICE, 9, "a"), put(BOB, 9, titled("e", "five"))]));
    assert_eq!(seen(store, ALICE), expected(&[]));
    assert_eq!(seen(store, BOB), expected(&[titled("e", "five")]));
    assert!(step(store, 2, &[]), "the cursor moves without changes, too");
    check_invariants(store);
}

#[test]
fn changes_and_the_cursor_go_together() {
    check(&Local::new());
    check(&Remote::new());
}

#[test]
fn bad_input_30_no_change_is_applied_twice_or_from_elsewhere() {
    let store = Local::new();
    begun(&store);
    assert!(step(&store, 0, &[put(ALICE, 1, titled("a", "one"))]));
    assert!(!step(&store, 0, &[put(ALICE, 1, titled("a", "one"))]), "done already");
    assert!(step(&store, 1, &[delete(ALICE, 2, "a")]));
    // A message of the first step that comes late.
    assert!(!step(&store, 0, &[put(ALICE, 1, titled("a", "one"))]));
    assert!(!step(&store, 7, &[put(ALICE, 9, titled("a", "of the future"))]));
    assert_eq!(seen(&store, ALICE), expected(&[]));
    assert_eq!(stream::read_position(&store.read(&stream::position("live"))).unwrap().unwrap().cursor, 2);
}

#[test]
fn what_a_sync_has_seen_already_is_left_out() {
    let store = Local::new();
    begun(&store);
    let mut sync = Sync::new(&creator(&store, ALICE), known(&store, ALICE), "s");
    store.run(&sync.meet([titled("a", "new")], NOW)).unwrap();
    store.run(&sync.finish(&rev(10), NOW, NOW).0).unwrap();
    let old = [put(ALICE, 9, titled("a", "old")), put(ALICE, 10, titled("b", "old")), delete(ALICE, 8, "a")];
    for (at, change) in old.iter().enumerate() {
        assert!(step(&store, at as i64, std::slice::from_ref(change)));
        assert_eq!(seen(&store, ALICE), expected(&[titled("a", "new")]));
    }
    assert!(step(&store, 3, &[put(ALICE, 11, titled("a", "newer"))]));
    assert_eq!(seen(&store, ALICE), expected(&[titled("a", "newer")]));
}

#[test]
fn a_change_sends_a_sync_that_began_before_away() {
    let store = Local::new();
    begun(&store);
    sync_to(&store, ALICE, &[titled("a", "one")], "first", NOW);
    let mut sync = Sync::new(&creator(&store, ALICE), known(&store, ALICE), "second");
    assert!(step(&store, 0, &[put(ALICE, 1, titled("a", "live"))]));
    assert_eq!(sync.meet([titled("a", "as it was listed before")], NOW), []);
    assert_eq!(store.run(&sync.finish(&rev(100), NOW, NOW).0), Err(IndexError::Outdated));
    assert_eq!(seen(&store, ALICE), expected(&[titled("a", "live")]));
}

#[test]
fn a_change_leaves_a_staged_sync_alone_and_has_it_followed_by_another() {
    let large = |key: &str| record(key, json!({"title": key, "padding": "x".repeat(300_000)}));
    let store = Local::new();
    begun(&store);
    store.must(&[creators::unchanged(&did(ALICE), NOW, NOW + 900)]);
    let mut sync = Sync::new(&creator(&store, ALICE), known(&store, ALICE), "staged");
    store.run(&sync.meet([large("a"), large("b")], NOW)).unwrap();
    assert!(step(&store, 0, &[put(ALICE, 1, titled("c", "live")), put(BOB, 1, titled("d", "live"))]));
    assert_eq!((seen(&store, ALICE).len(), seen(&store, BOB).len()), (0, 1));
    assert_eq!(creator(&store, ALICE).next_sync_ms, 0, "due at once");
    store.run(&sync.finish(&rev(100), NOW, NOW + 900).0).unwrap();
    assert_eq!(seen(&store, ALICE), expected(&[large("a"), large("b")]));

    // One that has not written for long is dead, and what it left never shows.
    let mut sync = Sync::new(&creator(&store, ALICE), known(&store, ALICE), "dead");
    let stages = sync.meet([large("x"), large("y"), large("z")], NOW - streamhut_index::sync::STAGING_MS);
    store.run(&stages).unwrap();
    assert!(step(&store, 1, &[delete(ALICE, 102, "a")]));
    assert_eq!(seen(&store, ALICE), expected(&[large("b")]));
    assert_eq!(store.run(&sync.finish(&rev(100), NOW, NOW).0), Err(IndexError::Outdated));
    check_invariants(&store);
    sync_to(&store, ALICE, &[large("b"), large("x"), large("y"), titled("q", "q")], "next", NOW);
    assert_eq!(seen(&store, ALICE).len(), 4);
    assert_eq!(store.number("SELECT count(*) FROM videos"), 5, "and BOB's one");
    check_invariants(&store);
}

/// What happens to a repository: a record is put or deleted.
#[derive(Clone, Debug)]
struct Event(u8, Option<u8>);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn bad_input_31_streams_and_syncs_in_any_turn_converge(
        events in proptest::collection::vec((0..5_u8, proptest::option::of(0..3_u8)).prop_map(|(key, to)| Event(key, to)), 1..30),
        steps in proptest::collection::vec((1..6_usize, any::<bool>(), any::<bool>()), 1..12),
    ) {
        let store = Local::new();
        begun(&store);
        let mut repository = std::collections::BTreeMap::new();
        let mut events = events.into_iter().enumerate();
        let mut cursor = 0;
        for (number, (take, lost, sync)) in steps.into_iter().enumerate() {
            let taken: Vec<_> = events.by_ref().take(take).collect();
            let mut changes = Vec::new();
            for (at, Event(key, to)) in &taken {
                let (at, key) = (*at as u64 + 1, format!("k{key}"));
                match to {
                    Some(version) => {
                        repository.insert(key.clone(), titled(&key, &format!("v{version}")));
                        changes.push(put(ALICE, at, repository[&key].clone()));
                    }
                    None => {
                        repository.remove(&key);
                        changes.push(delete(ALICE, at, &key));
                    }
                }
            }
            // The stream may lose events; syncs don't.
            if !lost {
                prop_assert!(step(&store, cursor, &changes));
                cursor += 1;
            }
            let last = taken.last().map_or(0, |(at, _)| *at as u64 + 1);
            if sync && last > 0 {
                let mut sync = Sync::new(&creator(&store, ALICE), known(&store, ALICE), format!("s{number}"));
                store.run(&sync.meet(repository.values().cloned(), NOW)).unwrap();
                store.run(&sync.finish(&rev(last), NOW, NOW).0).unwrap();
                prop_assert_eq!(seen(&store, ALICE), expected(&repository.values().cloned().collect::<Vec<_>>()));
            }
            check_invariants(&store);
        }
        let mut sync = Sync::new(&creator(&store, ALICE), known(&store, ALICE), "last");
        store.run(&sync.meet(repository.values().cloned(), NOW)).unwrap();
        store.run(&sync.finish(&rev(99), NOW, NOW).0).unwrap();
        prop_assert_eq!(seen(&store, ALICE), expected(&repository.values().cloned().collect::<Vec<_>>()));
    }
}
