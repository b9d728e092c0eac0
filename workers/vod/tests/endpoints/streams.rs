//! `getVideoStreams`: what a video offers.

use at_run::testing::{Harness, Scripted};
use serde_json::{Value, json};

use crate::stage::*;

fn before(playlist: &str) -> Harness {
    stage().http(&playlist_url(&Video::new("a")), Scripted::text(200, playlist))
}

fn streams(playlist: &str) -> Value {
    let answer = before(playlist).get(&format!("getVideoStreams?{}", Video::new("a").query()));
    assert_eq!(answer.status(), 200, "{}", answer.text());
    answer.json()
}

#[test]
fn what_a_master_playlist_offers() {
    let master = "#EXTM3U\n#EXT-X-VERSION:6\n\
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"mp4a.40.2\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"/a?track=2\"\n\
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"opus\",LANGUAGE=\"de\",DEFAULT=NO,URI=\"/a?track=3\"\n\
        #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"cc\",NAME=\"English\",LANGUAGE=\"en\",DEFAULT=NO,URI=\"/a?captions=en\"\n\
        #EXT-X-STREAM-INF:BANDWIDTH=800000,CODECS=\"avc1.64001e,mp4a.40.2\",RESOLUTION=640x360,FRAME-RATE=30,AUDIO=\"audio\",SUBTITLES=\"cc\"\n/a?track=4\n\
        #EXT-X-STREAM-INF:BANDWIDTH=2996327,CODECS=\"avc1.42c01f,mp4a.40.2\",RESOLUTION=1920x1080,FRAME-RATE=59.498,AUDIO=\"audio\",SUBTITLES=\"cc\"\n/a?track=1\n";
    let expect = json!({
        "uri": Video::new("a").uri(),
        "streams": [
            {"quality": "1080p", "width": 1920, "height": 1080, "bandwidth": 2_996_327, "codecs": "avc1.42c01f,mp4a.40.2", "frameRate": 59.498},
            {"quality": "360p", "width": 640, "height": 360, "bandwidth": 800_000, "codecs": "avc1.64001e,mp4a.40.2", "frameRate": 30.0},
        ],
        "audioTracks": [{"name": "mp4a.40.2", "default": true}, {"name": "opus", "default": false, "language": "de"}],
        "subtitles": [{"name": "English", "default": false, "language": "en"}],
    });
    assert_eq!(streams(master), expect);
    assert_eq!(streams(&master.replace('\n', "\r\n")), expect);
}

#[test]
fn the_best_comes_first_and_what_is_unknown_is_left_out() {
    let stream = |attributes: &str| format!("#EXT-X-STREAM-INF:{attributes}\nv.m3u8\n");
    let master = [
        "BANDWIDTH=9",
        "BANDWIDTH=5,RESOLUTION=720x1280",
        "BANDWIDTH=1,RESOLUTION=1080x1920",
        "BANDWIDTH=7,RESOLUTION=1280x720",
        "BANDWIDTH=3,RESOLUTION=0x0",
        "BANDWIDTH=2,CODECS=\"opus\"",
    ]
    .map(stream)
    .concat();
    let found = streams(&format!("#EXTM3U\n{master}"));
    assert_eq!(
        found["streams"],
        json!([
            {"quality": "1080p", "width": 1080, "height": 1920, "bandwidth": 1},
            {"quality": "720p", "width": 1280, "height": 720, "bandwidth": 7},
            {"quality": "720p", "width": 720, "height": 1280, "bandwidth": 5},
            {"quality": "source", "bandwidth": 9},
            {"quality": "source", "bandwidth": 3},
            {"quality": "audio", "bandwidth": 2, "codecs": "opus"},
        ])
    );
    assert_eq!((&found["audioTracks"], &found["subtitles"]), (&json!([]), &json!([])));
}

#[test]
fn a_media_playlist_in_place_of_a_master_offers_no_choice() {
    let media = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n/s.m4s\n#EXT-X-ENDLIST\n";
    let expect = json!({"uri": Video::new("a").uri(), "streams": [], "audioTracks": [], "subtitles": []});
    assert_eq!(streams(media), expect);
}

/// A request for a playlist is counted as a view.
#[test]
fn a_view_is_counted_once_in_ten_minutes() {
    let harness = before("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9\nv\n");
    let endpoint = format!("getVideoStreams?{}", Video::new("a").query());
    let first = harness.get(&endpoint);
    assert_eq!(first.header("cache-control"), Some("public, max-age=300"));
    for _ in 0..5 {
        harness.advance(100 * SECOND);
        harness.another_isolate();
        assert_eq!(harness.get(&endpoint).text(), first.text());
        assert_eq!(
            harness.post("getVideoStreams", &json!({"uri": Video::new("a").uri()})).text(),
            first.text()
        );
    }
    assert_eq!(harness.requests().len(), 1);
    harness.advance(100 * SECOND);
    harness.get(&endpoint);
    assert_eq!(harness.requests().len(), 2);
    let tag = first.header("etag").unwrap();
    let again = harness.request().header("if-none-match", tag).get(&endpoint);
    assert_eq!((again.status(), again.bytes().len()), (304, 0));
}
