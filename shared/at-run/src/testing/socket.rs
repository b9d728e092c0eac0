//! Scripted WebSockets.

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    rc::Rc,
};

use futures_util::{FutureExt, future::LocalBoxFuture};
use url::Url;

use super::network::Network;
use crate::{Message, SocketError, SocketPort, WebSocketPort};

/// What the other side of a scripted WebSocket does next; after the last, it closes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketEvent {
    /// Sends a message.
    Message(Message),
    /// Says nothing until the deadline passes.
    Silence,
    /// The connection breaks.
    Broken,
}

impl<T: Into<Message>> From<T> for SocketEvent {
    fn from(message: T) -> Self {
        Self::Message(message.into())
    }
}

type Sent = Rc<RefCell<Vec<Message>>>;

/// The scripts of each URL, one for each connection, and what was sent to them.
#[derive(Clone, Default)]
pub(super) struct SocketScripts {
    scripts: Rc<RefCell<BTreeMap<String, VecDeque<Vec<SocketEvent>>>>>,
    sent: Sent,
}

impl SocketScripts {
    pub(super) fn script(&self, url: &str, events: Vec<SocketEvent>) {
        let url = Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.to_string());
        self.scripts.borrow_mut().entry(url).or_default().push_back(events);
    }

    pub(super) fn sent(&self) -> Vec<Message> {
        self.sent.borrow().clone()
    }
}

pub(super) struct ScriptedSockets {
    pub(super) scripts: SocketScripts,
    pub(super) network: Rc<Network>,
}

impl ScriptedSockets {
    fn open(&self, url: String) -> Result<Box<dyn SocketPort>, SocketError> {
        let mut scripts = self.scripts.scripts.borrow_mut();
        match scripts.get_mut(&url).and_then(VecDeque::pop_front) {
            None => Err(SocketError::Failed { url, reason: "nothing is scripted for it".into() }),
            Some(events) => {
                let (events, sent) = (events.into(), self.scripts.sent.clone());
                Ok(Box::new(ScriptedSocket { url, events, sent, closed: false }))
            }
        }
    }
}

impl WebSocketPort for ScriptedSockets {
    fn connect(&self, url: Url, _: u32) -> LocalBoxFuture<'_, Result<Box<dyn SocketPort>, SocketError>> {
        let opened = match self.network.refusal(&url) {
            Some(reason) => Err(SocketError::Refused { url: url.to_string(), reason }),
            None => self.open(url.to_string()),
        };
        std::future::ready(opened).boxed_local()
    }
}

struct ScriptedSocket {
    url: String,
    events: VecDeque<SocketEvent>,
    sent: Sent,
    closed: bool,
}

impl SocketPort for ScriptedSocket {
    fn send(&mut self, message: Message) -> LocalBoxFuture<'_, Result<(), SocketError>> {
        let result = if self.closed {
            Err(SocketError::Closed { url: self.url.clone() })
        } else {
            self.sent.borrow_mut().push(message);
            Ok(())
        };
        std::future::ready(result).boxed_local()
    }

    fn next(&mut self, ms: u32) -> LocalBoxFuture<'_, Result<Option<Message>, SocketError>> {
        let url = self.url.clone();
        let result = match self.events.pop_front() {
            Some(SocketEvent::Message(message)) => Ok(Some(message)),
            Some(SocketEvent::Silence) => Err(SocketError::Deadline { url, ms }),
            Some(SocketEvent::Broken) => {
                self.events.clear();
                self.closed = true;
                Err(SocketError::Failed { url, reason: "connection reset".into() })
            }
            None => {
                self.closed = true;
                Ok(None)
            }
        };
        std::future::ready(result).boxed_local()
    }

    fn close(&mut self, _: u16, _: &str) {
        self.closed = true;
    }
}
