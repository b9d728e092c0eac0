//! What the jobs that index did.

use serde::Serialize;
use streamhut_hrana::{Row, Rows, Statement};

use crate::IndexError;

/// Runs that are kept.
const KEPT: u32 = 1000;

/// One run of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// Of this run alone.
    pub id: String,
    /// Which job.
    pub kind: String,
    /// Milliseconds since 1970.
    pub started_ms: i64,
    /// Milliseconds since 1970.
    pub finished_ms: i64,
    /// Creators that were looked at.
    pub creators: u64,
    /// Of these, those whose repository had not changed.
    pub unchanged: u64,
    /// Of these, those that failed.
    pub failed: u64,
    /// Records.
    pub created: u64,
    /// Records.
    pub updated: u64,
    /// Records.
    pub deleted: u64,
    /// Records that are no videos.
    pub refused: u64,
    /// Requests to others than the database.
    pub requests: u64,
    /// Why it ended early.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

const COLUMNS: &str =
    "id, kind, started_ms, finished_ms, creators, unchanged, failed, created, updated, deleted,
    refused, requests, error";

/// Notes a run, or what it has come to; the oldest beyond a thousand are forgotten.
pub fn note(run: &Run) -> Vec<Statement> {
    let sql = format!(
        "INSERT OR REPLACE INTO sync_runs ({COLUMNS})
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    );
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let note = Statement::new(sql)
        .bind(run.id.as_str())
        .bind(run.kind.as_str())
        .bind(run.started_ms)
        .bind(run.finished_ms)
        .bind(count(run.creators))
        .bind(count(run.unchanged))
        .bind(count(run.failed))
        .bind(count(run.created))
        .bind(count(run.updated))
        .bind(count(run.deleted))
        .bind(count(run.refused))
        .bind(count(run.requests))
        .bind(run.error.clone());
    let forget = "
        DELETE FROM sync_runs WHERE started_ms < (
            SELECT started_ms FROM sync_runs ORDER BY started_ms DESC LIMIT 1 OFFSET ?1)";
    vec![note, Statement::new(forget).bind(KEPT - 1)]
}

/// The latest runs, the newest first.
pub fn latest(limit: u32) -> Statement {
    Statement::new(format!("SELECT {COLUMNS} FROM sync_runs ORDER BY started_ms DESC LIMIT ?1")).bind(limit)
}

/// The answer to [`latest`].
///
/// # Errors
/// [`IndexError::Db`].
pub fn read(rows: &Rows) -> Result<Vec<Run>, IndexError> {
    rows.rows.iter().map(read_one).collect()
}

fn read_one(row: &Row) -> Result<Run, IndexError> {
    Ok(Run {
        id: row.text(0)?.to_owned(),
        kind: row.text(1)?.to_owned(),
        started_ms: row.integer(2)?,
        finished_ms: row.integer(3)?,
        creators: row.count(4)?,
        unchanged: row.count(5)?,
        failed: row.count(6)?,
        created: row.count(7)?,
        updated: row.count(8)?,
        deleted: row.count(9)?,
        refused: row.count(10)?,
        requests: row.count(11)?,
        error: row.optional_text(12)?.map(str::to_owned),
    })
}
