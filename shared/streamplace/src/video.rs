use serde_json::{Map, Value};
use streamhut_atproto::{AtUri, BlobRef, Did, RecordCid, RecordKey, Tid};

use crate::activity::activity;
use crate::datetime::{iso, unix_millis};
use crate::facet::described;
use crate::pixel_image::pixel_image;
use crate::text::single_line;
use crate::{ContentRights, Facet, Source, StrongRef, nsid};

/// The longest duration that is believed, in milliseconds: its nanoseconds are the largest that
/// JavaScript counts exactly (2^53, about 104 days).
pub const MAX_DURATION_MS: u64 = 9_007_199_254;

const MAX_TITLE_BYTES: usize = 1400;
const MAX_DESCRIPTION_BYTES: usize = 50_000;
const MAX_TAGS: usize = 10;
const MAX_TAG_BYTES: usize = 640;
const MAX_WARNINGS: usize = 16;
const MAX_WARNING_BYTES: usize = 128;
const MAX_DATETIME_BYTES: usize = 64;
/// `duration` from here on is in nanoseconds, below in milliseconds: a second is 1e9 of the one,
/// eleven days are 1e9 of the other.
const NANOSECONDS_FROM: u64 = 1_000_000_000;

/// A video on demand, from a `place.stream.video` record of any generation.
#[derive(Debug, Clone, PartialEq)]
pub struct Video {
    /// The record's address.
    pub uri: AtUri,
    /// The record's version.
    pub cid: RecordCid,
    /// The repository that holds it.
    pub did: Did,
    /// Its key there.
    pub rkey: RecordKey,
    /// One line of at most 1400 bytes, without control characters; may be empty.
    pub title: String,
    /// At most 50,000 bytes with line ends LF.
    pub description: Option<String>,
    /// In bytes of `description`, in its order, none overlapping another; two hundred at most.
    pub description_facets: Vec<Facet>,
    /// Who made it: the record's word, else the repository's owner.
    pub creator: Did,
    /// As the record gives it, else the time in its key, else the epoch: a datetime to show.
    pub created_at: String,
    /// The same in milliseconds since the epoch as it stands, in the future or not; `None` when
    /// neither record nor key says.
    pub created_ms: Option<i64>,
    /// `None` when unknown; never 0 nor over [`MAX_DURATION_MS`].
    pub duration_ms: Option<u64>,
    /// What it is made of.
    pub source: Source,
    /// At most ten, none empty.
    pub tags: Vec<String>,
    /// The kinds of warning, such as `nudity`, without their lexicon's name.
    pub content_warnings: Vec<String>,
    /// Its own thumbnail, a pixel image of the types that every browser shows.
    pub thumb: Option<BlobRef>,
    /// The live stream that it was recorded from.
    pub livestream: Option<StrongRef>,
    /// What is done in it: one line of at most 256 bytes, such as a game's name.
    pub activity: Option<String>,
    /// Whose it is, when the record tells.
    pub content_rights: Option<ContentRights>,
}

/// Why a record is no video.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The address names no record of the collection, or its repository by handle.
    #[error("{uri} is not the address of a video record")]
    Address {
        /// The address given.
        uri: String,
    },
    /// JSON, but not an object.
    #[error("the record {uri} is {found}, not an object")]
    NotAnObject {
        /// Whose record.
        uri: String,
        /// What it is.
        found: &'static str,
    },
    /// A record of another kind.
    #[error("the record {uri} has the $type {found:?}")]
    OtherType {
        /// Whose record.
        uri: String,
        /// Its `$type`, cut to a readable length; JSON when it is no string.
        found: String,
    },
}

