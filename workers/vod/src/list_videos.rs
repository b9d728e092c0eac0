//! `listVideos`: a page of videos, newest first.

use at_run::{Cache, Context, Error, Json, Result};
use serde::{Deserialize, Serialize};
use streamhut_atproto::Did;
use streamhut_streamplace::{
    VideoItem,
    xrpc::{MAX_PAGE, get_video_list_url, parse_video_list},
};

use crate::upstream;

const DEFAULT_LIMIT: u32 = 25;
const MAX_CURSOR: usize = 1024;

#[derive(Deserialize)]
pub(crate) struct ListVideos {
    limit: Option<u32>,
    cursor: Option<String>,
    creator: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct Page {
    videos: Vec<VideoItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

pub(crate) async fn list_videos(ctx: Context, input: ListVideos) -> Result<(Cache, Json<Page>)> {
    let limit = input.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(Error::invalid("InvalidInput", format!("`limit`: {limit} is not 1 to {MAX_PAGE}")));
    }
    let cursor = input.cursor.filter(|cursor| !cursor.is_empty());
    if cursor.as_ref().is_some_and(|cursor| cursor.len() > MAX_CURSOR) {
        return Err(Error::invalid("InvalidInput", format!("`cursor`: longer than {MAX_CURSOR} bytes")));
    }
    let creator = input.creator.as_deref().map(Did::parse).transpose();
    let creator = creator.map_err(|e| Error::invalid("InvalidInput", format!("`creator`: {e}")))?;
    let url = get_video_list_url(&upstream::node(&ctx)?, creator.as_ref(), limit, cursor.as_deref());
    let answer = upstream::ask(&ctx, &url).await?;
    let page = parse_video_list(answer.bytes()).map_err(|e| Error::from(answer.unexpected(e.to_string())))?;
    for error in &page.refused {
        ctx.log().warn(format!("left out of the list: {error}"));
    }
    let videos = page.videos.into_iter().map(VideoItem::from).collect();
    Ok((Cache::public(30).stale_while_revalidate(300), Json(Page { videos, cursor: page.cursor })))
}
