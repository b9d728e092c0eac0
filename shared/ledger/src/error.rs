//! Why the ledger does not do what it is asked.

use serde::{Deserialize, Serialize};

/// A refusal, as it also travels from the ledger to who asked it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "error", rename_all_fields = "camelCase")]
pub enum LedgerError {
    /// The bundle has as many unfinished tasks as it may.
    #[error("{unfinished} tasks are not finished yet, and {max} may be")]
    TooManyTasks {
        /// Tasks that wait or run.
        unfinished: u64,
        /// The cap.
        max: u64,
    },
    /// A task's input over the cap.
    #[error("a task's input has {bytes} bytes, and {max} may be")]
    InputTooLarge {
        /// Its size.
        bytes: u64,
        /// The cap.
        max: u64,
    },
    /// A task's input that is no JSON.
    #[error("a task's input is no JSON: {reason}")]
    InvalidInput {
        /// What the parser said.
        reason: String,
    },
    /// The key of a lease or blob that is empty or too long.
    #[error("a key has 1 to {max} bytes, not {bytes}")]
    InvalidKey {
        /// Its size.
        bytes: u64,
        /// The cap.
        max: u64,
    },
    /// A number that the ledger can't count to.
    #[error("{number} is beyond what a ledger counts")]
    OutOfRange {
        /// The number.
        number: u64,
    },
    /// The job runs, and a job never runs twice at a time.
    #[error("job `{job}` runs already")]
    AlreadyRunning {
        /// The job.
        job: String,
    },
    /// The ledger's own storage failed.
    #[error("the ledger's storage failed: {reason}")]
    Storage {
        /// What it said.
        reason: String,
    },
    /// The ledger gave no usable answer.
    #[error("the ledger did not answer: {reason}")]
    Unreachable {
        /// What happened instead.
        reason: String,
    },
}

impl LedgerError {
    /// `(status, name)` as they go out: 4xx and 507 for what the caller got wrong or used up, 503 for the rest.
    pub fn outside(&self) -> (u16, &'static str) {
        match self {
            Self::TooManyTasks { .. } => (503, "TooManyTasks"),
            Self::InputTooLarge { .. } => (413, "InputTooLarge"),
            Self::InvalidInput { .. } => (400, "InvalidInput"),
            Self::InvalidKey { .. } => (400, "InvalidKey"),
            Self::OutOfRange { .. } => (400, "OutOfRange"),
            Self::AlreadyRunning { .. } => (409, "AlreadyRunning"),
            Self::Storage { .. } | Self::Unreachable { .. } => (503, "LedgerUnavailable"),
        }
    }
}
