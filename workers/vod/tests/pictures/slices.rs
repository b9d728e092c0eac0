//! A storyboard in slices: within what one call may, and whole again after every crash.

use at_run::testing::{Mishap, TaskRun};

use crate::stage::{Playlist, Stage, Video, cues, is_media};

/// What the release declares that a call may ask for.
fn limit() -> u64 {
    let manifest = serde_json::to_value(streamhut_vod::bundle().manifest().unwrap()).unwrap();
    manifest["limits"]["subRequests"].as_u64().unwrap()
}

/// So many minutes, whose segments are all the same keyframe.
fn of_minutes(minutes: usize) -> Video {
    Video::of("a", Playlist::default().segments(minutes, 60.0, "deblock-weak", 0))
}

/// So many segments, whose keyframe lies so deep in each that it takes several requests.
fn of_deep_segments(count: usize, seconds: f64) -> Video {
    let one = crate::stage::fixture("deblock-weak");
    let (offset, length) = one.fragments()[0];
    let mut bytes = Vec::new();
    for size in [260_000u32, 250_000] {
        let end = bytes.len() + size as usize;
        bytes.extend(size.to_be_bytes());
        bytes.extend(b"free");
        bytes.resize(end, 0);
    }
    bytes.extend(&one.bytes[offset as usize..(offset + length) as usize]);
    let mut playlist = Playlist::default().segments(0, seconds, "deblock-weak", 0);
    for _ in 0..count {
        playlist = playlist.file(seconds, "deep", bytes.clone());
    }
    Video::of("a", playlist)
}

/// Runs what is queued, and says for each run how many calls of the platform it took.
fn run(stage: &Stage) -> Vec<(TaskRun, u64)> {
    let mut runs = Vec::new();
    loop {
        let before = stage.port_calls();
        let Some(run) = stage.run_task() else { return runs };
        assert!(runs.len() < 200, "tasks without end: {run:?}");
        runs.push((run, stage.port_calls() - before));
    }
}

fn board_of(stage: &Stage, video: &Video) -> usize {
    cues(&stage.get(&format!("getVtt?{}", video.query_with_cid()))).len()
}

#[test]
fn slices_of_a_long_video_stay_within_the_releases_limits() {
    for (minutes, tiles) in [(60, 100), (120, 120), (8 * 60, 480), (20 * 60, 1_000)] {
        let video = of_minutes(minutes);
        let stage = Stage::of([&video]);
        stage.get(&format!("getVtt?{}", video.query()));
        stage.asked();
        let runs = run(&stage);
        for (run, calls) in &runs {
            assert!(run.answer.is_success(), "{run:?}");
            assert!(*calls <= limit(), "{minutes} min: {calls} calls of the platform in one slice");
        }
        assert_eq!(board_of(&stage, &video), tiles);
        let keyframes = stage.keyframes_asked();
        assert!(keyframes <= tiles + 1, "{minutes} min: {keyframes} keyframes for {tiles} tiles");
        assert!(runs.len() <= tiles / 100 + 1, "{minutes} min: {} slices", runs.len());
    }
}

#[test]
fn slices_stay_within_the_limits_where_keyframes_lie_deep() {
    let video = of_deep_segments(300, 60.0);
    let stage = Stage::of([&video]);
    stage.get(&format!("getVtt?{}", video.query()));
    stage.asked();
    for (run, calls) in run(&stage) {
        assert!(run.answer.is_success() && calls <= limit(), "{calls}: {run:?}");
    }
    assert_eq!(board_of(&stage, &video), 300);
    assert!(stage.keyframes_asked() > 600, "they take several requests each");
}

/// Frames of 1080p: a slice decodes a hundred of them and no more.
#[test]
fn a_slice_decodes_so_many_pixels_and_no_more() {
    let video = Video::of("a", Playlist::default().segments(112, 60.0, "hd-1080p", 0));
    let stage = Stage::of([&video]);
    stage.get(&format!("getVtt?{}", video.query()));
    let mut decoded = Vec::new();
    stage.asked();
    while let Some(run) = stage.run_task() {
        assert!(run.answer.is_success(), "{run:?}");
        decoded.push(stage.keyframes_asked());
    }
    assert_eq!(decoded.iter().sum::<usize>(), 113);
    assert!(decoded.iter().all(|count| *count <= 112), "{decoded:?}");
    assert_eq!(decoded.len(), 2, "{decoded:?}");
}

/// Interrupts the making of a board with its `nth` call of the platform, and sees that it becomes whole all the same.
fn survives(video: &Video, expected: &[(String, Vec<u8>)], most: usize, nth: u64, mishap: Mishap) {
    let stage = Stage::of([video]);
    stage.get(&format!("getVtt?{}", video.query()));
    stage.asked();
    stage.interrupt(nth, mishap);
    // Nobody has to look for it to go on.
    let runs = run(&stage);
    let what = format!("{mishap:?} at {nth}: {runs:?}");
    assert_eq!(sheets(&stage), expected, "{what}");
    let keyframes = stage.asked().iter().filter(|line| is_media(line)).count();
    assert!(keyframes <= most, "{keyframes} keyframes; {what}");
    stage.advance(15_000);
    assert!(stage.leases().is_empty(), "{what}");
}

/// The keys and bytes of all sheets of whole boards.
fn sheets(stage: &Stage) -> Vec<(String, Vec<u8>)> {
    let mut keys = stage.blob_keys();
    keys.retain(|key| key.contains("/sheet-"));
    keys.into_iter().map(|key| (key.clone(), stage.blob(&key).unwrap())).collect()
}

#[test]
fn a_board_is_the_same_after_a_crash_at_any_step() {
    let video = Video::of("a", Playlist::default().segments(26, 2.0, "deblock-weak", 0));
    let stage = Stage::of([&video]);
    stage.get(&format!("getVtt?{}", video.query()));
    let before = stage.port_calls();
    stage.run_tasks();
    let steps = stage.port_calls() - before;
    let keyframes = stage.keyframes_asked();
    assert_eq!(keyframes, 27, "each tile's, and one for the size of tiles");
    assert!(steps > 50, "{steps}");
    let expected = sheets(&stage);
    assert_eq!(expected.len(), 1);
    for nth in 1..=steps {
        for mishap in [Mishap::Fails, Mishap::Ends] {
            // One piece of ten is lost at most, and the look at the first frame.
            survives(&video, &expected, keyframes + 11, nth, mishap);
        }
    }
}

#[test]
fn a_board_is_the_same_after_a_crash_between_two_slices() {
    let video = of_deep_segments(70, 2.0);
    let stage = Stage::of([&video]);
    stage.get(&format!("getVtt?{}", video.query()));
    let runs = run(&stage);
    assert!(runs.len() > 1);
    let (first, expected, requests) = (runs[0].1, sheets(&stage), stage.keyframes_asked());
    assert_eq!(expected.len(), 1);
    for nth in first - 3..=first + 9 {
        for mishap in [Mishap::Fails, Mishap::Ends] {
            survives(&video, &expected, requests + 44, nth, mishap);
        }
    }
}
