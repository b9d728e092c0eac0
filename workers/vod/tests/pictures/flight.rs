//! Many who ask at once, and parts of pictures.

use at_run::testing::{Elsewhere, Mishap};

use crate::stage::{Stage, Video, folder, size, told};

/// Ranges of a picture, kept or to be made: a part of it, all of it, or a refusal.
#[test]
fn bad_input_20_ranges_of_a_picture() {
    let video = Video::plain("a", 5);
    let path = format!("getThumbnail?{}&width=160", video.query_with_cid());
    let kept = Stage::of([&video]);
    let whole = kept.get(&path);
    let picture = whole.bytes();
    let thousand = format!("bytes={}", ["1-2"; 1_000].join(","));
    for (range, status) in [
        ("bytes=0-0", 206),
        ("bytes=5-", 206),
        ("bytes=-7", 206),
        ("bytes=0-18446744073709551615", 206),
        ("bytes=-18446744073709551615", 206),
        ("Bytes=1-2", 206),
        // Another unit is no request for a part.
        ("seconds=1-2", 200),
        ("bytes=-0", 416),
        ("bytes=9-5", 416),
        ("bytes=18446744073709551616-", 416),
        ("bytes=1-18446744073709551616", 416),
        ("bytes=99999999-", 416),
        ("bytes=99999999-100000000", 416),
        ("bytes=0-1,4-5", 416),
        ("bytes=a-b", 416),
        ("bytes=", 416),
        ("", 416),
        (thousand.as_str(), 416),
    ] {
        let shown: String = range.chars().take(40).collect();
        let part = kept.request().header("range", range).get(&path);
        assert_eq!(part.status(), status, "{shown}");
        match part.status() {
            206 => {
                let bounds = part.header("content-range").unwrap().strip_prefix("bytes ").unwrap();
                let (first, last) = bounds.split('/').next().unwrap().split_once('-').unwrap();
                let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
                assert_eq!(part.bytes(), &picture[first..=last], "{shown}");
            }
            200 => assert_eq!(part.bytes(), picture, "{shown}"),
            _ => assert!(part.bytes().len() < 400 && !part.bytes().starts_with(b"\xff\xd8"), "{shown}"),
        }
        // What is only being made has no parts yet: then it comes whole.
        let cold = Stage::of([&video]).request().header("range", range).get(&path);
        match cold.status() {
            200 => assert_eq!((cold.bytes(), cold.header("content-range")), (picture, None), "{shown}"),
            416 => assert!(status == 416 && cold.bytes().len() < 400, "{shown}"),
            other => panic!("{shown}: {other}"),
        }
    }
}

#[test]
fn bad_input_24_many_who_ask_for_one_picture_cost_one_keyframe() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    for _ in 0..50 {
        let answer = stage.get(&format!("getThumbnail?{}&width=160", video.query()));
        assert_eq!(size(&answer), (160, 96));
    }
    assert_eq!(stage.keyframes_asked(), 1);
}

#[test]
fn bad_input_24_who_waits_takes_what_the_other_made() {
    let video = Video::plain("a", 5);
    let made = Stage::of([&video]);
    let picture = made.get(&format!("getThumbnail?{}&width=160", video.query_with_cid()));
    for query in [video.query(), video.query_with_cid()] {
        let stage = Stage::of([&video]);
        let key = format!("{}thumb-160.jpg", folder(&video));
        // Another isolate makes it just now. Its picture is there when it gives the lease back.
        stage.hold_lease(&key, Elsewhere::GivesBackAfter(3_000));
        stage.put_blob_later(2_000, &key, picture.bytes());
        let answer = stage.get(&format!("getThumbnail?{query}&width=160"));
        assert_eq!((answer.status(), answer.bytes()), (200, picture.bytes()));
        let asked = stage.asked();
        assert!(asked.iter().all(|line| line.starts_with("video")), "{asked:?}");
    }
}

#[test]
fn bad_input_24_a_call_that_never_comes_back_holds_up_the_next_for_some_seconds_only() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    let path = format!("getThumbnail?{}&width=160", video.query_with_cid());
    // Cut off while the keyframe is on its way.
    for nth in 1..12 {
        stage.interrupt(nth, Mishap::Ends);
        let answer = stage.get(&path);
        if answer.status() == 200 {
            break;
        }
        let start = stage.now();
        while stage.get(&path).status() == 202 {
            stage.advance(2_000);
            assert!(stage.now() - start <= 20_000, "after a call that ended with its step {nth}");
        }
        assert_eq!(told(&stage.get(&path)).0, 200, "after a call that ended with its step {nth}");
        stage.delete_blob(&format!("{}thumb-160.jpg", folder(&video)));
        stage.forget_cache();
    }
}

#[test]
fn bad_input_24_who_waits_in_vain_is_told_to_come_back() {
    for (endpoint, file, expected) in [
        ("getThumbnail?width=160&", "thumb-160.jpg", (160, 90)),
        ("getThumbnail?width=160&t=4&", "moment-4000000-160.jpg", (160, 90)),
        ("getShareImage?", "share.jpg", (1200, 630)),
    ] {
        let video = Video::plain("a", 5);
        let stage = Stage::of([&video]);
        stage.hold_lease(&format!("{}{file}", folder(&video)), Elsewhere::LapsesAfter(60_000));
        let (path, start) = (format!("{endpoint}{}", video.query_with_cid()), stage.now());
        let answer = stage.get(&path);
        assert_eq!(told(&answer), (202, "no-store", Some("NotYet")), "{endpoint}");
        assert_eq!((size(&answer), answer.header("retry-after")), (expected, Some("2")));
        assert!(stage.now() - start < 30_000, "a runner gives a call no longer to answer");
        stage.advance(60_000);
        assert_eq!(told(&stage.get(&path)).0, 200);
    }
}
