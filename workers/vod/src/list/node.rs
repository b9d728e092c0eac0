//! The Streamplace node's own list.

use at_run::{Context, Error, Result};
use streamhut_streamplace::{
    VideoItem,
    xrpc::{VideoPage, get_video_list_url, parse_video_list},
};

use super::{Found, Query};
use crate::upstream;

pub(super) async fn ask(ctx: &Context, query: &Query, cursor: Option<&str>) -> Result<Found> {
    let url = get_video_list_url(&upstream::node(ctx)?, query.creator.as_ref(), query.limit, cursor);
    let answer = upstream::ask_twice(ctx, &url).await?;
    let page = parse_video_list(answer.bytes());
    Ok(found(ctx, page.map_err(|error| Error::from(answer.unexpected(error.to_string())))?))
}

/// The videos of a page; what is none is logged.
pub(super) fn found(ctx: &Context, page: VideoPage) -> Found {
    for error in &page.refused {
        ctx.log().warn(format!("left out of the list: {error}"));
    }
    Found { videos: page.videos.into_iter().map(VideoItem::from).collect(), cursor: page.cursor }
}
