//! `isMetadataReady` and `batchMetadataReady`.

use serde_json::json;

use crate::stage::{Stage, Video, video_url};

#[test]
fn readiness_grows_as_pictures_are_made() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    let ready = || {
        let answer = stage.get(&format!("isMetadataReady?{}", video.query()));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=10"));
        answer.json()
    };
    let expected = |thumbnail: bool, sprite: bool| {
        json!({"uri": video.uri(), "cid": video.cid().to_string(), "ready": thumbnail && sprite,
            "thumbnail": thumbnail, "sprite": sprite, "vtt": sprite})
    };
    assert_eq!(ready(), expected(false, false));
    stage.get(&format!("getThumbnail?{}&t=4", video.query()));
    assert_eq!(ready(), expected(false, false), "the picture of a moment is not that of the video");
    stage.get(&format!("getThumbnail?{}&width=160", video.query()));
    assert_eq!(ready(), expected(true, false));
    stage.get(&format!("getVtt?{}", video.query()));
    assert_eq!(ready(), expected(true, false));
    stage.run_tasks();
    assert_eq!(ready(), expected(true, true));
}

#[test]
fn an_edited_record_begins_anew() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    stage.get(&format!("getThumbnail?{}&width=160", video.query()));
    stage.show(&video.edited());
    stage.advance(60_000);
    let ready = stage.get(&format!("isMetadataReady?{}", video.query())).json();
    assert_eq!(
        (&ready["cid"], &ready["thumbnail"]),
        (&json!(video.edited().cid().to_string()), &json!(false))
    );
}

#[test]
fn a_batch_keeps_its_order_and_asks_nobody() {
    let videos: Vec<_> = ["a", "b", "c"].map(|rkey| Video::plain(rkey, 5)).into();
    let stage = Stage::of(&videos);
    stage.get(&format!("getThumbnail?{}&width=160", videos[0].query()));
    stage.get(&format!("getThumbnail?{}&width=160", videos[2].query()));
    stage.get(&format!("getVtt?{}", videos[2].query()));
    stage.run_tasks();
    stage.asked();
    stage.forget_cache();
    let uris: Vec<_> = [2, 1, 0, 2].map(|index: usize| videos[index].uri()).into();
    let answer = stage.post("batchMetadataReady", &json!({"uris": uris}));
    let results = answer.json()["results"].clone();
    let told: Vec<_> = results
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            (
                result["uri"].clone(),
                result["thumbnail"].clone(),
                result["ready"].clone(),
                result["cid"].is_string(),
            )
        })
        .collect();
    let expected = |index: usize, thumbnail: bool, ready: bool| {
        (json!(videos[index].uri()), json!(thumbnail), json!(ready), thumbnail)
    };
    assert_eq!(
        told,
        [
            expected(2, true, true),
            expected(1, false, false),
            expected(0, true, false),
            expected(2, true, true)
        ]
    );
    assert!(stage.asked().is_empty());
}

#[test]
fn a_batch_tells_reasons_of_videos_that_it_knows() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    stage.get(&format!("getThumbnail?{}&width=160", video.query()));
    let broken = Video::of("a", crate::stage::Playlist::default().segments(9, 2.0, "yuv444", 0));
    stage.show(&broken);
    stage.forget_cache();
    stage.get(&format!("getVtt?{}", video.query()));
    stage.run_tasks();
    let answer = stage.post("batchMetadataReady", &json!({"uris": [video.uri()]})).json();
    assert_eq!(answer["results"][0]["reason"]["name"], "UnsupportedFormat");
}

#[test]
fn a_batch_is_of_fifty_at_most_and_stays_within_the_releases_limits() {
    let videos: Vec<_> = (0..51).map(|index| Video::plain(&format!("v{index}"), 5)).collect();
    let stage = Stage::of(&videos);
    for video in &videos {
        stage.get(&format!("getThumbnail?{}&width=160", video.query()));
    }
    let uris: Vec<_> = videos.iter().map(Video::uri).collect();
    for (count, status) in [(0, 200), (1, 200), (50, 200), (51, 400)] {
        let before = stage.port_calls();
        let answer = stage.post("batchMetadataReady", &json!({"uris": uris[..count]}));
        assert_eq!(answer.status(), status, "{count}");
        assert!(stage.port_calls() - before <= 400, "{}", stage.port_calls() - before);
        if status == 200 {
            assert_eq!(answer.json()["results"].as_array().unwrap().len(), count);
        }
    }
    for uris in
        [json!(["at://alice.dev/place.stream.video/c"]), json!([""]), json!([5]), json!("x"), json!(null)]
    {
        assert_eq!(stage.post("batchMetadataReady", &json!({"uris": uris})).status(), 400, "{uris}");
    }
}

#[test]
fn a_node_that_is_away_is_no_matter_where_something_is_known() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    let path = format!("isMetadataReady?{}", video.query());
    stage.rescript(&video_url(&video), [at_run::testing::Scripted::Failed]);
    assert_eq!(stage.get(&path).status(), 503);
    stage.show(&video);
    stage.advance(10_000);
    stage.get(&format!("getThumbnail?{}&width=160", video.query()));
    stage.rescript(&video_url(&video), [at_run::testing::Scripted::Failed]);
    stage.forget_cache();
    let ready = stage.get(&path);
    assert_eq!((ready.status(), &ready.json()["thumbnail"]), (200, &json!(true)));
}
