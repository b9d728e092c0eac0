//! Comments as nodes tell them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use serde_json::{Value, json};
use streamhut_atproto::{AtUri, RecordCid};
use streamhut_streamplace::Comment;
use streamhut_streamplace::xrpc::{AnswerError, get_comments_url, parse_comments};
use url::Url;

const REPO: &str = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";
const OTHER: &str = "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb";

fn uri(did: &str, rkey: &str) -> String {
    format!("at://{did}/place.stream.vod.comment/{rkey}")
}

fn cid() -> String {
    RecordCid::of(b"x").to_string()
}

fn view(rkey: &str, record: Value) -> Value {
    let mut whole =
        json!({"$type": "place.stream.vod.comment", "text": "T", "createdAt": "2026-09-01T00:00:00Z"});
    whole.as_object_mut().unwrap().extend(record.as_object().unwrap().clone());
    json!({
        "$type": "place.stream.vod.defs#commentView", "uri": uri(REPO, rkey), "cid": cid(), "record": whole,
        "author": {"did": REPO, "handle": "aurora.test", "displayName": " Aurora\n", "description": "Light."},
        "indexedAt": "2026-09-01T00:00:01Z", "likeCount": 2,
    })
}

fn with(mut view: Value, field: &str, value: Value) -> Value {
    view[field] = value;
    view
}

/// What is read of one view, as JSON.
fn read(view: &Value) -> Value {
    json!(Comment::from_value(view).unwrap())
}

#[test]
fn a_comment_as_upstream_tells_it() {
    let strong = |rkey: &str| json!({"uri": uri(OTHER, rkey), "cid": cid()});
    let record = json!({
        "text": "Hallo @b.test,\r\nsee a.example \u{202E}", "reply": {"root": strong("root"), "parent": strong("parent")},
        "facets": [
            {"index": {"byteStart": 6, "byteEnd": 13}, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": OTHER}]},
            {"index": {"byteStart": 20, "byteEnd": 29}, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/"}]},
            {"index": {"byteStart": 0, "byteEnd": 5}, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "javascript:alert(1)"}]},
        ],
    });
    let parent = json!({
        "$type": "place.stream.vod.defs#commentViewBasic", "uri": uri(OTHER, "parent"), "cid": cid(),
        "author": {"did": OTHER, "handle": "handle.invalid"}, "record": {"text": "Two\nlines"}, "likeCount": 0,
    });
    let expect = json!({
        "uri": uri(REPO, "a"), "cid": cid(), "author": {"did": REPO, "handle": "aurora.test", "displayName": "Aurora"},
        "text": "Hallo @b.test,\nsee a.example", "createdAt": "2026-09-01T00:00:00Z", "likeCount": 2,
        "facets": [{"startByte": 6, "endByte": 13, "mention": OTHER}, {"startByte": 19, "endByte": 28, "link": "https://a.example/"}],
        "root": strong("root"), "parent": uri(OTHER, "parent"),
        "replyTo": {"uri": uri(OTHER, "parent"), "author": {"did": OTHER}, "text": "Two lines"},
    });
    let told = with(view("a", record), "replyTo", parent);
    assert_eq!(read(&told), expect);
    assert_eq!(serde_json::from_value::<Comment>(expect).unwrap(), Comment::from_value(&told).unwrap());
}

