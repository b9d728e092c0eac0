//! `getComments`: whom it asks, and what it tells of comments and of who wrote them.

use at_run::testing::{Harness, Scripted};
use serde_json::{Value, json};
use streamhut_atproto::{Did, RecordCid};
use streamhut_streamplace::xrpc;
use url::Url;

use crate::stage::*;

const PROFILES: &str = "https://profiles.example-site.dev";
const KEPT: &str = "public, max-age=10";

fn video() -> Video {
    Video::new("a")
}

pub fn comments_url(limit: u32, cursor: Option<&str>) -> String {
    xrpc::get_comments_url(&Url::parse(NODE).unwrap(), &video().uri(), limit, cursor).into()
}

fn endpoint(more: &str) -> String {
    format!("getComments?{}{more}", video().query())
}

/// A comment as the node tells it.
fn view(author: &Did, rkey: &str) -> Value {
    json!({
        "uri": format!("at://{author}/place.stream.vod.comment/{rkey}"), "cid": RecordCid::of(rkey.as_bytes()),
        "author": {"did": author, "handle": "told.test"}, "indexedAt": "2026-09-01T00:00:00Z", "likeCount": 1,
        "record": {"$type": "place.stream.vod.comment", "text": format!("Comment {rkey}"), "createdAt": "2026-09-01T00:00:00Z", "video": video().uri()},
    })
}

/// A comment that nobody knows more of.
fn item(author: &Did, rkey: &str) -> Value {
    json!({
        "uri": format!("at://{author}/place.stream.vod.comment/{rkey}"), "cid": RecordCid::of(rkey.as_bytes()),
        "author": {"did": author, "handle": "told.test"}, "text": format!("Comment {rkey}"),
        "createdAt": "2026-09-01T00:00:00Z", "likeCount": 1,
    })
}

pub fn comments(views: &[Value], cursor: Option<&str>) -> Scripted {
    ok(json!({"comments": views, "cursor": cursor}))
}

pub fn a_comment() -> Scripted {
    comments(&[view(&aurora(), "one")], None)
}

#[test]
fn a_page_is_passed_on() {
    let harness = stage()
        .http(&comments_url(25, None), comments(&[view(&aurora(), "one"), json!(null)], Some("n/1")))
        .http(&comments_url(2, Some("n/1")), comments(&[view(&did("bert"), "two")], None));
    let answer = harness.get(&endpoint(""));
    let expect = json!({"comments": [item(&aurora(), "one")], "cursor": "n/1"});
    assert_eq!((answer.status(), answer.json()), (200, expect.clone()));
    assert_eq!(answer.header("cache-control"), Some(KEPT));
    assert!(
        harness.log().iter().any(|line| line.contains("left out of the comments")),
        "{:?}",
        harness.log()
    );
    let next = harness.get(&endpoint("&limit=2&cursor=n%2F1"));
    assert_eq!(next.json(), json!({"comments": [item(&did("bert"), "two")]}));
    // By POST the same, and asked no more.
    let posted = harness.post("getComments", &json!({"uri": video().uri(), "cursor": ""}));
    assert_eq!((posted.status(), posted.json()), (200, expect));
    assert_eq!(asked(&harness, "getComments"), 2);
    let tag = answer.header("etag").unwrap();
    assert_eq!(harness.request().header("if-none-match", tag).get(&endpoint("")).status(), 304);
}

#[test]
fn who_said_it_is_told_as_they_present_themselves() {
    let (bert, carla) = (did("bert"), did("carla"));
    let mut answer = view(&bert, "two");
    answer["replyTo"] = view(&carla, "one");
    let people = [aurora(), bert.clone(), carla.clone()];
    let profiles = xrpc::get_profiles_url(&Url::parse(PROFILES).unwrap(), &people);
    let known = json!([
        {"did": bert, "handle": "bert.example-site.dev", "displayName": "Bert", "avatar": "https://cdn.example-site.dev/b.jpg", "description": "B."},
        {"did": carla, "displayName": "Carla"},
    ]);
    let staged = |profiles_answer| {
        Harness::new(streamhut_vod::bundle())
            .config("PROFILES_URL", PROFILES)
            .http(&comments_url(25, None), comments(&[answer.clone(), view(&aurora(), "three")], None))
            .http(profiles.as_str(), profiles_answer)
    };
    let authors = |harness: &Harness| {
        let page = harness.get(&endpoint("")).json();
        let [first, second] = [&page["comments"][0], &page["comments"][1]];
        [first["author"].clone(), first["replyTo"]["author"].clone(), second["author"].clone()]
    };
    let told = |did: &Did| json!({"did": did, "handle": "told.test"});
    let harness = staged(ok(json!({"profiles": known})));
    let shown = [
        json!({"did": bert, "handle": "bert.example-site.dev", "displayName": "Bert", "avatar": "https://cdn.example-site.dev/b.jpg"}),
        json!({"did": carla, "handle": "told.test", "displayName": "Carla"}),
        told(&aurora()),
    ];
    assert_eq!(authors(&harness), shown);
    // Who was told of is remembered; nobody's repo is asked.
    harness.rescript(profiles.as_str(), [Scripted::Failed]);
    harness.advance(5 * SECOND);
    assert_eq!(authors(&harness), shown);
    assert_eq!(asked(&harness, "plc.directory"), 0);
    // Without a word from there, the node's counts.
    for answer in [Scripted::Failed, Scripted::Deadline, html(), refusal(400, "InvalidRequest")] {
        assert_eq!(authors(&staged(answer)), [told(&bert), told(&carla), told(&aurora())]);
    }
}

