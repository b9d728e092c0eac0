//! Answers of others that are not what was asked for.

use serde_json::json;

use super::*;
use crate::comments::{a_comment, comments_url};

#[test]
fn bad_input_18_html_in_place_of_what_was_asked_for() {
    let of = |name: &str| format!("{name}?{}", video().query());
    for (target, url, good) in [
        ("listVideos".to_owned(), list_url(25, None, None), page([&video()], None)),
        ("rss".to_owned(), list_url(50, None, None), page([&video()], None)),
        ("sitemap".to_owned(), list_url(100, None, None), page([&video()], None)),
        (of("getVideo"), video_url(&video()), ok(video().view())),
        (of("getComments"), comments_url(25, None), a_comment()),
        (of("getShareHead"), video_url(&video()), ok(video().view())),
        (of("getPlaylist"), playlist_url(&video()), master()),
        (of("getVideoStreams"), playlist_url(&video()), master()),
        (
            format!("getProfile?actor={}", did("bert")),
            document_url(&did("bert")),
            document(&did("bert"), PDS, &[]),
        ),
    ] {
        let harness = shared(&video()).http(
            &format!(
                "{PDS}/xrpc/com.atproto.repo.getRecord?{}",
                query(&[
                    ("repo", did("bert").as_str()),
                    ("collection", "app.bsky.actor.profile"),
                    ("rkey", "self")
                ])
            ),
            ok(json!({})),
        );
        for body in
            ["<!doctype html><title>502</title>", "<html>", "", "\u{FEFF}<HTML>", "{\"videos\"", "null", "[]"]
        {
            harness.rescript(&url, [Scripted::text(200, body)]);
            let answer = harness.get(&target);
            assert_eq!(outcome(&answer), (502, "UpstreamFailed".into()), "{target} {body}");
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{target}");
            assert!(!answer.text().contains("html"), "{}", answer.text());
        }
        // It was kept nowhere.
        harness.rescript(&url, [good]);
        assert_eq!(harness.get(&target).status(), 200, "{target}: {}", harness.get(&target).text());
    }
    // What stands beside costs itself alone.
    let harness = shared(&video());
    harness.rescript(&captions_url(&video()), [html()]);
    assert_eq!(harness.get(&of("getVideo")).json()["title"], "Video a");
}

#[test]
fn bad_input_19_hostile_playlists() {
    let endpoints = ["getPlaylist", "getVideoStreams"].map(|name| format!("{name}?{}", video().query()));
    let master = |uri: &str| format!("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9\n{uri}\n");
    let media = |line: &str, uri: &str| {
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:2\n{line}#EXTINF:2,\n{uri}\n#EXT-X-ENDLIST\n")
    };
    let long = |line: &str, bytes: usize| format!("#EXTM3U\n{}", line.repeat(bytes / line.len()));
    let mut refused = vec![
        long("#EXT-X-STREAM-INF:BANDWIDTH=9\nv\n", 2 << 20),
        long("#EXT-X-STREAM-INF:BANDWIDTH=9\nv\n", 13 << 20),
        long("#EXTINF:2,\ns\n", 13 << 20),
        long("\n", 2 << 20),
        master("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9\nv"),
        media("#EXT-X-STREAM-INF:BANDWIDTH=9\nv\n", "s"),
        master("v\0"),
        master("v\u{7}"),
        master(&"v".repeat(9_000)),
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9\n".to_owned(),
        "#EXTINF:2,\ns\n".to_owned(),
        "WEBVTT\n".to_owned(),
    ];
    for uri in [
        "file:///etc/passwd",
        "data:text/plain,x",
        "javascript:alert(1)",
        "blob:https://a.dev/x",
        "ftp://a.dev/x",
        "https://user:pass@a.dev/x",
        "//user@a.dev/x",
        "https://",
    ] {
        refused.push(master(uri));
        refused.push(media("", uri));
        refused.push(media(&format!("#EXT-X-MAP:URI=\"{uri}\"\n"), "s"));
        refused.push(media(&format!("#EXT-X-KEY:METHOD=AES-128,URI=\"{uri}\"\n"), "s"));
        refused.push(format!("#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"a\",URI=\"{uri}\"\n#EXT-X-STREAM-INF:BANDWIDTH=9,AUDIO=\"a\"\nv\n"));
    }
    for playlist in &refused {
        let harness = stage().http(&playlist_url(&video()), Scripted::text(200, playlist));
        // Of a media playlist there is nothing to choose from, whatever is in it.
        let concerned = if playlist.contains("#EXTINF") { 1 } else { 2 };
        for endpoint in &endpoints[..concerned] {
            let answer = harness.get(endpoint);
            assert_eq!(outcome(&answer), (502, "UpstreamFailed".into()), "{endpoint} {playlist:.200}");
            assert!(answer.bytes().len() < 300);
        }
        assert_eq!(harness.requests().len(), concerned, "nothing in it is asked for");
    }
    let bytes = Scripted::Answer {
        status: 200,
        headers: vec![],
        body: b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9\n\xff\n".to_vec(),
        url: None,
    };
    for endpoint in &endpoints {
        let harness = stage().http(&playlist_url(&video()), bytes.clone());
        assert_eq!(outcome(&harness.get(endpoint)), (502, "UpstreamFailed".into()), "{endpoint}");
    }
    // Odd, and no harm: line ends, a mark at the beginning, hosts that only the player would ask.
    for (playlist, uri) in [
        (master("v").replace('\n', "\r\n"), "https://stream.place/xrpc/v"),
        (format!("\u{FEFF}{}", master("v")), "https://stream.place/xrpc/v"),
        (master("//cdn.dev/v"), "https://cdn.dev/v"),
        (master("../../../../v"), "https://stream.place/v"),
        (master("http://127.0.0.1:8080/v"), "http://127.0.0.1:8080/v"),
    ] {
        let harness = stage().http(&playlist_url(&video()), Scripted::text(200, &playlist));
        let text = harness.get(&endpoints[0]).text();
        assert!(text.lines().any(|line| line == uri) && !text.contains('\r'), "{uri}: {text}");
        assert_eq!(harness.requests().len(), 1);
    }
}

/// A recording of eight hours, if a node gives its media playlist alone.
#[test]
fn bad_input_19_a_long_playlist_is_none_of_these() {
    let entry = "#EXTINF:1.000167,\n#EXT-X-BYTERANGE:1390822@52344\n/xrpc/place.stream.playback.getVideoBlob?did=did%3Aplc%3Ax&sid=S&cid=bafkr4ie7czmgqrnfmomdk5k7wolbbkhfmpv7dtmtm5n4ynqtx5r6rv6ria.m4s\n";
    let playlist = format!("#EXTM3U\n#EXT-X-TARGETDURATION:2\n{}#EXT-X-ENDLIST\n", entry.repeat(28_800));
    let harness = stage().http(&playlist_url(&video()), Scripted::text(200, &playlist));
    let answer = harness.get(&format!("getPlaylist?{}", video().query()));
    assert_eq!(answer.status(), 200, "{:.300}", answer.text());
    assert_eq!(answer.text().matches("\nhttps://stream.place/xrpc/").count(), 28_800);
    assert_eq!(harness.get(&format!("getVideoStreams?{}", video().query())).json()["streams"], json!([]));
}
