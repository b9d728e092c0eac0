//! The bundle on the native platform, against scripted answers in the shapes of Streamplace's contract.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use at_run::testing::{Harness, Scripted};
use serde_json::{Value, json};
use streamhut_vod::bundle;

const DID: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
const CID: &str = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a";
const LIST: &str = "https://stream.place/xrpc/place.stream.media.getVideoList?limit=25";

fn uri(rkey: &str) -> String {
    format!("at://{DID}/place.stream.video/{rkey}")
}

fn encoded(rkey: &str) -> String {
    uri(rkey).replace(':', "%3A").replace('/', "%2F")
}

fn view(rkey: &str, record: Value) -> Value {
    json!({"uri": uri(rkey), "cid": CID, "author": {"did": DID, "handle": "aurora.test", "displayName": "Aurora"}, "record": record})
}

fn generations() -> Value {
    json!({"videos": [
        view("a", json!({"$type": "place.stream.video", "title": "A", "creator": DID, "duration": 90_000_000_000u64, "createdAt": "2026-03-01T00:00:00Z"})),
        view("b", json!({"$type": "place.stream.video", "title": "B", "duration": 90_000})),
        view("c", json!({"$type": "place.stream.video", "title": "C", "durationMs": 90_000, "createdAt": "2026-09-01T00:00:00Z"})),
        {"uri": "not one", "cid": CID, "record": {}},
    ], "cursor": "next"})
}

#[test]
fn list_videos_reads_all_three_generations_alike() {
    let harness = Harness::new(bundle()).http(LIST, Scripted::json(200, &generations()));
    let page = harness.get("listVideos").json();
    let shown: Vec<_> = page["videos"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| (v["title"].clone(), v["duration"].clone(), v["durationMs"].clone()))
        .collect();
    for (i, title) in ["A", "B", "C"].iter().enumerate() {
        assert_eq!(shown[i], (json!(title), json!(90_000_000_000u64), json!(90_000)));
    }
    assert_eq!(shown.len(), 3, "one bad item never loses the page");
    assert_eq!((&page["cursor"], &page["source"]), (&json!("n.next"), &json!("node")));
    assert!(harness.log().iter().any(|line| line.contains("left out")), "{:?}", harness.log());
}

#[test]
fn list_videos_passes_its_input_on_and_refuses_what_makes_no_sense() {
    let url = format!(
        "https://node.example-site.dev/xrpc/place.stream.media.getVideoList?repo={}&limit=3&cursor=a%26b",
        DID.replace(':', "%3A")
    );
    let harness = Harness::new(bundle())
        .config("STREAMPLACE_URL", "https://node.example-site.dev/")
        .http(&url, Scripted::json(200, &json!({"videos": []})));
    let answer = harness.get(&format!("listVideos?limit=3&cursor=n.a%26b&creator={DID}"));
    assert_eq!((answer.status(), answer.json()), (200, json!({"videos": [], "source": "node"})));
    for query in [
        "limit=0",
        "limit=101",
        "limit=x",
        "creator=alice",
        "cursor=a%26b",
        &format!("cursor=n.{}", "c".repeat(2000)),
    ] {
        let answer = harness.get(&format!("listVideos?{query}"));
        assert_eq!(
            (answer.status(), answer.json()["error"].clone()),
            (400, json!("InvalidInput")),
            "{query}"
        );
    }
    assert_eq!(harness.requests().len(), 1, "a refused call asks nobody");
}

