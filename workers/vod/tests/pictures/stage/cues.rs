//! WebVTT of a storyboard, read as a player would.

use at_run::testing::Answer;

#[derive(Clone, Debug, PartialEq)]
pub struct Cue {
    /// Milliseconds.
    pub start: u64,
    pub end: u64,
    /// The sheet, as it is asked for.
    pub sheet: String,
    /// x, y, width, height.
    pub place: [u32; 4],
}

pub fn cues(answer: &Answer) -> Vec<Cue> {
    assert_eq!(answer.header("content-type"), Some("text/vtt; charset=utf-8"), "{}", answer.text());
    let text = answer.text();
    let body = text.strip_prefix("WEBVTT\n").unwrap();
    body.split("\n\n").map(str::trim).filter(|block| !block.is_empty()).map(cue).collect()
}

fn cue(block: &str) -> Cue {
    let (times, target) = block.split_once('\n').unwrap();
    let (start, end) = times.split_once(" --> ").unwrap();
    let (sheet, place) = target.split_once("#xywh=").unwrap();
    let place: Vec<u32> = place.split(',').map(|number| number.parse().unwrap()).collect();
    Cue {
        start: milliseconds(start),
        end: milliseconds(end),
        sheet: sheet.to_owned(),
        place: place.try_into().unwrap(),
    }
}

fn milliseconds(text: &str) -> u64 {
    let parts: Vec<u64> = text.split([':', '.']).map(|part| part.parse().unwrap()).collect();
    let [hours, minutes, seconds, ms] = parts.try_into().unwrap();
    ((hours * 60 + minutes) * 60 + seconds) * 1_000 + ms
}
