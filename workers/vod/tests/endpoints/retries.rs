//! What the node is asked twice, and in which words its refusals are told.

use at_run::testing::{Harness, Scripted};
use serde_json::json;

use crate::stage::*;

const MASTER: &str = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n";

/// What asks the node one question, where, and an answer to it.
fn questions() -> [(String, String, Scripted); 4] {
    let video = Video::new("a");
    let playlist = || Scripted::text(200, MASTER);
    let of = |name: &str| format!("{name}?{}", video.query());
    [
        ("listVideos".to_owned(), list_url(25, None, None), page([&video], None)),
        (of("getVideo"), video_url(&video), ok(video.view())),
        (of("getPlaylist"), playlist_url(&video), playlist()),
        (of("getVideoStreams"), playlist_url(&video), playlist()),
    ]
}

#[test]
fn what_ends_early_is_asked_once_more() {
    use Scripted::{BreaksOff, Deadline, Failed};
    for (endpoint, url, good) in questions() {
        for (answers, expect) in [
            (vec![good.clone(), Failed], (200, 1)),
            (vec![Failed, good.clone()], (200, 2)),
            (vec![BreaksOff(b"{\"videos\"".to_vec()), good.clone()], (200, 2)),
            (vec![Scripted::text(500, "panic"), good.clone()], (200, 2)),
            (vec![refusal(502, "x"), good.clone()], (200, 2)),
            (vec![Scripted::text(503, ""), good.clone()], (200, 2)),
            (vec![Failed, Failed, good.clone()], (503, 2)),
            (vec![Scripted::text(500, ""), Failed, good.clone()], (503, 2)),
            (vec![Failed, refusal(404, "VideoNotFound"), good.clone()], (404, 2)),
            (vec![Failed, Deadline, good.clone()], (504, 2)),
            (vec![Failed, html(), good.clone()], (502, 2)),
            // Who says when to come again means it.
            (vec![busy(503, "7"), good.clone()], (503, 1)),
            (vec![busy(500, "soon"), good.clone()], (503, 1)),
            (vec![busy(429, "7"), good.clone()], (503, 1)),
            (vec![Scripted::text(429, ""), good.clone()], (503, 1)),
            (vec![Deadline, good.clone()], (504, 1)),
            (vec![refusal(404, "VideoNotFound"), good.clone()], (404, 1)),
            (vec![refusal(400, "InvalidRequest"), good.clone()], (400, 1)),
            (vec![refusal(403, "VideoUnavailable"), good.clone()], (403, 1)),
            (vec![html(), good.clone()], (502, 1)),
            (vec![Scripted::text(200, &"x".repeat(13 << 20)), good.clone()], (502, 1)),
        ] {
            let shown = format!("{endpoint} {:?}", answers.len());
            let harness = stage();
            harness.rescript(&url, answers);
            let answer = harness.get(&endpoint);
            let path = url.split('?').next().unwrap();
            let requests = harness
                .requests()
                .iter()
                .filter(|request| request.starts_with(&format!("GET {path}?")))
                .count();
            assert_eq!((answer.status(), requests), expect, "{shown}: {}", answer.text());
        }
    }
}

fn answered(endpoint: &str, url: &str, answer: Scripted) -> (u16, String, Option<String>) {
    let harness: Harness = stage().http(url, answer);
    let answer = harness.get(endpoint);
    let (status, name) = outcome(&answer);
    (status, name, answer.header("retry-after").map(str::to_owned))
}

#[test]
fn the_nodes_refusals_keep_their_names() {
    for (endpoint, url, _) in &questions()[1..] {
        for (status, name) in [
            (400, "InvalidRequest"),
            (400, "UnsupportedCollection"),
            (403, "VideoUnavailable"),
            (404, "VideoNotFound"),
            (404, "TrackNotFound"),
            (404, "CaptionTrackNotFound"),
            (404, "BlobNotFound"),
        ] {
            // Streamplace puts the name into the message, XRPC has it beside.
            for said in [
                json!({"error": name, "message": "no"}),
                json!({"message": name}),
                json!({"message": format!("{name}: at://did:plc:x has none")}),
                json!({"error": "Other", "message": name}),
            ] {
                let expect = (status, name.to_owned(), None);
                assert_eq!(
                    answered(endpoint, url, Scripted::json(status, &said)),
                    expect,
                    "{endpoint} {said}"
                );
            }
        }
        for (given, said, expect) in [
            (400, json!({}), (400, "InvalidRequest", None)),
            (403, json!({"error": "Forbidden"}), (403, "VideoUnavailable", None)),
            (422, json!({"message": "a clip of a clip"}), (422, "Unplayable", None)),
            (404, json!({"error": "Other"}), (502, "UpstreamFailed", None)),
            (401, json!({"error": "AuthRequired"}), (502, "UpstreamFailed", None)),
            (204, json!({}), (502, "UpstreamFailed", None)),
            (301, json!({}), (502, "UpstreamFailed", None)),
            (429, json!({"error": "VideoNotFound"}), (503, "UpstreamUnavailable", Some("10"))),
            (500, json!({"error": "VideoNotFound"}), (503, "UpstreamUnavailable", Some("10"))),
            (599, json!("x"), (503, "UpstreamUnavailable", Some("10"))),
        ] {
            let (status, name, retry) = expect;
            let expect = (status, name.to_owned(), retry.map(str::to_owned));
            assert_eq!(
                answered(endpoint, url, Scripted::json(given, &said)),
                expect,
                "{endpoint} {given} {said}"
            );
        }
    }
}
