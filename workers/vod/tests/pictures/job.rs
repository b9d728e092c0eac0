//! The job `syncAndProcessVideos`: pictures of new videos, and an end to those of old ones.

use std::collections::BTreeSet;

use at_run::{
    TaskState,
    testing::{Answer, Harness, Mishap, Scripted},
};
use serde_json::json;

use crate::stage::{Stage, Video, folder, list_url, refusal, told, video_url};

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

fn job(stage: &Stage) -> Answer {
    stage.run_job("syncAndProcessVideos")
}

/// The videos whose pictures were asked for by tasks that wait.
fn waiting(stage: &Stage) -> usize {
    stage.tasks().iter().filter(|task| task.task == "pictures" && task.state == TaskState::Queued).count()
}

fn videos(names: impl IntoIterator<Item = usize>) -> Vec<Video> {
    names.into_iter().map(|index| Video::plain(&format!("v{index}"), 5)).collect()
}

/// Thumbnails of that video, made now.
fn make(stage: &Stage, video: &Video) {
    for width in [160, 320] {
        let answer = stage.get(&format!("getThumbnail?{}&width={width}", video.query_with_cid()));
        assert_eq!(told(&answer).2, None);
    }
}

/// Runs the job until a round through all that is kept has ended.
fn sweep(stage: &Stage) -> String {
    for _ in 0..50 {
        let answer = job(stage);
        assert!(answer.is_success(), "{}", answer.text());
        stage.advance(600_000);
        if answer.text().contains("bytes kept") {
            return answer.text();
        }
    }
    panic!("a round without end")
}

#[test]
fn new_videos_get_their_pictures_once() {
    let videos = videos(0..3);
    let stage = Stage::of(&videos);
    stage.list(&videos);
    assert!(job(&stage).text().starts_with("3 videos, pictures of 3 asked for"));
    assert_eq!(waiting(&stage), 3);
    let runs = stage.run_tasks();
    assert!(runs.iter().all(|run| run.answer.is_success()), "{runs:?}");
    for video in &videos {
        let ready = stage.get(&format!("isMetadataReady?{}", video.query())).json();
        assert_eq!(ready["ready"], json!(true), "{ready}");
        for file in ["thumb-320.jpg", "thumb-640.jpg", "sheet-0.jpg"] {
            assert!(stage.blob(&format!("{}{file}", folder(video))).is_some(), "{file}");
        }
    }
    for _ in 0..5 {
        stage.advance(600_000);
        assert!(job(&stage).text().starts_with("3 videos, pictures of 0 asked for"));
    }
    assert!(stage.run_tasks().is_empty());
}

#[test]
fn edited_videos_get_theirs_again() {
    let mut videos = videos(0..3);
    let stage = Stage::of(&videos);
    stage.list(&videos);
    job(&stage);
    stage.run_tasks();
    // Somebody looked at it just before it was edited.
    stage.get(&format!("getThumbnail?{}&width=160", videos[1].query()));
    stage.advance(5_000);
    videos[1] = videos[1].edited();
    stage.show(&videos[1]);
    stage.list(&videos);
    assert!(job(&stage).text().starts_with("3 videos, pictures of 1 asked for"));
    stage.run_tasks();
    assert!(stage.blob(&format!("{}thumb-320.jpg", folder(&videos[1]))).is_some());
    assert!(stage.blob(&format!("{}sheet-0.jpg", folder(&videos[1]))).is_some());
}

#[test]
fn a_run_asks_for_fifty_and_the_next_for_the_rest() {
    let videos = videos(0..70);
    let stage = Stage::of(&videos);
    stage.list(&videos);
    for (asked, in_all) in [(50, 50), (20, 70), (0, 70)] {
        assert!(job(&stage).text().contains(&format!("70 videos, pictures of {asked} asked for")));
        assert_eq!(waiting(&stage), in_all);
    }
}

#[test]
fn pictures_of_the_first_three_pages_are_asked_for() {
    let videos = videos(0..5);
    let stage = Stage::of([]);
    let page = |index: usize| {
        let cursor = format!("c{}", index + 1);
        Scripted::json(
            200,
            &json!({"videos": [videos[index].view(), videos[index].view()], "cursor": cursor}),
        )
    };
    stage.rescript(&list_url(None), [page(0)]);
    for index in 1..5 {
        stage.rescript(&list_url(Some(&format!("c{index}"))), [page(index)]);
    }
    // The round that begins goes on to the end.
    stage.rescript(&list_url(Some("c5")), [Scripted::json(200, &json!({"videos": []}))]);
    assert!(job(&stage).text().starts_with("6 videos, pictures of 3 asked for"), "one for each, named twice");
    // A node that gives the same cursor for ever.
    let stage = Stage::of([]);
    stage.rescript(&list_url(None), [page(0)]);
    stage.rescript(&list_url(Some("c1")), [page(0)]);
    job(&stage);
    assert!(stage.asked().len() <= 3);
}

