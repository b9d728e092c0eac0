//! Letting creators go.

use streamhut_atproto::Did;
use streamhut_hrana::{Rows, Statement};

use crate::{IndexError, Transaction};

/// Videos that are deleted in one transaction.
const PORTION: u32 = 500;

/// Ends a registration. Who was discovered, too, stays; all there is of anybody else goes, as [`forget`] does it. `id` is
/// of this change alone.
pub fn unregister(did: &Did, id: &str) -> Vec<Transaction> {
    let sql = "
        UPDATE creators SET registered = 0, fence = ?2, rev = CASE discovered WHEN 1 THEN rev END WHERE did = ?1";
    gone(did, Statement::new(sql).bind(did.as_str()).bind(id))
}

/// Forgets a creator, however they came. With the first transaction nobody sees them any more; the second one deletes
/// their videos, portion by portion. Should that be interrupted, [`forgotten`] tells. `id` is of this change alone.
pub fn forget(did: &Did, id: &str) -> Vec<Transaction> {
    let sql = "UPDATE creators SET registered = 0, discovered = 0, fence = ?2, rev = NULL WHERE did = ?1";
    gone(did, Statement::new(sql).bind(did.as_str()).bind(id))
}

/// Reads who is forgotten and still has rows.
pub fn forgotten(limit: u32) -> Statement {
    Statement::new("SELECT did FROM creators WHERE registered + discovered = 0 LIMIT ?1").bind(limit)
}

/// The answer to [`forgotten`].
///
/// # Errors
/// [`IndexError`].
pub fn read_forgotten(rows: &Rows) -> Result<Vec<Did>, IndexError> {
    let did = |text: &str| Did::parse(text).map_err(|_| IndexError::stored("DID", text));
    rows.rows.iter().map(|row| did(row.text(0)?)).collect()
}

fn gone(did: &Did, first: Statement) -> Vec<Transaction> {
    let videos = "
        DELETE FROM videos WHERE id IN (
            SELECT v.id FROM creators AS c CROSS JOIN videos AS v ON v.creator = c.id
            WHERE c.did = ?1 AND c.registered + c.discovered = 0 LIMIT ?2)";
    let creator = "
        DELETE FROM creators WHERE did = ?1 AND registered + discovered = 0
            AND NOT EXISTS (SELECT 1 FROM videos AS v WHERE v.creator = creators.id)";
    vec![
        Transaction::once(vec![first]),
        Transaction::until_done(vec![Statement::new(videos).bind(did.as_str()).bind(PORTION)]),
        Transaction::once(vec![Statement::new(creator).bind(did.as_str())]),
    ]
}
