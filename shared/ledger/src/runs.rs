//! Runs of jobs: sent to the queue, begun, ended. A job never has two that are not ended.

use crate::{
    Ending, Kind, LedgerError, Message, Outcome, Run, Sql, Work,
    ledger::Turn,
    rules::{KEPT_RUNS, MAX_ERROR_CHARS, MAX_LIST, RESEND_MS},
    sql::{Row, integer, text},
    task_id::letters,
};

/// Characters of a token: more than anybody guesses.
pub(crate) const TOKEN_CHARACTERS: usize = 26;

pub(crate) fn is_running<S: Sql>(turn: &Turn<'_, S>, job: &str) -> Result<bool, LedgerError> {
    let row = turn.row("SELECT 1 FROM runs WHERE job = ? AND state <> 'ended' LIMIT 1", &[text(job)])?;
    Ok(row.is_some())
}

/// Sends a run to the queue.
pub(crate) fn start<S: Sql>(turn: &mut Turn<'_, S>, job: &str, due: u64) -> Result<(), LedgerError> {
    let token = letters(TOKEN_CHARACTERS, turn.random);
    let number = turn.number(
        "INSERT INTO runs (job, due, state, token, sends, wake_at, claimed_at)
         VALUES (?, ?, 'sent', ?, 1, ?, ?) RETURNING number",
        &[text(job), integer(due)?, text(&token), turn.after(RESEND_MS)?, turn.now()?],
    )?;
    let message = turn.message(Kind::Job, number.to_string(), token);
    turn.send.push(message);
    prune(turn, job)
}

/// Records a due time that came while a run went on.
pub(crate) fn skip<S: Sql>(turn: &mut Turn<'_, S>, job: &str, due: u64) -> Result<(), LedgerError> {
    turn.run(
        "INSERT INTO runs (job, due, state, outcome, claimed_at, ended_at)
         VALUES (?, ?, 'ended', 'skipped', ?, ?)",
        &[text(job), integer(due)?, turn.now()?, turn.now()?],
    )?;
    prune(turn, job)
}

pub(crate) fn begin<S: Sql>(
    turn: &mut Turn<'_, S>,
    message: &Message,
    lease_ms: u64,
) -> Result<Option<Work>, LedgerError> {
    let row = turn.row(
        "UPDATE runs SET state = 'running', started_at = ?, wake_at = ?
         WHERE number = ? AND token = ? AND state = 'sent' RETURNING job",
        &[turn.now()?, turn.after(lease_ms)?, number_of(message)?, text(&message.token)],
    )?;
    row.map(|row| Ok(Work { name: row.text(0)?, input: None, attempt: 1 })).transpose()
}

pub(crate) fn end<S: Sql>(
    turn: &mut Turn<'_, S>,
    message: &Message,
    ending: &Ending,
) -> Result<(), LedgerError> {
    // The column has what a run said of itself: of one that is done, its summary.
    let (outcome, said) = match ending {
        Ending::Done { summary: None } => ("done", crate::Value::Null),
        Ending::Done { summary: Some(summary) } => ("done", text(&cut(summary))),
        Ending::Failed { error, .. } => ("failed", text(&cut(error))),
    };
    turn.run(
        "UPDATE runs SET state = 'ended', outcome = ?, error = ?, ended_at = ?, wake_at = NULL
         WHERE number = ? AND token = ? AND state = 'running'",
        &[text(outcome), said, turn.now()?, number_of(message)?, text(&message.token)],
    )
}

pub(crate) fn given_up<S: Sql>(turn: &mut Turn<'_, S>, message: &Message) -> Result<(), LedgerError> {
    turn.run(
        "UPDATE runs SET state = 'ended', outcome = 'lost', error = ?, ended_at = ?, wake_at = NULL
         WHERE number = ? AND token = ? AND state = 'sent'",
        &[text(GIVEN_UP), turn.now()?, number_of(message)?, text(&message.token)],
    )
}

/// Ends a run that nobody was heard of again.
pub(crate) fn lose<S: Sql>(turn: &mut Turn<'_, S>, number: u64, error: &str) -> Result<(), LedgerError> {
    turn.run(
        "UPDATE runs SET state = 'ended', outcome = 'lost', error = ?, ended_at = ?, wake_at = NULL
         WHERE number = ?",
        &[text(error), turn.now()?, integer(number)?],
    )
}

pub(crate) fn latest<S: Sql>(
    turn: &mut Turn<'_, S>,
    job: Option<&str>,
    limit: u32,
) -> Result<Vec<Run>, LedgerError> {
    let columns = "SELECT job, due, started_at, ended_at, outcome, error FROM runs";
    let limit = integer(limit.min(MAX_LIST).into())?;
    let rows = match job {
        Some(job) => {
            turn.query(&format!("{columns} WHERE job = ? ORDER BY number DESC LIMIT ?"), &[text(job), limit])?
        }
        None => turn.query(&format!("{columns} ORDER BY number DESC LIMIT ?"), &[limit])?,
    };
    rows.iter().map(run).collect()
}

fn run(row: &Row) -> Result<Run, LedgerError> {
    let (started_at, ended_at) = (row.optional_number(2)?, row.optional_number(3)?);
    let outcome = row.optional_text(4)?;
    let said = row.optional_text(5)?;
    let (summary, error) = if outcome.as_deref() == Some("done") { (said, None) } else { (None, said) };
    Ok(Run {
        job: row.text(0)?,
        due: row.number(1)?,
        started_at,
        ended_at,
        outcome: outcome.as_deref().and_then(|outcome| match outcome {
            "done" => Some(Outcome::Done),
            "failed" => Some(Outcome::Failed),
            "skipped" => Some(Outcome::Skipped),
            "lost" => Some(Outcome::Lost),
            _ => None,
        }),
        duration_ms: started_at.zip(ended_at).map(|(start, end)| end.saturating_sub(start)),
        summary,
        error,
    })
}

fn prune<S: Sql>(turn: &Turn<'_, S>, job: &str) -> Result<(), LedgerError> {
    turn.run(
        "DELETE FROM runs WHERE job = ? AND state = 'ended' AND number <=
             (SELECT number FROM runs WHERE job = ? ORDER BY number DESC LIMIT 1 OFFSET ?)",
        &[text(job), text(job), integer(KEPT_RUNS)?],
    )
}

/// Said of work whose message the queue gave up.
pub(crate) const GIVEN_UP: &str = "Lost: the queue gave its message up";

/// An error as it is kept.
pub(crate) fn cut(error: &str) -> String {
    error.chars().take(MAX_ERROR_CHARS).collect()
}

fn number_of(message: &Message) -> Result<crate::Value, LedgerError> {
    // What is no number is no run's.
    message.id.parse().map_or(Ok(crate::Value::Null), integer)
}
