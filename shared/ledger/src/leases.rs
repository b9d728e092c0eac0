//! Leases: who is the only one at something. A lease ends when it is released, or by itself when its time is over.

use crate::{
    Lease, LedgerError, Sql,
    ledger::Turn,
    rules::{MAX_KEY_BYTES, MAX_LEASE_MS, MAX_LEASES},
    runs::TOKEN_CHARACTERS,
    sql::{integer, text},
    task_id::letters,
};

/// `Held` or `Busy`; who wants to wait asks [`held_until`] for how long.
pub(crate) fn acquire<S: Sql>(turn: &mut Turn<'_, S>, key: &str, ttl_ms: u64) -> Result<Lease, LedgerError> {
    check_key(key)?;
    turn.run("DELETE FROM leases WHERE until <= ?", &[turn.now()?])?;
    let held = turn.row("SELECT 1 FROM leases WHERE key = ?", &[text(key)])?.is_some();
    if held || turn.number("SELECT COUNT(*) FROM leases", &[])? >= MAX_LEASES {
        return Ok(Lease::Busy);
    }
    let token = letters(TOKEN_CHARACTERS, turn.random);
    turn.run(
        "INSERT INTO leases (key, token, until) VALUES (?, ?, ?)",
        &[text(key), text(&token), turn.after(ttl_ms.clamp(1, MAX_LEASE_MS))?],
    )?;
    Ok(Lease::Held { token })
}

pub(crate) fn release<S: Sql>(turn: &mut Turn<'_, S>, key: &str, token: &str) -> Result<(), LedgerError> {
    turn.run("DELETE FROM leases WHERE key = ? AND token = ?", &[text(key), text(token)])
}

pub(crate) fn held_until<S: Sql>(sql: &S, key: &str, now: u64) -> Result<Option<u64>, LedgerError> {
    let rows =
        sql.query("SELECT until FROM leases WHERE key = ? AND until > ?", &[text(key), integer(now)?])?;
    rows.first().map(|row| row.number(0)).transpose()
}

pub(crate) fn forget<S: Sql>(turn: &mut Turn<'_, S>) -> Result<(), LedgerError> {
    turn.run("DELETE FROM leases", &[])
}

/// Holds the key of a lease or blob to its bounds.
pub(crate) fn check_key(key: &str) -> Result<(), LedgerError> {
    if key.is_empty() || key.len() > MAX_KEY_BYTES {
        return Err(LedgerError::InvalidKey { bytes: key.len() as u64, max: MAX_KEY_BYTES as u64 });
    }
    Ok(())
}
