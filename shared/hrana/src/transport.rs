use std::fmt;

use url::Url;

/// The port to the network: sends one POST and reads the whole answer.
///
/// Futures need not be `Send`: at the edge they hold JavaScript values.
#[allow(async_fn_in_trait, reason = "no caller asks for Send")]
pub trait Transport {
    /// Sends `post`, without following redirects, and stops at its limits. Any status is an answer.
    ///
    /// # Errors
    /// As [`TransportError`] says; the difference between its variants decides what is sent again.
    async fn post(&self, post: Post<'_>) -> Result<Answer, TransportError>;

    /// Comes back after `ms` milliseconds; between two attempts.
    async fn wait(&self, ms: u32);
}

/// What a transport is to send. Its `Debug` leaves the headers' values out: one is the token.
#[derive(Clone)]
pub struct Post<'a> {
    /// Where to.
    pub url: &'a Url,
    /// Names (lower case) and values.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: &'a [u8],
    /// Most decoded bytes of the answer.
    pub max_bytes: usize,
    /// Milliseconds for the whole answer.
    pub deadline_ms: u32,
}

impl fmt::Debug for Post<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Post")
            .field("url", &self.url.as_str())
            .field("headers", &names)
            .field("body_bytes", &self.body.len())
            .field("max_bytes", &self.max_bytes)
            .field("deadline_ms", &self.deadline_ms)
            .finish()
    }
}

/// What a server answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The header `retry-after`, when there is one.
    pub retry_after: Option<String>,
    /// The decoded body.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// Nothing was sent: refused by a policy, no such host, no connection.
    #[error("it could not be sent: {reason}")]
    NotSent {
        /// Why.
        reason: String,
    },
    /// It may have been sent, and no whole answer came.
    #[error("the connection broke: {reason}")]
    Broken {
        /// How.
        reason: String,
    },
    /// The deadline passed.
    #[error("no answer within {ms} ms")]
    Deadline {
        /// The deadline.
        ms: u32,
    },
    /// The answer is longer than its cap.
    #[error("the answer is longer than {max} bytes")]
    TooLarge {
        /// The cap in bytes.
        max: usize,
    },
}
