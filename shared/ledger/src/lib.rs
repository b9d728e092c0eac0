//! What keeps the state of a bundle: its jobs and their runs, its background tasks, its leases, its bytes.
//!
//! [`Ledger`] is a state machine over a small synchronous port to SQLite, [`Sql`]. A [`Command`] goes in; an answer
//! comes out, and [`Effects`]: messages for the queue, and the time at which to wake. Triggers, queue and consumers
//! may each do their part twice, late or not at all; what holds nevertheless:
//!
//! - a job runs at most once for each due time, and never twice at a time;
//! - a task's cap on concurrency is never exceeded, and each attempt begins at most once;
//! - every task ends as done or failed, and every run of a job ends;
//! - the account of bytes never says less than what is stored.

mod attempts;
mod blobs;
mod command;
pub mod cron;
mod error;
mod jobs;
mod leases;
mod ledger;
mod report;
pub mod rules;
mod runs;
mod schema;
mod sql;
mod sweep;
mod task_id;
mod tasks;

pub use command::{Claims, Command, Ending, Kind, Message, Request, Work};
pub use error::LedgerError;
pub use ledger::{Effects, Ledger};
pub use report::{JobState, Lease, Outcome, Reservation, Run, TaskState, TaskStatus};
pub use sql::{Row, Sql, Value, integer, text};
pub use task_id::TaskId;