/// A page of a hundred by as many people, of whom each answers somebody else.
#[test]
fn many_people_are_few_questions() {
    let letter = |at: usize| char::from(b'a' + u8::try_from(at).unwrap());
    let views: Vec<_> = (0..100)
        .map(|at| {
            let name = format!("{}{}", letter(at / 26), letter(at % 26));
            let mut view = view(&did(&name), "x");
            view["replyTo"] = self::view(&did(&format!("{name}z")), "y");
            view
        })
        .collect();
    let harness = Harness::new(streamhut_vod::bundle())
        .config("PROFILES_URL", PROFILES)
        .http(&comments_url(100, None), comments(&views, None))
        .http_by(|_| ok(json!({"profiles": []})));
    let page = harness.get(&endpoint("&limit=100")).json();
    assert_eq!(page["comments"].as_array().unwrap().len(), 100);
    assert_eq!((asked(&harness, PROFILES), harness.requests().len()), (2, 3));
}

#[test]
fn what_makes_no_sense_is_refused_and_nobody_is_asked() {
    let harness = stage();
    let long = format!("&cursor={}", "c".repeat(1_025));
    for more in ["&limit=0", "&limit=101", "&limit=x", "&limit=-1", &long] {
        assert_eq!(outcome(&harness.get(&endpoint(more))), (400, "InvalidInput".into()), "{more}");
    }
    assert_eq!(outcome(&harness.get("getComments")), (400, "InvalidInput".into()));
    for uri in [
        "x",
        "at://aurora.test/place.stream.video/a",
        "at://did:plc:auroraaaaaaaaaaaaaaaaaaa/place.stream.vod.comment/a",
    ] {
        let answer = harness.get(&format!("getComments?{}", query(&[("uri", uri)])));
        assert_eq!(outcome(&answer), (400, "InvalidUri".into()), "{uri}");
    }
    assert!(harness.requests().is_empty());
}

#[test]
fn the_nodes_refusals_have_names() {
    for (answer, status, name, times) in [
        (refusal(400, "InvalidRequest"), 400, "InvalidRequest", 1),
        (Scripted::json(400, &json!({"message": "invalid cursor"})), 400, "InvalidRequest", 1),
        (refusal(403, "VideoUnavailable"), 403, "VideoUnavailable", 1),
        (refusal(404, "VideoNotFound"), 404, "VideoNotFound", 1),
        // A node of a time before there were comments.
        (Scripted::text(404, "404 page not found"), 501, "NoComments", 1),
        (refusal(501, "MethodNotImplemented"), 501, "NoComments", 2),
        (Scripted::Failed, 503, "UpstreamUnavailable", 2),
        (Scripted::text(500, "oops"), 503, "UpstreamUnavailable", 2),
        (busy(503, "7"), 503, "UpstreamUnavailable", 1),
        (Scripted::text(429, ""), 503, "UpstreamUnavailable", 1),
        (Scripted::Deadline, 504, "UpstreamTimeout", 1),
        (html(), 502, "UpstreamFailed", 1),
        (ok(json!({"videos": []})), 502, "UpstreamFailed", 1),
    ] {
        let shown = format!("{answer:?}");
        let harness = stage().http(&comments_url(25, None), answer);
        assert_eq!(outcome(&harness.get(&endpoint(""))), (status, name.into()), "{shown}");
        assert_eq!(asked(&harness, "getComments"), times, "{shown}");
    }
}

/// Pages of one video are told apart, and those of another.
#[test]
fn pages_are_told_apart() {
    let other = Video::new("b");
    let other_url = xrpc::get_comments_url(&Url::parse(NODE).unwrap(), &other.uri(), 25, None);
    let harness = stage()
        .http(&comments_url(25, None), comments(&[view(&aurora(), "one")], None))
        .http(&comments_url(24, None), comments(&[view(&aurora(), "two")], None))
        .http(&comments_url(25, Some("x")), comments(&[view(&aurora(), "three")], None))
        .http(other_url.as_str(), comments(&[], None));
    for _ in 0..2 {
        for (more, rkey) in [("", "one"), ("&limit=24", "two"), ("&cursor=x", "three")] {
            let page = harness.get(&endpoint(more)).json();
            assert_eq!(page["comments"], json!([item(&aurora(), rkey)]), "{more}");
        }
        let page = harness.get(&format!("getComments?{}", other.query())).json();
        assert_eq!(page, json!({"comments": []}));
    }
    assert_eq!(harness.requests().len(), 4);
}
