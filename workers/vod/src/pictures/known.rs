//! What a picture has to know of its video.

use at_run::{BlobError, Context, Error, Result};
use serde::{Deserialize, Serialize};
use streamhut_atproto::{AtUri, BlobRef, RecordCid};
use streamhut_streamplace::xrpc::{VideoView, get_video_url, parse_video};

use super::key::{Folder, Version};
use crate::upstream;

/// Seconds for which what the node said is taken for true.
const FRESH_SECONDS: u32 = 60;
/// Milliseconds for which it is, even by callers who name another version: anybody can name one.
const SETTLED_MS: u64 = 3_000;
/// Seconds for which a node that did not answer is not asked again; shorter than the pauses of a task that fails.
const AWAY_SECONDS: u32 = 5;
const MAX_BYTES: usize = 256 * 1024;

/// A video, as its node last told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    pub uri: AtUri,
    pub cid: RecordCid,
    pub title: String,
    /// Who made it, as people read it.
    pub creator: Option<String>,
    pub handle: Option<String>,
    pub duration_ms: Option<u64>,
    pub thumb: Option<BlobRef>,
    /// Whether the record warns of its content.
    pub warned: bool,
}

impl Known {
    pub(super) fn version(&self) -> Version {
        Version::of(&self.uri, &self.cid)
    }

    pub(super) fn duration_us(&self) -> Option<u64> {
        self.duration_ms.map(|ms| ms.saturating_mul(1_000))
    }
}

impl From<VideoView> for Known {
    fn from(view: VideoView) -> Self {
        let author = view.author.filter(|author| author.did == view.video.creator);
        let handle = author.as_ref().and_then(|author| author.handle.as_ref()).map(ToString::to_string);
        Self {
            uri: view.video.uri,
            cid: view.video.cid,
            title: view.video.title,
            creator: author.and_then(|author| author.display_name).or_else(|| handle.clone()),
            handle,
            duration_ms: view.video.duration_ms,
            thumb: view.video.thumb,
            warned: !view.video.content_warnings.is_empty(),
        }
    }
}

/// What the node said, and when.
#[derive(Serialize, Deserialize)]
struct Told {
    known: Known,
    at_ms: u64,
}

/// What is known of the video now. While the node is away, what it said when pictures were last made still holds.
/// A caller who names another version than the one that is known may know better, and has the node asked again.
///
/// # Errors
/// The node's refusals, and that it is away where nothing was kept.
pub(super) async fn known(ctx: &Context, uri: &AtUri, asked: Option<&RecordCid>) -> Result<Known> {
    let folder = Folder::of(uri);
    let cached = folder.video();
    let mut a_moment_ago = None;
    if let Some(Told { known, at_ms }) = ctx.cache().get_json(&cached).await
        && known.uri == *uri
    {
        let settled = ctx.now().saturating_sub(at_ms) < SETTLED_MS;
        if settled || asked.is_none_or(|asked| *asked == known.cid) {
            return Ok(known);
        }
        a_moment_ago = Some(known);
    }
    let error = match ctx.memory().get(&folder.away()) {
        Some(_) => Error::unavailable("the node was away a moment ago", AWAY_SECONDS),
        None => match ask(ctx, uri).await {
            Ok(known) => {
                let told = Told { known, at_ms: ctx.now() };
                let (cache, known) = (ctx.cache(), told.known.clone());
                ctx.later(async move { cache.put_json(&cached, &told, FRESH_SECONDS).await });
                return Ok(known);
            }
            Err(error) if error.status < 500 => return Err(error),
            Err(error) => {
                ctx.memory().put(&folder.away(), b"1".as_slice(), AWAY_SECONDS);
                error
            }
        },
    };
    match a_moment_ago {
        Some(known) => Ok(known),
        None => kept(ctx, &folder).await.filter(|known| known.uri == *uri).ok_or(error),
    }
}

async fn ask(ctx: &Context, uri: &AtUri) -> Result<Known> {
    let answer = upstream::ask(ctx, &get_video_url(&upstream::node(ctx)?, uri)).await?;
    let view = parse_video(answer.bytes()).map_err(|e| Error::from(answer.unexpected(e.to_string())))?;
    if view.video.uri != *uri {
        let other = format!("it is about {}", view.video.uri);
        return Err(answer.unexpected(other).into());
    }
    Ok(view.into())
}

/// What was kept beside a video's pictures; nothing when it can't be read.
pub(super) async fn kept(ctx: &Context, folder: &Folder) -> Option<Known> {
    find(ctx, folder).await.ok().flatten()
}

/// As [`kept`], telling what is not there from what can't be asked for now.
pub(super) async fn find(ctx: &Context, folder: &Folder) -> Result<Option<Known>, BlobError> {
    let Some(blob) = ctx.blobs().get(&folder.video()).await? else { return Ok(None) };
    let bytes = blob.bytes(MAX_BYTES).await?;
    Ok(serde_json::from_slice(&bytes).ok())
}

/// Keeps it beside the pictures, unless it is there already.
pub(super) async fn keep(ctx: &Context, known: &Known) {
    let folder = Folder::of(&known.uri);
    if kept(ctx, &folder).await.as_ref() == Some(known) {
        return;
    }
    let Ok(bytes) = serde_json::to_vec(known) else { return };
    let put = at_run::Put::new().content_type("application/json");
    if let Err(error) = ctx.blobs().put_with(&folder.video(), bytes, put).await {
        ctx.log().warn(format!("{} is not kept: {error}", known.uri));
    }
}

/// Whether something was made of the video once.
pub(crate) async fn is_kept(ctx: &Context, uri: &AtUri) -> bool {
    kept(ctx, &Folder::of(uri)).await.is_some_and(|known| known.uri == *uri)
}
