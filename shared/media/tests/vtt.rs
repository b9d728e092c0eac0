//! The cues, as a player reads them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use streamhut_media::storyboard::{Storyboard, StoryboardError, vtt};

const SECOND: u64 = 1_000_000;

#[test]
fn a_short_one() {
    let board = Storyboard::plan(7_000_700, 1920, 1080).unwrap();
    let text = vtt(&board, |sheet| format!("getSprite?uri=at%3A%2F%2Fx&sheet={sheet}")).unwrap();
    let expected = "WEBVTT

00:00:00.000 --> 00:00:02.334
getSprite?uri=at%3A%2F%2Fx&sheet=0#xywh=0,0,160,90

00:00:02.334 --> 00:00:04.667
getSprite?uri=at%3A%2F%2Fx&sheet=0#xywh=160,0,160,90

00:00:04.667 --> 00:00:07.001
getSprite?uri=at%3A%2F%2Fx&sheet=0#xywh=320,0,160,90
";
    assert_eq!(text, expected);
}

#[test]
fn without_time_there_are_no_cues() {
    for duration in [0, 1, 499] {
        let board = Storyboard::plan(duration, 1920, 1080).unwrap();
        assert_eq!(vtt(&board, |_| "sheet.jpg".to_owned()).unwrap(), "WEBVTT\n", "{duration}");
    }
}

#[test]
fn urls_that_a_cue_cant_hold() {
    let board = Storyboard::plan(SECOND, 1920, 1080).unwrap();
    for url in
        ["", "a b", "a\nb", "a\n\n00:00 --> 00:01", "x-->y", "a#xywh=0,0,1,1", "a\rb", "a\0", "a\u{2028}b"]
    {
        let refused = Err(StoryboardError::Url { sheet: 0, url: url.to_owned() });
        assert_eq!(vtt(&board, |_| url.to_owned()), refused, "{url:?}");
    }
    let long = vtt(&board, |_| " ".repeat(1_000_000)).unwrap_err();
    assert_eq!(long, StoryboardError::Url { sheet: 0, url: " ".repeat(120) });
}

struct Cue {
    start: u64,
    end: u64,
    url: String,
    place: [u32; 4],
}

/// Milliseconds of `HH:MM:SS.mmm`.
fn timestamp(text: &str) -> u64 {
    let (clock, ms) = text.split_once('.').unwrap();
    let [hours, minutes, seconds] = clock.split(':').collect::<Vec<_>>().try_into().unwrap();
    assert!(hours.len() >= 2 && minutes.len() == 2 && seconds.len() == 2 && ms.len() == 3, "{text}");
    let [hours, minutes, seconds, ms] =
        [hours, minutes, seconds, ms].map(|part| part.parse::<u64>().unwrap());
    assert!(minutes < 60 && seconds < 60, "{text}");
    ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms
}

fn parsed(text: &str) -> Vec<Cue> {
    let (head, cues) = text.split_once("\n\n").unwrap_or((text.trim_end(), ""));
    assert_eq!(head, "WEBVTT");
    let cue = |block: &str| {
        let [times, text] = block.lines().collect::<Vec<_>>().try_into().unwrap();
        let (start, end) = times.split_once(" --> ").unwrap();
        let (url, place) = text.split_once("#xywh=").unwrap();
        let place = place.split(',').map(|number| number.parse().unwrap()).collect::<Vec<_>>();
        let place = place.try_into().unwrap();
        Cue { start: timestamp(start), end: timestamp(end), url: url.to_owned(), place }
    };
    cues.split("\n\n").filter(|block| !block.is_empty()).map(cue).collect()
}

proptest! {
    #[test]
    fn cues_cover_the_time_and_point_into_their_sheets(
        duration in prop_oneof![0..100 * SECOND, 0..100_000 * SECOND, any::<u64>()],
        (width, height) in (1..4000_u32, 1..4000_u32),
        coarse in 0..120_u32,
    ) {
        let whole = Storyboard::plan(duration, width, height).unwrap();
        let board = whole.coarse(coarse).unwrap_or(whole);
        let cues = parsed(&vtt(&board, |sheet| format!("https://a.example/{sheet}.jpg")).unwrap());
        let mut end = 0;
        for (index, cue) in cues.iter().enumerate() {
            prop_assert_eq!(cue.start, end);
            prop_assert!(cue.start < cue.end);
            end = cue.end;
            let sheet = index as u32 / 100;
            prop_assert_eq!(&cue.url, &format!("https://a.example/{sheet}.jpg"));
            let (sheet_width, sheet_height) = board.sheet_size(sheet).unwrap();
            let [x, y, w, h] = cue.place;
            prop_assert!(x + w <= sheet_width && y + h <= sheet_height);
            prop_assert_eq!((w, h), board.tile_size());
        }
        let rounded = duration / 1000 + u64::from(duration % 1000 >= 500);
        prop_assert_eq!(end, rounded);
        prop_assert_eq!(cues.len() as u32, if rounded == 0 { 0 } else { board.tiles() });
    }
}
