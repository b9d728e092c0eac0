use proptest::prelude::*;
use streamhut_index::list::{self, Query, Sort};
use streamhut_index::{IndexError, Statement};

use crate::lists::*;
use crate::records::*;
use crate::store::{Local, Remote, Store};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pages_are_the_sorted_list_whatever_is_inserted_meanwhile(
        films in films(0..40), more in films(0..12), queries in proptest::collection::vec(query(), 1..6),
    ) {
        let store = Local::new();
        fill(&store, &films);
        let mut there = films;
        let mut more = more.into_iter().filter(|film| there.iter().all(|other| other.uri() != film.uri())).collect::<Vec<_>>().into_iter();
        for query in queries {
            let due: Vec<_> = there.iter().filter(|film| fits(film, &query)).cloned().collect();
            let found = all_pages(&store, &query, |_| {
                if let Some(film) = more.next() {
                    there.push(film);
                    fill(&store, &there);
                }
            });
            let known = |uri: &str| there.iter().find(|film| film.uri() == uri).unwrap();
            let keys: Vec<_> = found.iter().map(|listed| key(known(listed.item.uri.as_str()), query.sort)).collect();
            prop_assert!(keys.is_sorted(), "{keys:?}");
            let mut uris: Vec<_> = found.iter().map(|listed| listed.item.uri.to_string()).collect();
            uris.sort();
            let all = uris.len();
            uris.dedup();
            prop_assert_eq!(uris.len(), all, "none twice");
            prop_assert!(uris.iter().all(|uri| fits(known(uri), &query)));
            for film in due {
                prop_assert!(uris.binary_search(&film.uri()).is_ok(), "{film:?} is missing");
            }
        }
    }
}

#[test]
fn an_edit_between_pages_moves_nothing_else() {
    let store = Local::new();
    let mut films: Vec<Film> = (0..12)
        .map(|n| Film {
            bob: false,
            key: format!("k{n}"),
            created_s: 1_700_000_000,
            duration_ms: 1000,
            tags: vec!["Rust"],
            title: TITLES[0],
        })
        .collect();
    fill(&store, &films);
    for query in [
        Query { limit: 3, ..Query::default() },
        Query { limit: 3, sort: Some(Sort::Longest), ..Query::default() },
        Query { limit: 3, tag: Some("rust".to_owned()), ..Query::default() },
        Query { limit: 3, creator: Some(did(ALICE)), sort: Some(Sort::Oldest), ..Query::default() },
    ] {
        let found = all_pages(&store, &query, |number| {
            for film in &mut films {
                film.title = TITLES[number % 2];
            }
            // Once in place, once with a new generation's rows.
            if number == 1 {
                let large = record(
                    "zz",
                    serde_json::json!({"title": "x", "createdAt": "1999-01-01T00:00:00Z", "p": "x".repeat(600_000)}),
                );
                let records: Vec<_> = films.iter().map(Film::record).chain([large]).collect();
                sync_to(&store, ALICE, &records, &format!("large{query:?}"), NOW);
                sync_to(&store, ALICE, &records[..12], &format!("small{query:?}"), NOW);
            } else {
                fill(&store, &films);
            }
        });
        assert_eq!(found.len(), 12, "{query:?}");
    }
    assert!(store.number("SELECT generation FROM creators WHERE records > 0") > 0, "some were staged");
}

