use streamhut_atproto::{AtUri, Did};
use url::Url;

use crate::nsid;

/// The most videos, records or comments that one page holds.
pub const MAX_PAGE: u32 = 100;

/// The most accounts that one request for profiles may name.
pub const MAX_PROFILES: usize = 25;

/// A page of a node's videos, newest first. `base` is the node's origin; `limit` is held within
/// 1 to [`MAX_PAGE`]; `cursor` comes from the page before.
pub fn get_video_list_url(base: &Url, repo: Option<&Did>, limit: u32, cursor: Option<&str>) -> Url {
    let mut url = method(base, nsid::PLACE_STREAM_MEDIA_GET_VIDEO_LIST);
    let mut query = url.query_pairs_mut();
    if let Some(repo) = repo {
        query.append_pair("repo", repo.as_str());
    }
    query.append_pair("limit", &limit.clamp(1, MAX_PAGE).to_string());
    if let Some(cursor) = cursor {
        query.append_pair("cursor", cursor);
    }
    drop(query);
    url
}

/// One video with its author and counts.
pub fn get_video_url(base: &Url, uri: &AtUri) -> Url {
    of_video(base, nsid::PLACE_STREAM_MEDIA_GET_VIDEO, uri)
}

/// The master playlist of a video. Asking counts as a view.
pub fn get_video_playlist_url(base: &Url, uri: &AtUri) -> Url {
    of_video(base, nsid::PLACE_STREAM_PLAYBACK_GET_VIDEO_PLAYLIST, uri)
}

/// The master playlist of the part of a video from `start_ms` on, up to `end_ms` or to its end: milliseconds on the
/// video's own timeline, which for a clip begins with the clip. Whole segments are played. Asking counts as a view.
pub fn get_video_part_url(base: &Url, uri: &AtUri, start_ms: u64, end_ms: Option<u64>) -> Url {
    let mut url = get_video_playlist_url(base, uri);
    url.query_pairs_mut().append_pair("start", &start_ms.to_string());
    if let Some(end_ms) = end_ms {
        url.query_pairs_mut().append_pair("end", &end_ms.to_string());
    }
    url
}

/// Which captions a video has.
pub fn list_caption_tracks_url(base: &Url, uri: &AtUri) -> Url {
    let mut url = method(base, nsid::PLACE_STREAM_CAPTION_LIST_TRACKS);
    url.query_pairs_mut().append_pair("video", uri.as_str());
    url
}

/// A whole track of captions as WebVTT. `track` is an id of [`list_caption_tracks_url`].
pub fn get_captions_url(base: &Url, uri: &AtUri, track: &str) -> Url {
    let mut url = method(base, nsid::PLACE_STREAM_CAPTION_GET_CAPTIONS);
    url.query_pairs_mut()
        .append_pair("video", uri.as_str())
        .append_pair("format", "vtt")
        .append_pair("track", track);
    url
}

/// A page of the comments on a video, newest first. `limit` is held within 1 to [`MAX_PAGE`]; `cursor` comes from the
/// page before.
pub fn get_comments_url(base: &Url, uri: &AtUri, limit: u32, cursor: Option<&str>) -> Url {
    let mut url = method(base, nsid::PLACE_STREAM_VOD_GET_COMMENTS);
    let mut query = url.query_pairs_mut();
    query.append_pair("video", uri.as_str());
    query.append_pair("limit", &limit.clamp(1, MAX_PAGE).to_string());
    if let Some(cursor) = cursor {
        query.append_pair("cursor", cursor);
    }
    drop(query);
    url
}

/// The profiles of accounts, from Bluesky's AppView or what answers like it at `base`. No more than
/// [`MAX_PROFILES`] are asked for.
pub fn get_profiles_url(base: &Url, actors: &[Did]) -> Url {
    let mut url = method(base, nsid::APP_BSKY_ACTOR_GET_PROFILES);
    let actors = actors.iter().take(MAX_PROFILES).map(|did| ("actors", did.as_str()));
    url.query_pairs_mut().extend_pairs(actors);
    url
}

/// A page of the videos in the repository of `did`, newest key first, from the PDS that holds it. `limit` is held
/// within 1 to [`MAX_PAGE`]; `cursor` comes from the page before.
pub fn list_records_url(pds: &Url, did: &Did, limit: u32, cursor: Option<&str>) -> Url {
    let mut url = method(pds, nsid::COM_ATPROTO_REPO_LIST_RECORDS);
    let mut query = url.query_pairs_mut();
    query.append_pair("repo", did.as_str());
    query.append_pair("collection", nsid::PLACE_STREAM_VIDEO);
    query.append_pair("limit", &limit.clamp(1, MAX_PAGE).to_string());
    if let Some(cursor) = cursor {
        query.append_pair("cursor", cursor);
    }
    drop(query);
    url
}

fn of_video(base: &Url, name: &str, uri: &AtUri) -> Url {
    let mut url = method(base, name);
    url.query_pairs_mut().append_pair("uri", uri.as_str());
    url
}

/// XRPC methods stand at the root of their host, whatever path `base` has.
fn method(base: &Url, name: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("/xrpc/{name}"));
    url.set_query(None);
    url.set_fragment(None);
    url
}
