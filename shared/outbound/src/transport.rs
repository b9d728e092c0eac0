//! The port to the network: one request, one answer, no redirect followed.

use url::Url;

use crate::Incomplete;

pub use maybe_send::MaybeSend;

/// `Send` natively, nothing on wasm32, where a future holds JavaScript values and there is one thread.
mod maybe_send {
    /// See the module.
    #[cfg(not(target_arch = "wasm32"))]
    pub trait MaybeSend: Send {}
    #[cfg(not(target_arch = "wasm32"))]
    impl<T: Send> MaybeSend for T {}
    /// See the module.
    #[cfg(target_arch = "wasm32")]
    pub trait MaybeSend {}
    #[cfg(target_arch = "wasm32")]
    impl<T> MaybeSend for T {}
}

/// The methods that Streamhut sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
}

/// A request whose body is small enough to be held.
#[derive(Clone, Debug)]
pub struct Request {
    /// GET or POST.
    pub method: Method,
    /// An absolute URL; the policy has to admit it before a transport sees it.
    pub url: Url,
    /// Header names (lower case) and values.
    pub headers: Vec<(String, String)>,
    /// Empty for GET.
    pub body: Vec<u8>,
    /// Whether an answer of the whole will do where a `Range` header asks for a part.
    pub or_whole: bool,
}

impl Request {
    /// A GET without headers.
    pub fn get(url: Url) -> Self {
        Self { method: Method::Get, url, headers: Vec::new(), body: Vec::new(), or_whole: false }
    }
}

/// How much and for how long an answer may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Decoded bytes of the body; one more is an error, found before it is buffered.
    pub max_bytes: usize,
    /// Milliseconds from sending to the last byte of the body.
    pub deadline_ms: u32,
}

/// An answer, its body held whole within [`Limits::max_bytes`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Where the answer came from, after any redirect: what relative references in it resolve against.
    pub url: Url,
    /// HTTP status.
    pub status: u16,
    /// Header names (lower case) and values.
    pub headers: Vec<(String, String)>,
    /// The decoded body.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of that name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Why no whole answer came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The body is longer than the limit.
    #[error("{url} answered with more than {max} bytes")]
    TooLarge {
        /// Where it came from, without query.
        url: String,
        /// The limit in bytes.
        max: usize,
    },
    /// The deadline passed.
    #[error("{url} did not answer within {ms} ms")]
    Deadline {
        /// Where it was asked, without query.
        url: String,
        /// The deadline in milliseconds.
        ms: u32,
    },
    /// The connection failed or broke off.
    #[error("{url} could not be reached: {reason}")]
    Failed {
        /// Where it was asked, without query.
        url: String,
        /// What the platform said.
        reason: String,
    },
    /// An answer came, and is not the whole of what it promises or of what was asked for.
    #[error("{url} answered with something else than was due: {reason}")]
    Incomplete {
        /// Where it came from, without query.
        url: String,
        /// What is missing, or too much.
        reason: Incomplete,
    },
}

/// The network. Implementations send exactly one request, follow no redirect, and stop reading at the limits.
pub trait Transport {
    /// Sends `request` and reads the whole answer.
    fn send(
        &self,
        request: Request,
        limits: Limits,
    ) -> impl Future<Output = Result<Response, TransportError>> + MaybeSend;
}
