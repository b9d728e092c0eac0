//! Numbers of the whole index.

use serde::Serialize;
use streamhut_hrana::{Rows, Statement};

use crate::IndexError;

/// Numbers of the whole index. What a single creator has is in [`Creator`](crate::creators::Creator).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// Videos that are listed.
    pub videos: u64,
    /// Creators that are listed.
    pub creators: u64,
    /// Creators that registered.
    pub registered: u64,
    /// Creators whose last syncs failed.
    pub failing: u64,
    /// Creators that are due.
    pub due: u64,
    /// Milliseconds for which the creator that has waited longest is due; 0 when none is.
    pub lag_ms: u64,
    /// When a creator was last synced, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_sync_ms: Option<i64>,
}

/// Reads them. It looks at every creator, and at no video.
pub fn stats(now_ms: i64) -> Statement {
    let sql = "
        SELECT coalesce(sum(records) FILTER (WHERE shown), 0), count(*) FILTER (WHERE shown),
            count(*) FILTER (WHERE registered), count(*) FILTER (WHERE failures > 0),
            count(*) FILTER (WHERE next_sync_ms <= ?1),
            coalesce(max(?1 - max(next_sync_ms, added_ms)) FILTER (WHERE next_sync_ms <= ?1), 0), max(last_sync_ms)
        FROM creators WHERE registered + discovered > 0";
    Statement::new(sql).bind(now_ms)
}

/// The answer to [`stats`].
///
/// # Errors
/// [`IndexError`].
pub fn read(rows: &Rows) -> Result<Stats, IndexError> {
    let row = rows.first().ok_or_else(|| IndexError::stored("number", ""))?;
    Ok(Stats {
        videos: row.count(0)?,
        creators: row.count(1)?,
        registered: row.count(2)?,
        failing: row.count(3)?,
        due: row.count(4)?,
        lag_ms: row.integer(5)?.try_into().unwrap_or(0),
        last_sync_ms: row.optional_integer(6)?,
    })
}
