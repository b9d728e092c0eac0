use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use crate::{Answer, Post, Transport, TransportError};

/// One scripted outcome.
#[derive(Clone, Debug)]
pub enum Step {
    /// An answer.
    Answer(Answer),
    /// None.
    Error(TransportError),
}

/// A request that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: Vec<u8>,
}

/// A network that answers by a script, and keeps what it was sent. The last step answers all that follow.
#[derive(Debug, Default)]
pub struct Scripted {
    steps: RefCell<VecDeque<Step>>,
    sent: RefCell<Vec<Sent>>,
    waited_ms: Cell<u32>,
}

impl Scripted {
    /// Answers by these, in turn.
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self { steps: RefCell::new(steps.into_iter().collect()), ..Self::default() }
    }

    /// A step that answers `body` with `status`.
    pub fn answer(status: u16, body: impl Into<Vec<u8>>) -> Step {
        Step::Answer(Answer { status, retry_after: None, body: body.into() })
    }

    /// The requests so far.
    pub fn sent(&self) -> Vec<Sent> {
        self.sent.borrow().clone()
    }

    /// Milliseconds waited between attempts.
    pub fn waited_ms(&self) -> u32 {
        self.waited_ms.get()
    }
}

impl Transport for &Scripted {
    async fn post(&self, post: Post<'_>) -> Result<Answer, TransportError> {
        self.sent.borrow_mut().push(Sent { headers: post.headers.clone(), body: post.body.to_vec() });
        let mut steps = self.steps.borrow_mut();
        let step = if steps.len() > 1 { steps.pop_front() } else { steps.front().cloned() };
        match step.expect("a script has a step") {
            Step::Answer(answer) if answer.body.len() > post.max_bytes => {
                Err(TransportError::TooLarge { max: post.max_bytes })
            }
            Step::Answer(answer) => Ok(answer),
            Step::Error(error) => Err(error),
        }
    }

    async fn wait(&self, ms: u32) {
        self.waited_ms.set(self.waited_ms.get() + ms);
    }
}
