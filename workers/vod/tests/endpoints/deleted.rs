//! `getVideo` of what is gone, and of what was never there.

use at_run::testing::{Harness, Scripted};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    stage::*,
    video::{endpoint, of},
};

fn note(video: &Video) -> Option<String> {
    let harness = of(video);
    harness.get(&endpoint(video));
    harness.rescript(&video_url(video), [refusal(404, "VideoNotFound")]);
    harness.advance(31 * SECOND);
    harness.get(&endpoint(video));
    harness.blob_keys().pop()
}

fn status(harness: &Harness, video: &Video) -> (u16, String) {
    outcome(&harness.get(&endpoint(video)))
}

const NOT_FOUND: (u16, &str) = (404, "VideoNotFound");
const DELETED: (u16, &str) = (410, "VideoDeleted");

#[test]
fn what_was_never_there_is_not_found() {
    let video = Video::new("a");
    let harness = stage().http(&video_url(&video), refusal(404, "VideoNotFound"));
    for _ in 0..3 {
        let answer = harness.get(&endpoint(&video));
        assert_eq!(outcome(&answer), (404, "VideoNotFound".into()));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=10"));
    }
    assert!(harness.blob_keys().is_empty());
    // A node without the method says nothing of the video.
    let harness = of(&video);
    harness.get(&endpoint(&video));
    harness.rescript(&video_url(&video), [Scripted::text(404, "404 page not found")]);
    harness.advance(DAY + SECOND);
    assert_eq!(status(&harness, &video), (502, "UpstreamFailed".into()));
}

#[test]
fn what_was_known_is_deleted() {
    let (video, other) = (Video::new("a"), Video::new("b"));
    let gone = |harness: &Harness| harness.rescript(&video_url(&video), [refusal(404, "VideoNotFound")]);
    let told = |(status, name): (u16, &str)| (status, name.to_owned());
    for (what, forget, expect) in [
        ("in memory", (|_| ()) as fn(&Harness), DELETED),
        ("in the cache", Harness::another_isolate, DELETED),
        ("in memory alone", Harness::forget_cache, DELETED),
        ("while storage fails", |harness| harness.fail_blobs(true), DELETED),
        (
            "nowhere",
            |harness| {
                harness.another_isolate();
                harness.forget_cache()
            },
            NOT_FOUND,
        ),
        ("long ago", |harness| harness.advance(DAY), NOT_FOUND),
    ] {
        let harness = of(&video).http(&video_url(&other), refusal(404, "VideoNotFound"));
        assert_eq!(status(&harness, &video), (200, String::new()));
        gone(&harness);
        harness.advance(30 * SECOND);
        forget(&harness);
        assert_eq!(status(&harness, &video), told(expect), "{what}");
        if what == "while storage fails" {
            continue;
        }
        // Noted for good, whatever else is forgotten.
        harness.another_isolate();
        harness.forget_cache();
        harness.advance(400 * DAY);
        assert_eq!(status(&harness, &video), told(expect), "{what}");
        assert_eq!(status(&harness, &other), told(NOT_FOUND));
        // It is back, and then not again.
        harness.rescript(&video_url(&video), [ok(video.view())]);
        assert_eq!(status(&harness, &video), (200, String::new()), "{what}");
        gone(&harness);
        harness.advance(30 * SECOND);
        assert_eq!(status(&harness, &video), told(DELETED), "{what}");
    }
    assert_ne!(note(&video), note(&other), "each has a note of its own");
}

#[test]
fn what_pictures_are_kept_of_was_known() {
    let video = Video::new("a");
    let digest = Sha256::digest(video.uri().as_str());
    let folder: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let known = |uri: &str| json!({"uri": uri, "cid": video.cid(), "title": "", "creator": null, "handle": null, "duration_ms": null, "thumb": null, "warned": false});
    for (kept, expect) in [
        (known(video.uri().as_str()).to_string(), DELETED),
        (known(Video::new("b").uri().as_str()).to_string(), NOT_FOUND),
        ("{}".to_owned(), NOT_FOUND),
        ("no JSON".to_owned(), NOT_FOUND),
    ] {
        let harness = stage().http(&video_url(&video), refusal(404, "VideoNotFound"));
        harness.put_blob(&format!("p1/{folder}/video.json"), kept.clone());
        assert_eq!(status(&harness, &video), (expect.0, expect.1.to_owned()), "{kept}");
        // The pictures go, the note stays.
        harness.delete_blob(&format!("p1/{folder}/video.json"));
        assert_eq!(status(&harness, &video), (expect.0, expect.1.to_owned()), "{kept}");
    }
}

#[test]
fn what_the_node_withholds_is_not_deleted() {
    let video = Video::new("a");
    let harness = of(&video);
    harness.get(&endpoint(&video));
    harness.advance(31 * SECOND);
    harness.rescript(&video_url(&video), [refusal(403, "VideoUnavailable")]);
    assert_eq!(status(&harness, &video), (403, "VideoUnavailable".into()));
    assert!(harness.blob_keys().is_empty());
}

#[test]
fn another_videos_answer_is_refused() {
    let (video, other) = (Video::new("a"), Video::new("b"));
    let elsewhere = Video::of(&did("bert"), "a");
    for view in [
        other.view(),
        elsewhere.view(),
        json!({"uri": video.uri(), "cid": "bafy", "record": {}}),
        json!({"uri": video.uri(), "cid": video.cid()}),
    ] {
        let harness = stage().http(&video_url(&video), ok(view.clone()));
        assert_eq!(status(&harness, &video), (502, "UpstreamFailed".into()), "{view}");
        assert_eq!(harness.blob_keys().len(), 0);
    }
}
