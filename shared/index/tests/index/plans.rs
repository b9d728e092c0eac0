//! What statements cost: by the plans that SQLite makes, and by the steps that it takes.

use rusqlite::{Connection, StatementStatus, params_from_iter, types};
use streamhut_hrana::{Statement, Value};
use streamhut_index::list::{self, Query, Sort};
use streamhut_index::{creators, schema, stats, sync, tidy, video};

use crate::records::*;
use crate::store::{Local, Remote, Store};

fn lists() -> Vec<Query> {
    let mut all = Vec::new();
    for creator in [None, Some(did(ALICE))] {
        for tag in [None, Some("t1".to_owned())] {
            for sort in [Sort::Newest, Sort::Oldest, Sort::Longest] {
                for (min, max) in
                    [(None, None), (Some(1), None), (None, Some(9_000_000)), (Some(1), Some(9_000_000))]
                {
                    all.push(Query {
                        limit: 20,
                        creator: creator.clone(),
                        tag: tag.clone(),
                        sort: Some(sort),
                        min_duration_ms: min,
                        max_duration_ms: max,
                        ..Query::default()
                    });
                }
            }
        }
    }
    all
}

fn fill(store: &impl Store, count: u32) {
    for who in [ALICE, BOB] {
        register(store, who);
        let film = |n: u32| {
            let value = serde_json::json!({
                "title": format!("film {n}"), "tags": [format!("t{}", n % 2)], "durationMs": 1000 + n * 7 % 5000,
                "createdAt": streamhut_streamplace::datetime::iso(1_700_000_000_000 + i64::from(n)).unwrap(),
            });
            record(&format!("k{n:06}"), value)
        };
        let records: Vec<_> = (0..count).map(film).collect();
        sync_to(store, who, &records, who, NOW);
    }
}

fn plan(store: &impl Store, statement: &Statement) -> String {
    let explain =
        Statement { sql: format!("EXPLAIN QUERY PLAN {}", statement.sql), args: statement.args.clone() };
    let rows = store.read(&explain);
    rows.rows.iter().map(|row| row.text(3).unwrap().to_owned() + "\n").collect()
}

fn check_plans(store: &impl Store) {
    fill(store, 120);
    for query in lists() {
        let first = list::list(&query).unwrap();
        let cursor = list::page(&query, &store.read(&first)).unwrap().cursor;
        let next = list::list(&Query { cursor, ..query.clone() }).unwrap();
        for statement in [first, next] {
            let plan = plan(store, &statement);
            assert!(!plan.contains("SCAN c") && !plan.contains("TEMP B-TREE"), "{query:?}\n{plan}");
            // The start of an index is no scan of what doesn't belong there: with LIMIT, it is the list itself.
            let scans: Vec<_> = plan.lines().filter(|line| line.contains("SCAN")).collect();
            let unbounded = query.creator.is_none() && query.tag.is_none();
            assert!(
                scans.is_empty()
                    || unbounded && scans.iter().all(|scan| scan.contains("USING INDEX videos_")),
                "{query:?}\n{plan}"
            );
        }
    }
    let alice = did(ALICE);
    let mut others = vec![
        schema::version(),
        creators::get(&alice),
        creators::due(NOW, 5),
        creators::untidy(5),
        sync::known(&alice, Some(&rkey("k000005"))),
        video::get(&alice, &rkey("k000005")),
    ];
    others.extend(tidy::portion(&alice, None));
    for statement in others {
        let plan = plan(store, &statement);
        let scans = plan.lines().filter(|line| line.contains("SCAN") && !line.contains("CONSTANT ROW"));
        assert_eq!(scans.filter(|line| !line.contains("INDEX")).count(), 0, "{}\n{plan}", statement.sql);
        assert!(!plan.contains("TEMP B-TREE"), "{}\n{plan}", statement.sql);
    }
    assert!(!plan(store, &stats::stats(NOW)).contains("videos"));
}

#[test]
fn lists_walk_along_an_index_and_sort_nothing() {
    check_plans(&Local::new());
    check_plans(&Remote::new());
}

#[test]
fn searches_look_at_matches_alone() {
    let store = Local::new();
    fill(&store, 10);
    for sort in [None, Some(Sort::Newest), Some(Sort::Longest)] {
        let query = Query { limit: 5, q: Some("film 1".to_owned()), sort, ..Query::default() };
        let plan = plan(&store, &list::list(&query).unwrap());
        let scanned = plan.lines().filter(|line| line.contains("SCAN"));
        for scan in scanned {
            assert!(
                ["videos_fts VIRTUAL", "SCAN matches", "SCAN h", "SCAN f", "CONSTANT ROW"]
                    .iter()
                    .any(|fine| scan.contains(fine)),
                "{plan}"
            );
        }
    }
}

/// Steps of SQLite's machine for a statement.
fn steps(connection: &Connection, statement: &Statement) -> i32 {
    let mut prepared = connection.prepare(&statement.sql).unwrap();
    let args = statement.args.iter().map(|value| match value {
        Value::Integer(value) => types::Value::Integer(*value),
        Value::Text(text) => types::Value::Text(text.clone()),
        other => panic!("{other:?}"),
    });
    let mut rows = prepared.query(params_from_iter(args)).unwrap();
    while rows.next().unwrap().is_some() {}
    drop(rows);
    prepared.get_status(StatementStatus::VmStep)
}

#[test]
fn a_page_costs_the_same_at_any_depth() {
    let store = Local::new();
    fill(&store, 3000);
    for query in lists().into_iter().filter(|query| query.creator.is_none() || query.tag.is_none()) {
        let first = list::list(&query).unwrap();
        let early = store.with(|connection| steps(connection, &first));
        let mut deep = query.clone();
        for _ in 0..60 {
            let rows = store.read(&list::list(&deep).unwrap());
            deep.cursor = list::page(&deep, &rows).unwrap().cursor;
        }
        let deep = list::list(&deep).unwrap();
        let late = store.with(|connection| steps(connection, &deep));
        assert!(late < early * 3 / 2, "{query:?}: {early} steps, then {late}");
    }
}
