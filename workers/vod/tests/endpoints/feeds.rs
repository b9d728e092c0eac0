//! `rss` and `sitemap`.

use at_run::testing::{Answer, Harness, Scripted};
use serde_json::json;

use crate::{
    markup::{Document, parse},
    stage::*,
};

fn document(answer: &Answer, kind: &str) -> Document {
    assert_eq!(answer.status(), 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some(format!("application/{kind}; charset=utf-8").as_str()));
    parse(&answer.text())
}

#[test]
fn a_feed_of_everybody_and_of_one() {
    let a = Video::new("a")
        .with(json!({"title": "A & B", "description": "One <b>\n\ntwo", "tags": ["lang:en", "x"]}));
    let b = Video::new("b").created("2026-08-01T12:00:00Z");
    let profile = json!({"did": aurora(), "displayName": "Aurora", "description": "Light."});
    let harness = share_with(Some(FRONTEND), &[&a, &b], profile.clone());
    for (target, title, home, own) in [
        ("rss".to_owned(), "Streamhut", format!("{FRONTEND}/"), format!("{FRONTEND}/rss.xml")),
        ("rss?creator=".to_owned(), "Streamhut", format!("{FRONTEND}/"), format!("{FRONTEND}/rss.xml")),
        (
            format!("rss?creator={}", aurora()),
            "Aurora on Streamhut",
            format!("{FRONTEND}/creator/{}/", aurora()),
            format!("{FRONTEND}/creator/{}/rss.xml", aurora()),
        ),
    ] {
        let feed = document(&harness.get(&target), "rss+xml");
        assert_eq!(feed.texts("title"), [title, "A & B", "Video b"], "{target}");
        assert_eq!(feed.texts("link"), [home, watch(&a), watch(&b)]);
        assert_eq!(feed.all("atom:link").next().unwrap().get("href"), own);
        assert_eq!(feed.texts("guid"), [a.uri().as_str(), b.uri().as_str()]);
        assert_eq!(
            feed.texts("pubDate"),
            ["Tue, 01 Sep 2026 00:00:00 +0000", "Sat, 01 Aug 2026 12:00:00 +0000"]
        );
        assert_eq!(feed.text("lastBuildDate"), "Tue, 01 Sep 2026 00:00:00 +0000");
        assert_eq!(feed.texts("category"), ["lang:en", "x"]);
        // HTML inside XML.
        assert_eq!(feed.texts("description")[1], "One &#60;b&#62;<br><br>two");
    }
    // Without a web player it lives here.
    let feed = document(&share_with(None, &[&a], profile).get("rss"), "rss+xml");
    assert!(feed.addresses().iter().all(|address| address.starts_with(BUNDLE)), "{feed:?}");
    let none = shared(&a);
    none.rescript(&list_url(50, None, None), [page([], None)]);
    assert_eq!(document(&none.get("rss"), "rss+xml").texts("item").len(), 0);
}

#[test]
fn a_feed_that_can_not_be_had_is_an_error_in_json() {
    for (answer, status) in [(Scripted::Failed, 503), (Scripted::Deadline, 504), (html(), 502)] {
        let harness = shared(&Video::new("a"));
        harness.rescript(&list_url(50, None, None), [answer.clone()]);
        harness.rescript(&list_url(100, None, None), [answer]);
        for target in ["rss", "sitemap"] {
            let answer = harness.get(target);
            assert_eq!(
                (answer.status(), answer.header("cache-control")),
                (status, Some("no-store")),
                "{target}"
            );
            assert!(answer.json()["error"].is_string());
        }
    }
}

/// The list has so many pages of a hundred.
fn listed(pages: usize) -> Harness {
    let harness = shared(&Video::new("a"));
    for index in 0..pages {
        let videos: Vec<_> = (0..100).map(|at| Video::new(&format!("v{:05}", 100 * index + at))).collect();
        let cursor = (index > 0).then(|| format!("c{index}"));
        let next = (index + 1 < pages).then(|| format!("c{}", index + 1));
        harness.rescript(&list_url(100, None, cursor.as_deref()), [page(&videos, next.as_deref())]);
    }
    harness
}

