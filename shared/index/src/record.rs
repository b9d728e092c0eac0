//! A record as a repository holds it, and the row that it becomes.

use serde_json::Value;
use sha2::{Digest, Sha256};
use streamhut_atproto::{AtUri, Did, Nsid, RecordCid, RecordKey};
use streamhut_hrana::Statement;
use streamhut_streamplace::{RecordError, Source, Video, nsid};

use crate::IndexError;

/// Most bytes of a record's JSON: the data model's own limit. Longer ones are refused.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024;
/// Rows travel as one JSON text for each statement, of about so many bytes at most.
pub(crate) const CHUNK_BYTES: usize = 512 * 1024;
/// And so many rows: a transaction is to be over within a second.
pub(crate) const CHUNK_ROWS: usize = 2000;

/// A `place.stream.video` record.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its key in the repository.
    pub rkey: RecordKey,
    /// Its version.
    pub cid: RecordCid,
    /// The record itself.
    pub value: Value,
}

/// Why a record has no row. The others of its repository don't suffer from it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefusedRecord {
    /// It is no video.
    #[error(transparent)]
    NoVideo(#[from] RecordError),
    /// Over [`MAX_RECORD_BYTES`].
    #[error("the record {uri} is of {size} bytes")]
    TooLarge {
        /// Whose.
        uri: String,
        /// Its JSON's size in bytes.
        size: usize,
    },
}

/// A row as it travels: a JSON array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row(String);

/// The address of a video.
///
/// # Errors
/// [`IndexError::Stored`], which the name of a collection doesn't give.
pub(crate) fn uri(did: &Did, rkey: &RecordKey) -> Result<AtUri, IndexError> {
    let text = nsid::PLACE_STREAM_VIDEO;
    let collection = Nsid::parse(text).map_err(|_| IndexError::stored("collection", text))?;
    Ok(AtUri::of_record(did, &collection, rkey))
}

impl Record {
    pub(crate) fn row(&self, did: &Did) -> Result<Row, RefusedRecord> {
        let no_address = || RecordError::Address { uri: format!("at://{did}/{}", self.rkey) };
        let uri = uri(did, &self.rkey).map_err(|_| no_address())?;
        let record = self.value.to_string();
        if record.len() > MAX_RECORD_BYTES {
            return Err(RefusedRecord::TooLarge { uri: uri.to_string(), size: record.len() });
        }
        let video = Video::from_record(&uri, self.cid, &self.value)?;
        let made_by = (video.creator != video.did).then(|| video.creator.to_string());
        let source = match &video.source {
            Source::Archive => "archive",
            Source::Tracks => "tracks",
            Source::Clip { .. } => "clip",
            Source::Unknown => "unknown",
        };
        let tag_keys: Vec<_> = video.tags.iter().map(|tag| tag_key(tag)).collect();
        // In the order of `ROW` below.
        let row = (
            video.did.as_str(),
            video.rkey.as_str(),
            video.cid.to_string(),
            tie(&uri),
            video.duration_ms.unwrap_or(0),
            video.created_ms.unwrap_or(0),
            &video.created_at,
            made_by,
            source,
            video.thumb.map(|thumb| thumb.cid().to_string()),
            Value::from(video.tags).to_string(),
            Value::from(tag_keys).to_string(),
            Value::from(video.content_warnings).to_string(),
            &video.title,
            &video.description,
            record,
        );
        serde_json::to_string(&row).map(Row).map_err(|_| no_address().into())
    }
}

/// A tag as it is looked for: case does not count.
pub(crate) fn tag_key(tag: &str) -> String {
    tag.trim().to_lowercase()
}

/// What orders videos of one time: the same number for every version of a record, in every database.
pub(crate) fn tie(uri: &AtUri) -> i64 {
    let digest: [u8; 32] = Sha256::digest(uri.as_str()).into();
    let [a, b, c, d, e, f, g, h, ..] = digest;
    i64::from_be_bytes([a, b, c, d, e, f, g, h]) & i64::MAX
}

/// Which version a row is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    /// The one that readers see: it changes at once.
    Seen,
    /// The next generation's, for later.
    Staged,
}

/// Writes rows of any creators that are known, in portions of a size that a request carries. A record keeps the time
/// at which it was first seen, which is the latest that its date is believed. `only` says of which creators, in SQL,
/// with `?3` for its argument.
pub(crate) fn write(rows: &[Row], how: Write, now_ms: i64, only: &str, argument: &str) -> Vec<Statement> {
    let born = match how {
        Write::Seen => "coalesce(o.born, c.generation)",
        Write::Staged => "c.generation + 1",
    };
    let sql = format!(
        "INSERT INTO videos (
            creator, rkey, cid, born, hidden, tie, duration_ms, created_ms, indexed_ms, created_at,
            made_by, source, thumb, tags, tag_keys, warnings, names, title, description, record)
        SELECT c.id, j.value ->> 1, j.value ->> 2, {born}, NOT c.shown, j.value ->> 3, j.value ->> 4,
            max(0, min(j.value ->> 5, coalesce(o.indexed_ms, ?2))), coalesce(o.indexed_ms, ?2), j.value ->> 6,
            j.value ->> 7, j.value ->> 8, j.value ->> 9, j.value ->> 10, j.value ->> 11, j.value ->> 12,
            c.names, j.value ->> 13, j.value ->> 14, j.value ->> 15
        FROM json_each(?1) AS j
        CROSS JOIN creators AS c ON c.did = j.value ->> 0
        LEFT JOIN videos AS o ON o.creator = c.id AND o.rkey = j.value ->> 1
            AND o.born <= c.generation AND o.died > c.generation
        WHERE {only}
        ON CONFLICT (creator, rkey, born) DO UPDATE SET
            cid = excluded.cid, died = excluded.died, hidden = excluded.hidden, tie = excluded.tie,
            duration_ms = excluded.duration_ms, created_ms = excluded.created_ms,
            created_at = excluded.created_at, made_by = excluded.made_by, source = excluded.source,
            thumb = excluded.thumb, tags = excluded.tags, tag_keys = excluded.tag_keys,
            warnings = excluded.warnings, names = excluded.names, title = excluded.title,
            description = excluded.description, record = excluded.record"
    );
    let statement = |chunk: String| Statement::new(sql.as_str()).bind(chunk).bind(now_ms).bind(argument);
    json_arrays(rows.iter().map(|row| row.0.as_str())).into_iter().map(statement).collect()
}

impl Row {
    /// Bytes as it travels.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// With one more column, 16.
    pub(crate) fn with(mut self, text: &str) -> Row {
        self.0.truncate(self.0.len().saturating_sub(1));
        self.0.push(',');
        self.0.push_str(&Value::from(text).to_string());
        self.0.push(']');
        self
    }
}

/// JSON texts as arrays of a size that a request carries; a single longer one is an array of its own.
pub(crate) fn json_arrays<'a>(items: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut arrays: Vec<String> = Vec::new();
    let mut count = 0;
    for item in items {
        match arrays.last_mut() {
            Some(array) if array.len() + item.len() < CHUNK_BYTES && count < CHUNK_ROWS => {
                array.push(',');
                array.push_str(item);
                count += 1;
            }
            _ => {
                arrays.push(format!("[{item}"));
                count = 1;
            }
        }
    }
    arrays.iter_mut().for_each(|array| array.push(']'));
    arrays
}
