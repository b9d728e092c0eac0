//! `listVideos`: whom it asks, what it asks, how pages follow one another.

use at_run::testing::{Answer, Harness, Scripted};
use serde_json::{Value, json};

use crate::stage::*;

const APPVIEW: &str =
    "https://run.example-site.dev/bundle/did:web:index.example-site.dev/streamhut-appview/latest";

fn appview_url(query: &str) -> String {
    format!("{APPVIEW}/listVideos?{query}")
}

fn items(videos: &[Video], cursor: Option<&str>) -> Scripted {
    let item = |video: &Video| json!({"uri": video.uri(), "cid": video.cid(), "title": "T", "creator": video.repo, "createdAt": "2026-09-01T00:00:00Z"});
    ok(json!({"videos": videos.iter().map(item).collect::<Vec<_>>(), "cursor": cursor}))
}

/// Status, source or error, and how often AppView, node and repos were asked.
fn told(harness: &Harness, answer: &Answer) -> (u16, String, [usize; 3]) {
    let (status, name) = outcome(answer);
    let told = if name.is_empty() { answer.json()["source"].as_str().unwrap().to_owned() } else { name };
    (status, told, [asked(harness, APPVIEW), asked(harness, "getVideoList"), asked(harness, "listRecords")])
}

/// An AppView, a node, and the repo of one creator.
fn sources(appview: Scripted, node: Scripted, repo: Scripted) -> Harness {
    stage()
        .config("APPVIEW_URL", APPVIEW)
        .config("CREATORS", aurora().as_str())
        .http(&appview_url("limit=25"), appview)
        .http(&list_url(25, None, None), node)
        .http(&document_url(&aurora()), document(&aurora(), PDS, &[]))
        .http(&records_url(PDS, &aurora(), None), repo)
}

#[test]
fn sources_are_asked_in_order() {
    use Scripted::{Deadline, Failed};
    let a = || items(&[Video::new("a")], None);
    let n = || page([&Video::new("n")], None);
    let r = || records([&Video::new("r")], None);
    let unknown = || Scripted::text(404, "404 page not found");
    let later = || busy(503, "7");
    for (appview, node, repo, expect) in [
        (a(), n(), r(), (200, "appview", [1, 0, 0])),
        (items(&[], None), n(), r(), (200, "appview", [1, 0, 0])),
        (Failed, n(), r(), (200, "node", [1, 1, 0])),
        (Deadline, n(), r(), (200, "node", [1, 1, 0])),
        (later(), n(), r(), (200, "node", [1, 1, 0])),
        (Scripted::text(500, ""), n(), r(), (200, "node", [1, 1, 0])),
        (unknown(), n(), r(), (200, "node", [1, 1, 0])),
        (refusal(501, "NotImplemented"), n(), r(), (200, "node", [1, 1, 0])),
        (html(), n(), r(), (200, "node", [1, 1, 0])),
        (ok(json!({"items": []})), n(), r(), (200, "node", [1, 1, 0])),
        (Failed, Failed, r(), (200, "records", [1, 2, 1])),
        (Failed, Deadline, r(), (200, "records", [1, 1, 1])),
        (Failed, later(), r(), (200, "records", [1, 1, 1])),
        (Failed, unknown(), r(), (200, "records", [1, 1, 1])),
        (Failed, refusal(404, "MethodNotFound"), r(), (200, "records", [1, 1, 1])),
        (Failed, refusal(404, "NotFound"), r(), (200, "records", [1, 1, 1])),
        (Failed, refusal(501, "MethodNotImplemented"), r(), (200, "records", [1, 2, 1])),
        (Failed, html(), r(), (200, "records", [1, 1, 1])),
        (Failed, ok(json!({"items": []})), r(), (200, "records", [1, 1, 1])),
        (Failed, Failed, records([], None), (200, "records", [1, 2, 1])),
        // Nobody is left: the first to be asked says why.
        (Deadline, Failed, Failed, (504, "UpstreamTimeout", [1, 2, 1])),
        (html(), Deadline, html(), (502, "UpstreamFailed", [1, 1, 1])),
        // Who refuses the question has answered it.
        (refusal(400, "InvalidInput"), n(), r(), (400, "InvalidRequest", [1, 0, 0])),
        (Failed, refusal(400, "InvalidRequest"), r(), (400, "InvalidRequest", [1, 1, 0])),
    ] {
        let shown = format!("{appview:?} {node:?} {repo:?}");
        let harness = sources(appview, node, repo);
        let answer = harness.get("listVideos");
        let (status, source, asked) = expect;
        assert_eq!(told(&harness, &answer), (status, source.to_owned(), asked), "{shown}");
    }
}

