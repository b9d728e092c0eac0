//! What came in over a WebSocket and was not read yet.

use std::{
    collections::VecDeque,
    task::{Poll, Waker},
};

use at_run::Message;

/// Most bytes of messages that wait to be read; who sends faster than the bundle reads is cut off.
const MAX_WAITING_BYTES: usize = 16 * 1024 * 1024;

/// Messages in the order in which they came, and then the end.
#[derive(Default)]
pub(super) struct Inbox {
    messages: VecDeque<Message>,
    bytes: usize,
    end: Option<End>,
    reader: Option<Waker>,
}

/// How a connection ended.
pub(super) enum End {
    /// One side closed it.
    Closed,
    /// It broke, for that reason.
    Broken(String),
}

impl Inbox {
    fn wake(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }

    /// Takes a message in; `false` when there is no room for it.
    pub(super) fn push(&mut self, message: Message) -> bool {
        let length = length(&message);
        if self.is_over() {
            return true;
        }
        if self.bytes + length > MAX_WAITING_BYTES {
            let text = format!("more than {MAX_WAITING_BYTES} bytes came in before they were read");
            self.finish(End::Broken(text));
            return false;
        }
        self.bytes += length;
        self.messages.push_back(message);
        self.wake();
        true
    }

    /// Whether no more will come in.
    pub(super) fn is_over(&self) -> bool {
        self.end.is_some()
    }

    /// The first end counts.
    pub(super) fn finish(&mut self, end: End) {
        self.end.get_or_insert(end);
        self.wake();
    }

    /// The next message; `None` after the last one of a connection that was closed.
    pub(super) fn poll(&mut self, waker: &Waker) -> Poll<Result<Option<Message>, String>> {
        if let Some(message) = self.messages.pop_front() {
            self.bytes -= length(&message);
            return Poll::Ready(Ok(Some(message)));
        }
        match &self.end {
            Some(End::Closed) => Poll::Ready(Ok(None)),
            Some(End::Broken(reason)) => Poll::Ready(Err(reason.clone())),
            None => {
                self.reader = Some(waker.clone());
                Poll::Pending
            }
        }
    }
}

/// What a message costs: an empty one is not for nothing.
fn length(message: &Message) -> usize {
    let bytes = match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) => bytes.len(),
    };
    bytes.max(size_of::<Message>())
}