fn job(harness: &Harness) -> String {
    let answer = harness.run_job("syncAndProcessVideos");
    assert!(answer.is_success(), "{}", answer.text());
    harness.advance(600 * SECOND);
    answer.text()
}

fn locations(harness: &Harness, target: &str) -> Vec<String> {
    document(&harness.get(target), "xml").texts("loc").into_iter().map(str::to_owned).collect()
}

#[test]
fn a_sitemap_before_and_after_the_job_ran() {
    let harness = listed(2);
    let newest: Vec<_> = (0..100).map(|at| watch(&Video::new(&format!("v{at:05}")))).collect();
    for target in ["sitemap", "sitemap?page=1"] {
        assert_eq!(locations(&harness, target), newest, "{target}");
    }
    assert_eq!(outcome(&harness.get("sitemap?page=2")), (404, "NoSuchPage".into()));
    job(&harness);
    let all: Vec<_> = (0..200).map(|at| watch(&Video::new(&format!("v{at:05}")))).collect();
    for target in ["sitemap", "sitemap?page=1"] {
        assert_eq!(locations(&harness, target), all, "{target}");
    }
    for page in ["0", "2", "4294967295"] {
        assert_eq!(
            outcome(&harness.get(&format!("sitemap?page={page}"))),
            (404, "NoSuchPage".into()),
            "{page}"
        );
    }
    for page in ["-1", "x", "1.5", "NaN", "4294967296", "99999999999999999999"] {
        assert_eq!(
            outcome(&harness.get(&format!("sitemap?page={page}"))),
            (400, "InvalidInput".into()),
            "{page}"
        );
    }
    // The job's word counts while the node is away.
    harness.rescript(&list_url(100, None, None), [Scripted::Failed]);
    harness.advance(400 * DAY);
    assert_eq!(locations(&harness, "sitemap"), all);
}

#[test]
fn a_sitemap_of_thousands_has_an_index() {
    let harness = listed(23);
    while !job(&harness).contains("a round of 23 pages ended") {}
    let pages: Vec<_> = (1..=3).map(|page| format!("{FRONTEND}/sitemap.xml?page={page}")).collect();
    assert_eq!(locations(&harness, "sitemap"), pages);
    let all: Vec<_> = (1..=3).flat_map(|page| locations(&harness, &format!("sitemap?page={page}"))).collect();
    let expect: Vec<_> = (0..2_300).map(|at| watch(&Video::new(&format!("v{at:05}")))).collect();
    assert_eq!(all, expect);
    assert_eq!(locations(&harness, "sitemap?page=3").len(), 300);
    assert_eq!(outcome(&harness.get("sitemap?page=4")), (404, "NoSuchPage".into()));
}

#[test]
fn what_a_sitemap_tells_of_a_video() {
    let long = "é".repeat(5_000);
    let videos = [
        Video::new("a").with(json!({"title": "A", "description": "Text.", "durationMs": 20_500})),
        Video::new("b.mp4").with(json!({"title": "", "description": long, "durationMs": 30_000_000})),
    ];
    let harness = shared(&videos[0]);
    harness.rescript(&list_url(100, None, None), [page(&videos, None)]);
    let before = document(&harness.get("sitemap"), "xml");
    job(&harness);
    let after = document(&harness.get("sitemap"), "xml");
    for map in [before, after] {
        assert_eq!(map.texts("loc"), [watch(&videos[0]), format!("{}/", watch(&videos[1]))]);
        assert_eq!(map.texts("video:title"), ["A", "Untitled video"]);
        assert_eq!(map.texts("video:duration"), ["20"]);
        assert_eq!(map.texts("video:publication_date"), ["2026-09-01T00:00:00.000Z"; 2]);
        let picture =
            |video: &Video| format!("{BUNDLE}/getThumbnail?{}&cid={}&width=640", video.query(), video.cid());
        assert_eq!(map.texts("video:thumbnail_loc"), [picture(&videos[0]), picture(&videos[1])]);
        let description = map.texts("video:description")[1];
        assert!(description.starts_with("ééé") && description.ends_with('…'), "{description}");
    }
}
