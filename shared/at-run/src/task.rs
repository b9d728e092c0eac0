//! Work in the background.

use serde::{Deserialize, Serialize};

/// What became of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskStatus {
    /// The id that [`crate::Tasks::enqueue`] gave.
    pub id: String,
    /// Whose task it is, as `did/name`.
    pub bundle: String,
    /// The task's name.
    pub task: String,
    /// Where it stands.
    pub state: TaskState,
    /// How often it was begun.
    pub attempts: u32,
    /// Milliseconds since 1970.
    pub enqueued_at: u64,
    /// When it was last begun: milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<u64>,
    /// When it ended, done or failed for good: milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<u64>,
    /// When it is tried again: milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<u64>,
    /// Why its last attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskState {
    /// Waiting for its turn.
    Queued,
    /// Begun.
    Running,
    /// Failed, and to be tried again.
    Retrying,
    /// Ended well.
    Done,
    /// Failed for the last time.
    Failed,
}
