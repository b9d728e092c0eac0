//! What a ledger is told and asked, as it travels to it, and what it sends through the queue.

use serde::{Deserialize, Serialize};
use streamhut_release::{Job, Task};

/// A command to the ledger of one bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// The bundle, as `did/name`.
    pub bundle: String,
    /// What to do.
    pub command: Command,
}

/// What to do. Times are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// Claim the jobs that are due at `until`; these are all that the bundle has. Answers [`Claims`].
    Due {
        /// Due times up to this one count.
        until: u64,
        /// The bundle's jobs.
        jobs: Vec<Job>,
    },
    /// Run a job now. Answers null.
    RunNow {
        /// The job.
        job: String,
        /// The time for which it runs.
        at: u64,
    },
    /// What is known of the jobs. Answers a list of [`crate::JobState`].
    Jobs,
    /// The latest runs, newest first. Answers a list of [`crate::Run`].
    Runs {
        /// Of this job only.
        job: Option<String>,
        /// Most runs.
        limit: u32,
    },
    /// A new task. Answers its id.
    Enqueue {
        /// What the manifest says of it.
        task: Task,
        /// JSON.
        input: String,
        /// Milliseconds to wait before the first attempt.
        delay_ms: u64,
        /// When it was asked for.
        at: u64,
    },
    /// How a task fares. Answers a [`crate::TaskStatus`] or null.
    Task {
        /// Its id.
        id: String,
    },
    /// The latest tasks, newest first. Answers a list of [`crate::TaskStatus`].
    Tasks {
        /// Most tasks.
        limit: u32,
    },
    /// A message of the queue arrived: may its work begin? Answers a [`Work`] or null.
    Begin {
        /// The message.
        message: Message,
        /// Milliseconds after which nobody will hear of it again.
        lease_ms: u64,
    },
    /// The work of a message ended. Answers null.
    End {
        /// The message.
        message: Message,
        /// How.
        ending: Ending,
    },
    /// The queue gave a message up. Answers null.
    GivenUp {
        /// The message.
        message: Message,
    },
    /// To be the only one at something. Answers a [`crate::Lease`].
    Acquire {
        /// At what.
        key: String,
        /// Milliseconds until it lapses by itself.
        ttl_ms: u64,
        /// Milliseconds that the caller waits for another's release.
        wait_ms: u64,
    },
    /// Not to be it any longer. Answers null.
    Release {
        /// At what.
        key: String,
        /// From [`crate::Lease::Held`].
        token: String,
    },
    /// Room for a blob. Answers a [`crate::Reservation`].
    Reserve {
        /// The blob's key.
        key: String,
        /// Its bytes.
        size: u64,
        /// Most bytes of all blobs.
        max_bytes: u64,
    },
    /// What is stored under a key now. Answers null.
    Settle {
        /// The blob's key.
        key: String,
        /// Its bytes; `None` when nothing is.
        size: Option<u64>,
    },
    /// The bytes that are stored or reserved. Answers a number.
    Usage,
    /// Drop leases, finished tasks and the account of bytes. Answers null.
    Forget,
}

/// What travels through the queue: one run of a job, or one attempt at a task.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The bundle, as `did/name`.
    pub bundle: String,
    /// Job or task.
    pub kind: Kind,
    /// The run's number, or the task's id.
    pub id: String,
    /// Names this run or attempt alone: delivered twice, it begins once.
    pub token: String,
}

/// What is run in the background.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Work by the clock.
    Job,
    /// Work on demand.
    Task,
}

impl Kind {
    /// As a call's path names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::Task => "task",
        }
    }
}

/// Work that may begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Work {
    /// The job or task.
    pub name: String,
    /// The task's input, JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// Counts the attempts at a task from 1; 1 for a job.
    pub attempt: u32,
}

/// How work ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ending", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Ending {
    /// It succeeded.
    Done {
        /// What it did, in a line. Kept of jobs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        summary: Option<String>,
    },
    /// It failed.
    Failed {
        /// `Name: message`.
        error: String,
        /// Whether another attempt may succeed. Jobs are not tried again before they are due.
        again: bool,
    },
}

/// What became of a trigger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claims {
    /// Jobs whose run was sent to the queue.
    pub claimed: Vec<String>,
    /// Jobs that were due while they ran.
    pub skipped: Vec<String>,
    /// What is wrong with the expressions of others, as `job: reason`.
    pub invalid: Vec<String>,
}