#[test]
fn a_cursor_of_another_list_is_refused() {
    let store = Local::new();
    let films: Vec<Film> = (0..9)
        .map(|n| Film {
            bob: n % 2 == 0,
            key: format!("k{n}"),
            created_s: 1_700_000_000 + n,
            duration_ms: 1000,
            tags: vec!["Rust"],
            title: TITLES[1],
        })
        .collect();
    fill(&store, &films);
    let text = |text: &str| Some(text.to_owned());
    let lists = [
        Query::default(),
        Query { creator: Some(did(ALICE)), ..Query::default() },
        Query { creator: Some(did(BOB)), ..Query::default() },
        Query { tag: text("rust"), ..Query::default() },
        Query { q: text("rust"), ..Query::default() },
        Query { q: text("rust never"), ..Query::default() },
        Query { q: text("rust"), sort: Some(Sort::Newest), ..Query::default() },
        Query { sort: Some(Sort::Oldest), ..Query::default() },
        Query { sort: Some(Sort::Longest), ..Query::default() },
        Query { min_duration_ms: Some(1), ..Query::default() },
        Query { max_duration_ms: Some(1000), ..Query::default() },
    ];
    for (number, list) in lists.iter().enumerate() {
        let cursor = one_page(&store, &Query { limit: 1, ..list.clone() }).cursor;
        assert!(cursor.is_some(), "{list:?}");
        for (other_number, other) in lists.iter().enumerate() {
            let other = Query { limit: 5, cursor: cursor.clone(), ..other.clone() };
            let outcome = list::list(&other).map(|_| ());
            let expect = if number == other_number { Ok(()) } else { Err(IndexError::OtherQuery) };
            assert_eq!(outcome, expect, "{list:?} {other:?}");
        }
        // The same list, told in another way.
        let same = Query {
            limit: 9,
            cursor,
            sort: list.sort.or(Some(if list.q.is_some() { Sort::Relevance } else { Sort::Newest })),
            tag: list.tag.as_ref().map(|_| "RUST ".to_owned()),
            ..list.clone()
        };
        assert!(list::list(&same).is_ok());
    }
    for (limit, fine) in [(0, false), (1, true), (100, true), (101, false), (u32::MAX, false)] {
        assert_eq!(list::list(&Query { limit, ..Query::default() }).is_ok(), fine);
    }
    let odd = Query { limit: 1, cursor: text("' OR 1=1"), ..Query::default() };
    assert_eq!(list::list(&odd), Err(IndexError::Cursor { cursor: "' OR 1=1".to_owned() }));
}

#[test]
fn bad_input_25_texts_come_out_as_they_are_and_a_handle_stands_beside_its_own_did_alone() {
    let store = Remote::new();
    register(&store, ALICE);
    let identity = streamhut_index::creators::Identity {
        handle: Some(streamhut_atproto::Handle::parse("alice.example.com").unwrap()),
        display_name: Some("<b>Alice</b>".to_owned()),
        ..Default::default()
    };
    store.must(&streamhut_index::creators::identify(&did(ALICE), &identity));
    let records = [
        record(
            "a",
            serde_json::json!({"title": "\"><script>\u{E000}x\u{E001}", "createdAt": "2026-03-02T00:00:00Z", "contentWarnings": {"warnings": ["a#nudity"]}}),
        ),
        record(
            "b",
            serde_json::json!({"title": "by another", "creator": BOB, "createdAt": "2026-03-01T00:00:00Z"}),
        ),
    ];
    sync_to(&store, ALICE, &records, "1", NOW);
    let page =
        one_page(&store, &Query { limit: 9, q: Some("script another b".to_owned()), ..Query::default() });
    assert!(page.videos.is_empty());
    let videos = one_page(&store, &Query { limit: 9, ..Query::default() }).videos;
    assert_eq!(videos[0].item.title, "\"><script>\u{E000}x\u{E001}");
    assert_eq!(videos[0].item.display_name.as_deref(), Some("<b>Alice</b>"));
    assert_eq!(videos[0].item.content_warnings, ["nudity"]);
    assert_eq!((videos[1].item.creator.as_str(), &videos[1].item.handle), (BOB, &None));
    let found =
        one_page(&store, &Query { limit: 9, q: Some("script".to_owned()), ..Query::default() }).videos;
    assert_eq!(found.len(), 1);
    assert!(found[0].highlights.is_empty(), "its own marks could be taken for ours");
}

#[test]
fn what_is_corrupt_in_the_database_is_an_error_that_says_so() {
    let store = Local::new();
    register(&store, ALICE);
    sync_to(&store, ALICE, &[titled("a", "x")], "1", NOW);
    for (column, what) in [("cid", "record's CID"), ("tags", "list of strings"), ("rkey", "record key")] {
        let query = Query { limit: 1, ..Query::default() };
        let before = store.dump(&format!("SELECT {column} FROM videos"));
        store.must(&[Statement::new(format!("UPDATE videos SET {column} = '/{column}'"))]);
        let error = list::page(&query, &store.read(&list::list(&query).unwrap())).unwrap_err();
        assert_eq!(error, IndexError::Stored { what, found: format!("/{column}") });
        let value = before[0].trim_start_matches("[Text(\"").trim_end_matches("\")]").to_owned();
        store.must(&[Statement::new(format!("UPDATE videos SET {column} = ?1")).bind(value)]);
    }
}