#[test]
fn who_is_not_set_is_not_asked() {
    let harness = stage().http(&list_url(25, None, None), Scripted::Failed);
    let answer = harness.get("listVideos");
    assert_eq!(told(&harness, &answer), (503, "UpstreamUnavailable".into(), [0, 2, 0]));
    // A creator whom the operator doesn't name is not said to have no videos.
    let harness = stage().config("CREATORS", did("bert").as_str());
    let answer = harness.get(&format!("listVideos?creator={}", aurora()));
    assert_eq!(told(&harness, &answer), (503, "UpstreamUnavailable".into(), [0, 2, 0]));
}

#[test]
fn the_appview_is_told_every_parameter() {
    let all = "limit=7&creator=did%3Aplc%3Aauroraaaaaaaaaaaaaaaaaaa&q=two+w%C3%B6rds&tag=lang%3Aen&sort=longest&minDuration=5&maxDuration=9&cursor=k%2F1";
    for (given, passed) in [
        ("", "limit=25"),
        ("limit=100&sort=newest&q=&tag=+&creator=&cursor=", "limit=100"),
        ("sort=oldest", "limit=25&sort=oldest"),
        ("maxDuration=0", "limit=25&maxDuration=0"),
        (&all.replace("cursor=", "cursor=a."), all),
        ("q=+x+&limit=3", "limit=3&q=x"),
    ] {
        // A slash at the end of the setting makes no difference.
        let harness = stage()
            .config("APPVIEW_URL", &format!("{APPVIEW}/"))
            .http(&appview_url(passed), items(&[Video::new("a")], Some("k/2")));
        let answer = harness.get(&format!("listVideos?{given}"));
        assert_eq!(answer.status(), 200, "{given}: {} {:?}", answer.text(), harness.requests());
        let page = answer.json();
        assert_eq!((rkeys(&page), &page["cursor"]), (vec!["a".to_owned()], &json!("a.k/2")), "{given}");
    }
}

#[test]
fn an_item_of_the_appview_that_is_none_never_loses_the_page() {
    let item = json!({"uri": Video::new("a").uri(), "cid": Video::new("a").cid(), "title": "", "creator": aurora(), "createdAt": "x"});
    let body = json!({"videos": [null, {"uri": "at://x"}, item, 5], "cursor": ""});
    let harness = stage().config("APPVIEW_URL", APPVIEW).http(&appview_url("limit=25"), ok(body));
    let page = harness.get("listVideos").json();
    assert_eq!((rkeys(&page), page.get("cursor")), (vec!["a".to_owned()], None));
    assert_eq!(harness.log().iter().filter(|line| line.contains("left out")).count(), 3);
}

#[test]
fn what_a_search_found_is_passed_on_as_far_as_it_fits() {
    let part = |start: usize, end: usize| json!({"startByte": start, "endByte": end});
    let item = |rkey: &str, highlights: Value| {
        let video = Video::new(rkey);
        json!({"uri": video.uri(), "cid": video.cid(), "title": "Käse und Brot", "creator": aurora(), "createdAt": "x", "highlights": highlights})
    };
    let snippet = json!({"text": "…eat <b>cheese</b>\nand…", "ranges": [part(10, 16)]});
    let good = json!({"title": [part(0, 5)], "description": snippet});
    let body = json!({"videos": [
        item("a", good.clone()),
        item("b", json!({"title": [part(0, 2), part(10, 14)], "description": {"text": "x\u{0}", "ranges": [part(0, 1)]}})),
        item("c", json!({"title": "<script>", "description": 5, "more": 1})),
        item("d", json!(null)),
    ]});
    let harness = stage().config("APPVIEW_URL", APPVIEW).http(&appview_url("limit=25&q=k%C3%A4se"), ok(body));
    for _ in 0..2 {
        let page = harness.get("listVideos?q=k%C3%A4se").json();
        let told: Vec<_> = (0..4).map(|at| page["videos"][at].get("highlights").cloned()).collect();
        assert_eq!(told, [Some(good.clone()), Some(json!({"title": [part(10, 14)]})), None, None]);
        assert_eq!((rkeys(&page).len(), &page["videos"][2]["title"]), (4, &json!("Käse und Brot")));
        // The cache has them, too.
        harness.another_isolate();
    }
    assert_eq!(harness.requests().len(), 1);
}

