//! The ledger of a bundle, as the dispatcher asks it: one Durable Object for each, named `did/name`.

use serde::{Serialize, de::DeserializeOwned};
use streamhut_atproto::Did;
use streamhut_ledger::{
    Claims, Command, Ending, JobState, Lease, LedgerError, Message, Reservation, Run, TaskId, TaskStatus,
    Work,
};
use streamhut_release::{BundleName, Job, Task};
use worker::{Env, Headers, Method, ObjectNamespace, Request, RequestInit};

/// The binding of the Durable Objects.
const BINDING: &str = "LEDGER";

/// Asks the ledger of one bundle. Times are milliseconds since 1970.
#[derive(Clone, Debug)]
pub struct LedgerClient {
    namespace: ObjectNamespace,
    bundle: String,
}

impl LedgerClient {
    /// The ledger of that bundle.
    ///
    /// # Errors
    /// When no namespace is bound as `LEDGER`.
    pub fn of(env: &Env, did: &Did, name: &BundleName) -> Result<Self, LedgerError> {
        Self::named(env, format!("{did}/{name}"))
    }

    /// The ledger that knows a task.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn of_task(env: &Env, id: &TaskId) -> Result<Self, LedgerError> {
        Self::named(env, id.bundle().to_owned())
    }

    /// The ledger of a bundle by `did/name`.
    pub(crate) fn named(env: &Env, bundle: String) -> Result<Self, LedgerError> {
        let namespace = env.durable_object(BINDING).map_err(unreachable)?;
        Ok(Self { namespace, bundle })
    }

    /// Takes a task in; it is started when its turn comes, at the earliest `delay_ms` after `now`. Gives its id.
    ///
    /// # Errors
    /// `TooManyTasks`, `InputTooLarge`, `InvalidInput`.
    pub async fn enqueue(
        &self,
        task: &Task,
        input: String,
        delay_ms: u64,
        now: u64,
    ) -> Result<String, LedgerError> {
        self.ask(Command::Enqueue { task: task.clone(), input, delay_ms, at: now }).await
    }

    /// How a task fares; `None` when there is none of that id, or it ended long ago.
    pub async fn task(&self, id: &str) -> Result<Option<TaskStatus>, LedgerError> {
        self.ask(Command::Task { id: id.to_owned() }).await
    }

    /// The latest tasks, newest first.
    pub async fn tasks(&self, limit: u32) -> Result<Vec<TaskStatus>, LedgerError> {
        self.ask(Command::Tasks { limit }).await
    }

    /// Tries to be the only holder of `key` for `ttl_ms`, and waits up to `wait_ms` while somebody else is.
    ///
    /// # Errors
    /// `InvalidKey`.
    pub async fn acquire(&self, key: &str, ttl_ms: u64, wait_ms: u64) -> Result<Lease, LedgerError> {
        self.ask(Command::Acquire { key: key.to_owned(), ttl_ms, wait_ms }).await
    }

    /// Lets go of what [`Lease::Held`] gave. A token that holds nothing any longer releases nothing.
    pub async fn release(&self, key: &str, token: &str) -> Result<(), LedgerError> {
        self.ask(Command::Release { key: key.to_owned(), token: token.to_owned() }).await
    }

    /// Asks for room before the blob under `key` is changed: its new size before a put, 0 before a deletion. Each
    /// reservation is followed by one [`Self::settle`], whatever became of the change.
    pub async fn reserve(&self, key: &str, size: u64, max_bytes: u64) -> Result<Reservation, LedgerError> {
        self.ask(Command::Reserve { key: key.to_owned(), size, max_bytes }).await
    }

    /// Says what is stored under `key` now; `None`: nothing.
    pub async fn settle(&self, key: &str, size: Option<u64>) -> Result<(), LedgerError> {
        self.ask(Command::Settle { key: key.to_owned(), size }).await
    }

    /// The bytes that the bundle stores, or has reserved.
    pub async fn usage(&self) -> Result<u64, LedgerError> {
        self.ask(Command::Usage).await
    }

    /// What is known of each job.
    pub async fn jobs(&self) -> Result<Vec<JobState>, LedgerError> {
        self.ask(Command::Jobs).await
    }

    /// The latest runs, of one job or of all, newest first.
    pub async fn runs(&self, job: Option<&str>, limit: u32) -> Result<Vec<Run>, LedgerError> {
        self.ask(Command::Runs { job: job.map(str::to_owned), limit }).await
    }

    /// Sends a run of `job` to the queue. The caller knows that the bundle has such a job.
    ///
    /// # Errors
    /// `AlreadyRunning`.
    pub async fn run_now(&self, job: &str, now: u64) -> Result<(), LedgerError> {
        self.ask(Command::RunNow { job: job.to_owned(), at: now }).await
    }

    /// Drops leases, finished tasks and the account of bytes.
    pub async fn forget(&self) -> Result<(), LedgerError> {
        self.ask(Command::Forget).await
    }

    /// Claims the jobs that are due at `until`.
    pub(crate) async fn due(&self, until: u64, jobs: &[Job]) -> Result<Claims, LedgerError> {
        self.ask(Command::Due { until, jobs: jobs.to_vec() }).await
    }

    /// Whether the work of a message may begin, and what it is.
    pub(crate) async fn begin(&self, message: &Message, lease_ms: u64) -> Result<Option<Work>, LedgerError> {
        self.ask(Command::Begin { message: message.clone(), lease_ms }).await
    }

    /// How the work of a message ended.
    pub(crate) async fn end(&self, message: &Message, ending: Ending) -> Result<(), LedgerError> {
        self.ask(Command::End { message: message.clone(), ending }).await
    }

    /// That the queue gave a message up.
    pub(crate) async fn given_up(&self, message: &Message) -> Result<(), LedgerError> {
        self.ask(Command::GivenUp { message: message.clone() }).await
    }

    async fn ask<R: DeserializeOwned>(&self, command: Command) -> Result<R, LedgerError> {
        let request = streamhut_ledger::Request { bundle: self.bundle.clone(), command };
        ask(&self.namespace, &self.bundle, "https://ledger/", &request).await
    }
}

/// Asks the object of that name.
pub(crate) async fn ask<R: DeserializeOwned>(
    namespace: &ObjectNamespace,
    name: &str,
    url: &str,
    message: &impl Serialize,
) -> Result<R, LedgerError> {
    let body = serde_json::to_string(message).map_err(unreachable)?;
    let headers = Headers::new();
    headers.set("content-type", "application/json").map_err(unreachable)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(headers).with_body(Some(body.into()));
    let request = Request::new_with_init(url, &init).map_err(unreachable)?;
    let stub = namespace.get_by_name(name).map_err(unreachable)?;
    let mut answer = stub.fetch_with_request(request).await.map_err(unreachable)?;
    let text = answer.text().await.map_err(unreachable)?;
    serde_json::from_str::<Result<R, LedgerError>>(&text).map_err(unreachable)?
}

pub(crate) fn unreachable(error: impl std::fmt::Display) -> LedgerError {
    LedgerError::Unreachable { reason: error.to_string() }
}
