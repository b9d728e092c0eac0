//! One thing that was looked at.

use serde::Serialize;

use crate::fault::Fault;

/// How it is, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// How it is.
    pub state: State,
    /// The same in words.
    pub message: String,
    /// What to do next.
    pub next: Option<String>,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Fit.
    Ok,
    /// Something else will not work, or not for long.
    Warn,
    /// Publishing will fail by it.
    Fail,
}

impl State {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl Check {
    /// It is fit.
    pub fn ok(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, state: State::Ok, message: message.into(), next: None }
    }

    /// It is worth a look.
    pub fn warn(name: &'static str, message: impl Into<String>, next: impl Into<String>) -> Self {
        Self { name, state: State::Warn, message: message.into(), next: Some(next.into()) }
    }

    /// It is not fit.
    pub fn fail(name: &'static str, message: impl Into<String>, next: impl Into<String>) -> Self {
        Self { name, state: State::Fail, message: message.into(), next: Some(next.into()) }
    }

    /// It fails as a command would.
    pub fn fault(name: &'static str, fault: &Fault) -> Self {
        let verdict = fault.verdict();
        Self::fail(name, verdict.message, verdict.hint)
    }
}
