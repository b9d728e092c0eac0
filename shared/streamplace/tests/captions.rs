//! Tracks of captions.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use serde_json::{Value, json};
use streamhut_streamplace::Caption;
use streamhut_streamplace::xrpc::{AnswerError, parse_caption_tracks};
use url::Url;

/// What is read of `tracks`, as JSON.
fn read(tracks: Value) -> Value {
    json!(parse_caption_tracks(json!({"tracks": tracks}).to_string().as_bytes()).unwrap())
}

#[test]
fn tracks_as_upstream_lists_them() {
    let human = json!({
        "id": "record-human-en", "language": "en", "kind": "captions", "source": "human", "origin": "record",
        "label": "English", "author": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa",
    });
    let imported =
        json!({"id": "record-imported-de", "language": "de", "source": "imported", "origin": "record"});
    assert_eq!(
        read(json!([human, imported])),
        json!([
            {"id": "record-human-en", "language": "en", "kind": "captions", "source": "human", "label": "English"},
            {"id": "record-imported-de", "language": "de", "source": "imported"},
        ])
    );
    assert_eq!(read(json!([])), json!([]));
}

#[test]
fn a_caption_is_its_track_with_an_address() {
    let tracks =
        parse_caption_tracks(br#"{"tracks": [{"id": "a", "language": "en", "label": "English"}]}"#).unwrap();
    let caption = tracks[0].clone().at(Url::parse("https://a.example/en.vtt").unwrap());
    let written = json!(caption);
    assert_eq!(
        written,
        json!({"id": "a", "language": "en", "label": "English", "url": "https://a.example/en.vtt"})
    );
    assert_eq!(serde_json::from_value::<Caption>(written).unwrap(), caption);
}

#[test]
fn bad_input_27_a_track_needs_an_id_alone_and_its_text_is_bounded() {
    for track in [
        json!(null),
        json!({}),
        json!({"id": ""}),
        json!({"id": 1, "language": "en"}),
        json!({"id": "a\nb"}),
        json!({"id": "x".repeat(513)}),
    ] {
        assert_eq!(read(json!([track])), json!([]));
    }
    assert_eq!(
        read(json!([
            {"id": " a/ä ", "language": "\"><script>", "kind": 5, "source": "\0", "label": "é\n".repeat(99)},
            {"id": " a/ä ", "language": "de"},
        ])),
        json!([{"id": " a/ä ", "language": "und", "label": "é ".repeat(43).trim_end()}])
    );
    let many: Vec<Value> = (0..500).map(|n| json!({"id": n.to_string()})).collect();
    assert_eq!(read(json!(many)).as_array().unwrap().len(), 100);
}

#[test]
fn bad_input_28_an_answer_that_is_no_list_is_refused() {
    assert!(matches!(parse_caption_tracks(b"WEBVTT\n"), Err(AnswerError::NotJson { .. })));
    for body in ["{}", "[]", r#"{"tracks": {}}"#, r#"{"videos": []}"#] {
        let refused = parse_caption_tracks(body.as_bytes());
        assert!(matches!(refused, Err(AnswerError::NoArray { name: "tracks", .. })), "{body}");
    }
}
