//! Boards in the state that a test begins with, and what holds for each.

use std::collections::BTreeSet;

use at_run::testing::Scripted;
use image::RgbImage;

use super::{Cue, Stage, Video, fixture, media_url, size, told};

pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// A stage on which that video's board is whole.
pub fn whole(video: &Video) -> Stage {
    let stage = Stage::of([video]);
    stage.get(&format!("getVtt?{}", video.query()));
    let runs = stage.run_tasks();
    assert!(runs.iter().all(|run| run.answer.is_success()), "{runs:?}");
    stage
}

/// A node that gives so many keyframes and then is away.
pub fn gives(stage: &Stage, name: &str, count: usize) {
    let file = Scripted::File(fixture(name).bytes);
    stage.rescript(&media_url(name), std::iter::repeat_n(file, count).chain([Scripted::Failed]));
}

/// A board with nothing but its coarse sheet: 60 tiles, of which 20 are on that.
pub fn coarse(video: &Video) -> Stage {
    let stage = Stage::of([video]);
    stage.get(&format!("getVtt?{}", video.query()));
    gives(&stage, "high-8x8-cabac", 21);
    stage.run_tasks();
    stage
}

pub fn is_dark(sheet: &RgbImage, cue: &Cue) -> bool {
    let [x, y, width, height] = cue.place;
    let mut cell = image::imageops::crop_imm(sheet, x + 4, y + 4, width - 8, height - 8).to_image();
    cell.pixels_mut().all(|pixel| pixel.0.iter().all(|value| value.abs_diff(26) < 12))
}

pub fn covers(cues: &[Cue], seconds: f64) {
    assert_eq!(cues.first().unwrap().start, 0);
    assert_eq!(cues.last().unwrap().end, (seconds * 1_000.0) as u64);
    assert!(cues.windows(2).all(|pair| pair[0].end == pair[1].start), "no gap and no overlap");
    assert!(cues.iter().all(|cue| cue.start < cue.end));
}

/// That every sheet answers, and is as large as its rectangles need.
pub fn sheets_are_there(stage: &Stage, cues: &[Cue]) {
    let sheets: BTreeSet<&str> = cues.iter().map(|cue| cue.sheet.as_str()).collect();
    for sheet in sheets {
        let answer = stage.get(sheet);
        assert_eq!(told(&answer), (200, IMMUTABLE, None), "{sheet}");
        let (width, height) = size(&answer);
        for cue in cues.iter().filter(|cue| cue.sheet == sheet) {
            let [x, y, w, h] = cue.place;
            assert!(x + w <= width && y + h <= height, "{cue:?} on {width}x{height}");
        }
    }
}
