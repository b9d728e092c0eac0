use proptest::prelude::*;
use serde_json::json;
use streamhut_index::sync::Sync;
use streamhut_index::{IndexError, Record, Transaction, sync};

use crate::records::*;
use crate::store::{Local, Remote, Store};

/// A record of some size: large ones make a sync that takes several transactions.
fn sized(key: &str, version: u32, padding: usize) -> Record {
    record(
        key,
        json!({
            "title": format!("{key} in version {version}"), "tags": [format!("tag{}", version % 3), "Tag1"],
            "createdAt": format!("2026-03-0{}T12:00:00Z", version % 9 + 1), "durationMs": version * 1000,
            "padding": "x".repeat(padding),
        }),
    )
}

/// So many of these are staged.
const LARGE: usize = 300_000;

/// The transactions of a sync to these records, not run yet.
fn planned(store: &impl Store, who: &str, records: &[Record], id: &str) -> Vec<Transaction> {
    let mut sync = Sync::new(&creator(store, who), known(store, who), id);
    let mut transactions = Vec::new();
    for page in records.chunks(2) {
        transactions.extend(sync.meet(page.to_vec(), NOW));
    }
    transactions.extend(sync.finish(&rev_of(id), NOW, NOW + 1).0);
    transactions
}

#[derive(Debug, Clone)]
struct State(Vec<(u8, u32, bool)>);

impl State {
    fn records(&self) -> Vec<Record> {
        let one = |(key, version, large): &(u8, u32, bool)| {
            sized(&format!("k{key}"), *version, if *large { LARGE } else { 0 })
        };
        self.0.iter().map(one).collect()
    }
}

