//! An end to pictures that nobody will ask for: of records that are gone or were edited, and of moments long past.

use std::collections::BTreeMap;

use at_run::{BlobInfo, Context};
use serde::{Deserialize, Serialize};
use streamhut_atproto::AtUri;

use super::{
    key::{Folder, ROOT},
    known::{self, known},
};
use crate::setting;

/// Entries of one page of a listing: no more videos than one run can ask about.
const PAGE: u32 = 40;
/// Pages that one run looks at.
const MAX_PAGES: usize = 8;
/// Videos of which a run asks whether they are still there, before it ends with the page.
const MAX_VIDEOS: usize = 24;
/// Entries that a run deletes, before it ends with the page.
const MAX_DELETED: usize = 60;
const HOUR_MS: u64 = 60 * 60 * 1_000;
const DAY_MS: u64 = 24 * HOUR_MS;
/// How long the picture of a moment is kept.
const MOMENT_MS: u64 = 7 * DAY_MS;
/// Bytes that are kept unless the operator says otherwise; half of what the release may keep.
const DEFAULT_BUDGET: u64 = 5 << 30;
/// How long any picture is kept while there are too many.
const LONGEST_MS: u64 = 365 * DAY_MS;
const SHORTEST_MS: u64 = DAY_MS;

/// Where a round through all entries is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sweep {
    /// Where the next run goes on; `None` at the beginning of a round.
    cursor: Option<String>,
    /// Bytes seen in this round.
    bytes: u64,
    /// While the bytes are over the budget: pictures older than that many milliseconds go. They are made again when
    /// somebody asks.
    keep_ms: Option<u64>,
}

/// Looks at the next entries; what it did, for the job's history.
pub(super) async fn sweep(ctx: &Context, state: &mut Sweep) -> String {
    let (mut seen, mut videos, mut deleted) = (0, 0, 0);
    let mut round = String::new();
    for _ in 0..MAX_PAGES {
        let page = match ctx.blobs().list(ROOT, state.cursor.as_deref(), PAGE).await {
            Ok(page) => page,
            Err(error) => return format!("{deleted} of {seen} entries swept, then {error}"),
        };
        seen += page.blobs.len();
        let mut folders: BTreeMap<String, Vec<&BlobInfo>> = BTreeMap::new();
        for blob in &page.blobs {
            if let Some(folder) = Folder::around(&blob.key) {
                folders.entry(folder.prefix().to_owned()).or_default().push(blob);
            }
        }
        videos += folders.len();
        for blobs in folders.values() {
            let stale = stale(ctx, state, blobs).await;
            for blob in blobs {
                if stale.contains(&blob.key.as_str()) && ctx.blobs().delete(&blob.key).await.is_ok() {
                    deleted += 1;
                } else {
                    state.bytes += blob.size;
                }
            }
        }
        state.cursor = page.cursor;
        if state.cursor.is_none() {
            round = end_round(ctx, state);
            break;
        }
        if videos >= MAX_VIDEOS || deleted >= MAX_DELETED {
            break;
        }
    }
    format!("{deleted} of {seen} entries swept{round}")
}

/// Forgets the pictures of a video that is gone; what is left over goes with the sweep.
pub(crate) async fn forget(ctx: &Context, uri: &AtUri) {
    let folder = Folder::of(uri);
    let page = match ctx.blobs().list(folder.prefix(), None, PAGE).await {
        Ok(page) => page,
        Err(error) => return ctx.log().warn(format!("the pictures of {uri} stay: {error}")),
    };
    for blob in page.blobs {
        if let Err(error) = ctx.blobs().delete(&blob.key).await {
            ctx.log().warn(format!("{} stays: {error}", blob.key));
        }
    }
}

/// The end of a round: whether there are too many bytes, and for how long pictures are kept then.
fn end_round(ctx: &Context, state: &mut Sweep) -> String {
    let budget =
        ctx.config(setting::PICTURES_BYTES).and_then(|text| text.parse().ok()).unwrap_or(DEFAULT_BUDGET);
    let bytes = std::mem::take(&mut state.bytes);
    state.keep_ms = match state.keep_ms {
        Some(keep_ms) if bytes > budget => Some((keep_ms / 2).max(SHORTEST_MS)),
        None if bytes > budget => Some(LONGEST_MS),
        _ => None,
    };
    format!(", {bytes} of {budget} bytes kept")
}

/// The keys of one video that go.
async fn stale<'a>(ctx: &Context, state: &Sweep, blobs: &[&'a BlobInfo]) -> Vec<&'a str> {
    let Some(folder) = blobs.first().and_then(|blob| Folder::around(&blob.key)) else { return Vec::new() };
    let current = match known::find(ctx, &folder).await {
        // Nobody knows; another time.
        Err(_) => return Vec::new(),
        // Pictures without a word of whose they are.
        Ok(None) => None,
        Ok(Some(kept)) => match known(ctx, &kept.uri, None).await {
            Ok(known) => Some(folder.version(&known.cid)),
            Err(error) if matches!(error.status, 403 | 404 | 410) => None,
            Err(_) => return Vec::new(),
        },
    };
    let now = ctx.now();
    let old = |blob: &BlobInfo, ms: u64| now.saturating_sub(blob.uploaded) > ms;
    let goes = |blob: &&&'a BlobInfo| match &current {
        // What is being made just now has no `video.json` yet.
        None => old(blob, HOUR_MS),
        Some(current) => match blob.key.strip_prefix(current.prefix()) {
            None => blob.key != folder.video() && old(blob, DAY_MS),
            Some(name) => {
                (name.starts_with("moment-") && old(blob, MOMENT_MS))
                    || ((name.starts_with("tiles-") || name == "coarse.jpg") && old(blob, DAY_MS))
                    || state.keep_ms.is_some_and(|ms| old(blob, ms))
            }
        },
    };
    blobs.iter().filter(goes).map(|blob| blob.key.as_str()).collect()
}
