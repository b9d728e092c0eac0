//! Records that are wrong by mistake or by intent.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use serde_json::{Value, json};
use streamhut_atproto::{AtUri, RecordCid};
use streamhut_streamplace::{RecordError, Source, Video};

const URI: &str = "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/place.stream.video/no-tid";

fn read_at(uri: &str, record: &Value) -> Result<Video, RecordError> {
    Video::from_record(&AtUri::parse(uri).unwrap(), RecordCid::of(b""), record)
}

fn read(record: Value) -> Video {
    read_at(URI, &record).unwrap()
}

#[test]
fn bad_input_25_titles_are_cut_on_a_character_and_cleaned() {
    let title = |text: &str| read(json!({"title": text})).title;
    assert_eq!(title("\"><script></title>"), "\"><script></title>");
    assert_eq!(title("a\u{202E}b\0c\nd"), "abc d");
    let long = title(&"é".repeat(1 << 19));
    assert_eq!(long, "é".repeat(700));
    assert_eq!(title(&format!("x{}", "é".repeat(700))).len(), 1399);
}

#[test]
fn bad_input_27_wrong_types_cost_their_field_only() {
    let record = json!({
        "$type": "place.stream.video", "title": ["no"], "createdAt": 5, "duration": "long", "creator": "somebody",
        "source": "none", "description": 1, "thumb": [], "connections": {"ref": 1}, "livestream": "x",
        "contentWarnings": "yes", "tags": "a,b", "unheardOf": {"deep": [[[[]]]]},
    });
    let video = read(record);
    assert_eq!((video.title.as_str(), video.description.as_deref()), ("", None));
    assert_eq!(video.creator.as_str(), "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa");
    assert_eq!((video.duration_ms, video.created_ms), (None, None));
    assert_eq!(video.created_at, "1970-01-01T00:00:00.000Z");
    assert_eq!(video.source, Source::Unknown);
    assert!(video.thumb.is_none() && video.livestream.is_none());
    assert!(video.tags.is_empty() && video.content_warnings.is_empty());
}

#[test]
fn bad_input_27_what_is_no_video_is_refused() {
    let uri = URI.to_owned();
    for (record, found) in [
        (json!(null), "null"),
        (json!(true), "a boolean"),
        (json!(1), "a number"),
        (json!("x"), "a string"),
        (json!([]), "an array"),
    ] {
        assert_eq!(read_at(URI, &record), Err(RecordError::NotAnObject { uri: uri.clone(), found }));
    }
    for (record, found) in [
        (json!({"$type": "app.bsky.feed.post"}), "app.bsky.feed.post".to_owned()),
        (json!({"$type": 1}), "1".to_owned()),
        (json!({"$type": "x".repeat(5000)}), "x".repeat(128)),
    ] {
        assert_eq!(read_at(URI, &record), Err(RecordError::OtherType { uri: uri.clone(), found }));
    }
    for uri in [
        "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa",
        "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/place.stream.video",
        "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/x",
        "at://aurora.test/place.stream.video/x",
    ] {
        assert_eq!(read_at(uri, &json!({})), Err(RecordError::Address { uri: uri.to_owned() }));
    }
}

#[test]
fn bad_input_27_many_elements_and_great_depth_are_bounded() {
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let many: Vec<Value> = (0..131_073).map(|n| json!(format!("tag{n}"))).collect();
    let video =
        read(json!({"tags": many, "extra": deep, "contentWarnings": {"warnings": vec!["a#b"; 1000]}}));
    assert_eq!((video.tags.len(), video.content_warnings.len()), (10, 16));
    assert_eq!(read(json!({"tags": ["", "\0", 1, "x".repeat(1000)]})).tags, ["x".repeat(640)]);
}

#[test]
fn bad_input_32_odd_dates_are_shown_as_given_and_clamped_for_sorting() {
    const NOW: i64 = 1_790_000_000_000;
    for (created_at, sorts_at) in [
        ("2026-03-28T15:51:53Z", 1_774_713_113_000),
        ("2099-01-01T00:00:00Z", NOW),
        ("9999-12-31T23:59:59Z", NOW),
        ("10000-01-01T00:00:00Z", NOW),
        ("0000-01-01T00:00:00Z", 0),
        ("-0001-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59Z", 0),
        ("2016-12-31T23:59:60Z", 1_483_228_799_999),
    ] {
        let video = read(json!({"createdAt": created_at}));
        assert_eq!(video.created_at, created_at);
        assert_eq!(video.sort_ms(NOW), sorts_at, "{created_at}");
    }
}

#[test]
fn bad_input_32_what_is_no_date_gives_way_to_the_record_key() {
    let uri = "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/place.stream.video/2222222222222";
    for created_at in
        [json!("soon"), json!(1), json!("2026-02-30T00:00:00Z"), json!("2".repeat(99)), json!("")]
    {
        let video = read_at(uri, &json!({"createdAt": created_at})).unwrap();
        assert_eq!((video.created_at.as_str(), video.created_ms), ("1970-01-01T00:00:00.000Z", Some(0)));
        assert_eq!(read(json!({"createdAt": created_at})).created_ms, None);
    }
}
