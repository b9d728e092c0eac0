//! Storage and cache.

use at_run::{BlobInfo, BlobPage, Context, Error, Json, Put, Response, Result};
use serde::{Deserialize, Serialize};

/// Most bytes that are read into memory.
const MAX_READ: usize = 16 << 20;

#[derive(Deserialize)]
pub(crate) struct Key {
    key: String,
}

/// What to store: a text, or that many bytes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewBlob {
    key: String,
    text: Option<String>,
    #[serde(default)]
    size: usize,
    content_type: Option<String>,
    if_match: Option<String>,
    #[serde(default)]
    if_absent: bool,
}

pub(crate) async fn blob_put(ctx: Context, new: NewBlob) -> Result<Json<BlobInfo>> {
    let bytes = new.text.map_or_else(|| vec![b'x'; new.size], String::into_bytes);
    let mut put = Put::new();
    if let Some(content_type) = &new.content_type {
        put = put.content_type(content_type);
    }
    if let Some(etag) = &new.if_match {
        put = put.if_match(etag);
    }
    if new.if_absent {
        put = put.if_absent();
    }
    Ok(Json(ctx.blobs().put_with(&new.key, bytes, put).await?))
}

/// The blob itself, or the part of it that the caller asks for.
pub(crate) async fn blob_get(ctx: Context, Key { key }: Key) -> Result<Response> {
    ctx.blobs().respond(&ctx, &key).await
}

pub(crate) async fn blob_head(ctx: Context, Key { key }: Key) -> Result<Json<Option<BlobInfo>>> {
    Ok(Json(ctx.blobs().head(&key).await?))
}

#[derive(Serialize)]
pub(crate) struct Read {
    bytes: usize,
    text: String,
}

/// What the bundle itself reads, with the beginning as text.
pub(crate) async fn blob_read(ctx: Context, Key { key }: Key) -> Result<Json<Option<Read>>> {
    let Some(blob) = ctx.blobs().get(&key).await? else { return Ok(Json(None)) };
    let bytes = blob.bytes(MAX_READ).await?;
    let text = String::from_utf8_lossy(&bytes).chars().take(100).collect();
    Ok(Json(Some(Read { bytes: bytes.len(), text })))
}

pub(crate) async fn blob_delete(ctx: Context, Key { key }: Key) -> Result<Response> {
    ctx.blobs().delete(&key).await?;
    Ok(Response::empty(204))
}

#[derive(Deserialize)]
pub(crate) struct Page {
    #[serde(default)]
    prefix: String,
    cursor: Option<String>,
    limit: Option<u32>,
}

pub(crate) async fn blob_list(ctx: Context, page: Page) -> Result<Json<BlobPage>> {
    let limit = page.limit.unwrap_or(100);
    Ok(Json(ctx.blobs().list(&page.prefix, page.cursor.as_deref(), limit).await?))
}

#[derive(Deserialize)]
pub(crate) struct Entry {
    key: String,
    text: String,
    seconds: u32,
}

pub(crate) async fn cache_put(ctx: Context, entry: Entry) -> Result<Response> {
    ctx.cache().put(&entry.key, entry.text, entry.seconds).await;
    Ok(Response::empty(204))
}

pub(crate) async fn cache_get(ctx: Context, Key { key }: Key) -> Result<Response> {
    let missing = || Error::not_found("NotCached", format!("nothing is cached under `{key}`"));
    let bytes = ctx.cache().get(&key).await.ok_or_else(missing)?;
    Ok(Response::new("text/plain", bytes))
}

pub(crate) async fn cache_delete(ctx: Context, Key { key }: Key) -> Result<Response> {
    ctx.cache().delete(&key).await;
    Ok(Response::empty(204))
}
