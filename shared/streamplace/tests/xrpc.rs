//! Streamplace's answers and addresses.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use serde_json::{Value, json};
use streamhut_atproto::{AtUri, Did, RecordCid};
use streamhut_streamplace::VideoItem;
use streamhut_streamplace::xrpc::*;
use url::Url;

const REPO: &str = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";

fn view(rkey: &str) -> Value {
    json!({
        "$type": "place.stream.media.getVideo#videoView",
        "uri": format!("at://{REPO}/place.stream.video/{rkey}"),
        "cid": RecordCid::of(rkey.as_bytes()).to_string(),
        "author": {"did": REPO, "handle": "aurora.test", "displayName": " Aurora\n", "avatar": "https://cdn.example/a"},
        "record": {"$type": "place.stream.video", "title": rkey, "durationMs": 1000},
        "likeCount": 3,
        "viewCounts": {"count": 12, "bytes": 1, "durationMs": 2, "reporters": 1},
    })
}

fn with(mut view: Value, field: &str, value: Value) -> Value {
    view[field] = value;
    view
}

fn body(value: Value) -> Vec<u8> {
    serde_json::to_vec(&value).unwrap()
}

#[test]
fn a_page_is_read() {
    let page = parse_video_list(&body(json!({"videos": [view("a"), view("b")], "cursor": "next"}))).unwrap();
    assert_eq!(page.cursor.as_deref(), Some("next"));
    assert!(page.refused.is_empty());
    let titles: Vec<_> = page.videos.iter().map(|view| view.video.title.as_str()).collect();
    assert_eq!(titles, ["a", "b"]);
    let first = page.videos.into_iter().next().unwrap();
    assert_eq!((first.like_count, first.view_count), (Some(3), Some(12)));
    let item = VideoItem::from(first);
    assert_eq!(item.handle.unwrap().as_str(), "aurora.test");
    assert_eq!(item.display_name.as_deref(), Some("Aurora"));
    assert_eq!(item.avatar.as_deref(), Some("https://cdn.example/a"));
}

#[test]
fn the_last_page_has_no_cursor() {
    for cursor in [json!(null), json!(""), json!(5)] {
        assert_eq!(parse_video_list(&body(json!({"videos": [], "cursor": cursor}))).unwrap().cursor, None);
    }
}

#[test]
fn one_bad_item_never_loses_the_page() {
    let bad = [
        (json!(null), "the view has no uri"),
        (json!({}), "the view has no uri"),
        (with(view("x"), "uri", json!("x")), "\"x\" is not a valid at-uri: it must begin with \"at://\""),
        (with(view("x"), "cid", json!(7)), "the view has no cid"),
        (
            with(view("x"), "record", json!([])),
            "the record at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/place.stream.video/x is an array, not an object",
        ),
    ];
    let mut items: Vec<Value> = bad.iter().map(|(item, _)| item.clone()).collect();
    items.insert(2, view("good"));
    items.push(with(view("plain"), "author", json!("nobody")));
    let page = parse_video_list(&body(json!({"videos": items}))).unwrap();
    let titles: Vec<_> = page.videos.iter().map(|view| view.video.title.as_str()).collect();
    assert_eq!(titles, ["good", "plain"]);
    let reasons: Vec<_> = page.refused.iter().map(ToString::to_string).collect();
    assert_eq!(reasons, bad.map(|(_, reason)| reason));
}

