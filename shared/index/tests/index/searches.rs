use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use streamhut_index::list::{Query, Sort};

use crate::lists::*;
use crate::records::*;
use crate::store::{Local, Remote, Store};

fn search(words: &str) -> Query {
    Query { limit: 100, q: Some(words.to_owned()), ..Query::default() }
}

fn keys(store: &impl Store, query: &Query) -> Vec<String> {
    let rkey = |listed: streamhut_index::list::Listed| listed.item.uri.rkey().unwrap().to_string();
    one_page(store, query).videos.into_iter().map(rkey).collect()
}

fn library(store: &impl Store) {
    register(store, ALICE);
    let film = |key: &str, title: &str, description: &str, tags: &[&str]| {
        record(
            key,
            json!({"title": title, "description": description, "tags": tags, "createdAt": "2026-03-01T12:00:00Z"}),
        )
    };
    let records = [
        film("title", "Wasm", "about something else entirely", &[]),
        film("tag", "Talk", "about something else entirely", &["wasm"]),
        film("text", "Talk", "about wasm among so many other things that are told", &[]),
        film("many", "Wasm wasm wasm", "wasm", &["wasm"]),
        film("accents", "Éclairs à la crème", "naïve façade", &[]),
        film("german", "Straße", "Größe", &["über uns"]),
        film("cyrillic", "Привет Мир", "", &[]),
        film("japanese", "日本語の映画", "", &[]),
        film("at", "at://did:plc:abc/place.stream.video/1", "C++ and C#, v1.2.3", &["lang:en"]),
        film("pair", "Edge of tomorrow", "tomorrow never knows the edge", &[]),
    ];
    sync_to(store, ALICE, &records, "1", NOW);
}

fn check(store: &impl Store) {
    library(store);
    for (words, expect) in [
        ("wasm", vec!["many", "title", "tag", "text"]),
        ("eclairs CREME", vec!["accents"]),
        ("facade", vec!["accents"]),
        ("grosse", vec![]),
        ("größe strasse", vec![]),
        ("STRASS", vec![]),
        ("Straß", vec!["german"]),
        ("привет", vec!["cyrillic"]),
        ("日本", vec!["japanese"]),
        ("映画", vec![]),
        ("\"v1.2\"", vec!["at"]),
        ("did:plc:abc", vec!["at"]),
        ("c++", vec!["at"]),
        ("lang:en", vec!["at"]),
        ("edge tomorr", vec!["pair"]),
        ("tomor edge", vec![]),
        ("edge 🎬 — of", vec!["pair"]),
        ("title:wasm", vec![]),
        ("wasm NOT talk", vec![]),
        ("wasm OR éclairs", vec![]),
        ("!!!", vec![]),
        ("🎬", vec![]),
    ] {
        assert_eq!(keys(store, &search(words)), expect, "{words:?}");
    }
    assert_eq!(keys(store, &search(" \u{3000}\t")).len(), 10, "no words at all: a list");
    let talks = Query { creator: Some(did(BOB)), ..search("wasm") };
    assert_eq!(keys(store, &talks), Vec::<String>::new());
}

#[test]
fn what_is_found_and_in_which_order() {
    check(&Local::new());
    check(&Remote::new());
}

#[test]
fn highlights_are_bytes_of_the_texts() {
    let store = Remote::new();
    library(&store);
    let page = one_page(&store, &search("tomorrow edge"));
    let found = &page.videos[0];
    let part =
        |text: &str, range: &streamhut_index::list::Range| text[range.start_byte..range.end_byte].to_owned();
    let title: Vec<_> = found.highlights.title.iter().map(|range| part(&found.item.title, range)).collect();
    assert_eq!(title, ["Edge", "tomorrow"]);
    let snippet = found.highlights.description.as_ref().unwrap();
    let words: Vec<_> = snippet.ranges.iter().map(|range| part(&snippet.text, range)).collect();
    assert_eq!(words, ["tomorrow", "edge"]);
    let json = serde_json::to_value(&page).unwrap();
    assert_eq!(json["videos"][0]["highlights"]["title"][0], json!({"startByte": 0, "endByte": 4}));
    let accents = one_page(&store, &search("eclairs creme"));
    let found = &accents.videos[0];
    let title: Vec<_> = found.highlights.title.iter().map(|range| part(&found.item.title, range)).collect();
    assert_eq!(title, ["Éclairs", "crème"]);
    let plain = one_page(&store, &Query { limit: 9, ..Query::default() });
    assert!(!serde_json::to_string(&plain).unwrap().contains("highlights"));
}

