//! What happens by itself when its time comes: messages are sent again, leases of runs and attempts lapse, waiting
//! attempts are sent.

use std::collections::BTreeSet;

use crate::{
    Kind, LedgerError, Message, Sql, attempts,
    ledger::Turn,
    rules::{MAX_SENDS, RESEND_MS, UNSENT_MS},
    runs,
    sql::{integer, text},
    tasks,
};

const NEVER_ARRIVED: &str = "Lost: the queue never delivered its message";
const NEVER_ENDED: &str = "Lost: nothing was heard of it within its time";

pub(crate) fn sweep<S: Sql>(turn: &mut Turn<'_, S>) -> Result<(), LedgerError> {
    let lapsed = turn.query(
        "SELECT number, state, token, sends FROM runs
         WHERE state IN ('sent', 'running') AND wake_at <= ? ORDER BY number",
        &[turn.now()?],
    )?;
    for row in lapsed {
        let (number, sends) = (row.number(0)?, row.number(3)?);
        match row.text(1)?.as_str() {
            "running" => runs::lose(turn, number, NEVER_ENDED)?,
            _ if sends >= MAX_SENDS => runs::lose(turn, number, NEVER_ARRIVED)?,
            _ => {
                turn.run(
                    "UPDATE runs SET sends = sends + 1, wake_at = ? WHERE number = ?",
                    &[turn.after(RESEND_MS << sends)?, integer(number)?],
                )?;
                let message = turn.message(Kind::Job, number.to_string(), row.text(2)?);
                turn.send.push(message);
            }
        }
    }
    let lapsed = turn.query(
        "SELECT number, state, token, sends, id, task FROM tasks
         WHERE state IN ('sent', 'running') AND wake_at <= ? ORDER BY number",
        &[turn.now()?],
    )?;
    let mut names = BTreeSet::new();
    for row in lapsed {
        let (number, sends) = (row.number(0)?, row.number(3)?);
        match row.text(1)?.as_str() {
            "running" => attempts::fail(turn, number, NEVER_ENDED, true)?,
            _ if sends >= MAX_SENDS => attempts::never_began(turn, number, NEVER_ARRIVED)?,
            _ => {
                turn.run(
                    "UPDATE tasks SET sends = sends + 1, wake_at = ? WHERE number = ?",
                    &[turn.after(RESEND_MS << sends)?, integer(number)?],
                )?;
                let message = turn.message(Kind::Task, row.text(4)?, row.text(2)?);
                turn.send.push(message);
            }
        }
        names.insert(row.text(5)?);
    }
    let waiting =
        turn.query("SELECT DISTINCT task FROM tasks WHERE state = 'timed' AND wake_at <= ?", &[turn.now()?])?;
    for row in waiting {
        names.insert(row.text(0)?);
    }
    for task in names {
        attempts::send_next(turn, &task)?;
    }
    tasks::prune_old(turn)
}

/// When [`sweep`] has something to do next. An attempt that waits for its turn wakes nobody: its turn comes when
/// another ends.
pub(crate) fn wake_at<S: Sql>(sql: &S) -> Result<Option<u64>, LedgerError> {
    let mut next: Option<u64> = None;
    for (table, state) in
        [("runs", "sent"), ("runs", "running"), ("tasks", "timed"), ("tasks", "sent"), ("tasks", "running")]
    {
        let statement = format!("SELECT MIN(wake_at) FROM {table} WHERE state = ? AND wake_at IS NOT NULL");
        let rows = sql.query(&statement, &[text(state)])?;
        let at = rows.first().map_or(Ok(None), |row| row.optional_number(0))?;
        next = [next, at].into_iter().flatten().min();
    }
    Ok(next)
}

/// Puts the next sending of a message that the queue did not take forward.
pub(crate) fn unsent<S: Sql>(sql: &S, message: &Message, now: u64) -> Result<(), LedgerError> {
    let at = integer(now.saturating_add(UNSENT_MS))?;
    let token = text(&message.token);
    let statement = match message.kind {
        Kind::Job => "UPDATE runs SET wake_at = ? WHERE token = ? AND number = ? AND state = 'sent'",
        Kind::Task => "UPDATE tasks SET wake_at = ? WHERE token = ? AND id = ? AND state = 'sent'",
    };
    sql.query(statement, &[at, token, text(&message.id)]).map(drop)
}
