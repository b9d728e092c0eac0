//! `getPlaylist`, a video's HLS playlist with every URI absolute, and `getVideoStreams`, what it offers.
//!
//! They take a video, never a URL: nobody can have this bundle fetch a place of their choice.

use std::cmp::Reverse;

use at_run::{Cache, Context, Error, HttpResponse, Response, Result};
use serde::{Deserialize, Serialize};
use streamhut_atproto::AtUri;
use streamhut_hls::{Master, PlaylistError, Quality, Streams, rewrite};
use streamhut_streamplace::xrpc::get_video_playlist_url;
use url::Url;

use crate::{upstream, video::STALE};
use streamhut_accounts::told::{self, DAY, Rule, told};

/// What a video offers changes with its record only; every question counts as a view on the node.
const RULE: Rule = Rule { fresh: 600, keep: DAY };

/// Bytes in which a playlist tells what it is.
const HEAD_BYTES: usize = 64 * 1024;

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
    let text = match (master(&answer)?, quality) {
        (Some(master), Some(quality)) => master.select(quality).write(),
        (Some(master), None) => master.write(),
        (None, _) => {
            let text = rewrite(answer.bytes(), answer.url()).map_err(|error| nonsense(&answer, &error))?;
            String::from_utf8(text).map_err(|error| Error::internal(error.to_string()))?
        }
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
        let streams = match master(&answer)? {
            Some(master) => best_first(master.streams()),
            None => Streams { streams: Vec::new(), audio_tracks: Vec::new(), subtitles: Vec::new() },
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

/// The master playlist; `None` where the node has one track only, and gives its media playlist.
fn master(answer: &HttpResponse) -> Result<Option<Master>> {
    let (bytes, url) = (answer.bytes(), answer.url());
    match Master::parse(bytes, url) {
        Ok(master) => Ok(Some(master)),
        Err(PlaylistError::MediaPlaylist { .. }) => Ok(None),
        // That of a long video is larger than any master. Its beginning tells what it is.
        Err(PlaylistError::TooLarge { .. }) if is_media(bytes, url) => Ok(None),
        Err(error) => Err(nonsense(answer, &error)),
    }
}

fn is_media(bytes: &[u8], url: &Url) -> bool {
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    let lines = head.iter().rposition(|byte| *byte == b'\n').and_then(|end| head.get(..=end));
    matches!(Master::parse(lines.unwrap_or(head), url), Err(PlaylistError::MediaPlaylist { .. }))
}

async fn ask(ctx: &Context, uri: &AtUri) -> Result<HttpResponse> {
    upstream::ask_twice(ctx, &get_video_playlist_url(&upstream::node(ctx)?, uri)).await
}

fn nonsense(answer: &HttpResponse, error: &PlaylistError) -> Error {
    answer.unexpected(error.to_string()).into()
}
