//! Scripted answers in place of the network.

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
};

use futures_util::{FutureExt, future::LocalBoxFuture};
use streamhut_outbound::{Limits, Method, Request, Response};

use crate::{HttpError, HttpPort};

/// One scripted answer.
#[derive(Clone, Debug)]
pub enum Scripted {
    /// A status, headers and a body; held to the request's size cap like a real one.
    Answer {
        /// HTTP status.
        status: u16,
        /// Header names (lower case) and values.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
        /// Where it says it came from, when redirected.
        url: Option<String>,
    },
    /// The deadline passes.
    Deadline,
    /// The connection fails.
    Failed,
}

impl Scripted {
    /// A text answer.
    pub fn text(status: u16, body: &str) -> Self {
        Self::Answer { status, headers: Vec::new(), body: body.as_bytes().to_vec(), url: None }
    }

    /// A JSON answer.
    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::text(status, &body.to_string())
    }
}

/// A network in which only scripted URLs answer.
#[derive(Default)]
pub struct ScriptedHttp {
    answers: RefCell<BTreeMap<String, VecDeque<Scripted>>>,
    requests: RefCell<Vec<String>>,
}

impl ScriptedHttp {
    pub(super) fn script(&self, url: &str, answer: Scripted) {
        self.answers.borrow_mut().entry(url.to_owned()).or_default().push_back(answer);
    }

    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.borrow().clone()
    }

    fn next(&self, url: &str) -> Option<Scripted> {
        let mut answers = self.answers.borrow_mut();
        let queue = answers.get_mut(url)?;
        if queue.len() > 1 { queue.pop_front() } else { queue.front().cloned() }
    }
}

impl HttpPort for ScriptedHttp {
    fn send(&self, request: Request, limits: Limits) -> LocalBoxFuture<'_, Result<Response, HttpError>> {
        let url = request.url.to_string();
        let method = if request.method == Method::Get { "GET" } else { "POST" };
        self.requests.borrow_mut().push(format!("{method} {url}"));
        let result = match self.next(&url) {
            None => Err(HttpError::Failed { url, reason: "nothing is scripted for it".into() }),
            Some(Scripted::Failed) => Err(HttpError::Failed { url, reason: "connection reset".into() }),
            Some(Scripted::Deadline) => Err(HttpError::Deadline { url, ms: limits.deadline_ms }),
            Some(Scripted::Answer { body, .. }) if body.len() > limits.max_bytes => {
                Err(HttpError::TooLarge { url, max: limits.max_bytes })
            }
            Some(Scripted::Answer { status, headers, body, url }) => {
                let url = url.and_then(|text| text.parse().ok()).unwrap_or(request.url);
                Ok(Response { url, status, headers, body })
            }
        };
        std::future::ready(result).boxed_local()
    }
}
