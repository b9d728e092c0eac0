//! `isMetadataReady` and `batchMetadataReady`: which pictures of a video are there, and why others are not.

use at_run::{Cache, Context, Error, Json, Result};
use serde::{Deserialize, Serialize};
use streamhut_atproto::{AtUri, RecordCid};

use super::{
    key::Folder,
    known::{self, known},
    storyboard::board,
    trouble::{Reason, remembered},
};
use crate::upstream;

/// Most videos of a batch.
const MAX_BATCH: usize = 50;
const SECONDS: u32 = 10;

#[derive(Deserialize)]
pub(crate) struct IsMetadataReady {
    uri: String,
}

#[derive(Deserialize)]
pub(crate) struct BatchMetadataReady {
    uris: Vec<String>,
}

/// Which pictures of a video are there.
#[derive(Serialize)]
pub(crate) struct Readiness {
    uri: AtUri,
    /// The version that the pictures are of; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    cid: Option<RecordCid>,
    /// All of the three below.
    ready: bool,
    thumbnail: bool,
    /// All sheets of the storyboard.
    sprite: bool,
    vtt: bool,
    /// Why pictures are missing, when that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
}

#[derive(Serialize)]
pub(crate) struct Batch {
    results: Vec<Readiness>,
}

pub(crate) async fn is_metadata_ready(
    ctx: Context,
    input: IsMetadataReady,
) -> Result<(Cache, Json<Readiness>)> {
    let uri = upstream::video_uri(&input.uri)?;
    let known = known(&ctx, &uri, None).await?;
    Ok((Cache::public(SECONDS), Json(readiness(&ctx, uri, Some(known.cid)).await)))
}

/// Many at once are answered from what is kept alone: the node is not asked for each.
pub(crate) async fn batch_metadata_ready(ctx: Context, input: BatchMetadataReady) -> Result<Json<Batch>> {
    if input.uris.len() > MAX_BATCH {
        let text = format!("`uris`: {} of them, and at most {MAX_BATCH} may be", input.uris.len());
        return Err(Error::invalid("InvalidInput", text));
    }
    let uris: Vec<AtUri> = input.uris.iter().map(|uri| upstream::video_uri(uri)).collect::<Result<_>>()?;
    let mut results = Vec::with_capacity(uris.len());
    for uri in uris {
        let kept = known::kept(&ctx, &Folder::of(&uri)).await.filter(|known| known.uri == uri);
        results.push(readiness(&ctx, uri, kept.map(|known| known.cid)).await);
    }
    Ok(Json(Batch { results }))
}

async fn readiness(ctx: &Context, uri: AtUri, cid: Option<RecordCid>) -> Readiness {
    let mut found =
        Readiness { uri, cid, ready: false, thumbnail: false, sprite: false, vtt: false, reason: None };
    let Some(cid) = cid else { return found };
    let version = Folder::of(&found.uri).version(&cid);
    let thumbs = format!("{}thumb-", version.prefix());
    found.thumbnail = ctx.blobs().list(&thumbs, None, 1).await.is_ok_and(|page| !page.blobs.is_empty());
    found.sprite = board(ctx, &version).await.is_some_and(|board| board.is_whole());
    found.vtt = found.sprite;
    found.ready = found.thumbnail && found.sprite;
    if !found.ready {
        found.reason = match remembered(ctx, &version, "still").await {
            Some(reason) => Some(reason),
            None => remembered(ctx, &version, "board").await,
        };
    }
    found
}
