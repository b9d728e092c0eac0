//! Records of videos, alone and in a server's list.

use serde_json::{Value, json};
use streamhut_atproto::{AtUri, RecordCid};
use streamhut_streamplace::xrpc::{parse_video, parse_video_list};
use streamhut_streamplace::{MAX_DURATION_MS, Profile, Source, Video, VideoItem, datetime};

const URI: &str = "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/place.stream.video/3mhkl2ahsl22l";
const NOW_MS: i64 = 1_790_000_000_000;

/// A record from a repository. Accepted, it is within the bounds that its type promises.
pub fn video(data: &[u8]) -> bool {
    let Ok(record) = serde_json::from_slice::<Value>(data) else { return false };
    let uri = AtUri::parse(URI).expect("an address");
    let Ok(video) = Video::from_record(&uri, RecordCid::of(data), &record) else { return false };
    assert_eq!(video.uri, uri);
    keeps_its_bounds(video, None);
    true
}

/// An answer of `getVideoList`. Accepted, it loses no item: each is a video within bounds, or refused with a reason;
/// and each item alone is read as it is in the list.
pub fn video_list(data: &[u8]) -> bool {
    let Ok(page) = parse_video_list(data) else { return false };
    let answer: Value = serde_json::from_slice(data).expect("JSON, since it was read");
    let items = answer.get("videos").and_then(Value::as_array).expect("an array, since it was read");
    assert_eq!(items.len(), page.videos.len() + page.refused.len());
    assert!(page.cursor.as_deref() != Some(""));
    let alone: Vec<_> =
        items.iter().filter_map(|item| parse_video(item.to_string().as_bytes()).ok()).collect();
    assert_eq!(alone, page.videos);
    for view in page.videos {
        keeps_its_bounds(view.video, view.author);
    }
    true
}

fn keeps_its_bounds(video: Video, author: Option<Profile>) {
    assert!(video.title.len() <= 1400 && is_line(&video.title), "{:?}", video.title);
    let description = video.description.as_deref().unwrap_or("-");
    assert!((1..=50_000).contains(&description.len()) && description.lines().all(is_line), "{description:?}");
    assert!(video.duration_ms.is_none_or(|ms| (1..=MAX_DURATION_MS).contains(&ms)));
    assert!(video.tags.len() <= 10 && video.tags.iter().all(|tag| !tag.is_empty() && is_line(tag)));
    assert!(video.content_warnings.len() <= 16 && video.content_warnings.iter().all(|kind| is_line(kind)));
    assert!((0..=NOW_MS).contains(&video.sort_ms(NOW_MS)));
    assert!(datetime::unix_millis(&video.created_at).is_some(), "{:?}", video.created_at);
    if let Source::Clip { start_ms, end_ms, .. } = video.source {
        assert!(start_ms < end_ms);
    }
    let item = VideoItem::new(video, author);
    let avatar = item.avatar.as_deref().unwrap_or("https:");
    assert!(avatar.starts_with("https:") || avatar.starts_with("http:"), "{avatar}");
    assert_eq!(serde_json::from_value::<VideoItem>(json!(item)).ok(), Some(item));
}

fn is_line(text: &str) -> bool {
    !text.chars().any(char::is_control)
}
