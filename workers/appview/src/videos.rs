//! `listVideos` and `getVideo`: what the index has.

use at_run::{Cache, Context, Error, Json, Response, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use streamhut_accounts::did_of;
use streamhut_atproto::{AtUri, Did, RecordKey};
use streamhut_index::{
    list::{self, Query, Sort},
    video,
};
use streamhut_streamplace::{VideoDetail, nsid};

use crate::database::{Db, index_error};

const DEFAULT_LIMIT: u32 = 25;
const MAX_TEXT: usize = 300;
/// Seconds of 104 days, the longest that a video is taken for.
const MAX_SECONDS: u64 = 9_007_199;
const KEPT: Cache = Cache::public(15).stale_while_revalidate(60);

#[derive(Deserialize)]
pub(crate) struct ListVideos {
    limit: Option<u32>,
    cursor: Option<String>,
    creator: Option<String>,
    q: Option<String>,
    tag: Option<String>,
    sort: Option<String>,
    #[serde(rename = "minDuration")]
    min_duration: Option<u64>,
    #[serde(rename = "maxDuration")]
    max_duration: Option<u64>,
}

pub(crate) async fn list_videos(ctx: Context, input: ListVideos) -> Result<Response> {
    let sort = match input.sort.as_deref() {
        None | Some("") => None,
        Some("newest") => Some(Sort::Newest),
        Some("oldest") => Some(Sort::Oldest),
        Some("longest") => Some(Sort::Longest),
        Some(other) => {
            let text = format!("`sort`: {other:.32?} is not newest, oldest or longest");
            return Err(Error::invalid("InvalidInput", text));
        }
    };
    let creator = match input.creator.as_deref().filter(|text| !text.is_empty()) {
        Some(text) => Some(did_of(&ctx, "creator", text).await?),
        None => None,
    };
    let query = Query {
        limit: input.limit.unwrap_or(DEFAULT_LIMIT),
        cursor: input.cursor.filter(|cursor| !cursor.is_empty()),
        creator,
        q: bounded("q", input.q)?,
        tag: bounded("tag", input.tag)?,
        sort,
        min_duration_ms: milliseconds("minDuration", input.min_duration)?,
        max_duration_ms: milliseconds("maxDuration", input.max_duration)?,
    };
    let statement = list::list(&query).map_err(index_error)?;
    let rows = Db::open(&ctx)?.read(statement).await.map_err(index_error)?;
    let page = list::page(&query, &rows).map_err(index_error)?;
    Ok(Response::json(&page)?.cache(KEPT))
}

fn bounded(name: &str, text: Option<String>) -> Result<Option<String>> {
    match text.filter(|text| !text.trim().is_empty()) {
        Some(text) if text.len() > MAX_TEXT => {
            Err(Error::invalid("InvalidInput", format!("`{name}`: longer than {MAX_TEXT} bytes")))
        }
        text => Ok(text),
    }
}

fn milliseconds(name: &str, seconds: Option<u64>) -> Result<Option<u64>> {
    match seconds {
        Some(seconds) if seconds > MAX_SECONDS => {
            Err(Error::invalid("InvalidInput", format!("`{name}`: {seconds} s is more than {MAX_SECONDS}")))
        }
        seconds => Ok(seconds.map(|seconds| seconds * 1_000)),
    }
}

#[derive(Deserialize)]
pub(crate) struct GetVideo {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer {
    #[serde(flatten)]
    detail: VideoDetail,
    /// When the record was first seen, in milliseconds since 1970.
    indexed_ms: i64,
    /// The record as it was.
    record: Value,
}

pub(crate) async fn get_video(ctx: Context, input: GetVideo) -> Result<(Cache, Json<Answer>)> {
    let (did, rkey) = place(&input.uri)?;
    let rows = Db::open(&ctx)?.read(video::get(&did, &rkey)).await.map_err(index_error)?;
    let found = video::read(&did, &rkey, &rows).map_err(index_error)?;
    let found =
        found.ok_or_else(|| Error::not_found("VideoNotFound", format!("{} is not indexed", input.uri)))?;
    let detail = VideoDetail::from(found.view);
    Ok((KEPT, Json(Answer { detail, indexed_ms: found.indexed_ms, record: found.record })))
}

fn place(text: &str) -> Result<(Did, RecordKey)> {
    let uri = AtUri::parse(text).map_err(|error| Error::invalid("InvalidUri", error.to_string()))?;
    match uri.record() {
        Some((did, collection, rkey)) if collection.as_str() == nsid::PLACE_STREAM_VIDEO => {
            Ok((did.clone(), rkey.clone()))
        }
        _ => Err(Error::invalid(
            "InvalidUri",
            format!("`{uri}` is no {} record of a DID", nsid::PLACE_STREAM_VIDEO),
        )),
    }
}
