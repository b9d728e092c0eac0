//! Storyboards where something is lost, away, gone, or changed meanwhile.

use at_run::testing::{Elsewhere, Mishap, Scripted};
use serde_json::json;

use crate::stage::{
    IMMUTABLE, Playlist, Stage, Video, coarse, cues, folder, gives, is_dark, media_url, pixels, refusal,
    sheets_are_there, told, whole,
};

#[test]
fn a_sheet_that_is_lost_is_made_again() {
    let video = Video::plain("a", 30);
    let stage = whole(&video);
    let key = stage.key("sheet-0.jpg");
    let before = stage.blob(&key).unwrap();
    stage.delete_blob(&key);
    stage.advance(60_000);
    let answer = stage.get(&format!("getSprite?{}", video.query_with_cid()));
    assert!(matches!(answer.status(), 200 | 202));
    assert!(!told(&answer).1.contains("immutable"));
    stage.run_tasks();
    assert_eq!(stage.blob(&key), Some(before));
}

/// Only what is known to be lost is made again: storage that is away for a moment has it still.
#[test]
fn storage_that_is_away_for_a_moment_costs_no_board() {
    let video = Video::plain("a", 30);
    let stage = whole(&video);
    let path = format!("getSprite?{}", video.query_with_cid());
    let calls = stage.port_calls();
    stage.get(&path);
    for query in [video.query_with_cid(), video.query()] {
        for nth in 1..=stage.port_calls() - calls + 6 {
            stage.interrupt(nth, Mishap::Fails);
            let answer = stage.get(&format!("getSprite?{query}"));
            assert!(matches!(answer.status(), 200 | 202), "{nth}: {}", answer.status());
            assert!(stage.blob_keys().iter().any(|key| key.ends_with("board.json")), "{nth}");
            stage.advance(60_000);
        }
    }
    stage.asked();
    stage.run_tasks();
    assert_eq!(stage.keyframes_asked(), 0);
}

/// The coarse sheet is swept after a day; whoever asks for it then doesn't have the board made again.
#[test]
fn a_coarse_sheet_that_was_swept_is_not_made_again() {
    let video = Video::plain("a", 60);
    let stage = whole(&video);
    stage.delete_blob(&stage.key("coarse.jpg"));
    stage.advance(60_000);
    let answer = stage.get(&format!("getSprite?{}&sheet=coarse", video.query_with_cid()));
    assert_eq!((answer.status(), &answer.json()["error"]), (404, &json!("NoSuchSheet")));
    assert!(stage.run_tasks().is_empty());
    assert_eq!(told(&stage.get(&format!("getVtt?{}", video.query_with_cid()))).0, 200);
}

#[test]
fn a_task_that_could_not_be_queued_spoils_no_answer() {
    let video = Video::plain("a", 60);
    for (stage, expected) in [(coarse(&video), 200), (Stage::of([&video]), 202)] {
        for endpoint in ["getVtt", "getSprite"] {
            let mut nth = 0;
            loop {
                nth += 1;
                stage.advance(60_000);
                stage.get(&format!("isMetadataReady?{}", video.query()));
                let before = stage.port_calls();
                stage.interrupt(nth, Mishap::Fails);
                let answer = stage.get(&format!("{endpoint}?{}", video.query_with_cid()));
                assert!([expected, 202].contains(&answer.status()), "{endpoint} {nth}: {}", answer.text());
                if stage.port_calls() - before < nth {
                    break;
                }
            }
            assert!(nth > 3, "{endpoint}");
        }
    }
}

/// The node has trouble with one segment for good: its tile stays dark, and the board gets done.
#[test]
fn a_segment_that_cant_be_had_leaves_a_dark_tile() {
    for (what, answer) in [
        ("gone", refusal(404, "BlobNotFound")),
        ("withheld", refusal(403, "VideoUnavailable")),
        ("an error for ever", Scripted::text(500, "")),
        ("no connection", Scripted::Failed),
        ("a page", Scripted::text(200, "<html>")),
        ("damaged", Scripted::File(b"\0\0\0\x08moov".repeat(100))),
        ("empty", Scripted::File(Vec::new())),
    ] {
        for segments in [5, 40] {
            let playlist = Playlist::default()
                .segments(segments, 2.0, "high-8x8-cabac", 0)
                .file(2.0, "bad", Vec::new())
                .segments(3, 2.0, "high-8x8-cabac", 0);
            let video = Video::of("a", playlist);
            let stage = Stage::of([&video]);
            stage.rescript(&media_url("bad"), [answer.clone()]);
            // Where the media lies may be known from before.
            stage.get(&format!("getThumbnail?{}&width=160", video.query()));
            stage.get(&format!("getVtt?{}", video.query()));
            stage.run_tasks();
            let track = stage.get(&format!("getVtt?{}", video.query_with_cid()));
            assert_eq!(told(&track), (200, IMMUTABLE, None), "{what} of {segments}");
            let board = cues(&track);
            let sheet = pixels(&stage.get(&board[0].sheet));
            let dark: Vec<usize> = (0..board.len()).filter(|index| is_dark(&sheet, &board[*index])).collect();
            assert_eq!(dark, [segments], "{what} of {segments}");
        }
    }
}

