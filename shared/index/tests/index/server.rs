//! The essential things on the real server.

use serde_json::json;
use streamhut_index::list::{self, Query};
use streamhut_index::{creators, stats, video};

use crate::records::{self, ALICE, BOB, NOW, did, record, register, rkey, sync_to};
use crate::store::{Local, Remote, Store};

fn story(store: &impl Store) -> Vec<String> {
    let mut told = Vec::new();
    for who in [ALICE, BOB] {
        register(store, who);
    }
    let film = |key: &str, title: &str, tags: &[&str], ms: u64| {
        record(
            key,
            json!({"title": title, "tags": tags, "durationMs": ms, "createdAt": "2026-03-01T12:00:00Z", "description": format!("About {title}, at length")}),
        )
    };
    let first = [
        film("a", "Rust \u{1F980} on the edge", &["Rust", "lang:en"], 60_000),
        film("b", "Käse & <script>", &["food"], 120_000),
        film("c", "nul \\u0000 \"quotes\"", &["rust"], 1),
    ];
    told.push(format!("{:?}", sync_to(store, ALICE, &first, "one", NOW)));
    told.push(format!("{:?}", sync_to(store, BOB, &first[1..], "two", NOW)));
    let identity = creators::Identity {
        display_name: Some("Alice Liddell".to_owned()),
        ..creators::Identity::default()
    };
    store.must(&creators::identify(&did(ALICE), &identity));
    let second = [film("a", "Rust in the browser", &["rust"], 60_000), first[1].clone()];
    told.push(format!("{:?}", sync_to(store, ALICE, &second, "three", NOW + 1)));
    for query in [
        Query { limit: 2, ..Query::default() },
        Query { limit: 9, tag: Some("RUST".to_owned()), ..Query::default() },
        Query { limit: 9, q: Some("kase".to_owned()), ..Query::default() },
        Query { limit: 9, q: Some("liddell brow".to_owned()), ..Query::default() },
        Query { limit: 1, q: Some("script".to_owned()), ..Query::default() },
        Query { limit: 9, creator: Some(did(BOB)), sort: Some(list::Sort::Longest), ..Query::default() },
        Query {
            limit: 9,
            q: Some("\"' OR 1=1 -- *".to_owned()),
            sort: Some(list::Sort::Oldest),
            ..Query::default()
        },
    ] {
        let page = list::page(&query, &store.read(&list::list(&query).unwrap())).unwrap();
        told.push(serde_json::to_string(&page).unwrap());
    }
    let one = store.read(&video::get(&did(ALICE), &rkey("a")));
    told.push(format!("{:?}", video::read(&did(ALICE), &rkey("a"), &one).unwrap()));
    let listed = creators::page(9, false, &store.read(&creators::list(9, None, false).unwrap())).unwrap();
    told.push(format!("{listed:?}"));
    told.push(format!("{:?}", stats::read(&store.read(&stats::stats(NOW + 5)))));
    records::check_invariants(store);
    told
}

#[test]
fn the_server_tells_the_same_story_as_sqlite() {
    let here = story(&Local::new());
    let there = story(&Remote::new());
    assert_eq!(here, there);
    assert!(here[3].contains("cursor"), "{}", here[3]);
    assert!(here[5].contains("Käse"), "{}", here[5]);
    assert!(here[6].contains("browser") && here[6].contains("highlights"), "{}", here[6]);
}
