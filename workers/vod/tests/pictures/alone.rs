//! Storyboards of a bundle that is deployed by itself.

use at_run::testing::Harness;

use crate::stage::{Playlist, Stage, Video, cues, gives, is_media, sheets_are_there, told, whole};

/// Without a runner there are no tasks: each request makes a piece.
#[test]
fn alone_each_request_makes_a_piece() {
    let video = Video::plain("a", 60);
    let stage = Stage::before(Harness::new(streamhut_vod::bundle()).alone(), [&video]);
    let path = format!("getVtt?{}", video.query_with_cid());
    let mut seen = Vec::new();
    for _ in 0..20 {
        stage.asked();
        let answer = stage.get(&path);
        let state = (answer.status(), cues(&answer).len());
        assert!(stage.keyframes_asked() <= 11, "a piece, and a look at the first frame");
        if seen.last() != Some(&state) {
            seen.push(state);
        }
    }
    assert_eq!(seen, [(202, 0), (200, 20), (200, 60)]);
    let board = cues(&stage.get(&path));
    sheets_are_there(&stage, &board);
    let made = whole(&video);
    assert_eq!(stage.blob(&stage.key("sheet-0.jpg")), made.blob(&made.key("sheet-0.jpg")));
}

#[test]
fn alone_a_board_that_cant_be_made_has_its_reason_and_a_node_that_is_away_costs_nothing() {
    let video = Video::of("a", Playlist::default().segments(40, 2.0, "yuv444", 0));
    let stage = Stage::before(Harness::new(streamhut_vod::bundle()).alone(), [&video]);
    let track = stage.get(&format!("getVtt?{}", video.query_with_cid()));
    assert_eq!(told(&track), (200, "public, max-age=15", Some("UnsupportedFormat")));

    let video = Video::plain("a", 60);
    let stage = Stage::before(Harness::new(streamhut_vod::bundle()).alone(), [&video]);
    gives(&stage, "high-8x8-cabac", 15);
    for _ in 0..3 {
        let answer = stage.get(&format!("getVtt?{}", video.query_with_cid()));
        assert!(matches!(answer.status(), 202 | 503), "{}", answer.status());
        assert!(answer.header("retry-after").is_some());
    }
    stage.show(&video);
    for _ in 0..20 {
        stage.get(&format!("getSprite?{}", video.query_with_cid()));
    }
    assert_eq!(cues(&stage.get(&format!("getVtt?{}", video.query_with_cid()))).len(), 60);
    let asked = stage.asked().iter().filter(|line| is_media(line)).count();
    assert!(asked <= 60 + 20, "{asked}");
}
