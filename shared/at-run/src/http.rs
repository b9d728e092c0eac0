//! Requests to elsewhere, with a deadline and a size cap on each.

use std::rc::Rc;

use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use streamhut_outbound::{Limits, Method, Request};
use url::Url;

pub use streamhut_outbound::Response as RawResponse;

/// Decoded bytes of an answer, unless the request says otherwise.
const DEFAULT_MAX_BYTES: usize = 1024 * 1024;
/// Milliseconds for an answer, unless the request says otherwise.
const DEFAULT_DEADLINE_MS: u32 = 10_000;

/// The port that a platform fills: sends one request, follows redirects where the release's `net` permission
/// leads, and stops at the limits.
pub trait HttpPort {
    /// Sends `request` and reads the whole answer.
    fn send(&self, request: Request, limits: Limits) -> LocalBoxFuture<'_, Result<RawResponse, HttpError>>;
}

/// Why a request brought no usable answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// What should have been a URL.
    #[error("`{0}` is not a URL")]
    NotAUrl(String),
    /// The release's `net` permission doesn't cover it.
    #[error("{url} may not be reached: {reason}")]
    Refused {
        /// Where to.
        url: String,
        /// What the runner said.
        reason: String,
    },
    /// The deadline passed.
    #[error("{url} did not answer within {ms} ms")]
    Deadline {
        /// Where to.
        url: String,
        /// The deadline.
        ms: u32,
    },
    /// The answer is longer than the cap.
    #[error("{url} answered with more than {max} bytes")]
    TooLarge {
        /// Where from.
        url: String,
        /// The cap in bytes.
        max: usize,
    },
    /// No connection, or one that broke.
    #[error("{url} could not be reached: {reason}")]
    Failed {
        /// Where to.
        url: String,
        /// What the platform said.
        reason: String,
    },
    /// The answer came, and is not what was asked for.
    #[error("{url} answered {status} with something unexpected: {reason}")]
    Shape {
        /// Where from.
        url: String,
        /// Its status.
        status: u16,
        /// What was unexpected.
        reason: String,
    },
}

/// `ctx.http()`.
#[derive(Clone)]
pub struct Http(Rc<dyn HttpPort>);

impl Http {
    pub(crate) fn new(port: Rc<dyn HttpPort>) -> Self {
        Self(port)
    }

    /// A GET request, to be sent with [`HttpRequest::send`].
    pub fn get(&self, url: impl AsRef<str>) -> HttpRequest {
        let limits = Limits { max_bytes: DEFAULT_MAX_BYTES, deadline_ms: DEFAULT_DEADLINE_MS };
        let text = url.as_ref();
        let request = Url::parse(text)
            .map(Request::get)
            .map_err(|_| HttpError::NotAUrl(text.chars().take(256).collect()));
        HttpRequest { port: self.0.clone(), request, limits }
    }

    /// A POST of a JSON body.
    pub fn post_json(&self, url: impl AsRef<str>, body: &serde_json::Value) -> HttpRequest {
        let mut request = self.get(url).header("content-type", "application/json");
        if let Ok(inner) = &mut request.request {
            inner.method = Method::Post;
            inner.body = body.to_string().into_bytes();
        }
        request
    }
}

/// A request being made.
#[must_use = "a request does nothing until it is sent"]
pub struct HttpRequest {
    port: Rc<dyn HttpPort>,
    request: Result<Request, HttpError>,
    limits: Limits,
}

impl HttpRequest {
    /// Adds a header; `name` in lower case.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Ok(request) = &mut self.request {
            request.headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Most decoded bytes of the answer (1 MiB unless said).
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.limits.max_bytes = bytes;
        self
    }

    /// Milliseconds for the whole answer (10,000 unless said).
    pub fn deadline_ms(mut self, ms: u32) -> Self {
        self.limits.deadline_ms = ms;
        self
    }

    /// Sends it. Any status is an answer.
    pub async fn send(self) -> Result<HttpResponse, HttpError> {
        let response = self.port.send(self.request?, self.limits).await?;
        Ok(HttpResponse(response))
    }
}

/// An answer, held whole.
#[derive(Clone, Debug)]
pub struct HttpResponse(RawResponse);

impl HttpResponse {
    /// HTTP status.
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// Where it came from, after redirects.
    pub fn url(&self) -> &Url {
        &self.0.url
    }

    /// The first header of that name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.header(name)
    }

    /// The body.
    pub fn bytes(&self) -> &[u8] {
        &self.0.body
    }

    /// The body as text; what isn't UTF-8 becomes U+FFFD.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.body).into_owned()
    }

    /// The body as JSON of that shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, HttpError> {
        serde_json::from_slice(&self.0.body).map_err(|e| self.unexpected(e.to_string()))
    }

    /// An error that says where the answer came from.
    pub fn unexpected(&self, reason: impl Into<String>) -> HttpError {
        let mut url = self.0.url.clone();
        url.set_query(None);
        HttpError::Shape { url: url.to_string(), status: self.0.status, reason: reason.into() }
    }
}
