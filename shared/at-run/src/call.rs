//! What a runner asks of a bundle.

use std::fmt;

use crate::Named;

/// One call, as a platform hands it in.
#[derive(Clone)]
pub struct Call<'a> {
    /// Endpoint, job or task: the runner's word, never the caller's.
    pub kind: CallKind,
    /// The name of the endpoint, job or task.
    pub name: &'a str,
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// The query string, without `?`.
    pub query: &'a str,
    /// The request's headers, asked by name in lower case.
    pub headers: Named,
    /// The body, empty when there is none.
    pub body: &'a [u8],
}

/// The three kinds of call; `https://bundle/{kind}/{name}` is their address inside a runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// Asked from outside.
    Endpoint,
    /// Asked by the clock, with POST.
    Job,
    /// Asked by the queue, with POST and its input as a JSON body.
    Task,
}

impl CallKind {
    /// `endpoint`, `job` or `task`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoint",
            Self::Job => "job",
            Self::Task => "task",
        }
    }
}

/// The header in which a runner says which request this is; each log line begins with it.
pub const REQUEST_ID: &str = "at-run-request-id";

/// The header in which a runner says where the bundle was asked: the URL without endpoint and query. What a caller sends
/// under that name never goes in.
pub const BASE: &str = "at-run-base";

/// The header in which a runner says how often a task was begun, this time included.
pub const ATTEMPT: &str = "at-run-attempt";

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}?{}", self.method, self.kind.as_str(), self.name, self.query)
    }
}
