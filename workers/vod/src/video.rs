//! `getVideo`: everything that is known of one video.

use at_run::{Cache, Context, Error, Put, Response, Result};
use futures_util::join;
use serde::Deserialize;
use serde_json::Value;
use streamhut_atproto::AtUri;
use streamhut_streamplace::{
    Caption, CaptionTrack, Profile, VideoDetail,
    datetime::iso,
    xrpc::{get_captions_url, get_video_url, list_caption_tracks_url, parse_caption_tracks, parse_video},
};

use crate::{pictures::is_kept, upstream};
use streamhut_accounts::{
    profile,
    told::{self, DAY, Rule, Told, told, told_json},
};

const RULE: Rule = Rule { fresh: 30, keep: DAY };
const CAPTIONS_RULE: Rule = Rule { fresh: 300, keep: DAY };
/// Seconds for which a node that can't tell of captions is not asked for any: each video would wait for it.
const CAPTIONS_AWAY_SECONDS: u32 = 10;
const CAPTIONS_AWAY: &str = "captions?away";

#[derive(Deserialize)]
pub(crate) struct GetVideo {
    uri: String,
}

pub(crate) async fn get_video(ctx: Context, input: GetVideo) -> Result<Response> {
    let uri = upstream::video_uri(&input.uri)?;
    let told = video_told(&ctx, &uri).await?;
    let mut video: VideoDetail = told.json()?;
    let (captions, profile) = join!(captions(&ctx, &uri), creator(&ctx, &video));
    video.captions = captions;
    if let Some(profile) = profile {
        // Lists have what the node says; here somebody looked.
        video.item.handle = profile.handle.clone().or(video.item.handle);
        video.item.display_name = profile.display_name.clone().or(video.item.display_name);
        video.item.avatar = profile.avatar.clone().or(video.item.avatar);
        video.profile = Some(profile);
    }
    let cache = Cache::public(30).stale_while_revalidate(300);
    if !told.is_stale {
        return Ok(Response::json(&video)?.cache(cache));
    }
    let value = serde_json::to_value(&video).map_err(|error| Error::internal(error.to_string()))?;
    marked(value, &told)
}

/// Why an answer is old.
pub(crate) const STALE: &str = "Stale: nobody who knows better answers now";

/// An answer as it was, marked so: it is better than none.
pub(crate) fn stale(told: &Told) -> Result<Response> {
    marked(told.json()?, told)
}

fn marked(mut answer: Value, told: &Told) -> Result<Response> {
    mark_stale(&mut answer, told);
    Ok(Response::json(&answer)?.cache(Cache::public(10)).header("x-bundle-reason", STALE))
}

/// Says in an answer that it is old, and how old.
fn mark_stale(answer: &mut Value, told: &Told) {
    if let Value::Object(fields) = answer {
        fields.insert("stale".to_owned(), Value::Bool(true));
        let at = i64::try_from(told.at_ms()).ok().and_then(iso);
        fields.extend(at.map(|at| ("asOf".to_owned(), Value::String(at))));
    }
}

/// What the node says of a video, without captions and profile.
///
/// # Errors
/// The node's refusals. 410 `VideoDeleted` in place of 404 for a video that was known once.
pub(crate) async fn video(ctx: &Context, uri: &AtUri) -> Result<VideoDetail> {
    video_told(ctx, uri).await?.json()
}

async fn video_told(ctx: &Context, uri: &AtUri) -> Result<Told> {
    let key = told::key("video", uri.as_str());
    told(ctx, &key, RULE, async || match ask(ctx, uri).await {
        Ok(video) => serde_json::to_vec(&video).map_err(|error| Error::internal(error.to_string())),
        Err(error) if error.status == 404 && was_known(ctx, uri, &key).await => {
            Err(Error::new(410, "VideoDeleted", format!("{uri} is no more")))
        }
        Err(error) => Err(error),
    })
    .await
}

async fn ask(ctx: &Context, uri: &AtUri) -> Result<VideoDetail> {
    let answer = upstream::ask_twice(ctx, &get_video_url(&upstream::node(ctx)?, uri)).await?;
    let view = parse_video(answer.bytes()).map_err(|e| Error::from(answer.unexpected(e.to_string())))?;
    if view.video.uri != *uri {
        let other = format!("it is about {}", view.video.uri);
        return Err(answer.unexpected(other).into());
    }
    Ok(view.into())
}

/// Whether it was there once. That is noted, since all else that tells of it goes.
async fn was_known(ctx: &Context, uri: &AtUri, key: &str) -> bool {
    let noted = told::key("deleted", uri.as_str());
    if matches!(ctx.blobs().head(&noted).await, Ok(Some(_))) {
        return true;
    }
    let known = told::last(ctx, key).await.is_some() || is_kept(ctx, uri).await;
    if known && let Err(error) = note_deleted(ctx, uri).await {
        ctx.log().warn(format!("that {uri} is gone is not noted: {error}"));
    }
    known
}

/// Notes that a video was there, and is no more.
///
/// # Errors
/// Storage's.
pub(crate) async fn note_deleted(ctx: &Context, uri: &AtUri) -> Result<()> {
    let noted = told::key("deleted", uri.as_str());
    let put = Put::new().content_type("text/plain");
    ctx.blobs().put_with(&noted, uri.as_str().as_bytes().to_vec(), put).await?;
    Ok(())
}

/// The tracks of captions. None when they can't be had: the video is there all the same.
async fn captions(ctx: &Context, uri: &AtUri) -> Vec<Caption> {
    let Ok(node) = upstream::node(ctx) else { return Vec::new() };
    let key = told::key("captions", uri.as_str());
    let tracks = told_json(ctx, &key, CAPTIONS_RULE, async || {
        if ctx.memory().get(CAPTIONS_AWAY).is_some() {
            return Err(Error::unavailable("no captions a moment ago", CAPTIONS_AWAY_SECONDS));
        }
        match upstream::ask_if_known(ctx, &list_caption_tracks_url(&node, uri)).await {
            Ok(Some(answer)) => {
                let tracks = parse_caption_tracks(answer.bytes());
                tracks.map_err(|error| answer.unexpected(error.to_string()).into())
            }
            Ok(None) => Ok(Vec::new()),
            // A node that has none of this video.
            Err(error) if error.status < 500 => Ok(Vec::new()),
            Err(error) => {
                ctx.memory().put(CAPTIONS_AWAY, b"".as_slice(), CAPTIONS_AWAY_SECONDS);
                Err(error)
            }
        }
    });
    let tracks: Vec<CaptionTrack> = tracks.await.unwrap_or_else(|error| {
        ctx.log().warn(format!("no captions of {uri}: {error}"));
        Vec::new()
    });
    let at = |track: CaptionTrack| {
        let url = get_captions_url(&node, uri, &track.id);
        track.at(url)
    };
    tracks.into_iter().map(at).collect()
}

/// Who made it, where that can be said.
async fn creator(ctx: &Context, video: &VideoDetail) -> Option<Profile> {
    let found = profile(ctx, &video.item.creator).await;
    found.inspect_err(|error| ctx.log().warn(format!("no profile of {}: {error}", video.item.creator))).ok()
}
