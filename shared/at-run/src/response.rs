//! What a handler answers.

use serde::Serialize;

use crate::{Error, Result};

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Header names (lower case) and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// 200 with a body of that content type.
    pub fn new(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, headers: vec![("content-type".into(), content_type.into())], body: body.into() }
    }

    /// An HLS playlist (RFC 8216, section 4).
    pub fn m3u8(text: impl Into<String>) -> Self {
        Self::new("application/vnd.apple.mpegurl", text.into())
    }

    /// An HTML page.
    pub fn html(text: impl Into<String>) -> Self {
        Self::new("text/html; charset=utf-8", text.into())
    }

    /// Says how long the answer may be kept.
    pub fn cache(self, cache: Cache) -> Self {
        self.header("cache-control", &cache.to_string())
    }

    /// Sets a header; `name` in lower case.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(key, _)| key != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The form in which an [`Error`] goes out.
    pub fn from_error(error: &Error) -> Self {
        // What went wrong behind the bundle is for its log; whose fault it is may be known.
        let message = match error.status {
            502 => "an upstream service answered with something unusable",
            503 => "an upstream service is not available",
            504 => "an upstream service did not answer in time",
            500.. => "the bundle failed",
            _ => error.message.as_str(),
        };
        let body = serde_json::json!({"error": error.name, "message": message});
        let response = Self { status: error.status, ..Self::new("application/json", body.to_string()) };
        let response = response.cache(if error.status < 500 { Cache::public(10) } else { Cache::no_store() });
        match error.retry_after {
            Some(seconds) => response.header("retry-after", &seconds.to_string()),
            None => response,
        }
    }
}

/// What a handler may return in place of a [`Response`].
pub trait IntoResponse {
    /// Makes the answer.
    fn into_response(self) -> Result<Response>;
}

impl IntoResponse for Response {
    fn into_response(self) -> Result<Response> {
        Ok(self)
    }
}

/// 200 with a JSON body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Result<Response> {
        let body = serde_json::to_vec(&self.0).map_err(|e| Error::internal(e.to_string()))?;
        Ok(Response::new("application/json", body))
    }
}

/// JSON that may be kept for a while.
impl<T: Serialize> IntoResponse for (Cache, Json<T>) {
    fn into_response(self) -> Result<Response> {
        Ok(self.1.into_response()?.cache(self.0))
    }
}

/// A Cache-Control policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cache {
    max_age: Option<u32>,
    stale_while_revalidate: u32,
    immutable: bool,
}

impl Cache {
    /// For anyone, for that many seconds.
    pub const fn public(seconds: u32) -> Self {
        Self { max_age: Some(seconds), stale_while_revalidate: 0, immutable: false }
    }

    /// For anyone, for ever: the URL names the content.
    pub const fn immutable() -> Self {
        Self { max_age: Some(31_536_000), stale_while_revalidate: 0, immutable: true }
    }

    /// For nobody.
    pub const fn no_store() -> Self {
        Self { max_age: None, stale_while_revalidate: 0, immutable: false }
    }

    /// May be served stale for that many seconds more, while it is fetched anew.
    pub const fn stale_while_revalidate(mut self, seconds: u32) -> Self {
        self.stale_while_revalidate = seconds;
        self
    }
}

impl std::fmt::Display for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some(seconds) = self.max_age else { return f.write_str("no-store") };
        write!(f, "public, max-age={seconds}")?;
        if self.stale_while_revalidate > 0 {
            write!(f, ", stale-while-revalidate={}", self.stale_while_revalidate)?;
        }
        if self.immutable { f.write_str(", immutable") } else { Ok(()) }
    }
}