#[test]
fn a_long_description_is_shown_by_the_part_that_matters() {
    let store = Local::new();
    register(&store, ALICE);
    let words: Vec<String> = (0..500).map(|n| format!("word{n}")).collect();
    sync_to(&store, ALICE, &[record("a", json!({"title": "x", "description": words.join(" ")}))], "1", NOW);
    let found = one_page(&store, &search("word250")).videos.remove(0).highlights.description.unwrap();
    assert!(
        found.text.starts_with('…') && found.text.ends_with('…') && found.text.len() < 300,
        "{}",
        found.text
    );
    assert!(found.text.contains("word250"));
}

/// Texts that somebody might type, and some that nobody would.
fn typed() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("rust".to_owned()),
        Just("käse".to_owned()),
        Just("\"".to_owned()),
        Just("NEAR(".to_owned()),
        Just(" OR ".to_owned()),
        Just("*".to_owned()),
        Just("^".to_owned()),
        Just(":".to_owned()),
        Just("{title}".to_owned()),
        Just("\0".to_owned()),
        Just("'".to_owned()),
        "\\PC{0,6}",
        proptest::collection::vec(any::<char>(), 0..6).prop_map(|chars| chars.into_iter().collect()),
        "[ -~]{0,12}",
        Just("\u{301}".to_owned()),
        Just("\u{E000}".to_owned()),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_is_a_query_and_pages_hold_each_match_once(
        films in films(0..40), more in films(0..8), texts in proptest::collection::vec(typed(), 1..30), filter in query(),
        sort in proptest::option::of(proptest::sample::select(vec![Sort::Relevance, Sort::Newest, Sort::Longest])),
    ) {
        let store = Local::new();
        fill(&store, &films);
        for text in &texts {
            one_page(&store, &search(text));
        }
        // Every match of a word is on some page, once.
        let mut there = films;
        let mut more = more.into_iter().filter(|film| there.iter().all(|other| other.uri() != film.uri())).collect::<Vec<_>>().into_iter();
        for (word, titles) in [("rust", &TITLES[..2]), ("kase br", &TITLES[2..4]), ("of", &TITLES[..])] {
            let query = Query { sort, q: Some(word.to_owned()), ..filter.clone() };
            let due: Vec<_> = there.iter().filter(|film| titles.contains(&film.title) && fits(film, &query)).map(Film::uri).collect();
            // A tag "Rust" is found by the word, too.
            // Every new video moves the scores of all others a little: only an order by date or length is not to mind.
            let ranked = matches!(sort, None | Some(Sort::Relevance));
            let found = all_pages(&store, &query, |_| {
                if let Some(film) = more.next().filter(|_| !ranked) {
                    there.push(film);
                    fill(&store, &there);
                }
            });
            let mut uris: Vec<_> = found.iter().map(|listed| listed.item.uri.to_string()).collect();
            uris.sort();
            let all = uris.len();
            uris.dedup();
            prop_assert_eq!(all, uris.len(), "none twice");
            for uri in &due {
                prop_assert!(uris.binary_search(uri).is_ok(), "{uri} is missing of {word}");
            }
            for uri in &uris {
                let film = there.iter().find(|film| film.uri() == *uri).unwrap();
                let tagged = word == "rust" && film.tags.contains(&"Rust");
                prop_assert!(fits(film, &query) && (titles.contains(&film.title) || tagged), "{film:?}");
            }
        }
    }
}

#[test]
fn any_text_is_a_query_on_the_real_server() {
    let store = Remote::new();
    library(&store);
    let mut runner = TestRunner::default();
    for _ in 0..400 {
        let text = typed().new_tree(&mut runner).unwrap().current();
        one_page(&store, &search(&text));
    }
    for text in ["a".repeat(100_000), "\"".repeat(5000), "word ".repeat(20_000), "\u{10FFFF}".repeat(99)] {
        one_page(&store, &search(&text));
    }
}
