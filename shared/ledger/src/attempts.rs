//! Attempts at tasks. A message is sent only for an attempt that may begin, so a task's cap on concurrency holds
//! however the queue delivers: what was sent and what runs are counted together.

use crate::{
    Ending, Kind, LedgerError, Message, Sql, Work,
    ledger::Turn,
    rules::{FIRST_BACKOFF_MS, MAX_BACKOFF_MS, RESEND_MS},
    runs::{GIVEN_UP, TOKEN_CHARACTERS, cut},
    sql::{integer, text},
    task_id::letters,
};

/// Sends as many waiting attempts at a task as may run beside those under way, the longest waiting first.
pub(crate) fn send_next<S: Sql>(turn: &mut Turn<'_, S>, task: &str) -> Result<(), LedgerError> {
    turn.run(
        "UPDATE tasks SET state = 'ready' WHERE task = ? AND state = 'timed' AND wake_at <= ?",
        &[text(task), turn.now()?],
    )?;
    let cap = turn.number("SELECT concurrency FROM caps WHERE task = ?", &[text(task)])?.max(1);
    let under_way = turn.number(
        "SELECT COUNT(*) FROM tasks WHERE task = ? AND state IN ('sent', 'running')",
        &[text(task)],
    )?;
    let next = turn.query(
        "SELECT number, id FROM tasks WHERE task = ? AND state = 'ready' ORDER BY wake_at, number LIMIT ?",
        &[text(task), integer(cap.saturating_sub(under_way))?],
    )?;
    for row in next {
        let token = letters(TOKEN_CHARACTERS, turn.random);
        turn.run(
            "UPDATE tasks SET state = 'sent', token = ?, sends = 1, wake_at = ? WHERE number = ?",
            &[text(&token), turn.after(RESEND_MS)?, integer(row.number(0)?)?],
        )?;
        let message = turn.message(Kind::Task, row.text(1)?, token);
        turn.send.push(message);
    }
    Ok(())
}

pub(crate) fn begin<S: Sql>(
    turn: &mut Turn<'_, S>,
    message: &Message,
    lease_ms: u64,
) -> Result<Option<Work>, LedgerError> {
    let row = turn.row(
        "UPDATE tasks SET state = 'running', attempts = attempts + 1, started_at = ?, wake_at = ?
         WHERE id = ? AND token = ? AND state = 'sent' RETURNING task, input, attempts",
        &[turn.now()?, turn.after(lease_ms)?, text(&message.id), text(&message.token)],
    )?;
    let work = |row: crate::Row| {
        let attempt = u32::try_from(row.number(2)?).unwrap_or(u32::MAX);
        Ok(Work { name: row.text(0)?, input: row.optional_text(1)?, attempt })
    };
    row.map(work).transpose()
}

pub(crate) fn end<S: Sql>(
    turn: &mut Turn<'_, S>,
    message: &Message,
    ending: &Ending,
) -> Result<(), LedgerError> {
    // An attempt whose lease lapsed was counted as lost, and another may run by now.
    let row = turn.row(
        "SELECT number, task FROM tasks WHERE id = ? AND token = ? AND state = 'running'",
        &[text(&message.id), text(&message.token)],
    )?;
    let Some(row) = row else { return Ok(()) };
    let (number, task) = (row.number(0)?, row.text(1)?);
    match ending {
        Ending::Done { .. } => turn.run(
            "UPDATE tasks SET state = 'done', input = NULL, token = NULL, wake_at = NULL, error = NULL, ended_at = ?
             WHERE number = ?",
            &[turn.now()?, integer(number)?],
        )?,
        Ending::Failed { error, again } => fail(turn, number, error, *again)?,
    }
    send_next(turn, &task)
}

pub(crate) fn given_up<S: Sql>(turn: &mut Turn<'_, S>, message: &Message) -> Result<(), LedgerError> {
    let row = turn.row(
        "SELECT number, task FROM tasks WHERE id = ? AND token = ? AND state = 'sent'",
        &[text(&message.id), text(&message.token)],
    )?;
    let Some(row) = row else { return Ok(()) };
    let task = row.text(1)?;
    never_began(turn, row.number(0)?, GIVEN_UP)?;
    send_next(turn, &task)
}

/// An attempt that was sent and never began counts all the same, or a task that breaks the queue would be sent for
/// ever.
pub(crate) fn never_began<S: Sql>(
    turn: &mut Turn<'_, S>,
    number: u64,
    error: &str,
) -> Result<(), LedgerError> {
    turn.run("UPDATE tasks SET attempts = attempts + 1 WHERE number = ?", &[integer(number)?])?;
    fail(turn, number, error, true)
}

/// Ends an attempt: the next one waits its time, or the task has failed.
pub(crate) fn fail<S: Sql>(
    turn: &mut Turn<'_, S>,
    number: u64,
    error: &str,
    again: bool,
) -> Result<(), LedgerError> {
    let row = turn.row("SELECT attempts, retries FROM tasks WHERE number = ?", &[integer(number)?])?;
    let Some(row) = row else { return Ok(()) };
    let (attempts, retries) = (row.number(0)?, row.number(1)?);
    let error = text(&cut(error));
    if again && attempts <= retries {
        let pause = backoff_ms(attempts, (turn.random)());
        turn.run(
            "UPDATE tasks SET state = 'timed', token = NULL, error = ?, wake_at = ? WHERE number = ?",
            &[error, turn.after(pause)?, integer(number)?],
        )
    } else {
        turn.run(
            "UPDATE tasks SET state = 'failed', input = NULL, token = NULL, wake_at = NULL, error = ?, ended_at = ?
             WHERE number = ?",
            &[error, turn.now()?, integer(number)?],
        )
    }
}

/// The pause after so many attempts: doubled each time, and a random half of it off, so that what failed together
/// doesn't come back together.
fn backoff_ms(attempts: u64, random: u64) -> u64 {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(u32::MAX).min(32);
    let whole = (FIRST_BACKOFF_MS << doublings).min(MAX_BACKOFF_MS);
    whole - random % (whole / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_ten_minutes_less_a_random_half() {
        for (attempts, whole) in
            [(1, 1_000), (2, 2_000), (3, 4_000), (10, 512_000), (11, 600_000), (1_000, 600_000)]
        {
            assert_eq!(backoff_ms(attempts, 0), whole);
            for random in [1, 12_345, u64::MAX] {
                let pause = backoff_ms(attempts, random);
                assert!(pause <= whole && pause > whole / 2, "{attempts} {random}: {pause}");
            }
        }
    }
}
