//! Changes of a creator. Each is one transaction. Those that others can see ([`register`], [`set_state`],
//! [`identify`]) end with the first portion of what follows in the creator's videos: see [`crate::tidy`].

use streamhut_atproto::{Did, Handle};
use streamhut_hrana::Statement;

use super::State;
use crate::tidy;

/// Characters of an error that are kept.
const MAX_ERROR_CHARS: usize = 300;

/// What the network tells of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Verified.
    pub handle: Option<Handle>,
    /// One line.
    pub display_name: Option<String>,
    /// An http or https URL.
    pub avatar: Option<String>,
    /// Several lines.
    pub description: Option<String>,
    /// Where the repository is, a URL.
    pub pds: Option<String>,
}

/// Registers an account, and makes it due.
pub fn register(did: &Did, now_ms: i64) -> Vec<Statement> {
    let sql = "
        INSERT INTO creators (did, registered, added_ms, next_sync_ms) VALUES (?1, 1, ?2, 0)
        ON CONFLICT (did) DO UPDATE SET registered = 1, next_sync_ms = 0, untidy = untidy + (registered = 0)";
    with_videos(did, Statement::new(sql).bind(did.as_str()).bind(now_ms))
}

/// Notes accounts that have videos, and makes those due that are new. At most some thousands.
pub fn discover(dids: &[Did], now_ms: i64) -> Vec<Statement> {
    // A DID has no character that JSON would escape.
    let quoted: Vec<String> = dids.iter().map(|did| format!("\"{did}\"")).collect();
    let sql = "
        INSERT INTO creators (did, discovered, added_ms, next_sync_ms)
        SELECT value, 1, ?2, 0 FROM json_each(?1) WHERE true
        ON CONFLICT (did) DO UPDATE SET discovered = 1, untidy = untidy + 1,
            next_sync_ms = CASE registered + discovered WHEN 0 THEN 0 ELSE next_sync_ms END
        WHERE discovered = 0";
    let arrays = crate::record::json_arrays(quoted.iter().map(String::as_str));
    arrays.into_iter().map(|array| Statement::new(sql).bind(array).bind(now_ms)).collect()
}

/// Makes those due that are indexed: something happened to their accounts.
pub fn make_due(dids: &[Did]) -> Vec<Statement> {
    // A DID has no character that JSON would escape.
    let quoted: Vec<String> = dids.iter().map(|did| format!("\"{did}\"")).collect();
    let sql = "
        UPDATE creators SET next_sync_ms = 0
        WHERE did IN (SELECT value FROM json_each(?1)) AND registered + discovered > 0";
    let arrays = crate::record::json_arrays(quoted.iter().map(String::as_str));
    arrays.into_iter().map(|array| Statement::new(sql).bind(array)).collect()
}

/// Notes who an account is and where.
pub fn identify(did: &Did, identity: &Identity) -> Vec<Statement> {
    let sql = "
        UPDATE creators SET handle = ?2, display_name = ?3, avatar = ?4, description = ?5, pds = ?6,
            untidy = untidy + ((handle, display_name) IS NOT (?2, ?3))
        WHERE did = ?1 AND (handle, display_name, avatar, description, pds) IS NOT (?2, ?3, ?4, ?5, ?6)";
    let statement = Statement::new(sql)
        .bind(did.as_str())
        .bind(identity.handle.as_ref().map(Handle::as_str))
        .bind(identity.display_name.clone())
        .bind(identity.avatar.clone())
        .bind(identity.description.clone())
        .bind(identity.pds.clone());
    with_videos(did, statement)
}

/// Notes the state of an account, which is looked at again at `next_sync_ms`.
pub fn set_state(did: &Did, state: State, next_sync_ms: i64) -> Vec<Statement> {
    let sql = "
        UPDATE creators SET state = ?2, next_sync_ms = ?3, untidy = untidy + (state IS NOT ?2) WHERE did = ?1";
    with_videos(did, Statement::new(sql).bind(did.as_str()).bind(state.as_str()).bind(next_sync_ms))
}

/// Notes that a repository is as it was.
pub fn unchanged(did: &Did, now_ms: i64, next_sync_ms: i64) -> Statement {
    let sql = "
        UPDATE creators SET last_sync_ms = ?2, next_sync_ms = ?3, failures = 0, last_error = NULL,
            state = CASE state WHEN 'failed' THEN 'active' ELSE state END
        WHERE did = ?1";
    Statement::new(sql).bind(did.as_str()).bind(now_ms).bind(next_sync_ms)
}

/// Notes that a sync failed; `failures` is what was read of the creator, so that a repetition counts once. What was
/// indexed stays, and is shown.
pub fn failed(did: &Did, failures: u64, error: &str, next_sync_ms: i64) -> Statement {
    let sql = "
        UPDATE creators SET failures = ?2, last_error = ?3, next_sync_ms = ?4,
            state = CASE state WHEN 'active' THEN 'failed' ELSE state END
        WHERE did = ?1";
    let error: String = error.chars().take(MAX_ERROR_CHARS).collect();
    let failures = i64::try_from(failures.saturating_add(1)).unwrap_or(i64::MAX);
    Statement::new(sql).bind(did.as_str()).bind(failures).bind(error).bind(next_sync_ms)
}

fn with_videos(did: &Did, statement: Statement) -> Vec<Statement> {
    std::iter::once(statement).chain(tidy::portion(did, None)).collect()
}
