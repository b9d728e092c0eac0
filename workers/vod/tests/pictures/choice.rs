//! Which frame stands for a video, and which rendition it is taken from.

use at_run::testing::{Answer, Scripted};

use crate::stage::{
    Playlist, Rendition, Stage, Video, is_media, master_url, media_url, pixels, refusal, told,
};

fn thumbnail(stage: &Stage, video: &Video) -> Answer {
    stage.get(&format!("getThumbnail?{}&width=160", video.query()))
}

/// Where the segments lie that a thumbnail was looked for in.
fn looked_at(stage: &Stage) -> Vec<String> {
    stage.asked().into_iter().filter(|line| is_media(line)).collect()
}

fn is_dark(answer: &Answer) -> bool {
    pixels(answer).pixels().all(|pixel| pixel.0.iter().all(|value| *value < 24))
}

/// The place where the default time lies, told by the bytes that are asked for.
#[test]
fn the_frame_is_that_at_3_s_or_at_a_tenth() {
    for (seconds_each, count, segment) in [
        // 10 % of 20 s is 2 s.
        (2.0, 10_usize, 1),
        (1.0, 20, 2),
        // 3 s of an hour.
        (2.0, 1_800, 1),
        (1.0, 3_600, 3),
        (60.0, 60, 0),
        (0.5, 4, 0),
    ] {
        // Each segment is a file of its own, so that requests say which one it is.
        let one = crate::stage::fixture("high-8x8-cabac");
        let (offset, length) = one.fragments()[0];
        let bytes = one.bytes[offset as usize..(offset + length) as usize].to_vec();
        let mut playlist = Playlist::default().segments(0, 1.0, "high-8x8-cabac", 0);
        for index in 0..count.min(40) {
            playlist = playlist.file(seconds_each, &format!("s{index}"), bytes.clone());
        }
        playlist = playlist.segments(count.saturating_sub(40), seconds_each, "high-8x8-cabac", 0);
        let video = Video::of("a", playlist);
        let stage = Stage::of([&video]);
        thumbnail(&stage, &video);
        assert_eq!(looked_at(&stage), [format!("s{segment} from 0")], "{count} of {seconds_each} s");
    }
}

#[test]
fn black_at_the_beginning_is_passed_over() {
    // Black, black, and then a picture.
    let video = Video::of("a", Playlist::default().whole("black-then-picture", 1.0));
    let stage = Stage::of([&video]);
    let answer = thumbnail(&stage, &video);
    assert!(!is_dark(&answer));
    assert!(looked_at(&stage).len() > 1);
}

#[test]
fn what_is_black_throughout_shows_the_first_frame() {
    let video = Video::of("a", Playlist::default().segments(40, 1.0, "black-then-picture", 0));
    let stage = Stage::of([&video]);
    let answer = thumbnail(&stage, &video);
    assert!(is_dark(&answer));
    assert_eq!(told(&answer).2, None, "a black video has a black picture");
    assert!((2..=5).contains(&looked_at(&stage).len()));
}

#[test]
fn a_damaged_keyframe_is_passed_over() {
    for damaged in ["missing-slice", "missing-first-slice", "slice-cut", "no-slice", "no-keyframe"] {
        let playlist =
            Playlist::default().segments(2, 2.0, damaged, 0).segments(18, 2.0, "high-8x8-cabac", 0);
        let video = Video::of("a", playlist);
        let stage = Stage::of([&video]);
        let answer = thumbnail(&stage, &video);
        assert_eq!(told(&answer).2, None, "{damaged}");
        assert_eq!(looked_at(&stage).len(), 2, "{damaged}");
    }
}

/// A frame that shows little is more than none.
#[test]
fn behind_a_damaged_keyframe_black_is_as_good_as_it_gets() {
    let playlist =
        Playlist::default().segments(2, 2.0, "missing-slice", 0).segments(40, 2.0, "black-then-picture", 0);
    let video = Video::of("a", playlist);
    let stage = Stage::of([&video]);
    let answer = thumbnail(&stage, &video);
    assert_eq!(told(&answer).2, None);
    assert!(is_dark(&answer));
}

#[test]
fn a_segment_that_is_gone_is_passed_over() {
    let playlist = Playlist::default()
        .segments(0, 2.0, "high-8x8-cabac", 0)
        .file(2.0, "gone", Vec::new())
        .segments(19, 2.0, "high-8x8-cabac", 0);
    let video = Video::of("a", playlist);
    let stage = Stage::of([&video]);
    stage.rescript(&media_url("gone"), [refusal(404, "BlobNotFound")]);
    // Of 3 s, the second segment would be shown.
    let answer = stage.get(&format!("getThumbnail?{}&width=160", video.said_to_last(None).query()));
    assert_eq!(told(&answer).2, None);
}

/// A gap is a segment that must not be fetched (RFC 8216bis, 4.4.4.7).
#[test]
fn gaps_are_passed_over_without_a_request() {
    let playlist =
        Playlist::default().segments(1, 3.5, "high-8x8-cabac", 0).segments(0, 1.0, "high-8x8-cabac", 0);
    let mut gaps = playlist;
    for _ in 0..2 {
        gaps = gaps.line("#EXT-X-GAP").file(2.0, "gap", Vec::new());
    }
    let video = Video::of("a", gaps.segments(10, 2.0, "high-8x8-cabac", 0));
    let stage = Stage::of([&video]);
    let answer = stage.get(&format!("getThumbnail?{}&width=160&t=4", video.query()));
    assert_eq!(told(&answer).2, Some("DamagedPlaylist"));
    assert!(looked_at(&stage).is_empty());
    assert_eq!(told(&thumbnail(&stage, &video)).2, None);
}

