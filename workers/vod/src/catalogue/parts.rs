//! Where the catalogue is kept: `catalogue/current.json` names a generation, whose parts lie in a folder of its own.

use at_run::{Context, Error, Put, Result};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use streamhut_streamplace::VideoItem;

const ROOT: &str = "catalogue/";
const CURRENT: &str = "catalogue/current.json";
/// Entries of former generations that one run deletes.
const CLEARED: u32 = 60;
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Characters of a description that are kept: sitemaps take a thousand, and say where they cut.
const MAX_DESCRIPTION: usize = 1_200;

/// One reading of the whole list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Generation {
    /// When its round began, in milliseconds since 1970.
    pub id: u64,
    pub parts: u32,
}

fn part_key(id: u64, part: u32) -> String {
    format!("catalogue/{id}/{part}.json")
}

/// Where the digests of a generation's videos are.
pub(super) fn digests_key(id: u64) -> String {
    format!("catalogue/{id}/digests")
}

pub(super) async fn current(ctx: &Context) -> Result<Option<Generation>> {
    get(ctx, CURRENT).await
}

pub(super) async fn publish(ctx: &Context, generation: &Generation) -> Result<()> {
    put(ctx, CURRENT, generation).await
}

/// A part that isn't there, or can't be read, has no videos.
pub(super) async fn read(ctx: &Context, id: u64, part: u32) -> Result<Vec<VideoItem>> {
    Ok(get(ctx, &part_key(id, part)).await?.unwrap_or_default())
}

pub(super) async fn write(ctx: &Context, id: u64, part: u32, videos: &[VideoItem]) -> Result<()> {
    let mut videos = videos.to_vec();
    for video in &mut videos {
        if let Some(description) = &mut video.description
            && let Some((end, _)) = description.char_indices().nth(MAX_DESCRIPTION)
        {
            description.truncate(end);
        }
    }
    put(ctx, &part_key(id, part), &videos).await
}

/// Deletes what former generations left, the oldest first, and what rounds left that broke off; whether nothing more
/// is left. Not while a round is under way.
pub(super) async fn clear(ctx: &Context) -> Result<bool> {
    let current = current(ctx).await?.map(|generation| generation.id);
    let page = ctx.blobs().list(ROOT, None, CLEARED).await?;
    let mut cleared = 0;
    for blob in &page.blobs {
        if generation_of(&blob.key).is_some_and(|id| Some(id) != current) {
            ctx.blobs().delete(&blob.key).await?;
            cleared += 1;
        }
    }
    Ok(cleared == 0 || page.cursor.is_none())
}

fn generation_of(key: &str) -> Option<u64> {
    let (id, _) = key.strip_prefix(ROOT)?.split_once('/')?;
    id.parse().ok()
}

async fn get<T: DeserializeOwned>(ctx: &Context, key: &str) -> Result<Option<T>> {
    let Some(blob) = ctx.blobs().get(key).await? else { return Ok(None) };
    Ok(serde_json::from_slice(&blob.bytes(MAX_BYTES).await?).ok())
}

async fn put<T: Serialize + ?Sized>(ctx: &Context, key: &str, value: &T) -> Result<()> {
    let bytes = serde_json::to_vec(value).map_err(|error| Error::internal(error.to_string()))?;
    ctx.blobs().put_with(key, bytes, Put::new().content_type("application/json")).await?;
    Ok(())
}
