//! Everything of one video.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use serde_json::{Value, json};
use streamhut_atproto::{BlobCid, RecordCid};
use streamhut_streamplace::xrpc::{parse_caption_tracks, parse_video};
use streamhut_streamplace::{Profile, VideoDetail, VideoItem};
use url::Url;

const REPO: &str = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";
const URI: &str = "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/place.stream.video/3mhkl2ahsl22l";

fn strong_ref(collection: &str) -> Value {
    json!({"uri": format!("at://{REPO}/{collection}/3mhkl2ahsl22l"), "cid": RecordCid::of(b"x").to_string()})
}

/// A view of `record` with what `more` has beside.
fn view(record: Value, more: Value) -> Value {
    let mut view = json!({
        "uri": URI, "cid": RecordCid::of(b"").to_string(), "record": record,
        "author": {"did": REPO, "handle": "aurora.test", "displayName": "Aurora"},
    });
    view.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    view
}

fn detail(record: Value, more: Value) -> VideoDetail {
    parse_video(view(record, more).to_string().as_bytes()).unwrap().into()
}

/// What stands beside the fields of an item.
fn beside(record: Value, more: Value) -> Value {
    let item = json!(VideoItem::from(
        parse_video(view(record.clone(), more.clone()).to_string().as_bytes()).unwrap()
    ));
    let mut all = json!(detail(record, more));
    let all = all.as_object_mut().unwrap();
    for (name, value) in item.as_object().unwrap() {
        assert_eq!(all.remove(name).as_ref(), Some(value), "{name}");
    }
    json!(all)
}

fn track(id: &str, metadata: Value) -> Value {
    let record = json!({
        "$type": "place.stream.media.track", "metadata": metadata,
        "track": {"$type": "place.stream.media.defs#muxlTrack", "blob": "bafkr4iexample", "trackId": id},
    });
    json!({"uri": "at://x", "cid": "x", "author": {}, "record": record})
}

#[test]
fn everything_that_a_view_can_tell() {
    let record = json!({
        "$type": "place.stream.video", "title": "Third", "createdAt": "2026-09-01T10:00:00Z", "durationMs": 20_000,
        "source": {"$type": "place.stream.media.defs#sourceTracks", "tracks": [strong_ref("place.stream.media.track")]},
        "description": "\u{FEFF}See a.example\r\n\r\n0:00 Start\r\n0:07 Middle",
        "descriptionFacets": [{
            "index": {"byteStart": 7, "byteEnd": 16},
            "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/"}],
        }],
        "thumb": {"$type": "blob", "ref": {"$link": BlobCid::of(b"x").to_string()}, "mimeType": "image/png", "size": 1},
        "connections": [{"ref": strong_ref("place.stream.livestream")}],
        "activity": {"$type": "place.stream.defs#activityLabel", "label": "software_dev"},
        "contentRights": {"license": "place.stream.metadata.contentRights#cc-by_4__0", "copyrightYear": 2026},
        "tags": ["lang:en"],
    });
    let tracks = json!([
        track(
            "1",
            json!({"video": {"codec": "h264", "width": 1280, "height": 720, "framerate": {"num": 24, "den": 1}}})
        ),
        null,
        track("2", json!({"audio": {"codec": "opus", "rate": 48_000, "channels": 2}, "language": "en"})),
    ]);
    let more = json!({"likeCount": 3, "viewCounts": {"count": 12}, "tracks": tracks});
    assert_eq!(
        beside(record.clone(), more.clone()),
        json!({
            "likeCount": 3, "viewCount": 12, "source": "tracks", "thumb": true, "activity": "software dev",
            "livestream": strong_ref("place.stream.livestream"),
            "chapters": [{"startMs": 0, "title": "Start"}, {"startMs": 7000, "title": "Middle"}],
            "tracks": [
                {"id": "1", "kind": "video", "codec": "h264", "width": 1280, "height": 720, "frameRate": 24.0},
                {"id": "2", "kind": "audio", "codec": "opus", "channels": 2, "sampleRate": 48_000, "language": "en"},
            ],
            "descriptionFacets": [{"startByte": 4, "endByte": 13, "link": "https://a.example/"}],
            "contentRights": {"license": "CC-BY-4.0", "copyrightYear": 2026},
        })
    );

    let mut whole = detail(record, more);
    let captions = parse_caption_tracks(br#"{"tracks": [{"id": "a", "language": "en"}]}"#).unwrap();
    let url = Url::parse("https://a.example/en.vtt").unwrap();
    whole.captions = captions.into_iter().map(|track| track.at(url.clone())).collect();
    whole.profile = Profile::from_value(&json!({"did": REPO, "description": "Light."}));
    let written = json!(whole);
    assert_eq!(
        written["captions"],
        json!([{"id": "a", "language": "en", "url": "https://a.example/en.vtt"}])
    );
    assert_eq!(written["profile"], json!({"did": REPO, "description": "Light."}));
    assert_eq!(written["description"], "See a.example\n\n0:00 Start\n0:07 Middle");
    assert_eq!(serde_json::from_value::<VideoDetail>(written.clone()).unwrap(), whole);
    assert_eq!(serde_json::from_value::<VideoItem>(written).unwrap(), whole.item);
}

#[test]
fn what_is_unknown_is_left_out() {
    assert_eq!(beside(json!({}), json!({})), json!({"source": "unknown", "thumb": false}));
    let zero = json!({"likeCount": 0, "viewCounts": {"count": 0}, "tracks": []});
    assert_eq!(
        beside(json!({}), zero),
        json!({"source": "unknown", "thumb": false, "likeCount": 0, "viewCount": 0})
    );
}

#[test]
fn a_clip_says_of_what_and_an_archive_that_it_is_one() {
    let clip = json!({"$type": "place.stream.media.defs#sourceClip", "video": URI, "start": 5, "end": 9});
    assert_eq!(
        beside(json!({"source": clip}), json!({})),
        json!({"source": "clip", "clip": {"video": URI, "startMs": 5, "endMs": 9}, "thumb": false})
    );
    let archive = json!({"$type": "place.stream.muxl.defs#archiveBlob", "ref": "bafkr4iexample"});
    assert_eq!(beside(json!({"source": archive}), json!({})), json!({"source": "archive", "thumb": false}));
}

#[test]
fn bad_input_27_wrong_types_cost_their_field_only() {
    let record = json!({
        "title": 1, "source": [], "description": "0:00 A\n0:01 B", "descriptionFacets": {"index": 1}, "thumb": "x",
        "activity": "music", "contentRights": ["MIT"], "livestream": {}, "durationMs": "9",
    });
    let more = json!({"likeCount": -1, "viewCounts": 5, "tracks": {"0": {}}, "author": []});
    assert_eq!(
        beside(record, more),
        json!({
            "source": "unknown", "thumb": false,
            "chapters": [{"startMs": 0, "title": "A"}, {"startMs": 1000, "title": "B"}],
        })
    );
    let many: Vec<Value> = (0..500).map(|n| track(&n.to_string(), json!({"video": {}}))).collect();
    assert_eq!(detail(json!({}), json!({"tracks": many})).tracks.len(), 64);
}

#[test]
fn bad_input_25_a_title_of_another_account_stands_beside_no_handle() {
    let written = json!(detail(json!({"creator": "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"}), json!({})));
    assert_eq!((written.get("handle"), written.get("displayName")), (None, None));
}
