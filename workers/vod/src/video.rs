//! `getVideo`: one video's metadata.

use at_run::{Cache, Context, Error, Json, Result};
use serde::Deserialize;
use streamhut_streamplace::{
    VideoItem,
    xrpc::{get_video_url, parse_video},
};

use crate::upstream;

#[derive(Deserialize)]
pub(crate) struct GetVideo {
    uri: String,
}

pub(crate) async fn get_video(ctx: Context, input: GetVideo) -> Result<(Cache, Json<VideoItem>)> {
    let uri = upstream::video_uri(&input.uri)?;
    let answer = upstream::ask(&ctx, &get_video_url(&upstream::node(&ctx)?, &uri)).await?;
    let view = parse_video(answer.bytes()).map_err(|e| Error::from(answer.unexpected(e.to_string())))?;
    if view.video.uri != uri {
        let other = format!("it is about {}", view.video.uri);
        return Err(answer.unexpected(other).into());
    }
    Ok((Cache::public(30).stale_while_revalidate(300), Json(view.into())))
}
