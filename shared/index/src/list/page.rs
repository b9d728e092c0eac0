use serde::Serialize;
use streamhut_atproto::{Did, Handle, RecordCid, RecordKey};
use streamhut_hrana::{Row, Rows};
use streamhut_streamplace::VideoItem;

use super::cursor::{self, Place};
use super::highlight::Highlights;
use super::query::{Plan, Query, Sort};
use crate::IndexError;
use crate::record::uri;

/// A page of videos.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// In the list's order.
    pub videos: Vec<Listed>,
    /// For the next page; `None` at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A video of a page. Its JSON is that of a [`VideoItem`], with `highlights` where a search found words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// As every list shows it.
    #[serde(flatten)]
    pub item: VideoItem,
    /// Where a search found its words.
    #[serde(skip_serializing_if = "Highlights::is_empty")]
    pub highlights: Highlights,
}

/// What is selected, behind the list's key and tie; `v` is the video, `c` its creator. [`item`] reads it.
pub(super) const COLUMNS: &str =
    "c.did, v.rkey, v.cid, v.title, v.made_by, c.handle, c.display_name, c.avatar,
    v.duration_ms, v.created_at, v.description, v.tags, v.warnings";
/// Columns before and after these.
const ITEM: usize = 2;
const MARKS: usize = 15;

/// The page in the answer to [`list`](super::list) of the same query.
///
/// # Errors
/// [`IndexError`].
pub fn page(query: &Query, rows: &Rows) -> Result<Page, IndexError> {
    let plan = Plan::of(query)?;
    let mut found = Vec::with_capacity(rows.rows.len());
    for row in &rows.rows {
        let place = Place { key: row.integer(0)?, tie: row.integer(1)? };
        found.push((place, listed(row, plan.words.is_some())?));
    }
    // The join with the words' places may have changed the order.
    found.sort_by_key(|(place, _)| (place.key, place.tie));
    if matches!(plan.sort, Sort::Newest | Sort::Longest) {
        found.reverse();
    }
    let limit = plan.limit as usize;
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| more).map(|(place, _)| cursor::write(*place, plan.digest));
    Ok(Page { videos: found.into_iter().map(|(_, listed)| listed).collect(), cursor: last })
}

fn listed(row: &Row, searched: bool) -> Result<Listed, IndexError> {
    let item = item(row, ITEM)?;
    let highlights = if searched {
        let (title, snippet) = (row.optional_text(MARKS)?, row.optional_text(MARKS + 1)?);
        Highlights::of(&item.title, title, item.description.as_deref(), snippet)
    } else {
        Highlights::default()
    };
    Ok(Listed { item, highlights })
}

/// The item whose columns begin at `at`.
fn item(row: &Row, at: usize) -> Result<VideoItem, IndexError> {
    let text = |column: usize| row.text(at + column);
    let optional = |column: usize| Ok::<_, IndexError>(row.optional_text(at + column)?.map(str::to_owned));
    let (did, rkey, cid) = (text(0)?, text(1)?, text(2)?);
    let did = Did::parse(did).map_err(|_| IndexError::stored("DID", did))?;
    let rkey = RecordKey::parse(rkey).map_err(|_| IndexError::stored("record key", rkey))?;
    let cid = RecordCid::parse(cid).map_err(|_| IndexError::stored("record's CID", cid))?;
    let made_by = row.optional_text(at + 4)?.and_then(|text| Did::parse(text).ok());
    // A handle must not stand beside another account's DID.
    let own = made_by.is_none();
    let duration_ms = Some(row.count(at + 8)?).filter(|ms| *ms > 0);
    Ok(VideoItem {
        uri: uri(&did, &rkey)?,
        cid,
        title: text(3)?.to_owned(),
        creator: made_by.unwrap_or(did),
        handle: row.optional_text(at + 5)?.filter(|_| own).and_then(|text| Handle::parse(text).ok()),
        display_name: optional(6)?.filter(|_| own),
        avatar: optional(7)?.filter(|_| own),
        duration: duration_ms.map(|ms| ms.saturating_mul(1_000_000)),
        duration_ms,
        created_at: text(9)?.to_owned(),
        description: optional(10)?,
        tags: strings(text(11)?)?,
        content_warnings: strings(text(12)?)?,
    })
}

fn strings(json: &str) -> Result<Vec<String>, IndexError> {
    serde_json::from_str(json).map_err(|_| IndexError::stored("list of strings", json))
}
