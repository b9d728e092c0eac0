//! Pictures that can't be made: what is shown instead, for how long, and what is told of the reason.

use at_run::testing::{Answer, Scripted};
use serde_json::json;

use crate::stage::{
    Playlist, Rendition, Stage, Video, is_media, master_url, media_url, playlist_url, refusal, size, told,
    video_url,
};

const LASTING: &str = "public, max-age=300";
const PASSING: &str = "public, max-age=10";

fn thumbnail(stage: &Stage, video: &Video) -> Answer {
    stage.get(&format!("getThumbnail?{}&width=320", video.query_with_cid()))
}

/// That the answer stands in for a picture for that reason, and that nobody is asked again before it has lapsed.
fn stands_in(what: &str, stage: &Stage, video: &Video, reason: &str, lasts: bool) {
    stands_in_for(if lasts { 3_600 } else { 15 }, what, stage, video, reason, lasts);
}

/// The same, remembered for so many seconds.
fn stands_in_for(seconds: u64, what: &str, stage: &Stage, video: &Video, reason: &str, lasts: bool) {
    let answer = thumbnail(stage, video);
    let policy = if lasts { LASTING } else { PASSING };
    assert_eq!(told(&answer), (200, policy, Some(reason)), "{what}: {:?}", answer.headers());
    assert_eq!(size(&answer), (320, 180), "{what}");
    assert!(stage.blob_keys().is_empty(), "{what}: nothing of it is kept: {:?}", stage.blob_keys());

    let ready = stage.get(&format!("isMetadataReady?{}", video.query())).json();
    assert_eq!(
        (&ready["reason"]["name"], &ready["reason"]["lasting"], &ready["ready"], &ready["thumbnail"]),
        (&json!(reason), &json!(lasts), &json!(false), &json!(false)),
        "{what}"
    );
    assert!(ready["reason"]["message"].as_str().unwrap().len() > 8, "{what}");

    stage.asked();
    let again = thumbnail(stage, video);
    assert_eq!((told(&again), again.bytes()), (told(&answer), answer.bytes()), "{what}");
    assert_eq!(stage.asked(), Vec::<String>::new(), "{what}: it is remembered");
    stage.advance(seconds * 1_000 - 1);
    assert_eq!(told(&thumbnail(stage, video)).2, Some(reason), "{what}");
    let asked = stage.asked();
    assert!(asked.iter().all(|line| line.starts_with("video")), "{what}: {asked:?}");
    stage.advance(1);
    thumbnail(stage, video);
    assert!(stage.asked().iter().any(|line| !line.starts_with("video")), "{what}: it has lapsed");
}

#[test]
fn bad_input_22_media_that_gives_no_picture() {
    for (name, reason) in [
        ("hevc", "UnsupportedCodec"),
        ("av1", "UnsupportedCodec"),
        ("vp9", "UnsupportedCodec"),
        ("yuv444", "UnsupportedFormat"),
        ("lossless", "UnsupportedFormat"),
        ("sps-16384", "TooLarge"),
        ("no-keyframe", "NoKeyframe"),
        ("truncated", "DamagedMedia"),
        ("missing-slice", "DamagedMedia"),
        ("missing-first-slice", "DamagedMedia"),
        ("missing-last-slice", "DamagedMedia"),
        ("swapped-slices", "DamagedMedia"),
        ("repeated-slice", "DamagedMedia"),
        ("no-slice", "DamagedMedia"),
        ("no-sps", "DamagedMedia"),
        ("no-pps", "DamagedMedia"),
    ] {
        // The playlist says that it is H.264.
        let video = Video::of("a", Playlist::default().segments(10, 2.0, name, 0));
        stands_in(name, &Stage::of([&video]), &video, reason, true);
    }
}

#[test]
fn media_that_gives_no_picture_is_asked_for_at_five_places() {
    let video = Video::of("a", Playlist::default().segments(100, 2.0, "missing-slice", 0));
    let stage = Stage::of([&video]);
    thumbnail(&stage, &video);
    assert_eq!(stage.keyframes_asked(), 5);
}

