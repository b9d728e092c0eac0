//! `getThumbnail` of a video: what is asked for it, and how the answer may be kept.

use at_run::testing::Scripted;

use crate::stage::{IMMUTABLE, Stage, Video, folder, pixels, size, told, video_url};

const MINUTES: &str = "public, max-age=60, stale-while-revalidate=600";

#[test]
fn a_cold_thumbnail_costs_five_requests_and_a_warm_one_with_its_cid_none() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    let cold = stage.get(&format!("getThumbnail?{}&width=160", video.query_with_cid()));
    assert_eq!(told(&cold), (200, IMMUTABLE, None));
    assert_eq!(size(&cold), (160, 96));
    assert_eq!(
        stage.asked(),
        ["video a", "master a", "playlist a 1", "high-8x8-cabac-init from 0", "high-8x8-cabac from 764"]
    );
    stage.advance(3_600_000);
    stage.forget_cache();
    let warm = stage.get(&format!("getThumbnail?{}&width=160", video.query_with_cid()));
    assert_eq!((told(&warm), warm.bytes()), ((200, IMMUTABLE, None), cold.bytes()));
    assert_eq!(warm.header("etag"), cold.header("etag"));
    assert!(stage.asked().is_empty());
}

#[test]
fn a_keyframe_is_asked_for_by_its_range_and_never_the_whole_file() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    stage.get(&format!("getThumbnail?{}", video.query()));
    let requests = stage.raw_requests();
    let ranges: Vec<_> = requests
        .iter()
        .filter(|request| request.url.path().ends_with("getVideoBlob"))
        .flat_map(|request| request.headers.iter().filter(|(name, _)| name == "range"))
        .map(|(_, value)| value.as_str())
        .collect();
    // The second fragment begins at byte 4469.
    assert_eq!(ranges, ["bytes=0-16383", "bytes=764-4468"]);
}

#[test]
fn without_cid_the_answer_is_for_minutes_and_the_node_is_asked_once_a_minute() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    let path = format!("getThumbnail?{}&width=160", video.query());
    assert_eq!(told(&stage.get(&path)), (200, MINUTES, None));
    stage.asked();
    for (seconds, asked) in [(59, 0), (1, 1), (59, 0)] {
        stage.advance(seconds * 1_000);
        assert_eq!(told(&stage.get(&path)), (200, MINUTES, None));
        assert_eq!(stage.asked().len(), asked, "after {seconds} s more");
    }
}

#[test]
fn conditional_requests_head_and_ranges_are_answered_as_by_a_file_server() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    let path = format!("getThumbnail?{}&width=160", video.query_with_cid());
    let whole = stage.get(&path);
    let tag = whole.header("etag").unwrap().to_owned();
    let length = whole.bytes().len();
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));

    let known = stage.request().header("if-none-match", &tag).get(&path);
    assert_eq!((known.status(), known.bytes().len()), (304, 0));
    assert_eq!((known.header("etag"), known.header("cache-control")), (Some(tag.as_str()), Some(IMMUTABLE)));
    let other = stage.request().header("if-none-match", "\"another\"").get(&path);
    assert_eq!((other.status(), other.bytes().len()), (200, length));

    let head = stage.request().head(&path);
    assert_eq!((head.status(), head.bytes().len()), (200, 0));
    assert_eq!(head.header("content-length"), Some(length.to_string().as_str()));
    assert_eq!((head.header("etag"), head.header("content-type")), (Some(tag.as_str()), Some("image/jpeg")));

    let part = stage.request().header("range", "bytes=2-5").get(&path);
    assert_eq!((part.status(), part.bytes()), (206, &whole.bytes()[2..6]));
    assert_eq!(part.header("content-range"), Some(format!("bytes 2-5/{length}").as_str()));
    let stale = stage.request().header("range", "bytes=2-5").header("if-range", "\"another\"").get(&path);
    assert_eq!((stale.status(), stale.bytes()), (200, whole.bytes()));
}

#[test]
fn head_of_a_cold_thumbnail_tells_its_length() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    let path = format!("getThumbnail?{}&width=160", video.query_with_cid());
    let head = stage.request().head(&path);
    let length = stage.get(&path).bytes().len().to_string();
    assert_eq!((head.status(), head.header("content-length")), (200, Some(length.as_str())));
    assert!(head.bytes().is_empty());
}

#[test]
fn an_edited_record_gets_a_picture_of_its_own() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    stage.get(&format!("getThumbnail?{}&width=160", video.query_with_cid()));
    let edited = video.edited();
    stage.show(&edited);
    stage.advance(5_000);
    stage.asked();
    let new = stage.get(&format!("getThumbnail?{}&width=160", edited.query_with_cid()));
    assert_eq!(told(&new), (200, IMMUTABLE, None));
    assert_eq!(stage.keyframes_asked(), 1);
    for version in [&video, &edited] {
        assert!(stage.blob(&format!("{}thumb-160.jpg", folder(version))).is_some());
    }
}

#[test]
fn a_cid_that_is_no_longer_the_records_gets_the_current_picture_for_a_minute() {
    let old = Video::plain("a", 5);
    let video = old.edited();
    let stage = Stage::of([&video]);
    let current = stage.get(&format!("getThumbnail?{}&width=160", video.query_with_cid()));
    let stale = stage.get(&format!("getThumbnail?{}&width=160", old.query_with_cid()));
    assert_eq!((told(&stale), stale.bytes()), ((200, MINUTES, None), current.bytes()));
    assert!(stage.blob(&format!("{}thumb-160.jpg", folder(&old))).is_none(), "nothing is kept under a guess");
}

