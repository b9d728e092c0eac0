//! A queue whose tasks run when they are told to.

use std::cell::RefCell;

use futures_util::{FutureExt, future::LocalBoxFuture};

use super::{answer::Answer, clock::ManualClock};
use crate::{Error, TaskState, TaskStatus, TasksPort};

/// One attempt at a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRun {
    /// The task's id.
    pub id: String,
    /// Its name.
    pub task: String,
    /// 1 for the first.
    pub attempt: u32,
    /// What its handler came to.
    pub answer: Answer,
}

/// A task that waits, or that ended.
#[derive(Clone, Debug)]
pub(super) struct Queued {
    pub(super) status: TaskStatus,
    pub(super) input: String,
    /// When it may begin.
    due: u64,
}

pub(super) struct ManualTasks {
    clock: ManualClock,
    /// Declared names, each with its retries.
    declared: Vec<(String, u32)>,
    queue: RefCell<Vec<Queued>>,
}

impl ManualTasks {
    pub(super) fn new(declared: Vec<(String, u32)>, clock: ManualClock) -> Self {
        Self { clock, declared, queue: RefCell::default() }
    }

    pub(super) fn statuses(&self) -> Vec<TaskStatus> {
        self.queue.borrow().iter().map(|task| task.status.clone()).collect()
    }

    /// Begins the task that is due first, and moves the clock on to that time.
    pub(super) fn begin(&self) -> Option<Queued> {
        let mut queue = self.queue.borrow_mut();
        let waiting = queue.iter_mut().filter(|task| is_waiting(task.status.state));
        let task = waiting.min_by_key(|task| task.due)?;
        self.clock.reach(task.due);
        task.status.state = TaskState::Running;
        task.status.attempts += 1;
        task.status.started_at = Some(self.clock.now());
        task.status.next_attempt_at = None;
        Some(task.clone())
    }

    pub(super) fn end(&self, id: &str, answer: &Answer) {
        let mut queue = self.queue.borrow_mut();
        let Some(task) = queue.iter_mut().find(|task| task.status.id == id) else { return };
        let retries = self.declared.iter().find(|(name, _)| *name == task.status.task).map_or(0, |(_, n)| *n);
        let now = self.clock.now();
        let status = &mut task.status;
        status.error = (!answer.is_success()).then(|| message(answer));
        status.state = match (answer.is_success(), status.attempts > retries) {
            (true, _) => TaskState::Done,
            (false, true) => TaskState::Failed,
            (false, false) => TaskState::Retrying,
        };
        if status.state == TaskState::Retrying {
            status.next_attempt_at = Some(now);
            task.due = now;
        } else {
            status.ended_at = Some(now);
        }
    }

    fn add(&self, name: String, input: String, delay_ms: u64) -> Result<String, Error> {
        if !self.declared.iter().any(|(declared, _)| *declared == name) {
            return Err(Error::not_found("UnknownTask", format!("the release declares no task `{name}`")));
        }
        let mut queue = self.queue.borrow_mut();
        let id = format!("task-{}", queue.len() + 1);
        let now = self.clock.now();
        let status = TaskStatus {
            id: id.clone(),
            bundle: super::OWN_BUNDLE.to_owned(),
            task: name,
            state: TaskState::Queued,
            attempts: 0,
            enqueued_at: now,
            started_at: None,
            ended_at: None,
            next_attempt_at: None,
            error: None,
        };
        queue.push(Queued { status, input, due: now.saturating_add(delay_ms) });
        Ok(id)
    }
}

/// What a runner shows of a failure: the message of `{"error", "message"}`.
fn message(answer: &Answer) -> String {
    let body: serde_json::Value = serde_json::from_slice(answer.bytes()).unwrap_or_default();
    body.get("message").and_then(|message| message.as_str()).map_or_else(|| answer.text(), str::to_owned)
}

fn is_waiting(state: TaskState) -> bool {
    matches!(state, TaskState::Queued | TaskState::Retrying)
}

impl TasksPort for ManualTasks {
    fn enqueue(
        &self,
        name: String,
        input: String,
        delay_ms: u64,
    ) -> LocalBoxFuture<'_, Result<String, Error>> {
        std::future::ready(self.add(name, input, delay_ms)).boxed_local()
    }

    fn status(&self, id: String) -> LocalBoxFuture<'_, Result<Option<TaskStatus>, Error>> {
        let status = self.statuses().into_iter().find(|status| status.id == id);
        std::future::ready(Ok(status)).boxed_local()
    }
}
