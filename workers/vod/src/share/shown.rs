//! What pages show of videos and creators.

use at_run::{Context, Error, Result};
use streamhut_atproto::{AtUri, Did};
use streamhut_pages::{Creator, Video, paths};
use streamhut_streamplace::{Profile, VideoDetail};

use crate::{list, video::video};
use streamhut_accounts::profile;

/// A video, with the shape of its picture where the node tells it.
///
/// # Errors
/// The node's refusals; 410 for one that was there.
pub(super) async fn shown(ctx: &Context, uri: &AtUri) -> Result<Video> {
    let detail = video(ctx, uri).await?;
    let size = size(&detail);
    Ok(Video { size, ..detail.item.into() })
}

/// That of the largest track: there may be several renditions.
fn size(video: &VideoDetail) -> Option<(u32, u32)> {
    video.tracks.iter().filter_map(|track| Some((track.width?, track.height?))).max()
}

/// A creator. Whom nobody knows by more than a DID is shown by that.
///
/// # Errors
/// 404 when there is no such account, 503 and 504 when that can't be said now.
pub(super) async fn creator(ctx: &Context, did: &Did) -> Result<Creator> {
    let Profile { did, handle, display_name, avatar, description } = profile(ctx, did).await?;
    Ok(Creator { did, handle, name: display_name, description, avatar })
}

/// The newest videos, of a creator or of all.
///
/// # Errors
/// As `listVideos`.
pub(super) async fn newest(ctx: &Context, creator: Option<&Did>, limit: u32) -> Result<Vec<Video>> {
    let page = list::page(ctx, &list::Query::newest(limit, creator.cloned())).await?;
    Ok(page.videos.into_iter().map(|video| video.item.into()).collect())
}

/// The second that a page begins at, of `90`, `12.5`, `90s`, `1m30s` or `1h2m`; none for the beginning.
///
/// # Errors
/// 400 for what is none; no time is an error of nobody.
pub(super) fn start(t: Option<&str>) -> Result<Option<u64>> {
    let Some(text) = t.filter(|text| !text.is_empty()) else { return Ok(None) };
    let seconds = paths::seconds(text).ok_or_else(|| {
        let shown: String = text.chars().take(64).collect();
        Error::invalid("InvalidInput", format!("`t`: {shown:?} is no number of seconds"))
    })?;
    Ok(Some(seconds).filter(|seconds| *seconds > 0))
}
