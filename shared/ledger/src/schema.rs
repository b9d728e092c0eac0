//! The tables. `wake_at` is the time at which a row needs attention, if nothing happens before.

use crate::{LedgerError, Sql};

const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    // `considered`: due times up to it were run, skipped, or before the job was known.
    "CREATE TABLE IF NOT EXISTS jobs (
        name TEXT PRIMARY KEY, cron TEXT NOT NULL, considered INTEGER NOT NULL, last_due INTEGER,
        misses INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID",
    // `state`: sent, running, ended.
    "CREATE TABLE IF NOT EXISTS runs (
        number INTEGER PRIMARY KEY, job TEXT NOT NULL, due INTEGER NOT NULL, state TEXT NOT NULL,
        token TEXT, sends INTEGER NOT NULL DEFAULT 0, wake_at INTEGER, claimed_at INTEGER NOT NULL,
        started_at INTEGER, ended_at INTEGER, outcome TEXT, error TEXT)",
    "CREATE INDEX IF NOT EXISTS runs_of_job ON runs (job, number)",
    "CREATE INDEX IF NOT EXISTS runs_to_end ON runs (state, wake_at) WHERE wake_at IS NOT NULL",
    // `state`: timed (waits for `wake_at`), ready (has waited since `wake_at` for its turn), sent, running, done,
    // failed.
    "CREATE TABLE IF NOT EXISTS tasks (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, task TEXT NOT NULL, input TEXT, state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0, retries INTEGER NOT NULL, token TEXT,
        sends INTEGER NOT NULL DEFAULT 0, wake_at INTEGER, enqueued_at INTEGER NOT NULL,
        started_at INTEGER, ended_at INTEGER, error TEXT)",
    "CREATE INDEX IF NOT EXISTS tasks_in_turn ON tasks (task, state, wake_at, number)",
    "CREATE INDEX IF NOT EXISTS tasks_to_end ON tasks (state, wake_at) WHERE wake_at IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS tasks_ended ON tasks (ended_at) WHERE ended_at IS NOT NULL",
    "CREATE TABLE IF NOT EXISTS caps (task TEXT PRIMARY KEY, concurrency INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS leases (
        key TEXT PRIMARY KEY, token TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS leases_lapse ON leases (until)",
    // `counted`: what the blob counts for; `open`: reservations that were not settled; `changes`: reservations
    // since the last moment without an open one.
    "CREATE TABLE IF NOT EXISTS blobs (
        key TEXT PRIMARY KEY, counted INTEGER NOT NULL, open INTEGER NOT NULL, changes INTEGER NOT NULL,
        reserved_at INTEGER NOT NULL) WITHOUT ROWID",
    // The sum of `counted`, so that no reservation reads every blob.
    "CREATE TABLE IF NOT EXISTS account (only INTEGER PRIMARY KEY CHECK (only = 1), used INTEGER NOT NULL)",
    "INSERT OR IGNORE INTO account (only, used) VALUES (1, 0)",
];

/// Makes what is not there yet.
pub(crate) fn create(sql: &impl Sql) -> Result<(), LedgerError> {
    sql.atomically(&mut || TABLES.iter().try_for_each(|table| sql.query(table, &[]).map(drop)))
}
