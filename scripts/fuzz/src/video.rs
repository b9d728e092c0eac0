//! Records of videos, alone and in a server's list; and the lists that tell of a video's captions, of its
//! creator and of what people say of it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use streamhut_atproto::{AtUri, Did, RecordCid};
use streamhut_streamplace::xrpc::{
    VideoView, parse_caption_tracks, parse_comments, parse_profiles, parse_records, parse_video,
    parse_video_list,
};
use streamhut_streamplace::{
    Comment, Facet, FacetTarget, MAX_CHAPTERS, MAX_DURATION_MS, Profile, Source, Video, VideoDetail,
    VideoItem, datetime,
};

const REPO: &str = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";
const URI: &str = "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/place.stream.video/3mhkl2ahsl22l";
const NOW_MS: i64 = 1_790_000_000_000;

/// A record from a repository. Accepted, it is within the bounds that its type promises.
pub fn video(data: &[u8]) -> bool {
    let Ok(record) = serde_json::from_slice::<Value>(data) else { return false };
    let uri = AtUri::parse(URI).expect("an address");
    let Ok(video) = Video::from_record(&uri, RecordCid::of(data), &record) else { return false };
    assert_eq!(video.uri, uri);
    keeps_its_bounds(video.into());
    true
}

/// An answer with a list: of `getVideoList`, `getComments`, `listRecords`, `listTracks` or `getProfiles`. What is
/// accepted is within the bounds that its type promises.
pub fn video_list(data: &[u8]) -> bool {
    [videos(data), comments(data), records(data), captions(data), profiles(data)].contains(&true)
}

/// Accepted, it loses no item: each is a video within bounds, or refused with a reason; and each item alone is read as
/// it is in the list.
fn videos(data: &[u8]) -> bool {
    let Ok(page) = parse_video_list(data) else { return false };
    let items = items(data, "videos");
    assert_eq!(items.len(), page.videos.len() + page.refused.len());
    assert!(page.cursor.as_deref() != Some(""));
    let alone: Vec<_> =
        items.iter().filter_map(|item| parse_video(item.to_string().as_bytes()).ok()).collect();
    assert_eq!(alone, page.videos);
    page.videos.into_iter().for_each(keeps_its_bounds);
    true
}

/// Accepted, it loses no item, and holds videos of the repository that was asked alone.
fn records(data: &[u8]) -> bool {
    let repo = Did::parse(REPO).expect("a DID");
    let Ok(page) = parse_records(&repo, data) else { return false };
    assert_eq!(items(data, "records").len(), page.videos.len() + page.refused.len());
    assert!(page.cursor.as_deref() != Some(""));
    for view in page.videos {
        assert_eq!(view.video.did, repo);
        keeps_its_bounds(view);
    }
    true
}

fn comments(data: &[u8]) -> bool {
    let Ok(page) = parse_comments(data) else { return false };
    assert_eq!(items(data, "comments").len().min(100), page.comments.len() + page.refused.len());
    assert!(page.cursor.as_deref() != Some(""));
    for comment in page.comments {
        assert!(
            (1..=3_000).contains(&comment.text.len()) && comment.text.lines().all(is_line),
            "{comment:?}"
        );
        assert!(datetime::unix_millis(&comment.created_at).is_some(), "{comment:?}");
        marks_parts_of(&comment.text, &comment.facets);
        assert_eq!(comment.uri.did(), Some(&comment.author.did));
        if let Some(answered) = &comment.reply_to {
            assert!((1..=240).contains(&answered.text.len()) && is_line(&answered.text), "{answered:?}");
            tells_of_an_account(answered.author.clone());
        }
        tells_of_an_account(comment.author.clone());
        assert_eq!(serde_json::from_value::<Comment>(json!(comment)).ok(), Some(comment));
    }
    true
}

