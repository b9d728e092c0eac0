//! The list of all videos that the job keeps: what a round reads, what it finds, and what can go wrong on the way.

mod faults;
mod rounds;

use at_run::testing::Harness;

use crate::{markup::parse, stage::*};

const HOUR: u64 = 3_600 * SECOND;

fn videos(keys: impl IntoIterator<Item = usize>) -> Vec<Video> {
    keys.into_iter().map(|key| Video::new(&format!("v{key:03}"))).collect()
}

fn cursor(index: usize) -> Option<String> {
    (index > 0).then(|| format!("c{index}"))
}

fn page_url(index: usize) -> String {
    list_url(100, None, cursor(index).as_deref())
}

/// From now on the node lists these, two on a page, and has them.
fn list(harness: &Harness, videos: &[Video]) {
    let pages: Vec<_> = videos.chunks(2).collect();
    for (index, videos) in pages.iter().enumerate() {
        let next = cursor(index + 1).filter(|_| index + 1 < pages.len());
        harness.rescript(&page_url(index), [page(*videos, next.as_deref())]);
    }
    for video in videos {
        harness.rescript(&video_url(video), [ok(video.view())]);
    }
}

fn listed(videos: &[Video]) -> Harness {
    let harness = stage().config("FRONTEND_ORIGIN", FRONTEND);
    list(&harness, videos);
    harness
}

/// One run, and ten minutes.
fn run(harness: &Harness) -> Result<String, String> {
    let answer = harness.run_job("syncAndProcessVideos");
    harness.advance(600 * SECOND);
    if answer.is_success() { Ok(answer.text()) } else { Err(answer.text()) }
}

/// Runs until a round ends: what each run said that did not fail.
fn round(harness: &Harness) -> Vec<String> {
    let mut said = Vec::new();
    for _ in 0..100 {
        said.extend(run(harness));
        if said.last().is_some_and(|told| told.contains("a round of")) {
            return said;
        }
    }
    panic!("a round without end: {:?}", harness.log())
}

/// The catalogue as sitemaps show it.
fn catalogue(harness: &Harness) -> Vec<String> {
    harness.another_isolate();
    let locations = |target: &str| -> Vec<String> {
        let map = harness.get(target);
        assert_eq!(map.status(), 200, "{target}: {}", map.text());
        parse(&map.text()).texts("loc").into_iter().map(str::to_owned).collect()
    };
    let mut found = locations("sitemap");
    if found.iter().any(|location| location.contains("/sitemap.xml?")) {
        found = (1..=found.len()).flat_map(|page| locations(&format!("sitemap?page={page}"))).collect();
    }
    found.iter().map(|location| location.rsplit('/').next().unwrap().to_owned()).collect()
}

fn keys(videos: &[Video]) -> Vec<String> {
    videos.iter().map(|video| video.uri().rkey().unwrap().to_string()).collect()
}

/// What is stored of the catalogue.
fn stored(harness: &Harness) -> Vec<String> {
    harness.blob_keys().into_iter().filter(|key| key.starts_with("catalogue/")).collect()
}

/// How many videos' pictures were asked for.
fn ordered(harness: &Harness) -> usize {
    harness.tasks().iter().filter(|task| task.task == "pictures").count()
}

/// What is told of a video when nothing but storage remembers it.
fn told(harness: &Harness, video: &Video) -> u16 {
    harness.another_isolate();
    harness.forget_cache();
    harness.get(&format!("getVideo?{}", video.query())).status()
}

/// Twelve videos, of which a round later one is new in the middle, one edited, one deleted, one withheld, one only
/// moved, and one on no page though it still plays.
fn before_and_after() -> (Vec<Video>, Vec<Video>) {
    let before = videos(0..14);
    let mut after = before.clone();
    after[9] = before[9].edited();
    after.swap(7, 12);
    let missing = videos([8, 10, 11]);
    after.retain(|video| missing.iter().all(|missing| missing.uri() != video.uri()));
    after.insert(8, Video::new("new"));
    (before, after)
}

fn change(harness: &Harness, after: &[Video]) {
    list(harness, after);
    let gone = videos([8, 10]);
    harness.rescript(&video_url(&gone[0]), [refusal(404, "VideoNotFound")]);
    harness.rescript(&video_url(&gone[1]), [refusal(403, "VideoUnavailable")]);
}

fn changed() -> (Harness, Vec<Video>) {
    let (before, after) = before_and_after();
    let harness = listed(&before);
    round(&harness);
    assert_eq!(catalogue(&harness), keys(&before));
    harness.advance(HOUR);
    change(&harness, &after);
    (harness, after)
}
