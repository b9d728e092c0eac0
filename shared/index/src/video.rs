//! One video.

use serde_json::Value;
use streamhut_atproto::{Did, Handle, RecordCid, RecordKey};
use streamhut_hrana::{Rows, Statement};
use streamhut_streamplace::{Profile, Video, xrpc::VideoView};

use crate::IndexError;
use crate::record::uri;

/// A video as it was indexed.
#[derive(Clone, Debug, PartialEq)]
pub struct Indexed {
    /// The video and its repository's owner; nothing that a node would have to tell.
    pub view: VideoView,
    /// When the record was first seen, in milliseconds since 1970.
    pub indexed_ms: i64,
    /// The record as it was.
    pub record: Value,
}

/// Reads a video, unless its creator is hidden.
pub fn get(did: &Did, rkey: &RecordKey) -> Statement {
    let sql = "
        SELECT v.cid, v.record, v.indexed_ms, c.handle, c.display_name, c.avatar, c.description
        FROM creators AS c CROSS JOIN videos AS v ON v.creator = c.id
        WHERE c.did = ?1 AND c.shown AND v.rkey = ?2 AND v.born <= c.generation AND v.died > c.generation";
    Statement::new(sql).bind(did.as_str()).bind(rkey.as_str())
}

/// The answer to [`get`] of the same video.
///
/// # Errors
/// [`IndexError`].
pub fn read(did: &Did, rkey: &RecordKey, rows: &Rows) -> Result<Option<Indexed>, IndexError> {
    let Some(row) = rows.first() else { return Ok(None) };
    let cid = row.text(0)?;
    let cid = RecordCid::parse(cid).map_err(|_| IndexError::stored("record's CID", cid))?;
    let text = row.text(1)?;
    let record: Value = serde_json::from_str(text).map_err(|_| IndexError::stored("record", text))?;
    let video = Video::from_record(&uri(did, rkey)?, cid, &record);
    let author = Profile {
        did: did.clone(),
        handle: row.optional_text(3)?.and_then(|text| Handle::parse(text).ok()),
        display_name: row.optional_text(4)?.map(str::to_owned),
        avatar: row.optional_text(5)?.map(str::to_owned),
        description: row.optional_text(6)?.map(str::to_owned),
    };
    Ok(Some(Indexed {
        view: VideoView {
            video: video.map_err(|_| IndexError::stored("record", text))?,
            author: Some(author),
            like_count: None,
            view_count: None,
            tracks: Vec::new(),
        },
        indexed_ms: row.integer(2)?,
        record,
    }))
}
