//! `getPlaylist`, a video's HLS playlist with every URI absolute, and `getVideoStreams`, what it offers.
//!
//! They take a video, never a URL: nobody can have this bundle fetch a place of their choice.

use std::cmp::Reverse;

use at_run::{Cache, Context, Error, HttpResponse, Response, Result};
use serde::{Deserialize, Serialize};
use streamhut_atproto::AtUri;
use streamhut_hls::{Master, PlaylistError, Quality, Streams, rewrite};
use streamhut_streamplace::xrpc::get_video_playlist_url;

use crate::{
    told::{self, DAY, Rule, told},
    upstream,
    video::STALE,
};

/// What a video offers changes with its record only; every question counts as a view on the node.
const RULE: Rule = Rule { fresh: 600, keep: DAY };

#[derive(Deserialize)]
pub(crate) struct GetPlaylist {
    uri: String,
    quality: Option<String>,
}

pub(crate) async fn get_playlist(ctx: Context, input: GetPlaylist) -> Result<Response> {
    let uri = upstream::video_uri(&input.uri)?;
    let quality = input.quality.as_deref().filter(|quality| !quality.is_empty());
    let quality: Option<Quality> =
        quality.map(str::parse).transpose().map_err(|error: streamhut_hls::UnknownQuality| {
            Error::invalid("InvalidInput", format!("`quality`: {error}"))
        })?;
    let answer = ask(&ctx, &uri).await?;
    let text = match Master::parse(answer.bytes(), answer.url()) {
        Ok(master) => quality.map_or_else(|| master.clone(), |quality| master.select(quality)).write(),
        // A node may have one track only, and no choice to offer.
        Err(PlaylistError::MediaPlaylist { .. }) => {
            let text = rewrite(answer.bytes(), answer.url()).map_err(|error| nonsense(&answer, &error))?;
            String::from_utf8(text).map_err(|error| Error::internal(error.to_string()))?
        }
        Err(error) => return Err(nonsense(&answer, &error)),
    };
    // As long as upstream lets it be kept. Every request for it counts as a view there.
    Ok(Response::m3u8(text).cache(Cache::public(60)))
}

#[derive(Deserialize)]
pub(crate) struct GetVideoStreams {
    uri: String,
}

#[derive(Serialize)]
struct VideoStreams {
    uri: AtUri,
    #[serde(flatten)]
    streams: Streams,
}

pub(crate) async fn get_video_streams(ctx: Context, input: GetVideoStreams) -> Result<Response> {
    let uri = upstream::video_uri(&input.uri)?;
    let key = told::key("streams", uri.as_str());
    let told = told(&ctx, &key, RULE, async || {
        let answer = ask(&ctx, &uri).await?;
        let streams = match Master::parse(answer.bytes(), answer.url()) {
            Ok(master) => best_first(master.streams()),
            Err(PlaylistError::MediaPlaylist { .. }) => {
                Streams { streams: Vec::new(), audio_tracks: Vec::new(), subtitles: Vec::new() }
            }
            Err(error) => return Err(nonsense(&answer, &error)),
        };
        let streams = VideoStreams { uri: uri.clone(), streams };
        serde_json::to_vec(&streams).map_err(|error| Error::internal(error.to_string()))
    });
    let told = told.await?;
    let response = Response::new("application/json", told.content().to_vec()).etag(&told.tag());
    Ok(match told.is_stale {
        true => response.cache(Cache::public(10)).header("x-bundle-reason", STALE),
        false => response.cache(Cache::public(300)),
    })
}

/// The largest picture first; of the same size, the one of most bits.
fn best_first(mut streams: Streams) -> Streams {
    streams.streams.sort_by_key(|stream| Reverse((stream.width.min(stream.height), stream.bandwidth)));
    streams
}

async fn ask(ctx: &Context, uri: &AtUri) -> Result<HttpResponse> {
    upstream::ask_twice(ctx, &get_video_playlist_url(&upstream::node(ctx)?, uri)).await
}

fn nonsense(answer: &HttpResponse, error: &PlaylistError) -> Error {
    answer.unexpected(error.to_string()).into()
}