#[test]
fn upstream_faults_have_names_and_are_not_kept() {
    for (answer, status, name) in [
        (Scripted::Failed, 503, "UpstreamUnavailable"),
        (Scripted::Deadline, 504, "UpstreamTimeout"),
        (Scripted::text(500, "oops"), 503, "UpstreamUnavailable"),
        (Scripted::text(200, "<!doctype html><p>gateway"), 502, "UpstreamFailed"),
        (Scripted::json(200, &json!({"items": []})), 502, "UpstreamFailed"),
        (Scripted::text(200, &"x".repeat(5 << 20)), 502, "UpstreamFailed"),
    ] {
        let answer = Harness::new(bundle()).http(LIST, answer).get("listVideos");
        assert_eq!((answer.status(), answer.json()["error"].clone()), (status, json!(name)));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[test]
fn a_node_that_asks_for_time_is_given_it() {
    for (said, told) in [(Some("7"), "7"), (Some("99999"), "600"), (Some("soon"), "10"), (None, "10")] {
        let headers = said.map(|said| ("retry-after".to_owned(), said.to_owned())).into_iter().collect();
        let busy = Scripted::Answer { status: 503, headers, body: b"{}".to_vec(), url: None };
        let answer = Harness::new(bundle()).http(LIST, busy).get("listVideos");
        assert_eq!((answer.status(), answer.header("retry-after")), (503, Some(told)), "{said:?}");
        assert!(!answer.text().contains("stream.place"), "the details are for the log: {}", answer.text());
    }
}

#[test]
fn get_video_answers_get_and_post_alike() {
    let url = format!("https://stream.place/xrpc/place.stream.media.getVideo?uri={}", encoded("c"));
    let harness = Harness::new(bundle()).http(&url, Scripted::json(200, &generations()["videos"][2]));
    let get = harness.get(&format!("getVideo?uri={}", encoded("c")));
    let post = harness.post("getVideo", &json!({"uri": uri("c")}));
    assert_eq!((get.status(), &get.json()["title"]), (200, &json!("C")));
    assert_eq!(get.json(), post.json());
    assert_eq!(get.json()["handle"], "aurora.test");
}

#[test]
fn get_video_refuses_another_videos_answer() {
    let url = format!("https://stream.place/xrpc/place.stream.media.getVideo?uri={}", encoded("c"));
    let harness = Harness::new(bundle()).http(&url, Scripted::json(200, &generations()["videos"][0]));
    assert_eq!(harness.get(&format!("getVideo?uri={}", encoded("c"))).status(), 502);
}

const MASTER: &str = "#EXTM3U\n#EXT-X-VERSION:6\n\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"opus\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"/xrpc/place.stream.playback.getVideoPlaylist?sid=S&track=2\"\n\n#EXT-X-STREAM-INF:BANDWIDTH=4123456,CODECS=\"avc1.64002a,opus\",RESOLUTION=1920x1080,FRAME-RATE=59.940,AUDIO=\"audio\"\n/xrpc/place.stream.playback.getVideoPlaylist?sid=S&track=1\n\n#EXT-X-STREAM-INF:BANDWIDTH=800000,CODECS=\"avc1.64001e,opus\",RESOLUTION=640x360,AUDIO=\"audio\"\n/xrpc/place.stream.playback.getVideoPlaylist?sid=S&track=3\n";

fn playlist(answer: Scripted) -> Harness {
    let url =
        format!("https://stream.place/xrpc/place.stream.playback.getVideoPlaylist?uri={}", encoded("c"));
    Harness::new(bundle()).http(&url, answer)
}

#[test]
fn get_playlist_makes_every_uri_absolute() {
    let answer = playlist(Scripted::text(200, MASTER)).get(&format!("getPlaylist?uri={}", encoded("c")));
    assert_eq!(answer.header("content-type"), Some("application/vnd.apple.mpegurl"));
    let text = answer.text();
    assert_eq!(
        text.matches("https://stream.place/xrpc/place.stream.playback.getVideoPlaylist?").count(),
        3,
        "{text}"
    );
    assert!(!text.contains("\n/xrpc") && !text.contains("\"/xrpc"), "{text}");
}

#[test]
fn get_playlist_resolves_against_where_the_answer_came_from() {
    let answer = Scripted::Answer {
        status: 200,
        headers: vec![],
        body: MASTER.into(),
        url: Some("https://cdn.stream.place/p/m.m3u8".into()),
    };
    let text = playlist(answer).get(&format!("getPlaylist?uri={}", encoded("c"))).text();
    assert!(
        text.contains("https://cdn.stream.place/xrpc/place.stream.playback.getVideoPlaylist?sid=S&track=3"),
        "{text}"
    );
}

#[test]
fn get_playlist_picks_a_quality() {
    for (quality, kept, dropped) in [
        ("1080p", "track=1", "track=3"),
        ("720p", "track=3", "track=1"),
        ("360p", "track=3", "track=1"),
        ("240p", "track=3", "track=1"),
    ] {
        let text = playlist(Scripted::text(200, MASTER))
            .get(&format!("getPlaylist?uri={}&quality={quality}", encoded("c")))
            .text();
        assert!(
            text.contains(kept) && !text.contains(dropped) && text.contains("track=2"),
            "{quality}: {text}"
        );
    }
    let answer =
        playlist(Scripted::text(200, MASTER)).get(&format!("getPlaylist?uri={}&quality=huge", encoded("c")));
    assert_eq!(answer.status(), 400);
}

#[test]
fn get_playlist_takes_a_video_and_nothing_else() {
    let harness = playlist(Scripted::text(200, MASTER));
    for uri in [
        "",
        "https://stream.place/x.m3u8",
        "at://alice.dev/place.stream.video/c",
        "at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/app.bsky.feed.post/c",
        "at://did:plc:ewvi7nxzyoun6zhxrhs64oiz",
    ] {
        let answer = harness.get(&format!("getPlaylist?uri={uri}"));
        assert_eq!((answer.status(), answer.json()["error"].clone()), (400, json!("InvalidUri")), "{uri}");
    }
    assert_eq!(harness.get("getPlaylist").json()["error"], "InvalidInput");
    assert!(harness.requests().is_empty());
}

#[test]
fn upstreams_refusals_keep_their_names() {
    for (answer, status, name) in [
        (Scripted::json(404, &json!({"error": "VideoNotFound", "message": "no"})), 404, "VideoNotFound"),
        (Scripted::json(404, &json!({"error": "BlobNotFound", "message": "no"})), 404, "BlobNotFound"),
        (
            Scripted::json(403, &json!({"error": "VideoUnavailable", "message": "no"})),
            403,
            "VideoUnavailable",
        ),
        (Scripted::json(503, &json!({"error": "Busy", "message": "later"})), 503, "UpstreamUnavailable"),
        (Scripted::text(200, "<!doctype html>"), 502, "UpstreamFailed"),
    ] {
        let answer = playlist(answer).get(&format!("getPlaylist?uri={}", encoded("c")));
        assert_eq!((answer.status(), answer.json()["error"].clone()), (status, json!(name)));
    }
}

#[test]
fn the_manifest_names_what_the_bundle_reaches() {
    let manifest = serde_json::to_value(bundle().manifest().unwrap()).unwrap();
    assert_eq!(
        manifest["permissions"]["net"],
        json!(["*", "config:STREAMPLACE_URL", "config:PLC_URL", "config:PDS_URL"])
    );
    let endpoints: Vec<_> = manifest["endpoints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| format!("{} {}", e["method"].as_str().unwrap(), e["name"].as_str().unwrap()))
        .collect();
    assert_eq!(
        endpoints,
        [
            "GET listVideos",
            "GET getVideo",
            "POST getVideo",
            "GET getPlaylist",
            "GET getThumbnail",
            "GET getSprite",
            "GET getVtt",
            "GET getShareImage",
            "GET isMetadataReady",
            "POST batchMetadataReady",
        ]
    );
    assert_eq!(
        manifest["endpoints"][0]["input"],
        json!([{"name": "limit"}, {"name": "cursor"}, {"name": "creator"}])
    );
}