#[test]
fn bad_input_19_playlists_that_cant_be_read() {
    let plain = || Playlist::default().segments(5, 2.0, "high-8x8-cabac", 0);
    let key = "#EXT-X-KEY:METHOD=AES-128,URI=\"https://keys.example.org/k\"";
    let encrypted = Playlist::default().line(key).segments(5, 2.0, "high-8x8-cabac", 0);
    for (what, playlist) in [
        ("encrypted", encrypted),
        ("without segments", Playlist::default()),
        ("with an EXTINF that is none", plain().line("#EXTINF:x,").file(2.0, "x", Vec::new())),
        ("with a segment on another scheme", plain().line("#EXTINF:2,").line("file:///etc/passwd")),
        (
            "with a range beyond all numbers",
            plain().line("#EXT-X-BYTERANGE:9@99999999999999999999").file(2.0, "x", Vec::new()),
        ),
        ("a master playlist once more", plain().line("#EXT-X-STREAM-INF:BANDWIDTH=1\nx.m3u8")),
        ("endless in time", plain().line("#EXTINF:99999999,\nx")),
    ] {
        let video = Video::of("a", playlist).said_to_last(None);
        stands_in(what, &Stage::of([&video]), &video, "DamagedPlaylist", true);
    }
}

/// Sixteen megabytes and more; nothing of it is held, and no media is asked for.
#[test]
fn bad_input_19_a_playlist_without_end() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    let line = "#EXT-X-COMMENT:0123456789012345678901234567890123456789012345678901234567890123456789\n";
    let endless = format!("#EXTM3U\n{}", line.repeat(16 * 1024 * 1024 / line.len() + 1));
    stage.rescript(&playlist_url(&video, 1), [Scripted::text(200, &endless)]);
    stands_in("endless", &stage, &video, "DamagedPlaylist", true);
    stage.rescript(&playlist_url(&video, 1), [Scripted::text(200, "#EXTM3U\n")]);
    stage.rescript(&master_url(&video), [Scripted::text(200, &endless)]);
    stage.advance(3_600_000);
    // A master playlist of more than four megabytes is not read at all.
    assert_eq!(told(&thumbnail(&stage, &video)), (200, PASSING, Some("UpstreamFailed")));
}

#[test]
fn bad_input_18_nodes_that_answer_something_else() {
    let page = "<!doctype html><title>Bad gateway</title>";
    let html = |status| Scripted::Answer {
        status,
        headers: vec![("content-type".to_owned(), "text/html".to_owned())],
        body: page.as_bytes().to_vec(),
        url: None,
    };
    // A part of a page, as a proxy may make it of an error page.
    let part = Scripted::Answer {
        status: 206,
        headers: vec![
            ("content-type".to_owned(), "text/html; charset=utf-8".to_owned()),
            ("content-range".to_owned(), format!("bytes 764-{}/9000", 764 + page.len() - 1)),
        ],
        body: page.as_bytes().to_vec(),
        url: None,
    };
    let whole = Scripted::Answer { status: 200, headers: Vec::new(), body: vec![0; 9_000], url: None };
    for (place, what, answer, reason) in [
        (0, "a failed connection", Scripted::Failed, "UpstreamUnavailable"),
        (0, "no answer in time", Scripted::Deadline, "UpstreamTimeout"),
        (0, "500", html(500), "UpstreamUnavailable"),
        (0, "429", Scripted::text(429, "{}"), "UpstreamUnavailable"),
        (0, "a page", html(200), "DamagedPlaylist"),
        (0, "nothing", Scripted::text(200, ""), "DamagedPlaylist"),
        (
            0,
            "a connection that breaks off",
            Scripted::BreaksOff(b"#EXTM3U\n".to_vec()),
            "UpstreamUnavailable",
        ),
        (1, "a failed connection", Scripted::Failed, "UpstreamUnavailable"),
        (1, "no answer in time", Scripted::Deadline, "UpstreamTimeout"),
        (1, "502", html(502), "UpstreamUnavailable"),
        (1, "a page", html(200), "DamagedPlaylist"),
        (
            1,
            "a connection that breaks off",
            Scripted::BreaksOff(b"#EXTM3U\n#EXTINF:2,\n".to_vec()),
            "UpstreamUnavailable",
        ),
        (2, "a failed connection", Scripted::Failed, "UpstreamUnavailable"),
        (2, "no answer in time", Scripted::Deadline, "UpstreamTimeout"),
        (2, "503", html(503), "UpstreamUnavailable"),
        (2, "a page in place of a part", html(200), "UpstreamFailed"),
        (2, "a part of a page", part.clone(), "UpstreamFailed"),
        (2, "the whole in place of a part", whole.clone(), "UpstreamFailed"),
        (2, "no content", Scripted::text(204, ""), "UpstreamFailed"),
        (2, "a redirect that leads nowhere", Scripted::text(302, ""), "UpstreamFailed"),
        (3, "a failed connection", Scripted::Failed, "UpstreamUnavailable"),
        (3, "a page in place of a part", html(200), "UpstreamFailed"),
    ] {
        let video = Video::plain("a", 5);
        let stage = Stage::of([&video]);
        let (url, place) = match place {
            0 => (master_url(&video), "master playlist"),
            1 => (playlist_url(&video, 1), "media playlist"),
            2 => (media_url("high-8x8-cabac"), "segment"),
            _ => (media_url("high-8x8-cabac-init"), "initialisation segment"),
        };
        stage.rescript(&url, [answer]);
        stands_in(&format!("{what} in place of a {place}"), &stage, &video, reason, false);
    }
}