/// A node that goes away in the midst leaves no tile dark: what it has is made when it is back.
#[test]
fn a_node_that_goes_away_in_the_midst_leaves_no_tile_dark() {
    let plain = Video::plain("a", 60);
    // The last segment is damaged, wherever the node is.
    let playlist = Playlist::default().segments(59, 2.0, "high-8x8-cabac", 0);
    let damaged = Video::of("a", playlist.file(2.0, "bad", b"\0\0\0\x08moov".repeat(100)));
    for (video, missing) in [(plain, "0 missing"), (damaged, "1 missing")] {
        for count in [0, 1, 5, 20, 21, 22, 31, 35, 54, 58] {
            let stage = Stage::of([&video]);
            stage.get(&format!("getVtt?{}", video.query()));
            gives(&stage, "high-8x8-cabac", count);
            let runs = stage.run_tasks();
            assert!(!runs.last().unwrap().answer.is_success(), "{count}: {runs:?}");
            stage.show(&video);
            stage.advance(60_000);
            stage.get(&format!("getVtt?{}", video.query()));
            let runs = stage.run_tasks();
            assert!(runs.last().unwrap().answer.text().ends_with(missing), "{count}: {runs:?}");
        }
    }
}

#[test]
fn addresses_that_have_expired_are_asked_for_anew() {
    let video = Video::plain("a", 60);
    for status in [403, 404, 410] {
        // Before the first tile, and after the coarse board.
        let early = Stage::of([&video]);
        early.get(&format!("getThumbnail?{}&width=160", video.query()));
        for stage in [early, coarse(&video)] {
            stage.advance(60_000);
            stage.get(&format!("getVtt?{}", video.query()));
            stage.move_to_another_session(&video, refusal(status, "BlobNotFound"));
            stage.asked();
            let runs = stage.run_tasks();
            assert!(runs.last().unwrap().answer.text().ends_with("0 missing"), "{runs:?}");
            let asked = stage.asked();
            assert_eq!(asked.iter().filter(|line| line.starts_with("master")).count(), 1, "{status}");
        }
    }
}

#[test]
fn two_tasks_at_once_do_no_harm() {
    let video = Video::plain("a", 30);
    let stage = Stage::of([&video]);
    stage.get(&format!("getVtt?{}", video.query()));
    stage.hold_lease(&format!("{}board.json", folder(&video)), Elsewhere::GivesBackAfter(5_000));
    let run = stage.run_task().unwrap();
    assert!(run.answer.is_success() && run.answer.text().contains("another call"), "{}", run.answer.text());
    assert_eq!(stage.keyframes_asked(), 0);
    stage.run_tasks();
    assert_eq!(told(&stage.get(&format!("getVtt?{}", video.query_with_cid()))).0, 200);
    // One that comes when all is done asks for nothing.
    stage.forget_cache();
    stage.asked();
    let again = stage.post("batchMetadataReady", &json!({"uris": [video.uri()]}));
    assert_eq!(again.json()["results"][0]["sprite"], json!(true));
}

#[test]
fn an_edited_record_has_its_old_board_no_further_made() {
    let video = Video::plain("a", 60);
    let stage = coarse(&video);
    let edited = video.edited();
    stage.show(&edited);
    stage.advance(60_000);
    let track = stage.get(&format!("getVtt?{}", video.query_with_cid()));
    assert_eq!(told(&track), (202, "no-store", None), "the board of another version is no answer");
    stage.run_tasks();
    let board = cues(&stage.get(&format!("getVtt?{}", edited.query_with_cid())));
    assert_eq!(board.len(), 60);
    sheets_are_there(&stage, &board);
    assert!(!stage.blob_keys().contains(&format!("{}sheet-0.jpg", folder(&video))));
}

#[test]
fn an_order_for_a_record_that_was_edited_or_deleted_ends() {
    let video = Video::plain("a", 30);
    let stage = Stage::of([&video]);
    stage.get(&format!("getVtt?{}", video.query()));
    stage.show(&video.edited());
    stage.advance(60_000);
    let runs = stage.run_tasks();
    assert_eq!(runs.len(), 1);
    assert!(runs[0].answer.text().contains("edited"), "{}", runs[0].answer.text());

    let stage = Stage::of([&video]);
    stage.get(&format!("getVtt?{}", video.query()));
    stage.rescript(&crate::stage::video_url(&video), [refusal(404, "VideoNotFound")]);
    stage.forget_cache();
    let runs = stage.run_tasks();
    assert_eq!((runs.len(), runs[0].answer.is_success()), (1, true), "{runs:?}");
}

#[test]
fn a_board_that_cant_be_made_has_its_reason() {
    for (name, reason) in
        [("hevc", "UnsupportedCodec"), ("yuv444", "UnsupportedFormat"), ("no-keyframe", "NoKeyframe")]
    {
        let video = Video::of("a", Playlist::default().segments(40, 2.0, name, 0));
        let stage = whole(&video);
        stage.asked();
        let track = stage.get(&format!("getVtt?{}", video.query_with_cid()));
        assert_eq!(told(&track), (200, "public, max-age=15", Some(reason)));
        assert!(cues(&track).is_empty());
        let sprite = stage.get(&format!("getSprite?{}", video.query_with_cid()));
        assert_eq!(told(&sprite), (200, "public, max-age=300", Some(reason)));
        let ready = stage.get(&format!("isMetadataReady?{}", video.query())).json();
        assert_eq!(ready["reason"]["name"], reason);
        assert!(stage.run_tasks().is_empty() && stage.asked().is_empty(), "{name}: it is remembered");
        stage.advance(3_600_000);
        assert_eq!(told(&stage.get(&format!("getVtt?{}", video.query_with_cid()))).0, 202);
        assert_eq!(stage.tasks().len(), 2);
    }
}
