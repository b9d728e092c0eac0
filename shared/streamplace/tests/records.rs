//! Videos straight from a repository.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use serde_json::{Value, json};
use streamhut_atproto::{Did, RecordCid};
use streamhut_streamplace::xrpc::{AnswerError, VideoPage, parse_records};

const REPO: &str = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";
const OTHER: &str = "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb";

fn at(did: &str, collection: &str, value: Value) -> Value {
    json!({"uri": format!("at://{did}/{collection}/3mhkl2ahsl22l"), "cid": RecordCid::of(b"").to_string(), "value": value})
}

fn video(title: &str) -> Value {
    at(REPO, "place.stream.video", json!({"$type": "place.stream.video", "title": title}))
}

fn read(answer: Value) -> VideoPage {
    parse_records(&Did::parse(REPO).unwrap(), answer.to_string().as_bytes()).unwrap()
}

#[test]
fn a_page_is_read_and_tells_of_no_author_and_no_counts() {
    let page = read(json!({"records": [video("a"), video("b")], "cursor": "3mhkl2ahsl22l"}));
    assert_eq!(page.cursor.as_deref(), Some("3mhkl2ahsl22l"));
    assert!(page.refused.is_empty());
    let titles: Vec<_> = page.videos.iter().map(|view| view.video.title.as_str()).collect();
    assert_eq!(titles, ["a", "b"]);
    let first = &page.videos[0];
    assert_eq!(
        (&first.author, first.like_count, first.view_count, first.tracks.len()),
        (&None, None, None, 0)
    );
    assert_eq!(read(json!({"records": [], "cursor": ""})).cursor, None);
}

#[test]
fn bad_input_28_records_of_others_and_of_other_kinds_are_counted_and_the_rest_is_kept() {
    let title = json!({"title": "x"});
    let bad = [
        (json!(null), "the view has no uri".to_owned()),
        (
            at(OTHER, "place.stream.video", title.clone()),
            format!("at://{OTHER}/place.stream.video/3mhkl2ahsl22l does not lie in the repository {REPO}"),
        ),
        (
            at("aurora.test", "place.stream.video", title.clone()),
            format!(
                "at://aurora.test/place.stream.video/3mhkl2ahsl22l does not lie in the repository {REPO}"
            ),
        ),
        (
            at(REPO, "app.bsky.feed.post", title.clone()),
            format!("at://{REPO}/app.bsky.feed.post/3mhkl2ahsl22l is not the address of a video record"),
        ),
        (
            at(REPO, "place.stream.video", json!({"$type": "place.stream.livestream"})),
            format!(
                r#"the record at://{REPO}/place.stream.video/3mhkl2ahsl22l has the $type "place.stream.livestream""#
            ),
        ),
        (
            at(REPO, "place.stream.video", json!([])),
            format!("the record at://{REPO}/place.stream.video/3mhkl2ahsl22l is an array, not an object"),
        ),
        (json!({"uri": video("x")["uri"], "cid": video("x")["cid"]}), "the view has no value".to_owned()),
        (json!({"uri": video("x")["uri"], "value": {}}), "the view has no cid".to_owned()),
    ];
    let mut records: Vec<Value> = bad.iter().map(|(record, _)| record.clone()).collect();
    records.insert(3, video("good"));
    records.push(video("better"));
    let page = read(json!({"records": records}));
    let titles: Vec<_> = page.videos.iter().map(|view| view.video.title.as_str()).collect();
    assert_eq!(titles, ["good", "better"]);
    let reasons: Vec<_> = page.refused.iter().map(ToString::to_string).collect();
    assert_eq!(reasons, bad.map(|(_, reason)| reason));
}

#[test]
fn bad_input_28_an_answer_that_is_no_page_is_refused() {
    let refused = |body: &str| parse_records(&Did::parse(REPO).unwrap(), body.as_bytes()).unwrap_err();
    assert!(matches!(refused("<html>"), AnswerError::NotJson { .. }));
    assert!(matches!(refused(r#"{"records": {}}"#), AnswerError::NoArray { name: "records", .. }));
}
