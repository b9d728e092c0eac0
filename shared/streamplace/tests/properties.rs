//! What holds for every JSON value.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};
use streamhut_atproto::{AtUri, RecordCid};
use streamhut_streamplace::xrpc::{UpstreamError, VideoView, parse_video_list};
use streamhut_streamplace::{MAX_DURATION_MS, Source, Video, VideoItem, datetime};

const URI: &str = "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/place.stream.video/3mhkl2ahsl22l";

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        r"\PC{0,12}",
        any::<String>(),
        "[-+]?[0-9]{1,6}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{0,9})?)?(Z|[-+][0-9]{2}:?[0-9]{2})?",
        Just(URI.to_owned()),
        Just("place.stream.video".to_owned()),
        Just("place.stream.media.defs#sourceClip".to_owned()),
        Just("blob".to_owned()),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0u64..20_000_000_000).prop_map(Value::from),
        any::<f64>().prop_map(|number| Number::from_f64(number).map_or(Value::Null, Value::Number)),
        text().prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let key = prop_oneof![
            prop::sample::select(vec![
                "$type",
                "title",
                "createdAt",
                "duration",
                "durationMs",
                "creator",
                "source",
                "video",
                "start",
                "end",
                "description",
                "thumb",
                "ref",
                "$link",
                "mimeType",
                "size",
                "connections",
                "livestream",
                "uri",
                "cid",
                "contentWarnings",
                "warnings",
                "tags",
                "videos",
                "record",
                "author",
                "did",
                "handle",
                "avatar",
            ])
            .prop_map(str::to_owned),
            text(),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((key, inner), 0..8)
                .prop_map(|fields| Value::Object(Map::from_iter(fields))),
        ]
    })
}

/// A record whose known fields hold anything.
fn record() -> impl Strategy<Value = Value> {
    let fields = ["title", "createdAt", "duration", "durationMs", "creator", "source", "description", "tags"];
    prop::collection::vec(value(), fields.len()).prop_map(move |values| {
        Value::Object(fields.iter().map(|name| (*name).to_owned()).zip(values).collect())
    })
}

fn read(record: &Value) -> Option<Video> {
    Video::from_record(&AtUri::parse(URI).unwrap(), RecordCid::of(b""), record).ok()
}

fn shows_no_control(text: &str) -> bool {
    text.chars().all(|c| c == '\n' || !c.is_control())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_read_or_refused(value in value()) {
        let _ = read(&value);
        let _ = VideoView::from_value(&value);
        let _ = parse_video_list(value.to_string().as_bytes());
        let _ = UpstreamError::of(404, value.to_string().as_bytes());
    }

    #[test]
    fn a_record_without_type_is_always_a_video_within_bounds(record in record(), now in 0i64..4_000_000_000_000) {
        let Some(video) = read(&record) else { return Err(TestCaseError::fail("refused")) };
        prop_assert!(video.title.len() <= 1400 && shows_no_control(&video.title) && !video.title.contains('\n'));
        prop_assert!(video.description.iter().all(|text| text.len() <= 50_000 && shows_no_control(text)));
        prop_assert!(video.duration_ms.is_none_or(|ms| (1..=MAX_DURATION_MS).contains(&ms)));
        prop_assert!(video.tags.len() <= 10);
        prop_assert!((0..=now).contains(&video.sort_ms(now)));
        prop_assert!(datetime::unix_millis(&video.created_at).is_some());
        if let Source::Clip { start_ms, end_ms, .. } = video.source {
            prop_assert!(start_ms < end_ms);
        }
        let item = VideoItem::new(video, None);
        let read_back = serde_json::from_value::<VideoItem>(json!(item));
        prop_assert_eq!(read_back.ok(), Some(item));
    }

    #[test]
    fn any_body_is_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..200), status in any::<u16>()) {
        let _ = parse_video_list(&body);
        let _ = UpstreamError::of(status, &body);
    }

    #[test]
    fn dates_are_written_as_they_are_read(millis in -62_167_219_200_000i64..253_402_300_800_000) {
        prop_assert_eq!(datetime::iso(millis).as_deref().and_then(datetime::unix_millis), Some(millis));
    }

    #[test]
    fn any_text_is_a_date_or_not(text in text()) {
        let _ = datetime::unix_millis(&text);
    }
}
