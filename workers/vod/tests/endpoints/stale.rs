//! What is told while whoever knows is away, and who is asked at all.

use at_run::testing::{Answer, Harness, Mishap, Scripted};
use serde_json::{Value, json};

use crate::comments::{a_comment, comments_url};
use crate::stage::*;

const MASTER: &str = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000,RESOLUTION=640x360\nv.m3u8\n";

/// What is told again: an endpoint, where it asks, what it is answered, the seconds for which that is fresh, and
/// whether the body says how old it is.
struct Told {
    endpoint: String,
    url: String,
    good: Scripted,
    fresh: u64,
    in_body: bool,
}

fn all() -> [Told; 4] {
    let video = Video::new("a");
    let of = |name: &str| format!("{name}?{}", video.query());
    [
        Told {
            endpoint: "listVideos".into(),
            url: list_url(25, None, None),
            good: page([&video], None),
            fresh: 30,
            in_body: true,
        },
        Told {
            endpoint: of("getVideo"),
            url: video_url(&video),
            good: ok(video.view()),
            fresh: 30,
            in_body: true,
        },
        Told {
            endpoint: of("getVideoStreams"),
            url: playlist_url(&video),
            good: Scripted::text(200, MASTER),
            fresh: 600,
            in_body: false,
        },
        Told {
            endpoint: of("getComments"),
            url: comments_url(25, None),
            good: a_comment(),
            fresh: 5,
            in_body: true,
        },
    ]
}

impl Told {
    fn stage(&self) -> Harness {
        stage().http(&self.url, self.good.clone())
    }

    /// How often it was asked for.
    fn asked(&self, harness: &Harness) -> usize {
        asked(harness, self.url.split('?').next().unwrap())
    }

    fn check_fresh(&self, harness: &Harness, first: &Answer) {
        let answer = harness.get(&self.endpoint);
        assert_eq!((answer.status(), answer.json()), (200, first.json()), "{}", self.endpoint);
        assert_eq!(answer.header("x-bundle-reason"), None, "{}", self.endpoint);
        assert_eq!(answer.header("cache-control"), first.header("cache-control"));
        assert_eq!((answer.json().get("stale"), answer.json().get("asOf")), (None, None));
    }

    fn check_stale(&self, harness: &Harness, first: &Answer) {
        let answer = harness.get(&self.endpoint);
        let (mut body, mut expect) = (answer.json(), first.json());
        if self.in_body {
            expect["stale"] = json!(true);
            // When the clock of a harness begins.
            expect["asOf"] = json!("2026-09-21T14:13:20.000Z");
        }
        let profiles = [body.as_object_mut().unwrap(), expect.as_object_mut().unwrap()];
        profiles.into_iter().for_each(|fields| drop(fields.remove("profile")));
        assert_eq!((answer.status(), body), (200, expect), "{}", self.endpoint);
        assert_eq!(answer.header("cache-control"), Some("public, max-age=10"), "{}", self.endpoint);
        assert!(answer.header("x-bundle-reason").unwrap().starts_with("Stale: "), "{}", self.endpoint);
    }
}

fn away() -> [Scripted; 7] {
    let bad = ok(json!({"uri": "at://x"}));
    [
        Scripted::Failed,
        Scripted::Deadline,
        Scripted::text(500, ""),
        busy(503, "600"),
        Scripted::text(429, ""),
        html(),
        bad,
    ]
}