/// What the node says of itself and of its inside stays in the log.
#[test]
fn a_reason_tells_no_detail_of_the_nodes_trouble() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    stage.rescript(&media_url("high-8x8-cabac"), [Scripted::Failed]);
    let answer = thumbnail(&stage, &video);
    let reason = answer.header("x-bundle-reason").unwrap();
    assert!(!reason.contains("stream.place") && !reason.contains("reset"), "{reason}");
    assert!(stage.log().iter().any(|line| line.contains("connection reset")), "{:?}", stage.log());
}

#[test]
fn the_nodes_refusals_of_media_are_reasons() {
    for (status, name) in
        [(403, "VideoUnavailable"), (404, "BlobNotFound"), (404, "TrackNotFound"), (422, "Unplayable")]
    {
        let video = Video::plain("a", 5);
        let stage = Stage::of([&video]);
        stage.rescript(&master_url(&video), [refusal(status, name)]);
        // Media that the node doesn't have may be on its way there.
        stands_in_for(60, name, &stage, &video, name, false);
    }
}

#[test]
fn a_video_that_is_not_there_has_no_stand_in() {
    for (status, name) in [(404, "VideoNotFound"), (403, "VideoUnavailable")] {
        let video = Video::plain("a", 5);
        let stage = Stage::of([]);
        stage.rescript(&video_url(&video), [refusal(status, name)]);
        for endpoint in ["getThumbnail", "getSprite", "getVtt", "getShareImage", "isMetadataReady"] {
            let cids = if endpoint == "isMetadataReady" { 1 } else { 2 };
            for query in [video.query(), video.query_with_cid()].into_iter().take(cids) {
                let answer = stage.get(&format!("{endpoint}?{query}"));
                assert_eq!((answer.status(), &answer.json()["error"]), (status, &json!(name)), "{endpoint}");
            }
        }
    }
}

/// Where nothing is known of the video, a picture stands in all the same, since it is a picture that was asked for.
#[test]
fn a_node_that_is_away_has_stand_ins_and_is_left_alone_for_a_moment() {
    for (away, reason) in [
        (Scripted::Failed, "UpstreamUnavailable"),
        (Scripted::Deadline, "UpstreamTimeout"),
        (Scripted::text(500, ""), "UpstreamUnavailable"),
        (Scripted::text(200, "<html>"), "UpstreamFailed"),
    ] {
        for (endpoint, expected) in
            [("getThumbnail", (640, 360)), ("getShareImage", (1200, 630)), ("getSprite", (320, 180))]
        {
            let video = Video::plain("a", 5);
            let stage = Stage::of([&video]);
            stage.rescript(&video_url(&video), [away.clone()]);
            let answer = stage.get(&format!("{endpoint}?{}", video.query()));
            assert_eq!((told(&answer), size(&answer)), ((200, PASSING, Some(reason)), expected));
            stage.asked();
            let again = stage.get(&format!("{endpoint}?{}", video.query()));
            assert_eq!(told(&again).0, 200);
            assert!(stage.asked().is_empty(), "{endpoint}");
            stage.show(&video);
            stage.advance(15_000);
            let later = stage.get(&format!("{endpoint}?{}", video.query()));
            assert!(told(&later).2.is_none_or(|reason| reason == "NotYet"), "{endpoint}");
        }
    }
}

