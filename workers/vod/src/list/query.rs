//! What a caller of `listVideos` asks for.

use at_run::{Context, Error, Result};
use serde::{Deserialize, Serialize};
use streamhut_atproto::Did;
use streamhut_streamplace::xrpc::MAX_PAGE;

use super::cursor::Cursor;
use streamhut_accounts::did_of;

const DEFAULT_LIMIT: u32 = 25;
const MAX_TEXT: usize = 300;
const MAX_TAG: usize = 640;
/// Seconds of 104 days, the longest that a video is taken for.
const MAX_SECONDS: u64 = 9_007_199;

#[derive(Deserialize)]
pub(crate) struct ListVideos {
    limit: Option<u32>,
    cursor: Option<String>,
    creator: Option<String>,
    q: Option<String>,
    tag: Option<String>,
    sort: Option<Sort>,
    #[serde(rename = "minDuration")]
    min_duration: Option<u64>,
    #[serde(rename = "maxDuration")]
    max_duration: Option<u64>,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sort {
    #[default]
    Newest,
    Oldest,
    Longest,
}

impl Sort {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Longest => "longest",
        }
    }
}

/// A question that makes sense.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    pub(super) limit: u32,
    pub(super) cursor: Option<Cursor>,
    pub(super) creator: Option<Did>,
    pub(super) q: Option<String>,
    pub(super) tag: Option<String>,
    pub(super) sort: Sort,
    /// Seconds.
    pub(super) min_duration: Option<u64>,
    pub(super) max_duration: Option<u64>,
}

impl Query {
    /// The newest videos, of one creator or of all; `limit` is held within a page.
    pub(crate) fn newest(limit: u32, creator: Option<Did>) -> Self {
        Self { limit: limit.clamp(1, MAX_PAGE), creator, ..Self::default() }
    }

    /// Reads what a caller sent.
    ///
    /// # Errors
    /// 400 for what makes no sense, 404 when nobody has a handle.
    pub(super) async fn read(ctx: &Context, input: ListVideos) -> Result<Self> {
        let limit = input.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_PAGE).contains(&limit) {
            return Err(invalid(format!("`limit`: {limit} is not 1 to {MAX_PAGE}")));
        }
        let cursor = given(input.cursor).map(|text| Cursor::read(&text)).transpose()?;
        let (q, tag) = (text("q", input.q, MAX_TEXT)?, text("tag", input.tag, MAX_TAG)?);
        for (name, seconds) in [("minDuration", input.min_duration), ("maxDuration", input.max_duration)] {
            if let Some(seconds) = seconds.filter(|seconds| *seconds > MAX_SECONDS) {
                return Err(invalid(format!("`{name}`: {seconds} s is more than {MAX_SECONDS}")));
            }
        }
        let (min_duration, max_duration) = (input.min_duration, input.max_duration);
        if let (Some(min), Some(max)) = (min_duration, max_duration)
            && min > max
        {
            return Err(invalid(format!("`minDuration`: {min} s is more than `maxDuration`, {max} s")));
        }
        // Last, since it may have to ask.
        let creator = match given(input.creator) {
            Some(text) => Some(did_of(ctx, "creator", &text).await?),
            None => None,
        };
        let sort = input.sort.unwrap_or_default();
        Ok(Self { limit, cursor, creator, q, tag, sort, min_duration, max_duration })
    }

    /// Whether only an index can answer it.
    pub(super) fn needs_index(&self) -> bool {
        self.q.is_some()
            || self.tag.is_some()
            || self.sort != Sort::Newest
            || self.min_duration.is_some()
            || self.max_duration.is_some()
    }

    /// The parameters but the cursor, as the AppView takes them.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![("limit", self.limit.to_string())];
        pairs.extend(self.creator.as_ref().map(|did| ("creator", did.to_string())));
        pairs.extend(self.q.clone().map(|q| ("q", q)));
        pairs.extend(self.tag.clone().map(|tag| ("tag", tag)));
        if self.sort != Sort::Newest {
            pairs.push(("sort", self.sort.as_str().to_owned()));
        }
        pairs.extend(self.min_duration.map(|seconds| ("minDuration", seconds.to_string())));
        pairs.extend(self.max_duration.map(|seconds| ("maxDuration", seconds.to_string())));
        pairs
    }

    /// The same question has the same text, however it was asked.
    pub(super) fn text(&self) -> String {
        let cursor = self.cursor.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{:?} {cursor}", self.pairs())
    }
}

fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

fn text(name: &str, text: Option<String>, max: usize) -> Result<Option<String>> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    match text {
        Some(text) if text.len() > max => Err(invalid(format!("`{name}`: longer than {max} bytes"))),
        text => Ok(text),
    }
}

fn invalid(text: String) -> Error {
    Error::invalid("InvalidInput", text)
}