/// Anybody can name a version; the node isn't asked for each of them.
#[test]
fn callers_who_name_versions_at_random_dont_make_the_node_busy() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    stage.get(&format!("getThumbnail?{}&width=160", video.query()));
    stage.asked();
    let mut other = video.edited();
    for _ in 0..50 {
        other = other.edited();
        let answer = stage.get(&format!("getThumbnail?{}&width=160", other.query_with_cid()));
        assert_eq!(told(&answer), (200, MINUTES, None));
    }
    assert!(stage.asked().len() <= 1);
}

#[test]
fn kept_pictures_outlive_the_node() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    let picture = stage.get(&format!("getThumbnail?{}&width=160", video.query()));
    stage.forget_cache();
    for away in [Scripted::Failed, Scripted::Deadline, Scripted::text(500, ""), Scripted::text(200, "<html>")]
    {
        stage.rescript(&video_url(&video), [away]);
        let answer = stage.get(&format!("getThumbnail?{}&width=160", video.query()));
        assert_eq!((told(&answer), answer.bytes()), ((200, MINUTES, None), picture.bytes()));
    }
}

/// Each request for a playlist is a view for the node.
#[test]
fn all_pictures_of_a_video_count_as_one_view() {
    let video = Video::plain("a", 30);
    let stage = Stage::of([&video]);
    for width in [160, 320, 640, 1280] {
        stage.get(&format!("getThumbnail?{}&width={width}", video.query()));
    }
    stage.get(&format!("getThumbnail?{}&width=480&t=9", video.query()));
    stage.get(&format!("getShareImage?{}", video.query()));
    stage.get(&format!("getVtt?{}", video.query()));
    stage.run_tasks();
    let asked = stage.asked();
    let of = |what: &str| asked.iter().filter(|line| line.starts_with(what)).count();
    assert_eq!((of("video"), of("master"), of("playlist")), (1, 1, 1), "{asked:?}");
    assert_eq!(of("high-8x8-cabac-init"), 1, "and its initialisation segment is read once");
    // It is asked for again when it may have changed.
    stage.advance(300_000);
    stage.get(&format!("getThumbnail?{}&width=960", video.query()));
    assert_eq!(stage.asked().iter().filter(|line| line.starts_with("master")).count(), 1);
}

/// A master playlist that is remembered, whose media playlists have other addresses by now.
#[test]
fn a_master_playlist_that_has_expired_is_asked_for_anew() {
    let video = Video::plain("a", 30);
    let small = video.renditions[0].playlist.clone();
    let video = video.renditions([
        crate::stage::Rendition::of(160, 96, "avc1.42c00b", small.clone()),
        crate::stage::Rendition::of(640, 384, "avc1.42c00b", small),
    ]);
    for status in [403, 404, 410] {
        let stage = Stage::of([&video]);
        stage.get(&format!("getThumbnail?{}&width=160", video.query()));
        let expired = crate::stage::refusal(status, "TrackNotFound");
        stage.move_to_another_session(&video, expired.clone());
        stage.rescript(&crate::stage::playlist_url(&video, 2), [expired]);
        let answer = stage.get(&format!("getThumbnail?{}&width=640", video.query()));
        assert_eq!(told(&answer).2, None, "{status}");
    }
}

/// Who names a version that nobody knows is told what is known, while the node can't say better.
#[test]
fn what_the_node_said_a_moment_ago_holds_while_it_is_away() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    assert_eq!(stage.get(&format!("isMetadataReady?{}", video.query())).status(), 200);
    stage.advance(30_000);
    stage.rescript(&video_url(&video), [Scripted::Failed]);
    let answer = stage.get(&format!("getThumbnail?{}&width=160", video.edited().query_with_cid()));
    assert_eq!(told(&answer), (200, MINUTES, None));
}

#[test]
fn each_width_is_made_once_and_none_is_wider_than_the_video() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    for width in [160, 320, 480, 640, 960, 1280] {
        let path = format!("getThumbnail?{}&width={width}", video.query_with_cid());
        assert_eq!(size(&stage.get(&path)), (160, 96));
        stage.get(&path);
    }
    assert_eq!(stage.keyframes_asked(), 6, "one for each width");
    assert_eq!(stage.pictures().len(), 6);
}

#[test]
fn the_default_width_is_640() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    stage.get(&format!("getThumbnail?{}", video.query()));
    assert_eq!(stage.pictures(), ["thumb-640.jpg"]);
}

#[test]
fn a_thumbnail_shows_the_keyframe() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    let picture = pixels(&stage.get(&format!("getThumbnail?{}&width=160", video.query())));
    // The mean of the upper left sixteenth, as ffmpeg has it (`cells` in expected.json).
    let cell = image::imageops::crop_imm(&picture, 0, 0, 40, 24).to_image();
    let expected = [0x9a, 0x5b, 0x65];
    for (mean, expected) in crate::stage::mean(&cell).into_iter().zip(expected) {
        assert!(mean.abs_diff(expected) <= 4, "{mean} is not {expected}");
    }
}
