//! Single changes of records, as a stream tells them, in one transaction with the stream's cursor: no change is
//! applied twice, and none is passed over.
//!
//! A change is left out where it says nothing new: its revision is not behind that of the creator's last sync, which
//! has seen it. Where a staged sync is at work ([`crate::sync`]), it is left out too, and the creator is due at once.

use std::collections::BTreeMap;

use streamhut_atproto::{Did, RecordKey, Tid};
use streamhut_hrana::{Rows, Statement};

use crate::record::{Row, Write, json_arrays, write};
use crate::sync::STAGING_MS;
use crate::{IndexError, Record};

/// A change of one record.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Whose.
    pub did: Did,
    /// The repository's revision with it.
    pub rev: Tid,
    /// What happened.
    pub what: What,
}

/// What happened to a record.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// It was created or edited; boxed, because a record is large.
    Put(Box<Record>),
    /// It was deleted.
    Delete(RecordKey),
}

/// Where a stream stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Of the last event that was taken in, in the stream's own unit.
    pub cursor: i64,
    /// When that was written, in milliseconds since 1970.
    pub at_ms: i64,
}

/// Reads the position of the stream of that name.
pub fn position(name: &str) -> Statement {
    Statement::new("SELECT cursor, at_ms FROM stream_cursors WHERE name = ?1").bind(name)
}

/// The answer to [`position`]; `None` for a stream that was never begun.
///
/// # Errors
/// [`IndexError::Db`].
pub fn read_position(rows: &Rows) -> Result<Option<Position>, IndexError> {
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(Position { cursor: row.integer(0)?, at_ms: row.integer(1)? }))
}

/// Begins a stream at `cursor`, or, where it stands elsewhere, sets it there.
pub fn seek(name: &str, cursor: i64, now_ms: i64) -> Statement {
    let sql = "
        INSERT INTO stream_cursors (name, cursor, at_ms) VALUES (?1, ?2, ?3)
        ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor, at_ms = excluded.at_ms";
    Statement::new(sql).bind(name).bind(cursor).bind(now_ms)
}

/// One step of a stream.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// The stream's name.
    pub stream: &'a str,
    /// Where it stands; if it stands elsewhere by then, nothing is done.
    pub from: i64,
    /// Where it stands afterwards.
    pub to: i64,
    /// Of this step alone, such as random letters.
    pub id: &'a str,
}

/// Applies changes, in the stream's order, in one transaction; some hundreds at most. Changes of repositories that are
/// not indexed are passed over, and so are records that are no videos: an edit that makes one of a video deletes it.
///
/// The last statement affects one row when the step was done, and none when the stream stands elsewhere: then the
/// position is to be read again.
pub fn apply(step: &Step<'_>, changes: &[Change], now_ms: i64) -> Vec<Statement> {
    // Of several changes of a record, the last one is what remains.
    let mut last: BTreeMap<(&Did, &RecordKey), &Change> = BTreeMap::new();
    for change in changes {
        let rkey = match &change.what {
            What::Put(record) => &record.rkey,
            What::Delete(rkey) => rkey,
        };
        last.insert((&change.did, rkey), change);
    }
    let mut rows: Vec<Row> = Vec::new();
    let mut gone: Vec<String> = Vec::new();
    for ((did, rkey), change) in &last {
        let row = match &change.what {
            What::Put(record) => record.row(did).ok(),
            What::Delete(_) => None,
        };
        match row {
            Some(row) => rows.push(row.with(change.rev.as_str())),
            // Nothing in it that JSON would escape.
            None => gone.push(format!("[\"{did}\",\"{rkey}\",\"{}\"]", change.rev)),
        }
    }
    let mut dids: Vec<String> = last.keys().map(|(did, _)| format!("\"{did}\"")).collect();
    dids.dedup();

    let mut statements = Vec::new();
    for dids in json_arrays(dids.iter().map(String::as_str)) {
        statements.push(step.with(FENCE, &dids).bind(now_ms - STAGING_MS));
        statements.push(step.with(DEFER, &dids));
    }
    let newer = "c.fence = ?3 AND j.value ->> 16 > coalesce(c.rev, '')";
    statements.extend(write(&rows, Write::Seen, now_ms, newer, step.id));
    for gone in json_arrays(gone.iter().map(String::as_str)) {
        statements.push(Statement::new(DELETE).bind(gone).bind(step.id));
    }
    let advance = "UPDATE stream_cursors SET cursor = ?3, at_ms = ?4 WHERE name = ?1 AND cursor = ?2";
    statements.push(Statement::new(advance).bind(step.stream).bind(step.from).bind(step.to).bind(now_ms));
    statements
}

impl Step<'_> {
    fn with(&self, sql: &str, dids: &str) -> Statement {
        Statement::new(sql).bind(dids).bind(self.id).bind(self.stream).bind(self.from)
    }
}

/// Takes the fence of those whose rows may change now; `?5` is when a staged sync that has not written since is dead.
const FENCE: &str = "
    UPDATE creators SET fence = ?2, staging_ms = NULL
    WHERE did IN (SELECT value FROM json_each(?1)) AND registered + discovered > 0
        AND (staging_ms IS NULL OR staging_ms <= ?5)
        AND EXISTS (SELECT 1 FROM stream_cursors WHERE name = ?3 AND cursor = ?4)";

/// Has the others synced.
const DEFER: &str = "
    UPDATE creators SET next_sync_ms = 0
    WHERE did IN (SELECT value FROM json_each(?1)) AND fence <> ?2
        AND EXISTS (SELECT 1 FROM stream_cursors WHERE name = ?3 AND cursor = ?4)";

const DELETE: &str = "
    DELETE FROM videos WHERE id IN (
        SELECT v.id FROM json_each(?1) AS j CROSS JOIN creators AS c ON c.did = j.value ->> 0
        CROSS JOIN videos AS v ON v.creator = c.id AND v.rkey = j.value ->> 1
        WHERE c.fence = ?2 AND j.value ->> 2 > coalesce(c.rev, '') AND v.born <= c.generation)";
