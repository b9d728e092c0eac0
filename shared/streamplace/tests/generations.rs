//! The three generations of `place.stream.video` records, and records on their edges.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use serde_json::{Value, json};
use streamhut_atproto::{AtUri, BlobCid, Did, RecordCid, Tid};
use streamhut_streamplace::{MAX_DURATION_MS, Source, StrongRef, Video, VideoItem};

const REPO: &str = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";
const SPEAKER: &str = "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb";
/// 2026-03-28T15:51:53.000000Z
const MICROS: u64 = 1_774_713_113_000_000;

fn uri() -> AtUri {
    let rkey = Tid::from_micros(MICROS, 7).unwrap();
    AtUri::parse(&format!("at://{REPO}/place.stream.video/{rkey}")).unwrap()
}

fn cid() -> RecordCid {
    RecordCid::of(b"a record")
}

fn read(record: Value) -> Video {
    Video::from_record(&uri(), cid(), &record).unwrap()
}

fn strong_ref(collection: &str) -> Value {
    json!({"uri": format!("at://{REPO}/{collection}/3mhkl2ahsl22l"), "cid": cid().to_string()})
}

fn thumb(mime_type: &str) -> Value {
    json!({"$type": "blob", "ref": {"$link": BlobCid::of(b"jpeg").to_string()}, "mimeType": mime_type, "size": 4})
}

#[test]
fn generation_a() {
    let video = read(json!({
        "$type": "place.stream.video",
        "title": "Opening",
        "creator": SPEAKER,
        "createdAt": "2026-03-28T15:51:54.123Z",
        "duration": 3_600_500_000_000_u64,
        "livestream": strong_ref("place.stream.livestream"),
        "source": {
            "$type": "place.stream.muxl.defs#archiveBlob",
            "ref": "bafkr4iexample", "mimeType": "video/mp4", "size": 9, "start": 0, "end": 5
        },
    }));
    assert_eq!(video.uri, uri());
    assert_eq!((video.did.as_str(), video.creator.as_str()), (REPO, SPEAKER));
    assert_eq!(video.rkey.as_str(), uri().rkey().unwrap().as_str());
    assert_eq!(video.title, "Opening");
    assert_eq!(video.created_at, "2026-03-28T15:51:54.123Z");
    assert_eq!(video.created_ms, Some(1_774_713_114_123));
    assert_eq!(video.duration_ms, Some(3_600_500));
    assert_eq!(video.source, Source::Archive);
    assert_eq!(video.livestream, StrongRef::from_value(&strong_ref("place.stream.livestream")));
    assert!(video.livestream.is_some());
}

#[test]
fn generation_b() {
    let video = read(json!({
        "$type": "place.stream.video",
        "title": "Second",
        "duration": 3_600_500,
        "source": {"$type": "place.stream.media.defs#sourceTracks", "tracks": [strong_ref("place.stream.media.track")]},
    }));
    assert_eq!(video.duration_ms, Some(3_600_500));
    assert_eq!(video.creator.as_str(), REPO);
    assert_eq!(video.created_at, "2026-03-28T15:51:53.000Z");
    assert_eq!(video.created_ms, Some((MICROS / 1000) as i64));
    assert_eq!(video.source, Source::Tracks);
}

