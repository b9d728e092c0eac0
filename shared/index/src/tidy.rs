//! What follows from a change of a creator, in each of their videos: whether it is hidden, and the names by which it is
//! found. Lists leave a hidden creator's videos out at once, since they look at the creator too; the rows follow in
//! portions, so that pages don't have to step over them.
//!
//! A change and the first portion are one transaction, which is all for creators of up to a thousand videos. Of others,
//! `creators.untidy` tells that portions are left, until the last one is done: by whoever made the change, or by a job
//! that asks for [`creators::untidy`](crate::creators::untidy).

use streamhut_atproto::Did;
use streamhut_hrana::{Rows, Statement};

use crate::IndexError;

/// Videos of one portion.
const PORTION: u32 = 1000;

/// How far a creator's videos were put in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The last record key that was.
    after: String,
    /// Which change it follows: after another one it begins anew.
    untidy: i64,
}

/// The next portion, in one transaction; the first one without `progress`.
pub fn portion(did: &Did, progress: Option<&Progress>) -> Vec<Statement> {
    let after = progress.map_or("", |progress| &progress.after);
    let untidy = progress.map(|progress| progress.untidy);
    let rows = "
        UPDATE videos SET hidden = NOT c.shown, names = c.names FROM creators AS c
        WHERE c.did = ?1 AND videos.creator = c.id AND videos.rkey > ?2
            AND videos.rkey <= coalesce((
                SELECT v.rkey FROM videos AS v WHERE v.creator = c.id AND v.rkey > ?2
                ORDER BY v.rkey LIMIT 1 OFFSET ?3), char(127))
            AND (videos.hidden, videos.names) IS NOT (NOT c.shown, c.names)";
    let done = "
        UPDATE creators SET untidy = 0 WHERE did = ?1 AND untidy = coalesce(?4, untidy) AND NOT EXISTS (
            SELECT 1 FROM videos AS v WHERE v.creator = creators.id AND v.rkey > ?2 LIMIT 1 OFFSET ?3)";
    let next = "
        SELECT (SELECT v.rkey FROM videos AS v WHERE v.creator = c.id AND v.rkey > ?2
                ORDER BY v.rkey LIMIT 1 OFFSET ?3), coalesce(?4, c.untidy)
        FROM creators AS c WHERE c.did = ?1";
    let statement = |sql| Statement::new(sql).bind(did.as_str()).bind(after).bind(PORTION - 1);
    vec![statement(rows), statement(done).bind(untidy), statement(next).bind(untidy)]
}

/// How far it is, by the answer to a transaction that ended with [`portion`]; `None` when all is in order.
///
/// # Errors
/// [`IndexError::Db`].
pub fn progress(answer: &[Rows]) -> Result<Option<Progress>, IndexError> {
    let Some(row) = answer.last().and_then(Rows::first) else { return Ok(None) };
    let untidy = row.integer(1)?;
    Ok(row.optional_text(0)?.map(|after| Progress { after: after.to_owned(), untidy }))
}
