//! WebSockets as a client: `ctx.websocket(url)`.

use std::rc::Rc;

use url::Url;

use crate::{Error, Message, SocketPort, WebSocketPort};

/// Milliseconds for a handshake and for each message, unless said.
const DEFAULT_DEADLINE_MS: u32 = 10_000;

/// A WebSocket about to be opened.
///
/// ```
/// use at_run::{Bundle, Context, Message, NoInput, Response, Result, testing::Harness};
///
/// async fn listen(ctx: Context, _: NoInput) -> Result<Response> {
///     let mut socket = ctx.websocket("wss://stream.dev/subscribe").connect().await?;
///     socket.send("hello").await?;
///     let mut heard = Vec::new();
///     while let Some(Message::Text(text)) = socket.next().await? {
///         heard.push(text);
///     }
///     Ok(Response::text(heard.join(" ")))
/// }
///
/// let bundle = Bundle::new("listener", "1.0.0").net(["stream.dev"]).get("listen", listen);
/// let messages = [Message::Text("one".into()), Message::Text("two".into())];
/// let harness = Harness::new(bundle).websocket("wss://stream.dev/subscribe", messages);
/// assert_eq!(harness.get("listen").text(), "one two");
/// assert_eq!(harness.sent(), [Message::Text("hello".into())]);
/// ```
#[must_use = "nothing is opened before `connect`"]
pub struct SocketRequest {
    port: Rc<dyn WebSocketPort>,
    url: Result<Url, SocketError>,
    deadline_ms: u32,
}

impl SocketRequest {
    pub(crate) fn new(port: Rc<dyn WebSocketPort>, url: &str) -> Self {
        let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "wss" | "ws"));
        let url = parsed.ok_or_else(|| SocketError::NotAUrl(url.chars().take(256).collect()));
        Self { port, url, deadline_ms: DEFAULT_DEADLINE_MS }
    }

    /// Milliseconds for the handshake, and then for each message (10,000 unless said).
    pub fn deadline_ms(mut self, ms: u32) -> Self {
        self.deadline_ms = ms;
        self
    }

    /// Opens it.
    ///
    /// # Errors
    /// As [`SocketError`] says.
    pub async fn connect(self) -> Result<WebSocket, SocketError> {
        let port = self.port.connect(self.url?, self.deadline_ms).await?;
        Ok(WebSocket { port, deadline_ms: self.deadline_ms })
    }
}

/// An open WebSocket. It is closed when it is dropped.
pub struct WebSocket {
    port: Box<dyn SocketPort>,
    deadline_ms: u32,
}

impl WebSocket {
    /// Sends a message: a text, bytes, or a [`Message`].
    ///
    /// # Errors
    /// As [`SocketError`] says.
    pub async fn send(&mut self, message: impl Into<Message>) -> Result<(), SocketError> {
        self.port.send(message.into()).await
    }

    /// The next message; `None` when the other side closed.
    ///
    /// # Errors
    /// `Deadline` when none came in time, after which it can be asked again; else as [`SocketError`] says.
    pub async fn next(&mut self) -> Result<Option<Message>, SocketError> {
        self.next_within(self.deadline_ms).await
    }

    /// The next message, with a deadline of its own in milliseconds.
    ///
    /// # Errors
    /// As [`WebSocket::next`].
    pub async fn next_within(&mut self, deadline_ms: u32) -> Result<Option<Message>, SocketError> {
        self.port.next(deadline_ms).await
    }

    /// Closes it, 1000 for a normal end.
    pub fn close(mut self, code: u16, reason: &str) {
        self.port.close(code, reason);
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<u8>> for Message {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Binary(bytes)
    }
}

impl From<SocketError> for Error {
    fn from(error: SocketError) -> Self {
        let text = error.to_string();
        match error {
            SocketError::NotAUrl(_) => Self::internal(text),
            SocketError::Refused { .. } => Self::new(500, "NotPermitted", text),
            SocketError::Deadline { .. } => Self::new(504, "UpstreamTimeout", text),
            SocketError::Failed { .. } | SocketError::Closed { .. } => Self::unavailable(text, 5),
        }
    }
}

/// Why a WebSocket did not open, or did not go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SocketError {
    /// What should have been a `wss:` URL.
    #[error("`{0}` is not the URL of a WebSocket")]
    NotAUrl(String),
    /// The release's `net` permission doesn't cover it.
    #[error("{url} may not be reached: {reason}")]
    Refused {
        /// Where to.
        url: String,
        /// What the runner said.
        reason: String,
    },
    /// No handshake, or no message, in time.
    #[error("{url} said nothing for {ms} ms")]
    Deadline {
        /// Where to.
        url: String,
        /// The deadline.
        ms: u32,
    },
    /// No connection, or one that broke.
    #[error("{url} could not be reached: {reason}")]
    Failed {
        /// Where to.
        url: String,
        /// What the platform said.
        reason: String,
    },
    /// It was closed before this was sent.
    #[error("{url} is closed")]
    Closed {
        /// Where to.
        url: String,
    },
}