#[test]
fn generation_c() {
    let video = read(json!({
        "$type": "place.stream.video",
        "title": "Third",
        "createdAt": "2026-09-01T10:00:00+02:00",
        "durationMs": 12_000,
        "source": {
            "$type": "place.stream.media.defs#sourceClip",
            "video": format!("at://{REPO}/place.stream.video/3mhkl2ahsl22l"), "start": 1000, "end": 13_000
        },
        "description": "0:00 Intro\r\n0:10 End\n",
        "thumb": thumb("image/jpeg"),
        "connections": [{"ref": strong_ref("app.bsky.feed.post")}, {"ref": strong_ref("place.stream.livestream")}],
        "contentWarnings": {"warnings": ["place.stream.metadata.contentWarnings#flashingLights", "nudity"]},
        "tags": ["lang:en", "talk"],
        "activity": {"$type": "place.stream.defs#activityLabel"},
    }));
    assert_eq!(video.duration_ms, Some(12_000));
    assert_eq!(video.created_at, "2026-09-01T10:00:00+02:00");
    assert_eq!(video.created_ms, Some(1_788_249_600_000));
    let whole = AtUri::parse(&format!("at://{REPO}/place.stream.video/3mhkl2ahsl22l")).unwrap();
    assert_eq!(video.source, Source::Clip { video: whole, start_ms: 1000, end_ms: 13_000 });
    assert_eq!(video.description.as_deref(), Some("0:00 Intro\n0:10 End"));
    assert_eq!(video.thumb.map(|blob| blob.cid()), Some(BlobCid::of(b"jpeg")));
    assert_eq!(video.livestream, StrongRef::from_value(&strong_ref("place.stream.livestream")));
    assert_eq!(video.content_warnings, ["flashingLights", "nudity"]);
    assert_eq!(video.tags, ["lang:en", "talk"]);
}

#[test]
fn the_unit_of_a_duration_follows_from_its_size() {
    let check = |fields: Value, expect: Option<u64>| {
        assert_eq!(read(fields.clone()).duration_ms, expect, "{fields}");
    };
    check(json!({"duration": 999_999_999}), Some(999_999_999));
    check(json!({"duration": 1_000_000_000}), Some(1000));
    check(json!({"duration": 28_433_000_000_000_u64}), Some(28_433_000));
    check(json!({"durationMs": 5, "duration": 7}), Some(5));
    check(json!({"durationMs": 2_000_000_000}), Some(2_000_000_000));
    check(json!({"durationMs": "5", "duration": 7}), Some(7));
    check(json!({"durationMs": MAX_DURATION_MS}), Some(MAX_DURATION_MS));
    for fields in [
        json!({}),
        json!({"durationMs": 0}),
        json!({"durationMs": -5}),
        json!({"durationMs": 1.5}),
        json!({"duration": [1]}),
        json!({"durationMs": MAX_DURATION_MS + 1}),
        json!({"duration": u64::MAX}),
        json!({"durationMs": null}),
    ] {
        check(fields, None);
    }
    let longest = read(json!({"durationMs": MAX_DURATION_MS})).duration_ns().unwrap();
    assert!(longest < 1 << 53);
}

#[test]
fn a_clip_needs_a_whole_and_bounds() {
    let clip = |video: Value, start: Value, end: Value| {
        read(json!({"source": {"$type": "place.stream.media.defs#sourceClip", "video": video, "start": start, "end": end}}))
            .source
    };
    let whole = json!(uri().as_str());
    assert!(matches!(clip(whole.clone(), json!(0), json!(1)), Source::Clip { .. }));
    for (video, start, end) in [
        (whole.clone(), json!(1), json!(1)),
        (whole.clone(), json!(-1), json!(1)),
        (whole.clone(), json!(0), json!(null)),
        (json!("https://a.example"), json!(0), json!(1)),
    ] {
        assert_eq!(clip(video, start, end), Source::Unknown);
    }
}

#[test]
fn only_pixel_images_are_thumbnails() {
    for (mime_type, fine) in [("image/png", true), ("image/svg+xml", false), ("text/html", false)] {
        assert_eq!(read(json!({"thumb": thumb(mime_type)})).thumb.is_some(), fine, "{mime_type}");
    }
    assert_eq!(read(json!({"thumb": {"cid": "b", "mimeType": "image/png"}})).thumb, None);
}

#[test]
fn an_item_has_the_duration_in_both_units() {
    let video = read(json!({"title": "T", "createdAt": "2026-03-28T15:51:54Z", "duration": 3_600_000}));
    let item = serde_json::to_value(VideoItem::new(video, None)).unwrap();
    assert_eq!(
        item,
        json!({
            "uri": uri().as_str(), "cid": cid().to_string(), "title": "T", "creator": REPO,
            "duration": 3_600_000_000_000_u64, "durationMs": 3_600_000, "createdAt": "2026-03-28T15:51:54Z",
        })
    );
    assert_eq!(serde_json::from_value::<VideoItem>(item).unwrap().creator, Did::parse(REPO).unwrap());
}
