use serde_json::json;
use streamhut_atproto::Did;

use super::cursor::{self, Place};
use super::words::Words;
use crate::IndexError;
use crate::record::tag_key;

/// Most videos of a page.
pub const MAX_LIMIT: u32 = 100;

/// What is listed. All but `limit` and `cursor` have to be the same for every page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Videos of a page: 1 to [`MAX_LIMIT`].
    pub limit: u32,
    /// From the page before.
    pub cursor: Option<String>,
    /// Of that repository alone.
    pub creator: Option<Did>,
    /// Words that the title, the description, the tags or the creator's names hold, all of them; the last one may be the
    /// beginning of a word. Any text is fine; one without a word in it finds nothing, and one of spaces is none.
    pub q: Option<String>,
    /// With that tag; case does not count.
    pub tag: Option<String>,
    /// The order; without it, what fits best for a search and the newest otherwise.
    pub sort: Option<Sort>,
    /// At least that long, in milliseconds. A video of unknown duration is of none.
    pub min_duration_ms: Option<u64>,
    /// At most that long, in milliseconds.
    pub max_duration_ms: Option<u64>,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// By the time at which they were made, as far as it is believed.
    Newest,
    /// The other way around.
    Oldest,
    /// By duration.
    Longest,
    /// By how well they fit the search; without one, the newest.
    Relevance,
}

/// A query that was understood.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) limit: u32,
    pub(super) after: Option<Place>,
    pub(super) creator: Option<Did>,
    pub(super) words: Option<Words>,
    pub(super) tag: Option<String>,
    pub(super) sort: Sort,
    pub(super) min_duration_ms: Option<i64>,
    pub(super) max_duration_ms: Option<i64>,
    /// What a cursor must belong to.
    pub(super) digest: [u8; 8],
}

impl Plan {
    pub(super) fn of(query: &Query) -> Result<Plan, IndexError> {
        if !(1..=MAX_LIMIT).contains(&query.limit) {
            return Err(IndexError::Limit { found: query.limit, max: MAX_LIMIT });
        }
        let words = query.q.as_deref().filter(|text| !text.trim().is_empty()).map(Words::of);
        let tag = query.tag.as_deref().map(tag_key);
        let sort = match (query.sort, &words) {
            (None | Some(Sort::Relevance), None) => Sort::Newest,
            (None, Some(_)) => Sort::Relevance,
            (Some(sort), _) => sort,
        };
        let bound = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
        let (min, max) = (query.min_duration_ms.map(bound), query.max_duration_ms.map(bound));
        let creator = query.creator.as_ref().map(Did::as_str);
        let words_digest = words.as_ref().map(Words::expression);
        let digest = cursor::digest(&json!([creator, words_digest, tag, format!("{sort:?}"), min, max]));
        Ok(Plan {
            limit: query.limit,
            after: query.cursor.as_deref().map(|text| cursor::read(text, digest)).transpose()?,
            creator: query.creator.clone(),
            words,
            tag,
            sort,
            min_duration_ms: min,
            max_duration_ms: max,
            digest,
        })
    }
}
