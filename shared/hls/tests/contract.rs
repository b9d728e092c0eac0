//! The playlists that Streamplace answers, in its three ways of writing URIs and with attributes
//! in different orders.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use streamhut_hls::{AudioTrack, Master, Quality, rewrite};
use url::Url;

const PLAYLIST: &str =
    "https://stream.example/xrpc/place.stream.playback.getVideoPlaylist?uri=at%3A%2F%2Fdid%3Aplc%3Ax";

fn parse(text: &str) -> Master {
    Master::parse(text.as_bytes(), &Url::parse(PLAYLIST).unwrap()).unwrap()
}

/// A master playlist whose URIs begin with `prefix`.
fn master(prefix: &str) -> String {
    let uri = format!("{prefix}place.stream.playback.getVideoPlaylist?sid=S");
    format!(
        r#"#EXTM3U
#EXT-X-VERSION:6

#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="mp4a.40.2",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="{uri}&track=2"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="opus",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="{uri}&track=3"

#EXT-X-STREAM-INF:BANDWIDTH=4123456,CODECS="avc1.64002a,mp4a.40.2",RESOLUTION=1920x1080,FRAME-RATE=59.940,AUDIO="audio"
{uri}&track=1
"#
    )
}

const EXPECTED: &str = r#"#EXTM3U
#EXT-X-VERSION:6
#EXT-X-MEDIA:TYPE=AUDIO,URI="https://stream.example/xrpc/place.stream.playback.getVideoPlaylist?sid=S&track=2",GROUP-ID="audio",NAME="mp4a.40.2",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2"
#EXT-X-MEDIA:TYPE=AUDIO,URI="https://stream.example/xrpc/place.stream.playback.getVideoPlaylist?sid=S&track=3",GROUP-ID="audio",NAME="opus",AUTOSELECT=YES,CHANNELS="2"
#EXT-X-STREAM-INF:BANDWIDTH=4123456,CODECS="avc1.64002a,mp4a.40.2",RESOLUTION=1920x1080,FRAME-RATE=59.94,AUDIO="audio"
https://stream.example/xrpc/place.stream.playback.getVideoPlaylist?sid=S&track=1
"#;

#[test]
fn every_uri_style_gives_the_same_absolute_playlist() {
    for prefix in ["/xrpc/", "", "../xrpc/", "//stream.example/xrpc/", "https://stream.example/xrpc/"] {
        assert_eq!(parse(&master(prefix)).write(), EXPECTED, "{prefix:?}");
    }
}

#[test]
fn a_cdn_of_its_own_is_left_alone() {
    let text = parse(&master("https://vod.cdn.example/")).write();
    assert_eq!(text, EXPECTED.replace("https://stream.example/xrpc/", "https://vod.cdn.example/"));
}

