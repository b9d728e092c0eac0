use serde::{Deserialize, Serialize};
use serde_json::Value;
use streamhut_atproto::{AtUri, Did, RecordCid};

use crate::facet::described;
use crate::text::single_line;
use crate::video::created;
use crate::xrpc::{ViewError, place};
use crate::{Facet, Profile, StrongRef, nsid};

const MAX_TEXT_BYTES: usize = 3_000;
const MAX_EXCERPT_BYTES: usize = 240;
const ELLIPSIS: char = '…';

/// What somebody said of a video, as a node tells it (`place.stream.vod.defs#commentView`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// The record's address.
    pub uri: AtUri,
    /// The record's version.
    pub cid: RecordCid,
    /// The repository's owner, with as much as the node tells of them.
    pub author: Profile,
    /// Several lines of at most 3000 bytes; never empty.
    pub text: String,
    /// As the record gives it, else the time in its key, else the epoch: a datetime to show.
    pub created_at: String,
    /// In bytes of `text`, in its order, none overlapping another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facets: Vec<Facet>,
    /// Likes, by the node's count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like_count: Option<u64>,
    /// The first comment of the thread, when this is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<StrongRef>,
    /// The comment that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<AtUri>,
    /// How that begins, where the node knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<RepliedTo>,
}

/// A comment as those show it that answer it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepliedTo {
    /// The record's address.
    pub uri: AtUri,
    /// The repository's owner, with as much as the node tells of them.
    pub author: Profile,
    /// One line of at most 240 bytes, with an ellipsis where it was cut; never empty.
    pub text: String,
}

impl Comment {
    /// Reads a `commentView`. Needs `uri`, `cid` and `record` with a text that shows; all else may be missing.
    ///
    /// # Errors
    /// [`ViewError`] when one of these is missing or is not what it should be.
    pub fn from_value(view: &Value) -> Result<Comment, ViewError> {
        let (uri, cid) = place(view)?;
        let record = view.get("record").and_then(Value::as_object).ok_or(ViewError::Missing("record"))?;
        let Some((did, _, rkey)) = uri.record().filter(|_| is_comment(&uri)) else {
            return Err(ViewError::NoComment { uri: uri.to_string() });
        };
        let text = record.get("text").and_then(Value::as_str).unwrap_or_default();
        let (text, facets) = described(text, record.get("facets"), MAX_TEXT_BYTES);
        if text.is_empty() {
            return Err(ViewError::Missing("text"));
        }
        let reply =
            |key| StrongRef::from_value(record.get("reply")?.get(key)?).filter(|to| is_comment(&to.uri));
        Ok(Comment {
            author: author(view, did),
            text,
            created_at: created(record, rkey).0,
            facets,
            like_count: view.get("likeCount").and_then(Value::as_u64),
            root: reply("root"),
            parent: reply("parent").map(|to| to.uri),
            reply_to: view.get("replyTo").and_then(RepliedTo::from_value),
            uri,
            cid,
        })
    }
}

impl RepliedTo {
    fn from_value(view: &Value) -> Option<RepliedTo> {
        let (uri, _) = place(view).ok()?;
        let (did, ..) = uri.record().filter(|_| is_comment(&uri))?;
        let text = excerpt(view.get("record")?.get("text")?.as_str()?);
        let author = author(view, did);
        (!text.is_empty()).then_some(RepliedTo { author, text, uri })
    }
}

/// What the view says of its record's owner; of nobody else.
fn author(view: &Value, did: &Did) -> Profile {
    let told = view.get("author").and_then(Profile::from_value).filter(|told| told.did == *did);
    let none =
        Profile { did: did.clone(), handle: None, display_name: None, avatar: None, description: None };
    told.map_or(none, |told| Profile { description: None, ..told })
}

fn is_comment(uri: &AtUri) -> bool {
    uri.record().is_some_and(|(_, collection, _)| collection.as_str() == nsid::PLACE_STREAM_VOD_COMMENT)
}

fn excerpt(text: &str) -> String {
    let whole = single_line(text, MAX_TEXT_BYTES);
    if whole.len() <= MAX_EXCERPT_BYTES {
        return whole;
    }
    let mut cut = single_line(&whole, MAX_EXCERPT_BYTES - ELLIPSIS.len_utf8());
    cut.push(ELLIPSIS);
    cut
}
