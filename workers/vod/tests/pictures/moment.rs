//! `getThumbnail` with `t`: the picture of the segment that shows then.

use serde_json::json;

use crate::stage::{IMMUTABLE, Playlist, Stage, Video, pixels, told};

/// Ten segments of two seconds, of which the sixth and seventh show something else.
fn two_scenes() -> Video {
    let playlist = Playlist::default()
        .segments(5, 2.0, "high-8x8-cabac", 0)
        .segments(2, 2.0, "main-cavlc", 0)
        .segments(3, 2.0, "high-8x8-cabac", 0);
    Video::of("a", playlist)
}

#[test]
fn times_of_one_segment_are_one_picture() {
    let video = two_scenes();
    let stage = Stage::of([&video]);
    let at = |t: &str| stage.get(&format!("getThumbnail?{}&width=160&t={t}", video.query_with_cid()));
    let first = at("10");
    assert_eq!(told(&first), (200, IMMUTABLE, None));
    assert_eq!(stage.keyframes_asked(), 1);
    for t in ["10.0", "11", "11.5", "11.999999"] {
        let answer = at(t);
        assert_eq!((answer.bytes(), answer.header("etag")), (first.bytes(), first.header("etag")), "{t}");
    }
    assert_eq!(stage.keyframes_asked(), 0);
    assert_eq!(stage.pictures(), ["moment-10000000-160.jpg"]);
    for t in ["9.999999", "12"] {
        at(t);
        assert_eq!(stage.keyframes_asked(), 1, "{t} lies in another segment");
    }
}

#[test]
fn each_time_shows_its_own_scene() {
    let video = two_scenes();
    let stage = Stage::of([&video]);
    let shown = |t: &str| {
        let answer = stage.get(&format!("getThumbnail?{}&width=160&t={t}", video.query()));
        crate::stage::mean(&pixels(&answer))
    };
    let (one, other) = (shown("0"), shown("10"));
    assert_ne!(one, other);
    for (t, scene) in [("9.99", one), ("13.999999", other), ("14", one), ("19.999999", one)] {
        assert_eq!(shown(t), scene, "{t}");
    }
}

#[test]
fn a_time_past_the_end_is_refused() {
    for (said, asked) in [
        // Where the record says how long it is, nobody is asked for a playlist.
        (Some(20.0), 1),
        (None, 3),
        // It says too much.
        (Some(90.0), 3),
    ] {
        let video = two_scenes().said_to_last(said);
        let stage = Stage::of([&video]);
        for (t, status) in
            [("20", 400), ("20.000001", 400), ("89", 400), ("99999999", 400), ("19.999999", 200)]
        {
            let answer = stage.get(&format!("getThumbnail?{}&width=160&t={t}", video.query()));
            assert_eq!(answer.status(), status, "{t} of {said:?}");
            if t == "20" {
                assert_eq!(stage.asked().len(), asked, "{said:?}");
                assert_eq!(answer.json()["error"], "InvalidInput");
                assert!(answer.json()["message"].as_str().unwrap().contains("20 s"), "{}", answer.text());
            }
        }
    }
}

#[test]
fn bad_input_23_a_picture_that_cant_be_asked_for() {
    let video = two_scenes();
    let stage = Stage::of([&video]);
    let long = "9".repeat(100_000);
    let uri = video.query();
    for path in [
        format!("getThumbnail?{uri}&width=65535"),
        format!("getThumbnail?{uri}&width=0"),
        format!("getThumbnail?{uri}&width=-160"),
        format!("getThumbnail?{uri}&width=1e3"),
        format!("getThumbnail?{uri}&width={long}"),
        format!("getThumbnail?{uri}&t=-1"),
        format!("getThumbnail?{uri}&t=NaN"),
        format!("getThumbnail?{uri}&t=inf"),
        format!("getThumbnail?{uri}&t=0x10"),
        format!("getThumbnail?{uri}&t=1,5"),
        format!("getThumbnail?{uri}&t={long}"),
        format!("getThumbnail?{uri}&cid=x"),
        format!("getThumbnail?{uri}&cid={long}"),
        // The CID of a blob is that of no record.
        format!("getThumbnail?{uri}&cid=bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
        format!("getShareImage?{uri}&cid=x"),
        format!("getVtt?{uri}&cid=x"),
        format!("getSprite?{uri}&cid=x"),
        format!("getSprite?{uri}&sheet=-1"),
        format!("getSprite?{uri}&sheet=1.0"),
        format!("getSprite?{uri}&sheet=1000000"),
        format!("getSprite?{uri}&sheet=Coarse"),
        format!("getSprite?{uri}&sheet={long}"),
        "getThumbnail".to_owned(),
        "getShareImage".to_owned(),
        "getVtt?uri=".to_owned(),
        "getSprite?uri=https://stream.place/x.m3u8".to_owned(),
        "getThumbnail?uri=at://alice.dev/place.stream.video/c".to_owned(),
        "isMetadataReady?uri=at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/app.bsky.feed.post/c".to_owned(),
        format!("isMetadataReady?uri={long}"),
    ] {
        let answer = stage.get(&path);
        let shown: String = path.chars().take(120).collect();
        assert_eq!(answer.status(), 400, "{shown}");
        let error = answer.json()["error"].clone();
        assert!([json!("InvalidInput"), json!("InvalidUri")].contains(&error), "{shown}: {error}");
        assert!(answer.bytes().len() < 1_000, "{shown}");
    }
    assert!(stage.asked().is_empty(), "nobody is asked");
    assert!(stage.blob_keys().is_empty() && stage.tasks().is_empty());
}

#[test]
fn an_early_moment_of_a_long_video_needs_no_more_of_its_playlist() {
    let video = Video::plain("a", 2_000);
    let stage = Stage::of([&video]);
    let answer = stage.get(&format!("getThumbnail?{}&width=160&t=3900", video.query()));
    assert_eq!(answer.status(), 200);
    stage.asked();
    for t in ["0", "3000", "3999"] {
        stage.get(&format!("getThumbnail?{}&width=160&t={t}", video.query()));
        let asked = stage.asked();
        assert!(
            !asked.iter().any(|line| line.starts_with("master") || line.starts_with("playlist")),
            "{asked:?}"
        );
    }
}