/// A node that doesn't answer is not asked five times over.
#[test]
fn a_node_that_is_away_is_not_asked_for_other_frames() {
    for away in [Scripted::Failed, Scripted::Deadline, Scripted::text(500, ""), Scripted::text(503, "")] {
        let video = Video::plain("a", 40);
        let stage = Stage::of([&video]);
        stage.rescript(&media_url("high-8x8-cabac"), [away.clone()]);
        let answer = thumbnail(&stage, &video);
        assert!(told(&answer).2.unwrap().starts_with("Upstream"), "{away:?}");
        assert_eq!(looked_at(&stage).len(), 1, "{away:?}");
    }
}

#[test]
fn the_smallest_rendition_that_is_wide_enough_is_taken() {
    let playlist = || Playlist::default().segments(5, 2.0, "high-8x8-cabac", 0);
    let rendition = |width, codecs| Rendition::of(width, width / 16 * 9, codecs, playlist());
    let avc = "avc1.64001f,opus";
    for (renditions, expected) in [
        // 160, 320, 480, 640, 960 and 1280.
        (
            vec![rendition(1920, avc), rendition(1280, avc), rendition(640, avc), rendition(320, avc)],
            [4, 4, 3, 3, 2, 2],
        ),
        (vec![rendition(320, avc), rendition(640, avc)], [1, 1, 2, 2, 2, 2]),
        // What can't be decoded is no choice.
        (
            vec![rendition(640, "hvc1.1.6.L93.90"), rendition(1920, avc), rendition(160, "av01.0.00M.08")],
            [2; 6],
        ),
        // Sound alone has no picture.
        (vec![rendition(160, "mp4a.40.2"), rendition(640, avc)], [2; 6]),
        // What says nothing of itself may be tried.
        (vec![Rendition::unsaid(playlist())], [1; 6]),
        (vec![Rendition::unsaid(playlist()), rendition(320, avc)], [2; 6]),
    ] {
        let video = Video::plain("a", 5).renditions(renditions);
        let stage = Stage::of([&video]);
        for (width, track) in [160, 320, 480, 640, 960, 1280].into_iter().zip(expected) {
            stage.forget_cache();
            let answer = stage.get(&format!("getThumbnail?{}&width={width}", video.query()));
            assert_eq!(told(&answer).2, None);
            let asked = stage.asked();
            let playlists: Vec<_> = asked.iter().filter(|line| line.starts_with("playlist")).collect();
            assert_eq!(playlists, [&format!("playlist a {track}")], "{width}");
        }
    }
}

#[test]
fn without_a_rendition_in_h264_no_media_is_asked_for() {
    let playlist = || Playlist::default().segments(5, 2.0, "hevc", 0);
    for codecs in ["hvc1.1.6.L93.90,opus", "av01.0.00M.08", "vp09.00.10.08", "mp4a.40.2"] {
        let video = Video::plain("a", 5).renditions([Rendition::of(640, 360, codecs, playlist())]);
        let stage = Stage::of([&video]);
        let answer = stage.get(&format!("getThumbnail?{}&width=640", video.query()));
        assert_eq!(told(&answer), (200, "public, max-age=300", Some("UnsupportedCodec")), "{codecs}");
        assert!(answer.header("x-bundle-reason").unwrap().contains(codecs));
        assert_eq!(stage.asked(), ["video a", "master a"], "{codecs}");
    }
}

/// A master playlist that comes over a redirect: its URIs are relative to where it came from.
#[test]
fn playlists_are_relative_to_where_they_came_from() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    let elsewhere = "https://stream.place/xrpc/place.stream.playback.getVideoPlaylist?sid=S";
    let master = Scripted::Answer {
        status: 200,
        headers: Vec::new(),
        body: video.master().replace("/xrpc/", "../xrpc/").into_bytes(),
        url: Some(elsewhere.to_owned()),
    };
    stage.rescript(&master_url(&video), [master]);
    assert_eq!(told(&thumbnail(&stage, &video)).2, None);
}

/// Two renditions of one file, of which the second begins elsewhere: each segment is decoded with its own map.
#[test]
fn every_segment_is_read_with_its_own_initialisation_segment() {
    // These two have different SPS and are of another size.
    let playlist =
        Playlist::default().segments(5, 2.0, "high-8x8-cabac", 0).segments(5, 2.0, "several-slices-cavlc", 0);
    let video = Video::of("a", playlist);
    let stage = Stage::of([&video]);
    let at =
        |t: u32| crate::stage::size(&stage.get(&format!("getThumbnail?{}&width=160&t={t}", video.query())));
    assert_eq!((at(0), at(12)), ((160, 96), (128, 128)));
}

/// The same, where initialisation segments are long enough to be remembered.
#[test]
fn initialisation_segments_are_not_mistaken_for_one_another() {
    let padded = |name: &str| {
        let mut init = crate::stage::fixture(name).init();
        init.extend(20_000u32.to_be_bytes());
        init.extend(b"free");
        init.resize(init.len() + 20_000 - 8, 0);
        init
    };
    let mut playlist =
        Playlist::default().segments(5, 2.0, "high-8x8-cabac", 0).segments(5, 2.0, "several-slices-cavlc", 0);
    for name in ["high-8x8-cabac", "several-slices-cavlc"] {
        playlist.files.insert(format!("{name}-init"), padded(name));
    }
    let video = Video::of("a", playlist);
    let stage = Stage::of([&video]);
    let at =
        |t: u32| crate::stage::size(&stage.get(&format!("getThumbnail?{}&width=160&t={t}", video.query())));
    assert_eq!((at(0), at(12)), ((160, 96), (128, 128)));
}
