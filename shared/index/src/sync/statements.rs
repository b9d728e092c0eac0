//! The statements of a sync. `?1` is the creator's DID in all of them.

use streamhut_atproto::{Did, RecordKey, Tid};
use streamhut_hrana::Statement;

use crate::record::json_arrays;

/// Rows that are swept in one transaction.
const SWEPT_ROWS: u32 = 500;

/// Takes the fence, or keeps it; where it is neither `found` nor `own`, the transaction ends here. `staging_ms` is when
/// a staged sync wrote this.
pub(crate) fn fence(did: &Did, found: &str, own: &str, staging_ms: Option<i64>) -> Statement {
    let sql = "
        UPDATE creators SET fence = CASE WHEN fence IN (?2, ?3) THEN ?3 END, staging_ms = ?4 WHERE did = ?1";
    Statement::new(sql).bind(did.as_str()).bind(found).bind(own).bind(staging_ms)
}

/// Records that are gone, at once.
pub(super) fn delete<'a>(did: &Did, rkeys: impl Iterator<Item = &'a RecordKey>) -> Vec<Statement> {
    let sql = "
        DELETE FROM videos WHERE id IN (
            SELECT v.id FROM creators AS c CROSS JOIN json_each(?2) AS j
            CROSS JOIN videos AS v ON v.creator = c.id AND v.rkey = j.value
            WHERE c.did = ?1 AND v.born <= c.generation)";
    with_keys(sql, did, rkeys)
}

/// Records that end with the present generation: they are gone, or have a version in the next.
pub(super) fn bury<'a>(did: &Did, rkeys: impl Iterator<Item = &'a RecordKey>) -> Vec<Statement> {
    let sql = "
        UPDATE videos SET died = (SELECT generation + 1 FROM creators WHERE did = ?1) WHERE id IN (
            SELECT v.id FROM creators AS c CROSS JOIN json_each(?2) AS j
            CROSS JOIN videos AS v ON v.creator = c.id AND v.rkey = j.value
            WHERE c.did = ?1 AND v.born <= c.generation AND v.died > c.generation)";
    with_keys(sql, did, rkeys)
}

fn with_keys<'a>(sql: &str, did: &Did, rkeys: impl Iterator<Item = &'a RecordKey>) -> Vec<Statement> {
    // A record key has no character that JSON would escape.
    let quoted: Vec<String> = rkeys.map(|rkey| format!("\"{rkey}\"")).collect();
    let arrays = json_arrays(quoted.iter().map(String::as_str));
    arrays.into_iter().map(|array| Statement::new(sql).bind(did.as_str()).bind(array)).collect()
}

/// What a sync leaves that went well, but for rows.
pub(super) fn finished(did: &Did, rev: &Tid, now_ms: i64, next_sync_ms: i64) -> Statement {
    let sql = "
        UPDATE creators SET rev = ?2, last_sync_ms = ?3, next_sync_ms = ?4, failures = 0, last_error = NULL,
            state = CASE state WHEN 'failed' THEN 'active' ELSE state END
        WHERE did = ?1";
    Statement::new(sql).bind(did.as_str()).bind(rev.as_str()).bind(now_ms).bind(next_sync_ms)
}

/// Shows the staged generation, which follows `generation`, and `records` records in it.
pub(super) fn publish(did: &Did, generation: i64, records: usize) -> Statement {
    let sql = "UPDATE creators SET generation = ?2, records = ?3, staging_ms = NULL WHERE did = ?1";
    Statement::new(sql).bind(did.as_str()).bind(generation + 1).bind(records as i64)
}

/// A portion of what a dead staged sync left; nothing, when `own` does not have the fence.
pub(super) fn abandon(did: &Did, own: &str) -> Vec<Statement> {
    let revive = "
        UPDATE videos SET died = 9223372036854775807 WHERE id IN (
            SELECT v.id FROM creators AS c CROSS JOIN videos AS v INDEXED BY videos_dying ON v.creator = c.id
            WHERE c.did = ?1 AND c.fence = ?2
                AND v.died > c.generation AND v.died < 9223372036854775807 LIMIT ?3)";
    let remove = "
        DELETE FROM videos WHERE id IN (
            SELECT v.id FROM creators AS c CROSS JOIN videos AS v INDEXED BY videos_staged ON v.creator = c.id
            WHERE c.did = ?1 AND c.fence = ?2 AND v.born > c.generation AND v.born > 0 LIMIT ?3)";
    [revive, remove].map(|sql| Statement::new(sql).bind(did.as_str()).bind(own).bind(SWEPT_ROWS)).into()
}

/// A portion of what nobody sees any more.
pub(crate) fn sweep(did: &Did) -> Statement {
    let sql = "
        DELETE FROM videos WHERE id IN (
            SELECT v.id FROM creators AS c CROSS JOIN videos AS v INDEXED BY videos_dying ON v.creator = c.id
            WHERE c.did = ?1 AND v.died <= c.generation AND v.died < 9223372036854775807 LIMIT ?2)";
    Statement::new(sql).bind(did.as_str()).bind(SWEPT_ROWS)
}
