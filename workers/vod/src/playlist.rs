//! `getPlaylist`: a video's HLS master playlist, every URI absolute.
//!
//! It takes a video, never a URL: nobody can have this bundle fetch a place of their choice.

use at_run::{Cache, Context, Error, Response, Result};
use serde::Deserialize;
use streamhut_hls::{Master, Quality};
use streamhut_streamplace::xrpc::get_video_playlist_url;

use crate::upstream;

#[derive(Deserialize)]
pub(crate) struct GetPlaylist {
    uri: String,
    quality: Option<String>,
}

pub(crate) async fn get_playlist(ctx: Context, input: GetPlaylist) -> Result<Response> {
    let uri = upstream::video_uri(&input.uri)?;
    let quality: Option<Quality> = input.quality.as_deref().map(str::parse).transpose().map_err(
        |error: streamhut_hls::UnknownQuality| Error::invalid("InvalidInput", format!("`quality`: {error}")),
    )?;
    let answer = upstream::ask(&ctx, &get_video_playlist_url(&upstream::node(&ctx)?, &uri)).await?;
    let master = Master::parse(answer.bytes(), answer.url())
        .map_err(|e| Error::from(answer.unexpected(e.to_string())))?;
    let master = quality.map_or_else(|| master.clone(), |quality| master.select(quality));
    // As long as upstream lets it be kept. Every request for it counts as a view there.
    Ok(Response::m3u8(master.write()).cache(Cache::public(60)))
}