#[test]
fn a_node_that_is_away_costs_nothing_but_time() {
    for away in [
        Scripted::Failed,
        Scripted::Deadline,
        Scripted::text(500, ""),
        Scripted::text(200, "<html>"),
        Scripted::json(200, &json!({"items": []})),
    ] {
        let videos = videos(0..3);
        let stage = Stage::of(&videos);
        stage.list(&videos);
        job(&stage);
        stage.run_tasks();
        let before = stage.blob_keys();
        stage.rescript(&list_url(None), [away]);
        stage.advance(30 * DAY);
        let answer = job(&stage);
        assert!(!answer.is_success());
        assert!(!answer.json()["message"].as_str().unwrap().is_empty());
        assert_eq!(stage.blob_keys(), before);
        stage.list(&videos);
        assert!(job(&stage).text().starts_with("3 videos, pictures of 0 asked for"), "nothing is forgotten");
    }
}

#[test]
fn what_was_asked_for_before_a_page_failed_is_not_asked_for_again() {
    let videos = videos(0..3);
    let stage = Stage::of(&videos);
    let views: Vec<_> = videos.iter().map(Video::view).collect();
    stage.rescript(&list_url(None), [Scripted::json(200, &json!({"videos": views, "cursor": "c"}))]);
    stage.rescript(&list_url(Some("c")), [Scripted::Failed]);
    for _ in 0..3 {
        assert!(!job(&stage).is_success());
        assert_eq!(waiting(&stage), 3);
    }
}

#[test]
fn a_task_that_fails_is_tried_again_and_a_video_that_is_gone_is_let_go() {
    let videos = videos(0..2);
    let stage = Stage::of(&videos);
    stage.list(&videos);
    stage.rescript(&video_url(&videos[0]), [refusal(404, "VideoNotFound")]);
    stage.rescript(&video_url(&videos[1]), [Scripted::Failed]);
    job(&stage);
    let runs = stage.run_tasks();
    let of = |task: &str| runs.iter().filter(|run| run.id == task).count();
    assert_eq!((of("task-1"), of("task-2")), (1, 5));
}

#[test]
fn the_state_outlives_whatever_happens_to_a_run() {
    let videos = videos(0..4);
    let stage = Stage::of(&videos);
    stage.list(&videos);
    job(&stage);
    stage.run_tasks();
    let before = stage.port_calls();
    job(&stage);
    let steps = stage.port_calls() - before;
    for nth in 1..=steps {
        for mishap in [Mishap::Fails, Mishap::Ends] {
            stage.advance(600_000);
            stage.interrupt(nth, mishap);
            job(&stage);
            stage.advance(600_000);
            let text = job(&stage).text();
            assert!(text.starts_with("4 videos, pictures of 0 asked for"), "{mishap:?} at {nth}: {text}");
        }
    }
    assert_eq!(stage.tasks().iter().filter(|task| task.task == "pictures").count(), 4);
    // What makes no sense is as if it were the first run.
    stage.put_blob("sync.json", b"{\"asked\": 5}".to_vec());
    assert!(job(&stage).text().starts_with("4 videos, pictures of 4 asked for"));
}

#[test]
fn pictures_of_a_deleted_record_go() {
    let videos = videos(0..3);
    let stage = Stage::of(&videos);
    stage.list(&videos[..2]);
    for video in &videos {
        make(&stage, video);
    }
    for name in ["VideoNotFound", "VideoUnavailable"] {
        let status = if name == "VideoNotFound" { 404 } else { 403 };
        let gone = if status == 404 { &videos[2] } else { &videos[1] };
        stage.rescript(&video_url(gone), [refusal(status, name)]);
        stage.advance(2 * HOUR);
        sweep(&stage);
        let left: BTreeSet<_> =
            stage.blob_keys().iter().map(|key| key.split('/').nth(1).map(str::to_owned)).collect();
        let of = |video: &Video| folder(video).split('/').nth(1).map(str::to_owned);
        assert!(!left.contains(&of(gone)), "{:?}", stage.blob_keys());
        assert!(left.contains(&of(&videos[0])));
    }
}

/// What is being made just now has nothing beside it yet that says whose it is.
#[test]
fn pictures_that_nobody_owns_go_after_an_hour() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    stage.list([]);
    make(&stage, &video);
    stage.delete_blob(&stage.key("video.json"));
    sweep(&stage);
    assert_eq!(stage.pictures().len(), 2);
    stage.advance(HOUR);
    sweep(&stage);
    assert!(stage.pictures().is_empty());
}