fn captions(data: &[u8]) -> bool {
    let Ok(tracks) = parse_caption_tracks(data) else { return false };
    assert!(tracks.len() <= 100);
    let ids: BTreeSet<_> = tracks.iter().map(|track| &track.id).collect();
    assert_eq!(ids.len(), tracks.len(), "{tracks:?}");
    for track in &tracks {
        assert!((1..=512).contains(&track.id.len()) && is_line(&track.id), "{track:?}");
        assert!((2..=64).contains(&track.language.len()) && is_line(&track.language), "{track:?}");
        let others = [&track.kind, &track.source, &track.label].into_iter().flatten();
        assert!(others.into_iter().all(|text| (1..=128).contains(&text.len()) && is_line(text)), "{track:?}");
    }
    true
}

fn profiles(data: &[u8]) -> bool {
    let Ok(profiles) = parse_profiles(data) else { return false };
    assert!(profiles.len() <= 25);
    profiles.into_iter().for_each(tells_of_an_account);
    true
}

fn items(data: &[u8], name: &str) -> Vec<Value> {
    let mut answer: Value = serde_json::from_slice(data).expect("JSON, since it was read");
    let items = answer.get_mut(name).map(Value::take);
    serde_json::from_value(items.expect("there, since it was read")).expect("an array, since it was read")
}

fn keeps_its_bounds(view: VideoView) {
    let video = &view.video;
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
    if let Some(author) = &view.author {
        tells_of_an_account(author.clone());
    }
    let detail = VideoDetail::from(view);
    tells_everything_within_bounds(&detail);
    let written = json!(detail);
    assert_eq!(serde_json::from_value::<VideoItem>(written.clone()).ok().as_ref(), Some(&detail.item));
    assert_eq!(serde_json::from_value::<VideoDetail>(written).ok(), Some(detail));
}

fn tells_everything_within_bounds(detail: &VideoDetail) {
    let chapters = &detail.chapters;
    assert!(chapters.is_empty() || (2..=MAX_CHAPTERS).contains(&chapters.len()));
    assert!(chapters.first().is_none_or(|first| first.start_ms == 0));
    assert!(chapters.is_sorted_by(|one, next| one.start_ms < next.start_ms));
    for chapter in chapters {
        assert!(detail.item.duration_ms.is_none_or(|end| chapter.start_ms < end));
        assert!((1..=256).contains(&chapter.title.len()) && is_line(&chapter.title), "{chapter:?}");
    }
    marks_parts_of(detail.item.description.as_deref().unwrap_or_default(), &detail.description_facets);
    assert!(detail.tracks.len() <= 64);
    for track in &detail.tracks {
        assert!([&track.id, &track.kind].iter().all(|text| (1..=64).contains(&text.len()) && is_line(text)));
        assert!(track.frame_rate.is_none_or(|rate| rate > 0.0 && rate <= 1000.0), "{track:?}");
    }
    assert!(detail.activity.as_ref().is_none_or(|text| (1..=256).contains(&text.len()) && is_line(text)));
    assert!(detail.item.avatar.as_deref().is_none_or(is_of_the_web), "{:?}", detail.item.avatar);
}

fn marks_parts_of(text: &str, facets: &[Facet]) {
    let mut until = 0;
    assert!(facets.len() <= 200);
    for facet in facets {
        assert!(facet.start_byte >= until, "{facet:?} begins before {until}");
        let part = text.get(facet.start_byte..facet.end_byte).unwrap_or_default();
        assert!(!part.is_empty(), "{facet:?} of {text:?}");
        until = facet.end_byte;
        if let FacetTarget::Link(url) = &facet.target {
            assert!(is_of_the_web(url), "{url}");
        }
    }
}

fn tells_of_an_account(profile: Profile) {
    assert!(
        profile.display_name.as_deref().is_none_or(|name| (1..=640).contains(&name.len()) && is_line(name))
    );
    let description = profile.description.as_deref().unwrap_or("-");
    assert!((1..=2560).contains(&description.len()) && description.lines().all(is_line), "{description:?}");
    assert!(profile.avatar.as_deref().is_none_or(is_of_the_web), "{:?}", profile.avatar);
    assert!(profile.handle.as_ref().is_none_or(|handle| !handle.has_reserved_tld()), "{:?}", profile.handle);
    assert_eq!(serde_json::from_value::<Profile>(json!(profile)).ok(), Some(profile));
}

fn is_of_the_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

fn is_line(text: &str) -> bool {
    !text.chars().any(char::is_control)
}
