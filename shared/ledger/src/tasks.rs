//! Tasks: taken in, told of, forgotten when they are long done.

use serde::de::IgnoredAny;
use streamhut_release::Task;

use crate::{
    LedgerError, Sql, TaskId, TaskState, TaskStatus, attempts,
    ledger::Turn,
    rules::{
        KEPT_TASK_MS, KEPT_TASKS, MAX_CONCURRENCY, MAX_DELAY_MS, MAX_INPUT_BYTES, MAX_LIST, MAX_RETRIES,
        MAX_UNFINISHED_TASKS,
    },
    sql::{Row, integer, text},
};

/// Tasks between two looks at how many are kept: a look reads each of them.
const PRUNED_EVERY: u64 = 100;

pub(crate) fn enqueue<S: Sql>(
    turn: &mut Turn<'_, S>,
    task: &Task,
    input: &str,
    delay_ms: u64,
    at: u64,
) -> Result<String, LedgerError> {
    if input.len() > MAX_INPUT_BYTES {
        return Err(LedgerError::InputTooLarge { bytes: input.len() as u64, max: MAX_INPUT_BYTES as u64 });
    }
    serde_json::from_str::<IgnoredAny>(input)
        .map_err(|error| LedgerError::InvalidInput { reason: error.to_string() })?;
    if delay_ms > MAX_DELAY_MS {
        return Err(LedgerError::OutOfRange { number: delay_ms });
    }
    let unfinished = turn.number("SELECT COUNT(*) FROM tasks WHERE wake_at IS NOT NULL", &[])?;
    if unfinished >= MAX_UNFINISHED_TASKS {
        return Err(LedgerError::TooManyTasks { unfinished, max: MAX_UNFINISHED_TASKS });
    }
    turn.keep_bundle()?;
    let concurrency = integer(task.concurrency.clamp(1, MAX_CONCURRENCY).into())?;
    turn.run(
        "INSERT INTO caps (task, concurrency) VALUES (?, ?)
         ON CONFLICT (task) DO UPDATE SET concurrency = excluded.concurrency
         WHERE concurrency <> excluded.concurrency",
        &[text(&task.name), concurrency],
    )?;
    let id = TaskId::new(turn.bundle, turn.random);
    let number = turn.number(
        "INSERT INTO tasks (id, task, input, state, retries, wake_at, enqueued_at)
         VALUES (?, ?, ?, 'timed', ?, ?, ?) RETURNING number",
        &[
            text(id.as_str()),
            text(&task.name),
            text(input),
            integer(task.retries.min(MAX_RETRIES).into())?,
            turn.after(delay_ms)?,
            integer(at)?,
        ],
    )?;
    if number.is_multiple_of(PRUNED_EVERY) {
        prune_many(turn)?;
    }
    attempts::send_next(turn, &task.name)?;
    Ok(id.as_str().to_owned())
}

const COLUMNS: &str =
    "SELECT id, task, state, attempts, enqueued_at, started_at, ended_at, wake_at, error FROM tasks";

pub(crate) fn status<S: Sql>(turn: &mut Turn<'_, S>, id: &str) -> Result<Option<TaskStatus>, LedgerError> {
    let row = turn.row(&format!("{COLUMNS} WHERE id = ?"), &[text(id)])?;
    row.map(|row| read(turn, &row)).transpose()
}

pub(crate) fn latest<S: Sql>(turn: &mut Turn<'_, S>, limit: u32) -> Result<Vec<TaskStatus>, LedgerError> {
    let limit = integer(limit.min(MAX_LIST).into())?;
    let rows = turn.query(&format!("{COLUMNS} ORDER BY number DESC LIMIT ?"), &[limit])?;
    rows.iter().map(|row| read(turn, row)).collect()
}

fn read<S: Sql>(turn: &Turn<'_, S>, row: &Row) -> Result<TaskStatus, LedgerError> {
    let stored = row.text(2)?;
    let attempts = u32::try_from(row.number(3)?).unwrap_or(u32::MAX);
    let state = match stored.as_str() {
        "running" => TaskState::Running,
        "done" => TaskState::Done,
        "failed" => TaskState::Failed,
        _ if attempts == 0 => TaskState::Queued,
        _ => TaskState::Retrying,
    };
    let waits = stored == "timed";
    Ok(TaskStatus {
        id: row.text(0)?,
        bundle: turn.bundle.to_owned(),
        task: row.text(1)?,
        state,
        attempts,
        enqueued_at: row.number(4)?,
        started_at: row.optional_number(5)?,
        ended_at: row.optional_number(6)?,
        next_attempt_at: row.optional_number(7)?.filter(|at| waits && *at > turn.now),
        error: row.optional_text(8)?,
    })
}

/// Forgets tasks that ended long ago.
pub(crate) fn prune_old<S: Sql>(turn: &Turn<'_, S>) -> Result<(), LedgerError> {
    let oldest = integer(turn.now.saturating_sub(KEPT_TASK_MS))?;
    turn.run("DELETE FROM tasks WHERE ended_at IS NOT NULL AND ended_at <= ?", &[oldest])
}

/// Forgets the oldest of too many that ended.
fn prune_many<S: Sql>(turn: &Turn<'_, S>) -> Result<(), LedgerError> {
    turn.run(
        "DELETE FROM tasks WHERE number IN
             (SELECT number FROM tasks WHERE ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT -1 OFFSET ?)",
        &[integer(KEPT_TASKS)?],
    )
}

/// Forgets all tasks that ended.
pub(crate) fn forget<S: Sql>(turn: &mut Turn<'_, S>) -> Result<(), LedgerError> {
    turn.run("DELETE FROM tasks WHERE ended_at IS NOT NULL", &[])
}