#[test]
fn pictures_of_an_edited_record_go_a_day_later() {
    let old = Video::plain("a", 5);
    let video = old.edited();
    let stage = Stage::of([&old]);
    stage.list([]);
    make(&stage, &old);
    stage.show(&video);
    stage.advance(120_000);
    make(&stage, &video);
    sweep(&stage);
    assert_eq!(stage.pictures().len(), 4, "caches may still name them");
    stage.advance(DAY);
    sweep(&stage);
    let keys = stage.blob_keys();
    assert!(!keys.iter().any(|key| key.starts_with(&folder(&old))), "{keys:?}");
    assert_eq!(keys.iter().filter(|key| key.starts_with(&folder(&video))).count(), 2);
    assert!(keys.iter().any(|key| key.ends_with("video.json")));
}

#[test]
fn moments_go_after_a_week_and_other_pictures_stay() {
    let video = Video::plain("a", 60);
    let stage = Stage::of([&video]);
    stage.list([]);
    make(&stage, &video);
    stage.get(&format!("getThumbnail?{}&width=160&t=4", video.query()));
    stage.get(&format!("getShareImage?{}", video.query()));
    stage.get(&format!("getVtt?{}", video.query()));
    stage.run_tasks();
    let all = [
        "coarse.jpg",
        "moment-4000000-160.jpg",
        "share.jpg",
        "sheet-0.jpg",
        "thumb-160.jpg",
        "thumb-320.jpg",
    ];
    assert_eq!(stage.pictures(), all);
    for (days, left) in [(6, &all[1..]), (2, &all[2..]), (300, &all[2..])] {
        stage.advance(days * DAY);
        sweep(&stage);
        assert_eq!(stage.pictures(), left, "{days} days later");
    }
    assert!(stage.blob_keys().iter().any(|key| key.ends_with("board.json")));
}

#[test]
fn a_node_that_is_away_sweeps_nothing() {
    let old = Video::plain("a", 5);
    let stage = Stage::of([&old]);
    stage.list([]);
    make(&stage, &old);
    stage.get(&format!("getThumbnail?{}&width=160&t=4", old.query()));
    let kept = |stage: &Stage| stage.blob_keys().iter().filter(|key| key.starts_with("p1/")).count();
    let before = kept(&stage);
    for away in
        [Scripted::Failed, Scripted::text(500, ""), Scripted::text(200, "<html>"), refusal(422, "Unplayable")]
    {
        stage.rescript(&video_url(&old), [away]);
        stage.advance(2 * HOUR);
        sweep(&stage);
        assert_eq!(kept(&stage), before);
    }
}

/// Twice over the budget: the older half goes.
#[test]
fn over_the_budget_the_oldest_go() {
    let videos = videos(0..8);
    let one = Stage::of(&videos);
    make(&one, &videos[0]);
    let bytes: u64 = one.blob_keys().iter().map(|key| one.blob(key).unwrap().len() as u64).sum();
    let budget = (bytes * 9 / 2).to_string();
    let harness = Harness::new(streamhut_vod::bundle()).config("PICTURES_BYTES", &budget);
    let stage = Stage::before(harness, &videos);
    stage.list([]);
    for video in &videos {
        make(&stage, video);
        stage.advance(40 * DAY);
    }
    let mut rounds = 0;
    while stage.pictures().len() > 8 {
        sweep(&stage);
        rounds += 1;
        assert!(rounds < 12, "{:?}", stage.pictures());
    }
    let keys = stage.blob_keys();
    let left: Vec<_> =
        videos.iter().map(|video| keys.iter().any(|key| key.starts_with(&folder(video)))).collect();
    assert_eq!(left.iter().filter(|left| **left).count(), 4);
    assert!(left.is_sorted(), "the newest are left: {left:?}");
    // Within the budget, nothing more goes.
    let kept = stage.pictures();
    for _ in 0..4 {
        sweep(&stage);
    }
    assert_eq!(stage.pictures(), kept);
    // What went is made again when somebody asks.
    make(&stage, &videos[0]);
}

#[test]
fn a_run_stays_within_the_releases_limits() {
    // More videos than a run can ask about, all of them gone, with a full page of new ones beside.
    let gone = videos(0..200);
    let new = videos(1_000..1_100);
    let stage = Stage::of(gone.iter().chain(&new));
    for video in &gone {
        make(&stage, video);
        stage.rescript(&video_url(video), [refusal(404, "VideoNotFound")]);
    }
    stage.list(&new);
    stage.advance(2 * HOUR);
    let mut runs = 0;
    while !stage.pictures().is_empty() {
        let (before, kept) = (stage.port_calls(), stage.pictures().len());
        assert!(job(&stage).is_success());
        let calls = stage.port_calls() - before;
        assert!(calls <= 400, "{calls} calls of the platform in a run");
        assert!(stage.pictures().len() < kept, "each run gets on");
        stage.advance(600_000);
        runs += 1;
        assert!(runs < 60);
    }
}
