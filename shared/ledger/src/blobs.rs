//! The account of a bundle's bytes. It never says less than what is stored.
//!
//! Who is about to change a blob reserves: then the blob counts for the larger of what is there and what will be.
//! Who has changed it settles: then it counts for what is there. When several changed it at once, nobody can tell
//! whose change was the last, so it counts for the largest until it is changed alone.

use crate::{
    LedgerError, Reservation, Sql,
    leases::check_key,
    ledger::Turn,
    rules::RESERVATION_MS,
    sql::{integer, text},
};

/// What is known of one blob.
#[derive(Clone, Copy, Default)]
struct Blob {
    counted: u64,
    open: u64,
    changes: u64,
}

pub(crate) fn reserve<S: Sql>(
    turn: &mut Turn<'_, S>,
    key: &str,
    size: u64,
    max: u64,
) -> Result<Reservation, LedgerError> {
    check_key(key)?;
    integer(size)?;
    let blob = read(turn, key)?;
    let counted = blob.counted.max(size);
    let used = usage(turn)?;
    let grows = counted - blob.counted;
    // What does not grow is let through even when the bundle is beyond its cap, which may have been lowered.
    if grows > 0 && used.saturating_add(grows) > max {
        return Ok(Reservation::QuotaExceeded { used, max });
    }
    write(turn, key, blob, Blob { counted, open: blob.open + 1, changes: blob.changes + 1 })?;
    Ok(Reservation::Granted)
}

pub(crate) fn settle<S: Sql>(
    turn: &mut Turn<'_, S>,
    key: &str,
    size: Option<u64>,
) -> Result<(), LedgerError> {
    check_key(key)?;
    let blob = read(turn, key)?;
    let size = size.unwrap_or(0);
    let alone = blob.changes <= 1;
    let counted = if alone { size } else { blob.counted.max(size) };
    let now = match blob.open {
        0 | 1 => Blob { counted, open: 0, changes: 0 },
        open => Blob { counted, open: open - 1, changes: blob.changes },
    };
    write(turn, key, blob, now)
}

pub(crate) fn usage<S: Sql>(turn: &mut Turn<'_, S>) -> Result<u64, LedgerError> {
    turn.number("SELECT used FROM account", &[])
}

pub(crate) fn forget<S: Sql>(turn: &mut Turn<'_, S>) -> Result<(), LedgerError> {
    turn.run("DELETE FROM blobs", &[])?;
    turn.run("UPDATE account SET used = 0", &[])
}

fn read<S: Sql>(turn: &Turn<'_, S>, key: &str) -> Result<Blob, LedgerError> {
    let row =
        turn.row("SELECT counted, open, changes, reserved_at FROM blobs WHERE key = ?", &[text(key)])?;
    let Some(row) = row else { return Ok(Blob::default()) };
    let counted = row.number(0)?;
    // A reservation that nobody will settle any longer: what it was for may be stored or not.
    if row.number(3)?.saturating_add(RESERVATION_MS) <= turn.now {
        return Ok(Blob { counted, open: 0, changes: 0 });
    }
    Ok(Blob { counted, open: row.number(1)?, changes: row.number(2)? })
}

fn write<S: Sql>(turn: &Turn<'_, S>, key: &str, was: Blob, is: Blob) -> Result<(), LedgerError> {
    let used = turn.number("SELECT used FROM account", &[])?;
    let used = (used + is.counted).saturating_sub(was.counted);
    turn.run("UPDATE account SET used = ?", &[integer(used)?])?;
    if is.counted == 0 && is.open == 0 {
        return turn.run("DELETE FROM blobs WHERE key = ?", &[text(key)]);
    }
    turn.run(
        "INSERT INTO blobs (key, counted, open, changes, reserved_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET counted = excluded.counted, open = excluded.open,
             changes = excluded.changes, reserved_at = excluded.reserved_at",
        &[text(key), integer(is.counted)?, integer(is.open)?, integer(is.changes)?, turn.now()?],
    )
}