#[test]
fn what_needs_an_index_is_asked_of_one_or_refused() {
    for parameter in ["q=x", "tag=x", "sort=oldest", "sort=longest", "minDuration=0", "maxDuration=9"] {
        for cursor in ["", "&cursor=n.x", "&cursor=r.1_x"] {
            let harness = stage().config("CREATORS", aurora().as_str());
            let answer = harness.get(&format!("listVideos?{parameter}{cursor}"));
            assert_eq!(told(&harness, &answer), (501, "NoAppView".into(), [0, 0, 0]), "{parameter}{cursor}");
        }
        // One that is away is not stood in for by somebody who can't answer.
        let harness = sources(Scripted::Failed, page([], None), records([], None));
        let answer = harness.get(&format!("listVideos?{parameter}"));
        assert_eq!(told(&harness, &answer), (503, "UpstreamUnavailable".into(), [1, 0, 0]), "{parameter}");
        let answer = harness.get(&format!("listVideos?{parameter}&cursor=n.x"));
        assert_eq!(told(&harness, &answer), (400, "InvalidInput".into(), [1, 0, 0]), "{parameter}");
    }
}

#[test]
fn cursors_are_bound_to_their_source() {
    let place = format!("r.1788220800000_{}", Video::new("z").uri());
    for (cursor, appview, creators, expect) in [
        ("a.x", true, true, (503, "UpstreamUnavailable", [1, 0, 0])),
        ("n.x", true, true, (503, "UpstreamUnavailable", [0, 2, 0])),
        (&place, true, true, (503, "UpstreamUnavailable", [0, 0, 1])),
        ("r.x", true, true, (400, "InvalidInput", [0, 0, 0])),
        ("r.x_at://y", true, true, (400, "InvalidInput", [0, 0, 0])),
        ("a.x", false, true, (400, "InvalidInput", [0, 0, 0])),
        (&place, false, false, (400, "InvalidInput", [0, 0, 0])),
        ("x", true, true, (400, "InvalidInput", [0, 0, 0])),
        ("N.x", true, true, (400, "InvalidInput", [0, 0, 0])),
        ("n.", true, true, (400, "InvalidInput", [0, 0, 0])),
    ] {
        let mut harness = stage().http(&document_url(&aurora()), document(&aurora(), PDS, &[]));
        if appview {
            harness = harness.config("APPVIEW_URL", APPVIEW);
        }
        if creators {
            harness = harness.config("CREATORS", aurora().as_str());
        }
        let answer = harness.get(&format!("listVideos?{}", query(&[("cursor", cursor)])));
        let (status, name, asked) = expect;
        assert_eq!(told(&harness, &answer), (status, name.to_owned(), asked), "{cursor}");
    }
}

#[test]
fn pages_have_tags() {
    let harness = stage().http(&list_url(25, None, None), page([&Video::new("a")], None));
    let whole = harness.get("listVideos");
    let tag = whole.header("etag").unwrap().to_owned();
    assert_eq!(whole.header("cache-control"), Some("public, max-age=30, stale-while-revalidate=300"));
    for (header, status) in
        [(tag.as_str(), 304), ("*", 304), (&format!("W/{tag}, \"x\""), 304), ("\"x\"", 200)]
    {
        let answer = harness.request().header("if-none-match", header).get("listVideos");
        assert_eq!((answer.status(), answer.bytes().is_empty()), (status, status == 304), "{header}");
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
        assert_eq!(answer.header("cache-control"), whole.header("cache-control"));
    }
    let head = harness.request().head("listVideos");
    assert_eq!((head.status(), head.bytes().len()), (200, 0));
    assert_eq!(head.header("content-length"), Some(whole.bytes().len().to_string().as_str()));
    assert_eq!(head.header("etag"), Some(tag.as_str()));
    // The same content has the same tag, wherever it is told.
    harness.advance(31 * SECOND);
    harness.another_isolate();
    assert_eq!(harness.get("listVideos").header("etag"), Some(tag.as_str()));
    harness.rescript(&list_url(25, None, None), [page([&Video::new("b")], None)]);
    harness.advance(31 * SECOND);
    assert_ne!(harness.get("listVideos").header("etag"), Some(tag.as_str()));
}
