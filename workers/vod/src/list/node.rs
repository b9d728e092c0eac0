//! The Streamplace node's own list.

use at_run::{Context, Error, Result};
use streamhut_streamplace::{
    VideoItem,
    xrpc::{VideoPage, get_video_list_url, parse_video_list},
};

use super::{Found, Listed, Query};
use crate::upstream;

pub(super) async fn ask(ctx: &Context, query: &Query, cursor: Option<&str>) -> Result<Found> {
    let url = get_video_list_url(&upstream::node(ctx)?, query.creator.as_ref(), query.limit, cursor);
    let answer = upstream::ask_twice(ctx, &url).await?;
    let page = parse_video_list(answer.bytes());
    let page = page.map_err(|error| Error::from(answer.unexpected(error.to_string())))?;
    let cursor = page.cursor.clone();
    Ok(Found { videos: items(ctx, page).map(Listed::from).collect(), cursor })
}

/// The videos of a page; what is none is logged.
pub(super) fn items(ctx: &Context, page: VideoPage) -> impl Iterator<Item = VideoItem> {
    for error in &page.refused {
        ctx.log().warn(format!("left out of the list: {error}"));
    }
    page.videos.into_iter().map(VideoItem::from)
}
