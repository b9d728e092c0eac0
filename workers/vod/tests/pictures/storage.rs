//! Storage that is full or away costs time, and no picture.

use at_run::testing::Answer;

use crate::stage::{IMMUTABLE, Stage, Video, size, told};

fn asked(stage: &Stage, video: &Video) -> [Answer; 3] {
    ["getThumbnail?width=160&", "getThumbnail?width=160&t=4&", "getShareImage?"]
        .map(|endpoint| stage.get(&format!("{endpoint}{}", video.query_with_cid())))
}

#[test]
fn bad_input_34_pictures_come_though_nothing_can_be_kept() {
    let video = Video::plain("a", 5);
    let usual = Stage::of([&video]);
    let usual = asked(&usual, &video);
    let full = Stage::of_bundle(streamhut_vod::bundle().blobs(300), [&video]);
    let away = Stage::of([&video]);
    away.fail_blobs(true);
    for (what, stage) in [("full", full), ("away", away)] {
        for _ in 0..2 {
            for (answer, usual) in asked(&stage, &video).iter().zip(&usual) {
                assert_eq!((told(answer), answer.bytes()), ((200, IMMUTABLE, None), usual.bytes()), "{what}");
                assert_eq!(answer.header("etag"), None, "{what}: nobody would know it again");
            }
        }
        assert!(stage.pictures().is_empty());
        assert!(stage.log().iter().any(|line| line.contains("not kept")), "{:?}", stage.log());
    }
}

#[test]
fn bad_input_34_storage_that_comes_back_is_used_again() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    let [kept, ..] = asked(&stage, &video);
    stage.fail_blobs(true);
    let [away, ..] = asked(&stage, &video);
    assert_eq!((told(&away).0, away.bytes()), (200, kept.bytes()));
    stage.fail_blobs(false);
    stage.asked();
    let [back, ..] = asked(&stage, &video);
    assert_eq!(back.header("etag"), kept.header("etag"));
    assert_eq!(size(&back), (160, 96));
}

#[test]
fn bad_input_34_without_storage_nothing_is_ready_and_nothing_breaks() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    stage.fail_blobs(true);
    let ready = stage.get(&format!("isMetadataReady?{}", video.query()));
    assert_eq!((ready.status(), &ready.json()["ready"]), (200, &serde_json::json!(false)));
    let batch = stage.post("batchMetadataReady", &serde_json::json!({"uris": [video.uri()]}));
    assert_eq!(batch.status(), 200);
    for endpoint in ["getVtt", "getSprite"] {
        let answer = stage.get(&format!("{endpoint}?{}", video.query()));
        assert_eq!((answer.status(), answer.header("retry-after")), (202, Some("2")), "{endpoint}");
    }
    assert!(
        !stage.run_job("syncAndProcessVideos").is_success(),
        "a job that can't read its state doesn't begin"
    );
}