#[test]
fn what_was_known_is_told_for_a_day_and_marked() {
    for told in all() {
        for fault in away() {
            let harness = told.stage();
            let first = harness.get(&told.endpoint);
            assert_eq!(first.status(), 200, "{}", first.text());
            harness.rescript(&told.url, [fault.clone()]);
            told.check_fresh(&harness, &first);
            harness.advance(told.fresh * SECOND - 1);
            // Whoever has it from the cache has it no longer for that.
            harness.another_isolate();
            told.check_fresh(&harness, &first);
            harness.advance(1);
            told.check_stale(&harness, &first);
            harness.advance(DAY - told.fresh * SECOND - 1);
            told.check_stale(&harness, &first);
            assert!(harness.log().iter().any(|line| line.contains("told as of")), "{:?}", harness.log());
            harness.advance(1);
            let answer = harness.get(&told.endpoint);
            assert!(matches!(answer.status(), 502..=504), "{fault:?}: {}", answer.text());
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
    }
}

#[test]
fn what_is_back_is_fresh_again() {
    for told in all() {
        let harness = told.stage();
        let first = harness.get(&told.endpoint);
        harness.rescript(&told.url, [Scripted::Failed]);
        harness.advance(700 * SECOND);
        told.check_stale(&harness, &first);
        harness.another_isolate();
        told.check_stale(&harness, &first);
        harness.rescript(&told.url, [told.good.clone()]);
        harness.advance(3 * SECOND);
        told.check_fresh(&harness, &first);
    }
}

#[test]
fn whoever_is_away_is_left_alone_for_a_moment() {
    for told in all() {
        let harness = told.stage();
        let first = harness.get(&told.endpoint);
        harness.rescript(&told.url, [busy(503, "5")]);
        harness.advance(700 * SECOND);
        for _ in 0..5 {
            told.check_stale(&harness, &first);
            harness.advance(599);
        }
        assert_eq!(told.asked(&harness), 2, "{}", told.endpoint);
        harness.advance(5);
        told.check_stale(&harness, &first);
        assert_eq!(told.asked(&harness), 3, "{}", told.endpoint);
    }
}

#[test]
fn nobody_who_never_answered_is_stood_in_for() {
    for told in all() {
        let harness = stage().http(&told.url, Scripted::Failed);
        assert_eq!(harness.get(&told.endpoint).status(), 503);
        let harness = told.stage();
        harness.get(&told.endpoint);
        harness.rescript(&told.url, [Scripted::Failed]);
        harness.another_isolate();
        harness.forget_cache();
        assert_eq!(harness.get(&told.endpoint).status(), 503, "{}", told.endpoint);
    }
}

/// What was known is no answer to what the node refuses.
#[test]
fn a_clear_refusal_is_passed_on_and_ends_what_was_known() {
    for told in all() {
        for status in [400, 403] {
            let harness = told.stage();
            harness.get(&told.endpoint);
            harness.advance(700 * SECOND);
            harness.rescript(&told.url, [refusal(status, "x"), Scripted::Failed]);
            assert_eq!(harness.get(&told.endpoint).status(), status);
            assert_eq!(harness.get(&told.endpoint).status(), 503, "{} {status}", told.endpoint);
        }
    }
}

#[test]
fn memory_comes_first_then_the_cache_then_the_source() {
    for told in all() {
        let harness = told.stage();
        let first = harness.get(&told.endpoint);
        let calls = |what: &str, expect: usize| {
            told.check_fresh(&harness, &first);
            assert_eq!(told.asked(&harness), expect, "{} {what}", told.endpoint);
        };
        calls("memory", 1);
        harness.forget_cache();
        calls("memory alone", 1);
        harness.another_isolate();
        calls("neither", 2);
        harness.another_isolate();
        calls("the cache", 2);
        harness.forget_cache();
        calls("memory again, from the cache", 2);
    }
    // A warm call makes no call of the platform at all.
    for told in [&all()[0], &all()[2]] {
        let harness = told.stage();
        harness.get(&told.endpoint);
        let before = harness.port_calls();
        told.check_fresh(&harness, &harness.get(&told.endpoint));
        assert_eq!(harness.port_calls(), before, "{}", told.endpoint);
    }
}

/// While one call waits for the source, others are told what was known a moment ago.
#[test]
fn many_ask_and_one_request_is_sent() {
    for told in [&all()[0], &all()[2]] {
        let harness = told.stage();
        let first = harness.get(&told.endpoint);
        harness.advance(told.fresh * SECOND);
        // The cache is looked at, then the source is asked, and doesn't answer as long as we look.
        harness.interrupt(2, Mishap::Ends);
        assert_eq!(harness.get(&told.endpoint).status(), 500);
        for _ in 0..100 {
            told.check_fresh(&harness, &first);
        }
        assert_eq!(told.asked(&harness), 1, "{}", told.endpoint);
        // A call that never came back holds nobody up for long.
        harness.advance(10 * SECOND);
        told.check_fresh(&harness, &first);
        assert_eq!(told.asked(&harness), 2, "{}", told.endpoint);
    }
}

/// A page of another source is none of this one.
#[test]
fn pages_are_told_apart() {
    let harness = stage();
    let queries = [
        "",
        "limit=24",
        "cursor=n.x",
        "cursor=n.y",
        "creator=did:plc:auroraaaaaaaaaaaaaaaaaaa",
        "limit=24&cursor=n.x",
    ];
    let urls = [
        list_url(25, None, None),
        list_url(24, None, None),
        list_url(25, None, Some("x")),
        list_url(25, None, Some("y")),
        list_url(25, Some(&aurora()), None),
        list_url(24, None, Some("x")),
    ];
    for (index, url) in urls.iter().enumerate() {
        harness.rescript(url, [page([&Video::new(&format!("v{index}"))], None)]);
    }
    for _ in 0..2 {
        for (index, query) in queries.iter().enumerate() {
            let page: Value = harness.get(&format!("listVideos?{query}")).json();
            assert_eq!(rkeys(&page), [format!("v{index}")], "{query}");
        }
    }
    assert_eq!(harness.requests().len(), urls.len());
}