#[test]
fn an_answer_that_is_no_page_is_refused() {
    let refused = |text: &str| parse_video_list(text.as_bytes()).unwrap_err();
    assert!(matches!(refused("<html>oops"), AnswerError::NotJson { begins, .. } if begins == "<html>oops"));
    assert!(matches!(refused(r#"{"videos": ["#), AnswerError::NotJson { .. }));
    assert!(matches!(refused(&"[".repeat(100_000)), AnswerError::NotJson { .. }));
    for text in ["[]", "null", "{}", r#"{"videos": {}}"#] {
        assert!(matches!(refused(text), AnswerError::NoArray { name: "videos", .. }), "{text}");
    }
    assert!(matches!(parse_video(b"{}"), Err(AnswerError::View(ViewError::Missing("uri")))));
    assert_eq!(parse_video(&body(view("a"))).unwrap().video.title, "a");
}

#[test]
fn profiles_are_taken_with_care() {
    let item = |author: Value, creator: &str| {
        let mut view = with(view("a"), "author", author);
        view["record"]["creator"] = json!(creator);
        VideoItem::from(parse_video(&body(view)).unwrap())
    };
    let script =
        item(json!({"did": REPO, "handle": "handle.invalid", "avatar": "javascript:alert(1)"}), REPO);
    assert_eq!((script.handle, script.avatar, script.display_name), (None, None, None));
    let somebody_else =
        item(json!({"did": REPO, "handle": "aurora.test"}), "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb");
    assert_eq!(somebody_else.handle, None);
}

#[test]
fn addresses() {
    let base = Url::parse("https://stream.example/some/path?x#y").unwrap();
    let did = Did::parse(REPO).unwrap();
    let uri = AtUri::parse(&format!("at://{REPO}/place.stream.video/r")).unwrap();
    let encoded = "at%3A%2F%2Fdid%3Aplc%3Aaaaaaaaaaaaaaaaaaaaaaaaa%2Fplace.stream.video%2Fr";
    let list = |repo, limit, cursor| get_video_list_url(&base, repo, limit, cursor).to_string();
    let root = "https://stream.example/xrpc/place.stream";
    assert_eq!(list(None, 25, None), format!("{root}.media.getVideoList?limit=25"));
    assert_eq!(
        list(Some(&did), 1000, Some("a&b=c")),
        format!(
            "{root}.media.getVideoList?repo=did%3Aplc%3Aaaaaaaaaaaaaaaaaaaaaaaaa&limit=100&cursor=a%26b%3Dc"
        )
    );
    assert_eq!(list(None, 0, None), format!("{root}.media.getVideoList?limit=1"));
    assert_eq!(get_video_url(&base, &uri).as_str(), format!("{root}.media.getVideo?uri={encoded}"));
    assert_eq!(
        get_video_playlist_url(&base, &uri).as_str(),
        format!("{root}.playback.getVideoPlaylist?uri={encoded}")
    );
    let part = |end| get_video_part_url(&base, &uri, 5, end).to_string();
    assert_eq!(part(None), format!("{root}.playback.getVideoPlaylist?uri={encoded}&start=5"));
    assert_eq!(part(Some(9)), format!("{root}.playback.getVideoPlaylist?uri={encoded}&start=5&end=9"));
    assert_eq!(
        list_caption_tracks_url(&base, &uri).as_str(),
        format!("{root}.caption.listTracks?video={encoded}")
    );
    assert_eq!(
        get_captions_url(&base, &uri, "record&human").as_str(),
        format!("{root}.caption.getCaptions?video={encoded}&format=vtt&track=record%26human")
    );
}

#[test]
fn addresses_of_others() {
    let base = Url::parse("https://pds.example").unwrap();
    let did = Did::parse(REPO).unwrap();
    let encoded = "did%3Aplc%3Aaaaaaaaaaaaaaaaaaaaaaaaa";
    let list = |limit, cursor| list_records_url(&base, &did, limit, cursor).to_string();
    let records = format!(
        "https://pds.example/xrpc/com.atproto.repo.listRecords?repo={encoded}&collection=place.stream.video"
    );
    assert_eq!(list(0, None), format!("{records}&limit=1"));
    assert_eq!(list(1000, Some("a=b")), format!("{records}&limit=100&cursor=a%3Db"));
    let profiles = "https://pds.example/xrpc/app.bsky.actor.getProfiles";
    let two = get_profiles_url(&base, &[did.clone(), did.clone()]);
    assert_eq!(two.as_str(), format!("{profiles}?actors={encoded}&actors={encoded}"));
    assert_eq!(get_profiles_url(&base, &vec![did; 99]).query_pairs().count(), MAX_PROFILES);
}

#[test]
fn errors_by_name_and_by_status() {
    let check = |status, body: &str, expect: UpstreamError| {
        assert_eq!(UpstreamError::of(status, body.as_bytes()), expect, "{status} {body}");
    };
    let message = String::new;
    use UpstreamError::*;
    for (status, name, expect) in [
        (400, "InvalidRequest", InvalidRequest { message: "InvalidRequest".into() }),
        (400, "UnsupportedCollection", UnsupportedCollection { message: "UnsupportedCollection".into() }),
        (403, "VideoUnavailable", VideoUnavailable),
        (404, "VideoNotFound", VideoNotFound),
        (404, "TrackNotFound", TrackNotFound),
        (404, "CaptionTrackNotFound", CaptionTrackNotFound),
        (404, "BlobNotFound", BlobNotFound),
    ] {
        check(status, &format!(r#"{{"message":"{name}"}}"#), expect.clone());
        check(status, &format!(r#"{{"error":"{name}","message":"{name}"}}"#), expect);
    }
    check(404, r#"{"error":"NotFound","message":"no such captions"}"#, CaptionTrackNotFound);
    check(404, r#"{"message":"NotFound"}"#, CaptionTrackNotFound);
    check(404, r#"{"message":"Not Found"}"#, Unexpected { status: 404, message: "Not Found".into() });
    check(
        400,
        r#"{"message":"UnsupportedCollection: app.bsky.feed.post"}"#,
        UnsupportedCollection { message: "UnsupportedCollection: app.bsky.feed.post".into() },
    );
    check(400, r#"{"message":"uri is required"}"#, InvalidRequest { message: "uri is required".into() });
    check(422, r#"{"message":"no tracks"}"#, Unplayable { message: "no tracks".into() });
    check(403, "<html>", VideoUnavailable);
    check(
        503,
        r#"{"message":"VideoNotFound"}"#,
        Unavailable { status: 503, message: "VideoNotFound".into() },
    );
    check(429, "", Unavailable { status: 429, message: message() });
    check(404, "not found", Unexpected { status: 404, message: message() });
    check(302, "", Unexpected { status: 302, message: message() });
}
