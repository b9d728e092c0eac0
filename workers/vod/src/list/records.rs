//! The videos of creators whom the operator names, from their own repos: for when nobody else can list any.

use std::collections::BTreeSet;

use at_run::{Context, Error, Result};
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use streamhut_atproto::Did;
use streamhut_streamplace::{
    VideoItem,
    datetime::unix_millis,
    xrpc::{MAX_PAGE, list_records_url, parse_records},
};

use super::{Found, Query};
use crate::setting;
use streamhut_accounts::{
    identity, refuse_other_status,
    told::{self, DAY, Rule, told_json},
};

const MAX_CREATORS: usize = 20;
/// Pages of a hundred records that are read of one repo.
const MAX_PAGES: usize = 5;
/// Repos that are read at once; the platform has six connections for a call.
const AT_ONCE: usize = 4;
const DEADLINE_MS: u32 = 5_000;
const MAX_BYTES: usize = 4 * 1024 * 1024;
const RULE: Rule = Rule { fresh: 300, keep: DAY };

/// Where a page ended: the milliseconds and the address of its last video.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place(i64, String);

impl Place {
    fn of(item: &VideoItem) -> Self {
        Self(unix_millis(&item.created_at).unwrap_or_default(), item.uri.to_string())
    }

    fn read(cursor: &str) -> Option<Self> {
        let (ms, uri) = cursor.split_once('_')?;
        Some(Self(ms.parse().ok()?, uri.to_owned()))
    }
}

pub(super) async fn ask(ctx: &Context, query: &Query, cursor: Option<&str>) -> Result<Found> {
    let after = cursor.map(|text| {
        Place::read(text)
            .ok_or_else(|| Error::invalid("InvalidInput", "`cursor`: it is none that a page had"))
    });
    let after = after.transpose()?;
    let creators = creators(ctx, query);
    if creators.is_empty() {
        // Nobody here knows of that creator, which is not to say that there is nothing.
        return Err(Error::unavailable("no creator to ask for videos", 60));
    }
    let repos: Vec<Result<Vec<VideoItem>>> =
        stream::iter(&creators).map(|did| repo(ctx, did)).buffer_unordered(AT_ONCE).collect().await;
    let mut last = None;
    let mut videos = Vec::new();
    for repo in repos {
        match repo {
            Ok(found) => videos.extend(found),
            // One creator's server never loses the others.
            Err(error) => {
                ctx.log().warn(format!("a repo is left out of the list: {error}"));
                last = Some(error);
            }
        }
    }
    if let Some(error) = last.filter(|_| videos.is_empty()) {
        return Err(error);
    }
    let mut placed: Vec<(Place, VideoItem)> =
        videos.into_iter().map(|item| (Place::of(&item), item)).collect();
    placed.retain(|(place, _)| after.as_ref().is_none_or(|after| place < after));
    placed.sort_by(|(a, _), (b, _)| b.cmp(a));
    // A server may go round in circles.
    placed.dedup_by(|(a, _), (b, _)| a == b);
    let limit = query.limit as usize;
    let more = placed.len() > limit;
    placed.truncate(limit);
    let cursor = placed.last().filter(|_| more).map(|(Place(ms, uri), _)| format!("{ms}_{uri}"));
    Ok(Found { videos: placed.into_iter().map(|(_, item)| item.into()).collect(), cursor })
}

/// Those of the setting, or the one who is asked about, when the setting names them.
fn creators(ctx: &Context, query: &Query) -> Vec<Did> {
    let setting = ctx.config(setting::CREATORS).unwrap_or_default();
    let words = setting.split([',', ' ', '\n', '\t']).filter(|word| !word.is_empty());
    let dids = words.filter_map(|word| {
        let did = Did::parse(word);
        did.inspect_err(|error| ctx.log().warn(format!("{}: {error}", setting::CREATORS))).ok()
    });
    let mut seen = BTreeSet::new();
    dids.filter(|did| query.creator.as_ref().is_none_or(|asked| asked == did))
        .filter(|did| seen.insert(did.clone()))
        .take(MAX_CREATORS)
        .collect()
}

async fn repo(ctx: &Context, did: &Did) -> Result<Vec<VideoItem>> {
    told_json(ctx, &told::key("repo", did.as_str()), RULE, async || read(ctx, did).await).await
}

async fn read(ctx: &Context, did: &Did) -> Result<Vec<VideoItem>> {
    let pds = identity(ctx, did).await?.pds;
    let mut videos = Vec::new();
    let mut cursor: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let url = list_records_url(&pds, did, MAX_PAGE, cursor.as_deref());
        let answer = ctx.http().get(&url).deadline_ms(DEADLINE_MS).max_bytes(MAX_BYTES).send().await?;
        refuse_other_status(&answer)?;
        let page = parse_records(did, answer.bytes());
        let page = page.map_err(|error| Error::from(answer.unexpected(error.to_string())))?;
        let next = page.cursor.clone().filter(|next| Some(next) != cursor.as_ref());
        videos.extend(super::node::items(ctx, page));
        if next.is_none() {
            return Ok(videos);
        }
        cursor = next;
    }
    ctx.log().warn(format!("the repo of {did} has more than {} videos", videos.len()));
    Ok(videos)
}
