//! A set of videos, what a query should give of it, and reading all pages.

use proptest::prelude::*;
use serde_json::json;
use streamhut_index::list::{self, Listed, Query, Sort};
use streamhut_index::{Record, creators};

use crate::records::*;
use crate::store::Store;

/// What a list knows of a video.
#[derive(Clone, Debug)]
pub struct Film {
    pub bob: bool,
    pub key: String,
    pub created_s: i64,
    pub duration_ms: u64,
    pub tags: Vec<&'static str>,
    pub title: &'static str,
}

const TAGS: [&str; 3] = ["Rust", "über", "lang:en"];
pub const TITLES: [&str; 6] =
    ["The edge of Rust", "rust never sleeps", "Käse auf Brot", "kase on bread", "日本 の film", "…"];

impl Film {
    pub fn record(&self) -> Record {
        let mut value = json!({
            "title": self.title, "tags": self.tags, "description": format!("{} of {}", self.key, self.title),
            "createdAt": streamhut_streamplace::datetime::iso(self.created_s * 1000).unwrap(),
        });
        if self.duration_ms > 0 {
            value["durationMs"] = json!(self.duration_ms);
        }
        record(&self.key, value)
    }

    pub fn who(&self) -> &'static str {
        if self.bob { BOB } else { ALICE }
    }

    pub fn uri(&self) -> String {
        format!("at://{}/place.stream.video/{}", self.who(), self.key)
    }
}

/// A film whose values often are another's, too.
pub fn film() -> impl Strategy<Value = Film> {
    let tags = proptest::sample::subsequence(TAGS.to_vec(), 0..=3);
    let title = proptest::sample::select(TITLES.to_vec());
    (any::<bool>(), 0..10_000_u32, 0..6_i64, 0..5_u64, tags, title).prop_map(
        |(bob, key, created, duration, tags, title)| Film {
            bob,
            key: format!("k{key}"),
            created_s: 1_700_000_000 + created,
            duration_ms: duration * 1000,
            tags,
            title,
        },
    )
}

/// Films of different addresses.
pub fn films(size: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Film>> {
    proptest::collection::vec(film(), size).prop_map(|mut films| {
        films.sort_by_key(Film::uri);
        films.dedup_by_key(|film| film.uri());
        films
    })
}

/// A query without words.
pub fn query() -> impl Strategy<Value = Query> {
    let creator = proptest::option::of(proptest::sample::select(vec![ALICE, BOB]));
    let tag = proptest::option::of(proptest::sample::select(vec!["rust", "ÜBER", "Lang:EN", "none"]));
    let sort =
        proptest::option::of(proptest::sample::select(vec![Sort::Newest, Sort::Oldest, Sort::Longest]));
    let bound = || proptest::option::weighted(0.3, 0..4500_u64);
    (1..8_u32, creator, tag, sort, bound(), bound()).prop_map(|(limit, creator, tag, sort, min, max)| Query {
        limit,
        creator: creator.map(did),
        tag: tag.map(str::to_owned),
        sort,
        min_duration_ms: min,
        max_duration_ms: max,
        ..Query::default()
    })
}

/// Whether a film is of a query, but for its words.
pub fn fits(film: &Film, query: &Query) -> bool {
    query.creator.as_ref().is_none_or(|did| did.as_str() == film.who())
        && query
            .tag
            .as_ref()
            .is_none_or(|tag| film.tags.iter().any(|own| own.to_lowercase() == tag.to_lowercase()))
        && query.min_duration_ms.is_none_or(|min| film.duration_ms >= min)
        && query.max_duration_ms.is_none_or(|max| film.duration_ms <= max)
}

/// What the list is ordered by; ties may stand in any order, but always the same.
pub fn key(film: &Film, sort: Option<Sort>) -> i64 {
    match sort {
        Some(Sort::Longest) => -(film.duration_ms as i64),
        Some(Sort::Oldest) => film.created_s,
        _ => -film.created_s,
    }
}

pub fn fill(store: &impl Store, films: &[Film]) {
    for who in [ALICE, BOB] {
        store.must(&creators::register(&did(who), NOW));
        let records: Vec<_> = films.iter().filter(|film| film.who() == who).map(Film::record).collect();
        sync_to(store, who, &records, &format!("{}{}", films.len(), who), NOW);
    }
}

pub fn one_page(store: &impl Store, query: &Query) -> list::Page {
    list::page(query, &store.read(&list::list(query).unwrap())).unwrap()
}

/// All pages; `between` is called after each.
pub fn all_pages(store: &impl Store, query: &Query, mut between: impl FnMut(usize)) -> Vec<Listed> {
    let mut query = query.clone();
    let mut found = Vec::new();
    for number in 0.. {
        let page = one_page(store, &query);
        assert!(page.videos.len() <= query.limit as usize);
        assert!(page.cursor.is_none() || page.videos.len() == query.limit as usize);
        found.extend(page.videos);
        query.cursor = page.cursor;
        if query.cursor.is_none() {
            break;
        }
        between(number);
    }
    found
}