impl Video {
    /// Reads a record. Every field is optional, and one of the wrong type is absent.
    ///
    /// # Errors
    /// [`RecordError`]; nothing inside the record but its `$type` leads to one.
    pub fn from_record(uri: &AtUri, cid: RecordCid, record: &Value) -> Result<Video, RecordError> {
        let address =
            uri.record().filter(|(_, collection, _)| collection.as_str() == nsid::PLACE_STREAM_VIDEO);
        let Some((did, _, rkey)) = address else {
            return Err(RecordError::Address { uri: uri.to_string() });
        };
        let Value::Object(fields) = record else {
            return Err(RecordError::NotAnObject { uri: uri.to_string(), found: kind(record) });
        };
        match fields.get("$type") {
            None => {}
            Some(Value::String(own)) if own == nsid::PLACE_STREAM_VIDEO => {}
            Some(other) => {
                let found = other.as_str().map_or_else(|| other.to_string(), str::to_owned);
                return Err(RecordError::OtherType { uri: uri.to_string(), found: single_line(&found, 128) });
            }
        }
        let (created_at, created_ms) = created(fields, rkey);
        let text = string(fields, "description").unwrap_or_default();
        let (description, description_facets) =
            described(text, fields.get("descriptionFacets"), MAX_DESCRIPTION_BYTES);
        Ok(Video {
            uri: uri.clone(),
            cid,
            did: did.clone(),
            rkey: rkey.clone(),
            title: string(fields, "title").map(|text| single_line(text, MAX_TITLE_BYTES)).unwrap_or_default(),
            description: Some(description).filter(|text| !text.is_empty()),
            description_facets,
            creator: string(fields, "creator")
                .and_then(|text| Did::parse(text).ok())
                .unwrap_or_else(|| did.clone()),
            created_at,
            created_ms,
            duration_ms: duration_ms(fields),
            source: fields.get("source").map_or(Source::Unknown, Source::from_value),
            tags: lines(fields.get("tags"), MAX_TAGS, MAX_TAG_BYTES),
            content_warnings: content_warnings(fields),
            thumb: fields.get("thumb").and_then(pixel_image),
            livestream: livestream(fields),
            activity: fields.get("activity").and_then(activity),
            content_rights: fields.get("contentRights").and_then(ContentRights::from_value),
        })
    }

    /// When the video was made, for sorting: milliseconds since the epoch, neither before the epoch
    /// nor after `now_ms`. With the time at which the record was first seen as `now_ms`, a date in
    /// the future can't hold a video on top of every list.
    pub fn sort_ms(&self, now_ms: i64) -> i64 {
        self.created_ms.unwrap_or(0).min(now_ms).max(0)
    }

    /// The duration in nanoseconds, the unit of `listVideos`.
    pub fn duration_ns(&self) -> Option<u64> {
        self.duration_ms.map(|ms| ms.saturating_mul(1_000_000))
    }
}

fn string<'a>(fields: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    fields.get(key)?.as_str()
}

/// What to show, and the milliseconds since the epoch.
pub(crate) fn created(fields: &Map<String, Value>, rkey: &RecordKey) -> (String, Option<i64>) {
    let given = string(fields, "createdAt").filter(|text| text.len() <= MAX_DATETIME_BYTES);
    if let Some((text, millis)) = given.and_then(|text| Some((text, unix_millis(text)?))) {
        return (text.trim().to_owned(), Some(millis));
    }
    let from_key = Tid::parse(rkey.as_str()).ok().and_then(|tid| i64::try_from(tid.micros() / 1000).ok());
    (from_key.and_then(iso).unwrap_or_else(|| "1970-01-01T00:00:00.000Z".to_owned()), from_key)
}

fn duration_ms(fields: &Map<String, Value>) -> Option<u64> {
    let believable = |ms: &u64| (1..=MAX_DURATION_MS).contains(ms);
    let either_unit = |value| if value >= NANOSECONDS_FROM { value / 1_000_000 } else { value };
    let millis = fields.get("durationMs").and_then(Value::as_u64).filter(believable);
    millis.or_else(|| fields.get("duration").and_then(Value::as_u64).map(either_unit).filter(believable))
}

/// The strings of an array, each one line, none empty.
fn lines(array: Option<&Value>, max: usize, max_bytes: usize) -> Vec<String> {
    let items = array.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    items.map(|text| single_line(text, max_bytes)).filter(|text| !text.is_empty()).take(max).collect()
}

fn content_warnings(fields: &Map<String, Value>) -> Vec<String> {
    let tokens = fields.get("contentWarnings").and_then(|warnings| warnings.get("warnings"));
    let kinds = lines(tokens, MAX_WARNINGS, MAX_WARNING_BYTES).into_iter();
    let kinds = kinds.map(|token| token.rsplit('#').next().unwrap_or_default().to_owned());
    kinds.filter(|kind| !kind.is_empty()).collect()
}

/// The first generation has a field for it, the later ones a connection.
fn livestream(fields: &Map<String, Value>) -> Option<StrongRef> {
    let connections = fields.get("connections").and_then(Value::as_array).into_iter().flatten();
    let refs = connections.filter_map(|connection| connection.get("ref"));
    fields.get("livestream").into_iter().chain(refs).filter_map(StrongRef::from_value).find(|found| {
        found.uri.collection().is_some_and(|name| name.as_str() == nsid::PLACE_STREAM_LIVESTREAM)
    })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