#[test]
fn a_moment_without_a_picture_is_remembered_too() {
    // No rendition in H.264.
    let hevc = Rendition::of(640, 360, "hvc1.1.6.L93.90", Playlist::default().segments(5, 2.0, "hevc", 0));
    let video = Video::plain("a", 5).renditions([hevc]);
    let stage = Stage::of([&video]);
    for (t, asked) in [("3", 2), ("3", 0), ("5", 0)] {
        let answer = stage.get(&format!("getThumbnail?{}&width=160&t={t}", video.query()));
        assert_eq!(told(&answer), (200, LASTING, Some("UnsupportedCodec")));
        assert_eq!(stage.asked().len(), asked, "{t}");
    }
    // A damaged segment among others.
    let playlist = Playlist::default()
        .segments(2, 2.0, "high-8x8-cabac", 0)
        .segments(2, 2.0, "missing-slice", 0)
        .segments(2, 2.0, "high-8x8-cabac", 0);
    let video = Video::of("b", playlist);
    let stage = Stage::of([&video]);
    for (t, reason, asked) in [
        ("4", Some("DamagedMedia"), 1),
        ("5.9", Some("DamagedMedia"), 0),
        ("6", Some("DamagedMedia"), 1),
        ("8", None, 1),
    ] {
        let answer = stage.get(&format!("getThumbnail?{}&width=160&t={t}", video.query()));
        assert_eq!(told(&answer).2, reason, "{t}");
        assert_eq!(stage.keyframes_asked(), asked, "{t}");
    }
}

/// Boxes of eight bytes each before the one that is looked for: not a request for each.
#[test]
fn bad_input_21_an_initialisation_segment_of_small_boxes() {
    let mut init = crate::stage::fixture("high-8x8-cabac").init();
    let moov = init.split_off(u32::from_be_bytes(init[..4].try_into().unwrap()) as usize);
    for boxes in [10_000, 100_000] {
        let mut small = init.clone();
        for _ in 0..boxes {
            small.extend(b"\0\0\0\x08free");
        }
        small.extend(&moov);
        let mut playlist = Playlist::default().segments(5, 2.0, "high-8x8-cabac", 0);
        playlist.files.insert("high-8x8-cabac-init".to_owned(), small);
        let video = Video::of("a", playlist);
        let stage = Stage::of([&video]);
        let answer = thumbnail(&stage, &video);
        assert_eq!(told(&answer).2, None, "{boxes}");
        let asked = stage.asked();
        assert!(asked.len() < 16, "{boxes}: {asked:?}");
    }
}

/// A segment of boxes before its fragment, and one that never has any.
#[test]
fn bad_input_21_a_segment_of_small_boxes() {
    let mut boxes = b"\0\0\0\x08free".repeat(500_000);
    let fixture = crate::stage::fixture("high-8x8-cabac");
    let (offset, length) = fixture.fragments()[0];
    boxes.extend(&fixture.bytes[offset as usize..(offset + length) as usize]);
    for (what, bytes) in [("behind", boxes.clone()), ("never", boxes[..4_000_000].to_vec())] {
        let playlist = Playlist::default().segments(0, 2.0, "high-8x8-cabac", 0).file(10.0, "small", bytes);
        let video = Video::of("a", playlist);
        let stage = Stage::of([&video]);
        let answer = thumbnail(&stage, &video);
        assert_eq!(told(&answer).0, 200, "{what}");
        assert!(told(&answer).2.is_some(), "{what}");
        let media: Vec<_> = stage.asked().into_iter().filter(|line| is_media(line)).collect();
        assert!(media.len() <= 5, "{what}: {media:?}");
    }
}