#[test]
fn one_bad_item_never_loses_the_page() {
    let bad = [
        (json!(null), "the view has no uri"),
        (with(view("x", json!({})), "cid", json!(7)), "the view has no cid"),
        (with(view("x", json!({})), "record", json!([])), "the view has no record"),
        (view("x", json!({"text": 5})), "the view has no text"),
        (view("x", json!({"text": " \u{202E}\n"})), "the view has no text"),
        (
            with(view("x", json!({})), "uri", json!("at://aurora.test/place.stream.vod.comment/x")),
            "at://aurora.test/place.stream.vod.comment/x is not the address of a comment",
        ),
        (
            with(view("x", json!({})), "uri", json!(format!("at://{REPO}/place.stream.video/x"))),
            "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/place.stream.video/x is not the address of a comment",
        ),
    ];
    let mut items: Vec<Value> = bad.iter().map(|(item, _)| item.clone()).collect();
    items.insert(2, view("good", json!({})));
    let page = parse_comments(json!({"comments": items, "cursor": "next"}).to_string().as_bytes()).unwrap();
    assert_eq!((page.comments.len(), page.cursor.as_deref()), (1, Some("next")));
    let reasons: Vec<_> = page.refused.iter().map(ToString::to_string).collect();
    assert_eq!(reasons, bad.map(|(_, reason)| reason));
    let many = json!({"comments": vec![view("a", json!({})); 150], "cursor": ""}).to_string();
    let page = parse_comments(many.as_bytes()).unwrap();
    assert_eq!((page.comments.len(), page.cursor), (100, None));
    for text in ["[]", "null", r#"{"comments": {}}"#, r#"{"videos": []}"#] {
        let refused = parse_comments(text.as_bytes()).unwrap_err();
        assert!(matches!(refused, AnswerError::NoArray { name: "comments", .. }), "{text}");
    }
}

#[test]
fn bad_input_27_wrong_types_cost_their_field_only() {
    let record = json!({"text": "T", "createdAt": "soon", "facets": "x", "reply": {"root": 5, "parent": {"uri": uri(OTHER, "p")}}});
    let mut told = view("no-tid", record);
    for (field, value) in
        [("likeCount", json!(-1)), ("author", json!("me")), ("replyTo", json!({"uri": uri(OTHER, "p")}))]
    {
        told[field] = value;
    }
    let bare = json!({
        "uri": uri(REPO, "no-tid"), "cid": cid(), "author": {"did": REPO}, "text": "T",
        "createdAt": "1970-01-01T00:00:00.000Z",
    });
    assert_eq!(read(&told), bare);
    // Who is told of is the repository's owner, and what is answered is a comment.
    told["author"] = json!({"did": OTHER, "handle": "aurora.test"});
    let video = json!({"uri": format!("at://{OTHER}/place.stream.video/x"), "cid": cid()});
    told["record"]["reply"] = json!({"root": video, "parent": video});
    assert_eq!(read(&told), bare);
}

#[test]
fn bad_input_25_texts_are_cut_on_a_character_and_cleaned() {
    let text = |text: &str| read(&view("a", json!({"text": text})))["text"].as_str().unwrap().to_owned();
    assert_eq!(text("<b>a\u{202E}b\0c\r\n\r\nd"), "<b>abc\n\nd");
    assert_eq!(text(&"é".repeat(1 << 18)), "é".repeat(1_500));
    let excerpt = |text: &str| {
        let parent = json!({"uri": uri(OTHER, "p"), "cid": cid(), "record": {"text": text}});
        let shown = read(&with(view("a", json!({})), "replyTo", parent));
        shown["replyTo"]["text"].as_str().map(str::to_owned)
    };
    assert_eq!(excerpt(&"x".repeat(240)), Some("x".repeat(240)));
    assert_eq!(excerpt(&"x".repeat(241)), Some(format!("{}…", "x".repeat(237))));
    assert_eq!(excerpt(&"é".repeat(9_999)), Some(format!("{}…", "é".repeat(118))));
    assert_eq!(excerpt("\0 \n"), None);
}

#[test]
fn the_address() {
    let base = Url::parse("https://stream.example/some/path?x#y").unwrap();
    let video = AtUri::parse(&format!("at://{REPO}/place.stream.video/r")).unwrap();
    let root = "https://stream.example/xrpc/place.stream.vod.getComments?video=at%3A%2F%2Fdid%3Aplc%3Aaaaaaaaaaaaaaaaaaaaaaaaa%2Fplace.stream.video%2Fr";
    let url = |limit, cursor| get_comments_url(&base, &video, limit, cursor).to_string();
    assert_eq!(url(25, None), format!("{root}&limit=25"));
    assert_eq!(url(0, Some("a&b=c")), format!("{root}&limit=1&cursor=a%26b%3Dc"));
    assert_eq!(url(1_000, None), format!("{root}&limit=100"));
}
