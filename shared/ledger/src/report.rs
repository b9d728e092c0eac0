//! What the ledger tells: of tasks, jobs and their runs, leases and bytes. Times are milliseconds since 1970.

use serde::{Deserialize, Serialize};

/// How a task fares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskStatus {
    /// Its id: see [`crate::TaskId`].
    pub id: String,
    /// The bundle, as `did/name`.
    pub bundle: String,
    /// The task's name in the manifest.
    pub task: String,
    /// Where it is.
    pub state: TaskState,
    /// How often it was started.
    pub attempts: u32,
    /// When it was asked for.
    pub enqueued_at: u64,
    /// When its latest attempt was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<u64>,
    /// When it was done or given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<u64>,
    /// When it is started at the earliest, while it waits for a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<u64>,
    /// What its latest attempt failed of, as `Name: message`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Where a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskState {
    /// It waits for its first attempt.
    Queued,
    /// An attempt runs.
    Running,
    /// An attempt failed, and it waits for the next.
    Retrying,
    /// It succeeded.
    Done,
    /// It failed for good.
    Failed,
}

/// What the ledger knows of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobState {
    /// Its name in the manifest.
    pub job: String,
    /// Its expression, as the latest trigger found it.
    pub cron: String,
    /// The latest time for which it was run or skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_due: Option<u64>,
    /// The next time that it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<u64>,
    /// When the run that goes on was started, or claimed if it has not started yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running_since: Option<u64>,
}

/// One run of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// The job.
    pub job: String,
    /// The time for which it ran.
    pub due: u64,
    /// When it began; `None` while it waits in the queue, and when it was skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<u64>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<u64>,
    /// How it ended; `None` while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// From start to end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// What it did, in the bundle's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// What it failed of, as `Name: message`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// How a run of a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It succeeded.
    Done,
    /// It failed.
    Failed,
    /// It was due while another run of the job went on.
    Skipped,
    /// Nobody heard of it again.
    Lost,
}

/// The answer to who wants to be the only one at something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum Lease {
    /// It is the caller's, until released or lapsed.
    Held {
        /// Releases it.
        token: String,
    },
    /// Somebody else held it, and let go or lapsed while the caller waited: what it was for may be done.
    Released,
    /// Somebody else still holds it.
    Busy,
}

/// The answer to who wants to store something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "camelCase")]
pub enum Reservation {
    /// There is room.
    Granted,
    /// There is not.
    QuotaExceeded {
        /// Bytes that are stored or reserved.
        used: u64,
        /// Most bytes that may be.
        max: u64,
    },
}