/// Some of ten keys, each in one of four versions; in a third of the states half of them are large.
fn state() -> impl Strategy<Value = State> {
    let keys = proptest::sample::subsequence((0..10_u8).collect::<Vec<_>>(), 0..=10);
    (keys, proptest::collection::vec((0..4_u32, any::<bool>()), 10), 0..3_u8).prop_map(
        |(keys, versions, kind)| {
            let record = |(key, (version, large)): (u8, (u32, bool))| (key, version, large && kind == 0);
            State(keys.into_iter().zip(versions).map(record).collect())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn from_any_state_to_any_state(states in proptest::collection::vec((any::<bool>(), state()), 1..6)) {
        let store = Local::new();
        let mut expect = [Vec::new(), Vec::new()];
        for who in [ALICE, BOB] {
            register(&store, who);
        }
        for (step, (bob, state)) in states.iter().enumerate() {
            let (who, records) = (if *bob { BOB } else { ALICE }, state.records());
            let counts = sync_to(&store, who, &records, &format!("s{step}"), NOW + step as i64);
            prop_assert_eq!(counts.created + counts.updated + counts.unchanged, records.len() as u64);
            expect[usize::from(*bob)] = expected(&records);
            prop_assert_eq!(&seen(&store, ALICE), &expect[0]);
            prop_assert_eq!(&seen(&store, BOB), &expect[1]);
            let after = creator(&store, who);
            let rev = rev_of(&format!("s{step}"));
            prop_assert_eq!((after.rev, after.records), (Some(rev), records.len() as u64));
            check_invariants(&store);
        }
        prop_assert_eq!(store.number("SELECT count(*) FROM videos"), store.number("SELECT sum(records) FROM creators"));
    }

    #[test]
    fn bad_input_29_a_crash_anywhere_leaves_it_as_it_was_before_or_after(
        before in state(), torn in state(), after in state(), at in 0..12_u32, twice in any::<bool>(),
    ) {
        let store = Local::new();
        register(&store, ALICE);
        sync_to(&store, ALICE, &before.records(), "before", NOW);
        let stages = planned(&store, ALICE, &torn.records(), "torn");
        store.lives.set(Some(at));
        let crashed = store.run(&stages).is_err();
        store.lives.set(None);
        let found = seen(&store, ALICE);
        let (before, torn) = (expected(&before.records()), expected(&torn.records()));
        prop_assert!(found == torn || (crashed && found == before), "{found:?}");
        let rev = creator(&store, ALICE).rev;
        if before != torn {
            let due = if found == torn { "torn" } else { "before" };
            prop_assert_eq!(rev, Some(rev_of(due)), "the revision goes with the rows");
        }
        check_invariants(&store);

        // The next one goes on as if nothing had been, and the dead one's messages that come late change nothing.
        sync_to(&store, ALICE, &after.records(), "after", NOW);
        if twice {
            for transaction in &stages {
                store.write(&transaction.statements).ok();
            }
        }
        prop_assert_eq!(seen(&store, ALICE), expected(&after.records()));
        check_invariants(&store);
        let rev = creator(&store, ALICE).rev;
        prop_assert_eq!(rev, Some(rev_of("after")));
    }
}

#[test]
fn bad_input_30_each_transaction_may_be_done_twice() {
    for large in [0, LARGE] {
        let store = Local::new();
        register(&store, ALICE);
        let first: Vec<_> = (0..4).map(|n| sized(&format!("k{n}"), 1, large)).collect();
        let second: Vec<_> = (2..7).map(|n| sized(&format!("k{n}"), n / 3, large)).collect();
        for (id, records) in [("one", &first), ("two", &second)] {
            for transaction in planned(&store, ALICE, records, id) {
                store.must(&transaction.statements);
                store.run(std::slice::from_ref(&transaction)).unwrap();
                check_invariants(&store);
            }
            assert_eq!(seen(&store, ALICE), expected(records));
        }
    }
}

#[test]
fn whoever_comes_second_is_told_and_changes_nothing() {
    for (large, other_large) in [(0, 0), (0, LARGE), (LARGE, 0), (LARGE, LARGE)] {
        let store = Local::new();
        register(&store, ALICE);
        let old: Vec<_> = (0..3).map(|n| sized(&format!("k{n}"), 0, 0)).collect();
        sync_to(&store, ALICE, &old, "old", NOW);
        let late: Vec<_> = (1..6).map(|n| sized(&format!("k{n}"), 1, large)).collect();
        let winner: Vec<_> = (2..5).map(|n| sized(&format!("k{n}"), 2, other_large)).collect();
        let stages = planned(&store, ALICE, &late, "late");
        // Interrupted after each of its transactions but the last that can be seen.
        let seen_at = stages
            .iter()
            .position(|stage| !stage.again && stage.statements.iter().any(|s| s.sql.contains("SET rev")))
            .unwrap();
        for cut in 0..=seen_at {
            store.run(&stages[..cut]).ok();
            sync_to(&store, ALICE, &winner, &format!("winner{cut}"), NOW);
            for stage in &stages[cut..] {
                match store.run(std::slice::from_ref(stage)) {
                    Err(error) => assert_eq!(error, IndexError::Outdated),
                    Ok(()) => assert!(stage.again, "only sweeping is not fenced"),
                }
            }
            assert_eq!(seen(&store, ALICE), expected(&winner), "cut at {cut}");
            check_invariants(&store);
        }
    }
}

#[test]
fn of_two_that_are_staged_at_once_the_one_that_began_last_is_whole() {
    let store = Local::new();
    register(&store, ALICE);
    let first: Vec<_> = (0..6).map(|n| sized(&format!("k{n}"), 1, LARGE)).collect();
    let second: Vec<_> = (2..9).map(|n| sized(&format!("k{n}"), 2, LARGE)).collect();
    let base: Vec<_> = (0..5).map(|n| sized(&format!("k{n}"), 0, 0)).collect();
    for cut in 1..6 {
        sync_to(&store, ALICE, &base, &format!("base{cut}"), NOW);
        let early = planned(&store, ALICE, &first, &format!("early{cut}"));
        assert!(early.len() > 6, "it takes several transactions");
        store.run(&early[..cut]).unwrap();
        for stage in planned(&store, ALICE, &second, &format!("late{cut}")) {
            store.run(std::slice::from_ref(&stage)).unwrap();
            // Whatever the other one still sends neither counts nor takes anything away.
            for other in &early {
                store.write(&other.statements).ok();
            }
            check_invariants(&store);
        }
        assert_eq!(seen(&store, ALICE), expected(&second), "cut at {cut}");
        assert_eq!(store.number("SELECT count(*) FROM videos"), 7);
    }
}

#[test]
fn a_large_repository_on_the_real_server() {
    let store = Remote::new();
    register(&store, ALICE);
    let first: Vec<_> = (0..2500).map(|n| sized(&format!("k{n}"), n % 7, 10)).collect();
    let counts = sync_to(&store, ALICE, &first, "first", NOW);
    assert_eq!((counts.created, creator(&store, ALICE).records), (2500, 2500));
    let second: Vec<_> = (1000..5000).map(|n| sized(&format!("k{n}"), n % 5, 10)).collect();
    let counts = sync_to(&store, ALICE, &second, "second", NOW);
    assert_eq!((counts.deleted, counts.created), (1000, 2500));
    assert_eq!(seen(&store, ALICE), expected(&second));
    assert_eq!(store.number("SELECT count(*) FROM videos"), 4000, "what is dead was swept");
    let counts = sync_to(&store, ALICE, &second[..1], "third", NOW);
    assert_eq!((counts.deleted, counts.unchanged), (3999, 1));
    check_invariants(&store);
}

#[test]
fn bad_input_27_records_that_are_no_videos_cost_nobody_else_anything() {
    let store = Local::new();
    register(&store, ALICE);
    let odd = |key, value| record(key, value);
    let records = [
        titled("a", "fine"),
        odd("b", json!("text")),
        odd("c", json!({"$type": "app.bsky.feed.post", "title": "no"})),
        odd("d", json!({"title": ["wrong"], "durationMs": -4, "tags": "x", "createdAt": 7})),
        odd("e", json!({"title": "x".repeat(1024 * 1024 + 1)})),
        odd("f", json!({"title": "nul \0 and \u{202E}", "unknown": {"a": [1.50, null, "\u{0}"]}})),
    ];
    let counts = sync_to(&store, ALICE, &records, "one", NOW);
    assert_eq!((counts.created, counts.refused), (3, 3));
    let kept = store.dump("SELECT rkey, title FROM videos ORDER BY rkey");
    let expect =
        ["[Text(\"a\"), Text(\"fine\")]", "[Text(\"d\"), Text(\"\")]", "[Text(\"f\"), Text(\"nul and\")]"];
    assert_eq!(kept, expect);
    let as_it_was =
        store.read(&streamhut_index::Statement::new("SELECT record FROM videos WHERE rkey = 'f'"));
    assert_eq!(as_it_was.rows[0].text(0).unwrap(), records[5].value.to_string());

    // A video that is edited into something else is gone.
    let edited = [odd("a", json!([])), records[3].clone(), records[5].clone()];
    let counts = sync_to(&store, ALICE, &edited, "two", NOW);
    assert_eq!((counts.deleted, counts.refused, counts.unchanged), (1, 1, 2));
    assert_eq!(store.number("SELECT count(*) FROM videos"), 2);
}

#[test]
fn bad_input_28_a_repository_that_repeats_and_contradicts_itself() {
    for padding in [0, LARGE] {
        let store = Local::new();
        register(&store, ALICE);
        sync_to(&store, ALICE, &[sized("a", 0, 0), sized("b", 0, 0)], "old", NOW);
        let told = [
            sized("a", 0, 0),
            sized("a", 1, padding),
            sized("a", 1, padding),
            sized("c", 1, padding),
            sized("c", 2, padding),
            record("c", json!("no video")),
            sized("b", 3, padding),
            sized("b", 0, 0),
        ];
        let counts = sync_to(&store, ALICE, &told, "odd", NOW);
        let last = [sized("a", 1, padding), sized("b", 0, 0), sized("c", 2, padding)];
        assert_eq!(seen(&store, ALICE), expected(&last));
        assert_eq!((counts.created, counts.updated, counts.deleted, counts.refused), (1, 2, 0, 1));
        check_invariants(&store);
    }
}

#[test]
fn bad_input_31_deleted_and_made_again() {
    let store = Local::new();
    register(&store, ALICE);
    let first_seen = |store: &Local| store.number("SELECT indexed_ms FROM videos WHERE rkey = 'a'");
    sync_to(&store, ALICE, &[titled("a", "one")], "1", NOW);
    sync_to(&store, ALICE, &[titled("a", "two")], "2", NOW + 10);
    assert_eq!(first_seen(&store), NOW, "an edit is no new video");
    sync_to(&store, ALICE, &[], "3", NOW + 20);
    sync_to(&store, ALICE, &[titled("a", "one")], "4", NOW + 30);
    assert_eq!(first_seen(&store), NOW + 30);
    assert_eq!(seen(&store, ALICE), expected(&[titled("a", "one")]));
}

#[test]
fn bad_input_32_dates_are_clamped_for_sorting_and_shown_as_given() {
    for padding in [0, LARGE] {
        let store = Local::new();
        register(&store, ALICE);
        let dated = |key: &str, date: &str, version: u32| {
            record(
                key,
                json!({"title": format!("v{version}"), "createdAt": date, "padding": "x".repeat(padding)}),
            )
        };
        let dates = [
            ("a", "2999-01-01T00:00:00Z", NOW),
            ("b", "0000-01-01T00:00:00Z", 0),
            ("c", "10000-01-01T00:00:00Z", NOW),
            ("d", "-99999999999999999999-01-01T00:00:00Z", 0),
            ("e", "2016-12-31T23:59:60Z", 1_483_228_799_999),
            ("f", "2026-03-01T12:00:00.5+01:00", 1_772_362_800_500),
        ];
        for version in [1, 2] {
            let records: Vec<_> = dates.iter().map(|(key, date, _)| dated(key, date, version)).collect();
            // When it is edited, a date of the future doesn't move it to the top again.
            sync_to(&store, ALICE, &records, &format!("s{version}"), NOW + i64::from(version) * 1000 - 1000);
            for (key, date, expect) in dates {
                let sql = format!("SELECT created_ms, created_at, title FROM videos WHERE rkey = '{key}'");
                let rows = store.read(&streamhut_index::Statement::new(sql));
                assert_eq!(rows.rows.len(), 1);
                let row = &rows.rows[0];
                assert_eq!((row.integer(0).unwrap(), row.text(1).unwrap()), (expect, date));
                assert_eq!(row.text(2).unwrap(), format!("v{version}"));
            }
        }
    }
}

#[test]
fn thousands_of_records_pass_in_requests_of_bounded_size() {
    let store = Local::new();
    register(&store, ALICE);
    let mut sync = Sync::new(&creator(&store, ALICE), sync::Known::default(), "x");
    let mut sizes = Vec::new();
    let size = |transaction: &Transaction| {
        transaction.statements.iter().map(streamhut_index::Statement::len).sum::<usize>()
    };
    for page in 0..200_u32 {
        let records = (0..100).map(|n| sized(&format!("3l{page}x{n}"), page, 500));
        sizes.extend(sync.meet(records, NOW).iter().map(size));
    }
    let (transactions, counts) = sync.finish(&rev_of("rev"), NOW, NOW);
    sizes.extend(transactions.iter().map(size));
    assert_eq!(counts.created, 20_000);
    assert!(sizes.iter().all(|size| *size < 640 * 1024), "{:?}", sizes.iter().max());
    assert!(sizes.len() > 20 && sizes.len() < 60, "{}", sizes.len());
}
