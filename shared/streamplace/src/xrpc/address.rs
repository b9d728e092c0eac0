use streamhut_atproto::{AtUri, Did};
use url::Url;

use crate::nsid;

/// The most videos that one page holds.
pub const MAX_PAGE: u32 = 100;

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
