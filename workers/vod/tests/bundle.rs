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
fn the_manifest_names_what_the_bundle_reaches() {
    let manifest = serde_json::to_value(bundle().manifest().unwrap()).unwrap();
    assert_eq!(
        manifest["permissions"]["net"],
        json!([
            "*",
            "config:STREAMPLACE_URL",
            "config:APPVIEW_URL",
            "config:PLC_URL",
            "config:DOH_URL",
            "config:PDS_URL",
        ])
    );
    let listed = |name: &str| -> Vec<String> {
        let names = manifest[name].as_array().unwrap().iter();
        names.map(|entry| entry["name"].as_str().or(entry.as_str()).unwrap().to_owned()).collect()
    };
    assert_eq!(
        listed("config"),
        [
            "STREAMPLACE_URL",
            "APPVIEW_URL",
            "CREATORS",
            "FRONTEND_ORIGIN",
            "PROFILES_URL",
            "PLC_URL",
            "DOH_URL",
            "PDS_URL",
            "PICTURES_BYTES",
        ]
    );
    assert_eq!(
        (listed("jobs"), listed("tasks")),
        (vec!["syncAndProcessVideos".into()], vec!["pictures".into(), "storyboard".into()])
    );
}

#[test]
fn the_manifest_names_each_endpoint_and_its_input() {
    let manifest = serde_json::to_value(bundle().manifest().unwrap()).unwrap();
    let shown = |endpoint: &Value| {
        let input = endpoint["input"].as_array().into_iter().flatten();
        let names: Vec<_> = input.map(|parameter| parameter["name"].as_str().unwrap()).collect();
        format!(
            "{} {} {}",
            endpoint["method"].as_str().unwrap(),
            endpoint["name"].as_str().unwrap(),
            names.join(" ")
        )
    };
    assert_eq!(
        manifest["endpoints"].as_array().unwrap().iter().map(shown).collect::<Vec<_>>(),
        [
            "GET listVideos limit cursor creator q tag sort minDuration maxDuration",
            "GET getVideo uri",
            "POST getVideo uri",
            "GET getComments uri limit cursor",
            "POST getComments uri limit cursor",
            "GET getVideoStreams uri",
            "POST getVideoStreams uri",
            "GET getPlaylist uri quality",
            "GET getThumbnail uri width t cid",
            "GET getSprite uri sheet cid",
            "GET getVtt uri cid",
            "GET getShareImage uri cid",
            "GET isMetadataReady uri",
            "GET batchMetadataReady uris",
            "POST batchMetadataReady uris",
            "GET getProfile actor",
            "GET batchProfiles actors",
            "POST batchProfiles actors",
            "GET shareVideo uri t",
            "GET shareCreator creator",
            "GET getShareHead uri creator",
            "GET embed uri t autoplay",
            "GET oembed url format maxwidth maxheight",
            "GET rss creator",
            "GET sitemap page",
        ]
    );
}
