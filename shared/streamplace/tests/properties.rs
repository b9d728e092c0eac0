//! What holds for every JSON value.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};
use streamhut_atproto::{AtUri, Did, RecordCid};
use streamhut_streamplace::xrpc::{
    UpstreamError, VideoView, parse_caption_tracks, parse_comments, parse_profiles, parse_records,
    parse_video_list,
};
use streamhut_streamplace::{
    Comment, FacetTarget, MAX_CHAPTERS, MAX_DURATION_MS, Profile, ProfileRecord, Source, Video, VideoDetail,
    VideoItem, chapters, datetime,
};

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
        Just("https://a.example/b".to_owned()),
        Just("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa".to_owned()),
        timestamps(),
    ]
}

/// Lines such as chapters are written in, some of them good.
fn timestamps() -> impl Strategy<Value = String> {
    let line = r"[-•( \[]{0,2}([0-9]{1,2}:)?[0-9]{1,3}:[0-6][0-9][-)\]| ]{0,3}\PC{0,6}";
    let lines = prop::collection::vec(line, 0..6);
    (any::<bool>(), lines).prop_map(|(first, lines)| {
        let first = if first { "0:00 Intro\n" } else { "" };
        format!("{first}{}", lines.join("\n"))
    })
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
                "descriptionFacets",
                "index",
                "byteStart",
                "byteEnd",
                "features",
                "activity",
                "label",
                "name",
                "contentRights",
                "license",
                "tracks",
                "track",
                "trackId",
                "mediaType",
                "metadata",
                "audio",
                "framerate",
                "language",
                "id",
                "records",
                "value",
                "profiles",
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
    let fields = [
        "title",
        "createdAt",
        "duration",
        "durationMs",
        "creator",
        "source",
        "description",
        "tags",
        "activity",
        "contentRights",
    ];
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
        let body = value.to_string();
        let _ = parse_video_list(body.as_bytes());
        let _ = parse_records(&Did::parse("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa").unwrap(), body.as_bytes());
        let _ = parse_caption_tracks(body.as_bytes());
        let _ = parse_profiles(body.as_bytes());
        let _ = parse_comments(body.as_bytes());
        let _ = ProfileRecord::from_value(&value);
        if let Some(profile) = Profile::from_value(&value) {
            prop_assert_eq!(serde_json::from_value::<Profile>(json!(profile)).ok(), Some(profile));
        }
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
        let detail = VideoDetail::from(VideoView::from(video));
        let written = json!(detail);
        let item = serde_json::from_value::<VideoItem>(written.clone()).ok();
        prop_assert_eq!(item.as_ref(), Some(&detail.item));
        prop_assert_eq!(serde_json::from_value::<VideoDetail>(written).ok(), Some(detail));
    }

    #[test]
    fn any_comment_is_refused_or_within_bounds(record in value(), text in any::<String>(), author in value(), answered in value()) {
        let cid = RecordCid::of(b"");
        let uri = URI.replace("place.stream.video", "place.stream.vod.comment");
        let parent = json!({"uri": uri, "cid": cid, "author": author, "record": {"text": text}});
        for (record, answered) in [(record, answered), (json!({"text": text}), parent)] {
            let view = json!({"uri": uri, "cid": cid, "author": author, "record": record, "replyTo": answered});
            let Ok(comment) = Comment::from_value(&view) else { continue };
            prop_assert!((1..=3_000).contains(&comment.text.len()) && shows_no_control(&comment.text));
            prop_assert!(datetime::unix_millis(&comment.created_at).is_some());
            for facet in &comment.facets {
                prop_assert!(comment.text.get(facet.start_byte..facet.end_byte).is_some_and(|part| !part.is_empty()));
            }
            if let Some(answered) = &comment.reply_to {
                prop_assert!((1..=240).contains(&answered.text.len()) && !answered.text.contains('\n'));
                prop_assert!(shows_no_control(&answered.text));
            }
            prop_assert_eq!(serde_json::from_value::<Comment>(json!(comment)).ok(), Some(comment));
        }
    }

    #[test]
    fn any_text_has_chapters_that_keep_the_rules(text in prop_oneof![timestamps(), any::<String>()], duration in prop::option::of(0u64..100_000_000)) {
        let found = chapters(&text, duration);
        prop_assert!(found.is_empty() || (2..=MAX_CHAPTERS).contains(&found.len()));
        prop_assert!(found.first().is_none_or(|first| first.start_ms == 0));
        prop_assert!(found.windows(2).all(|pair| pair[0].start_ms < pair[1].start_ms));
        for chapter in found {
            prop_assert!(duration.is_none_or(|end| chapter.start_ms < end));
            prop_assert!((1..=256).contains(&chapter.title.len()) && !chapter.title.contains('\n'));
            prop_assert!(shows_no_control(&chapter.title));
        }
    }

    #[test]
    fn written_chapters_are_found(gaps in prop::collection::vec(1u64..4000, 1..60), titles in "[A-Z][a-z]{0,9}") {
        let starts: Vec<u64> = gaps.iter().scan(0, |at, gap| { *at += gap; Some(*at) }).collect();
        let line = |at: &u64| match at / 3600 {
            0 => format!("{}:{:02} {titles}", at / 60, at % 60),
            hours => format!("{hours}:{:02}:{:02} {titles}", at / 60 % 60, at % 60),
        };
        let lines: Vec<String> = std::iter::once(&0).chain(&starts).map(line).collect();
        let found: Vec<u64> = chapters(&lines.join("\n"), None).iter().map(|chapter| chapter.start_ms / 1000).collect();
        prop_assert_eq!(&found[1..], starts);
    }

    #[test]
    fn facets_mark_the_same_characters_in_what_is_shown(
        text in any::<String>(),
        ranges in prop::collection::vec((0usize..40, 0usize..40), 0..6),
    ) {
        let facets: Vec<Value> = ranges.iter().map(|(start, length)| json!({
            "index": {"byteStart": start, "byteEnd": start + length},
            "features": [{"uri": format!("https://a.example/{start}/{}", start + length)}],
        })).collect();
        let Some(video) = read(&json!({"description": text, "descriptionFacets": facets})) else { return Err(TestCaseError::fail("refused")) };
        let shown = video.description.unwrap_or_default();
        let mut until = 0;
        for facet in video.description_facets {
            prop_assert!(until <= facet.start_byte && facet.start_byte < facet.end_byte);
            until = facet.end_byte;
            let FacetTarget::Link(url) = facet.target else { return Err(TestCaseError::fail("no link")) };
            let mut bounds = url.rsplit('/').map(|number| number.parse::<usize>().unwrap());
            let (end, start) = (bounds.next().unwrap(), bounds.next().unwrap());
            let (told, part) = (&text[start..end], shown.get(facet.start_byte..facet.end_byte));
            let Some(part) = part else { return Err(TestCaseError::fail("splits a character")) };
            // Cleaning takes characters away and changes white space, no more.
            let mut left = told.chars().filter(|c| !c.is_whitespace());
            prop_assert!(part.chars().filter(|c| !c.is_whitespace()).all(|c| left.any(|other| other == c)));
        }
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