#[test]
fn attribute_order_byte_order_mark_and_line_ends_do_not_matter() {
    let reordered = master("/xrpc/")
        .replace(
            r#"BANDWIDTH=4123456,CODECS="avc1.64002a,mp4a.40.2",RESOLUTION=1920x1080,FRAME-RATE=59.940,AUDIO="audio""#,
            r#"RESOLUTION=1920x1080, AUDIO="audio", CODECS="avc1.64002a,mp4a.40.2",FRAME-RATE=59.940,BANDWIDTH=4123456"#,
        )
        .replace(r#"TYPE=AUDIO,GROUP-ID="audio","#, r#"GROUP-ID="audio",TYPE=AUDIO,"#);
    let crlf = master("/xrpc/").replace('\n', "\r\n");
    let marked = format!("\u{FEFF}{}", master("/xrpc/"));
    let unended = master("/xrpc/").trim_end().to_owned();
    for text in [reordered, crlf, marked, unended] {
        assert_eq!(parse(&text).write(), EXPECTED, "{text}");
    }
}

#[test]
fn streams_and_sound_tracks_are_listed() {
    let master = parse(&master("/xrpc/"));
    let variants = master.variants();
    assert_eq!(variants.len(), 1);
    let stream = &variants[0];
    assert_eq!(stream.quality, "1080p");
    assert_eq!((stream.width, stream.height, stream.bandwidth), (Some(1920), Some(1080), 4_123_456));
    assert_eq!(stream.codecs.as_deref(), Some("avc1.64002a,mp4a.40.2"));
    assert_eq!(stream.frame_rate, Some(59.94));
    let track = |name: &str, default, track| AudioTrack {
        name: name.into(),
        default,
        language: None,
        uri: Some(format!(
            "https://stream.example/xrpc/place.stream.playback.getVideoPlaylist?sid=S&track={track}"
        )),
    };
    assert_eq!(master.audio_tracks(), [track("mp4a.40.2", true, 2), track("opus", false, 3)]);
}

#[test]
fn streams_sounds_and_subtitles_as_json() {
    let text = r#"#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="mp4a.40.2",DEFAULT=YES,CHANNELS="2",URI="/a"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Deutsch",LANGUAGE="de",DEFAULT=NO,URI="/b"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="/c"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="Signs",FORCED=YES,URI="/d"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC",INSTREAM-ID="CC1"
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9,RESOLUTION=1920x1080,URI="/i"
#EXT-X-STREAM-INF:BANDWIDTH=2996327,CODECS="avc1.42c01f,mp4a.40.2",RESOLUTION=1920x1080,FRAME-RATE=59.498,AUDIO="audio"
/v
#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=540x960,FRAME-RATE=29.970
/w
#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="",RESOLUTION=0x0,FRAME-RATE=0.000
/x
"#;
    let expected = serde_json::json!({
        "streams": [
            {
                "quality": "1080p", "width": 1920, "height": 1080, "bandwidth": 2_996_327,
                "codecs": "avc1.42c01f,mp4a.40.2", "frameRate": 59.498,
            },
            { "quality": "540p", "width": 540, "height": 960, "bandwidth": 900_000, "frameRate": 29.97 },
            { "quality": "source", "bandwidth": 1 },
        ],
        "audioTracks": [
            { "name": "mp4a.40.2", "default": true },
            { "name": "Deutsch", "default": false, "language": "de" },
        ],
        "subtitles": [
            { "name": "English", "default": true, "language": "en" },
            { "name": "Signs", "default": false },
        ],
    });
    let streams = parse(text).streams();
    assert_eq!(serde_json::to_value(&streams).unwrap(), expected);
    // As it stands in the playlist, and not as a binary fraction nearby.
    assert!(serde_json::to_string(&streams).unwrap().contains(r#""frameRate":59.498}"#));
    assert_eq!(streams.subtitles[0].uri.as_deref(), Some("https://stream.example/c"));
}

#[test]
fn the_quality_is_the_shorter_side() {
    let check = |attributes: &str, expect: &str| {
        let text = format!("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1{attributes}\n/a\n");
        assert_eq!(parse(&text).variants()[0].quality, expect, "{attributes}");
    };
    check(",RESOLUTION=1920x1080", "1080p");
    check(",RESOLUTION=1080x1920", "1080p");
    check(",RESOLUTION=360x202", "202p");
    check(",RESOLUTION=720x720", "720p");
    // What Streamplace writes for a track that it knows too little of.
    check(r#",CODECS="",RESOLUTION=0x0,FRAME-RATE=0.000"#, "source");
    check("", "source");
    check(r#",CODECS="mp4a.40.2""#, "audio");
    check(r#",CODECS="avc1.42c01f,mp4a.40.2""#, "source");
}

#[test]
fn unknown_attributes_and_tags_survive_in_one_order() {
    let text = r#"#EXTM3U
#EXT-X-CONTENT-STEERING:SERVER-URI="/steer",PATHWAY-ID="a"
#EXT-X-SESSION-DATA:DATA-ID="d",URI="/data.json",X-B="2",X-A=1
#EXT-X-SOMETHING
#EXT-X-ELSE:not, a list
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9,RESOLUTION=640x360,URI="/i"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="cc",NAME="English",FORCED=NO,LANGUAGE="en",STABLE-RENDITION-ID="s",URI="/cc"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="cc",NAME="Signs",FORCED=YES,URI="/signs"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Sound",FORCED=NO
#EXT-X-STREAM-INF:BANDWIDTH=10,VIDEO-RANGE=SDR,SCORE=1.5,STABLE-VARIANT-ID="v",SUBTITLES="cc",CLOSED-CAPTIONS=NONE
/v
"#;
    let expected = r#"#EXTM3U
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=SUBTITLES,URI="https://stream.example/cc",GROUP-ID="cc",LANGUAGE="en",NAME="English",STABLE-RENDITION-ID="s"
#EXT-X-MEDIA:TYPE=SUBTITLES,URI="https://stream.example/signs",GROUP-ID="cc",NAME="Signs",FORCED=YES
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Sound"
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9,RESOLUTION=640x360,URI="https://stream.example/i"
#EXT-X-STREAM-INF:BANDWIDTH=10,SCORE=1.5,STABLE-VARIANT-ID="v",VIDEO-RANGE=SDR,SUBTITLES="cc",CLOSED-CAPTIONS=NONE
https://stream.example/v
#EXT-X-SESSION-DATA:DATA-ID="d",URI="https://stream.example/data.json",X-A=1,X-B="2"
#EXT-X-CONTENT-STEERING:SERVER-URI="https://stream.example/steer",PATHWAY-ID="a"
#EXT-X-SOMETHING
#EXT-X-ELSE:not, a list
"#;
    let first = parse(text);
    assert_eq!(first.write(), expected);
    assert_eq!(parse(&first.write()).write(), expected);
}

/// The qualities and groups that are left after asking for `quality`.
fn selected(text: &str, quality: Quality) -> String {
    let master = parse(text).select(quality);
    let variants = master.variants().into_iter().map(|v| format!("{}@{}", v.quality, v.bandwidth));
    let media = master.uris().filter_map(|uri| uri.strip_prefix("https://stream.example/group/"));
    variants.chain(media.map(str::to_owned)).collect::<Vec<_>>().join(" ")
}

const LADDER: &str = r#"#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="high",NAME="a",URI="/group/high"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="low",NAME="a",URI="/group/low"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="cc",NAME="a",URI="/group/cc"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="high",NAME="a",URI="/group/orphan"
#EXT-X-STREAM-INF:BANDWIDTH=9,RESOLUTION=1920x1080,AUDIO="high",SUBTITLES="cc"
/1080
#EXT-X-STREAM-INF:BANDWIDTH=8,RESOLUTION=1080x1920,AUDIO="low"
/1080-portrait
#EXT-X-STREAM-INF:BANDWIDTH=3,RESOLUTION=854x480,AUDIO="low",SUBTITLES="cc"
/480
#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="mp4a.40.2",AUDIO="low"
/sound
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=2,RESOLUTION=1280x720,URI="/group/iframes720"
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=2,RESOLUTION=480x854,URI="/group/iframes480"
"#;

#[test]
fn the_exact_quality_else_the_nearest_below_else_the_lowest() {
    let all = "high low cc iframes720 iframes480";
    assert_eq!(selected(LADDER, Quality::P1080), format!("1080p@9 1080p@8 {all}"));
    assert_eq!(selected(LADDER, Quality::P720), "480p@3 low cc iframes480");
    assert_eq!(selected(LADDER, Quality::P480), "480p@3 low cc iframes480");
    assert_eq!(selected(LADDER, Quality::P240), "480p@3 low cc iframes480");
}

#[test]
fn nothing_is_left_out_where_no_size_is_known() {
    let text = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=2\n/a\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/b\n";
    assert_eq!(parse(text).select(Quality::P480), parse(text));
}

#[test]
fn a_selection_keeps_all_that_is_of_the_whole_playlist() {
    let session = r#"#EXT-X-SESSION-DATA:DATA-ID="d",URI="https://stream.example/d.json"
#EXT-X-SESSION-KEY:METHOD=AES-128,URI="https://stream.example/key"
#EXT-X-START:TIME-OFFSET=1.5
#EXT-X-CONTENT-STEERING:SERVER-URI="https://stream.example/steer"
"#;
    let subtitles = r#"#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="cc",NAME="a",LANGUAGE="en",URI="/group/cc""#;
    let text = LADDER.replace("#EXTM3U\n", &format!("#EXTM3U\n{session}{subtitles}\n"));
    let written = parse(&text).select(Quality::P480).write();
    for line in session.lines().chain([subtitles.replace("/group", "https://stream.example/group").as_str()])
    {
        // m3u8-rs has an order of its own for attributes.
        let tag = line.split(':').next().unwrap();
        let uri = line.split("URI=").nth(1).unwrap_or_default().split('"').nth(1).unwrap_or_default();
        assert!(
            written.lines().any(|line| line.starts_with(tag) && line.contains(uri)),
            "{line} in {written}"
        );
    }
    assert!(written.contains("RESOLUTION=480x854"), "the I-frames: {written}");
    assert!(written.contains(r#"AUDIO="low",SUBTITLES="cc""#), "{written}");
    assert_eq!(parse(&text).streams().subtitles.len(), 3);
    assert_eq!(parse(&text).select(Quality::P480).streams().subtitles.len(), 2);
}

#[test]
fn a_clip_is_selected_and_rewritten_like_a_whole_video() {
    let clip = master("/xrpc/").replace("sid=S", "sid=S&start=1500&end=9000");
    let expected = EXPECTED.replace("sid=S", "sid=S&start=1500&end=9000");
    assert_eq!(parse(&clip).write(), expected);
    assert_eq!(parse(&clip).select(Quality::P360).write(), expected);
    let rewritten = rewrite(clip.as_bytes(), &Url::parse(PLAYLIST).unwrap()).unwrap();
    assert_eq!(parse(std::str::from_utf8(&rewritten).unwrap()).write(), expected);
}
