//! What a handler answers.

use futures_util::Stream;
use serde::Serialize;

use crate::{Body, BodyError, Cache, Error, Result};

/// An answer.
///
/// ```
/// use at_run::{Cache, Response};
///
/// let page = Response::html("<!doctype html><p>Hello").cache(Cache::public(60));
/// assert_eq!(page.status, 200);
/// assert_eq!(page.header_value("cache-control"), Some("public, max-age=60"));
/// ```
#[derive(Debug)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Header names (lower case) and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
}

impl Response {
    /// 200 with a body of that content type.
    pub fn new(content_type: &str, body: impl Into<Body>) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into() }.header("content-type", content_type)
    }

    /// Nothing but a status, such as 204.
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Body::empty() }
    }

    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new("text/plain; charset=utf-8", text.into())
    }

    /// JSON.
    ///
    /// # Errors
    /// 500 when the value can't be written as JSON.
    pub fn json(value: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_vec(value).map_err(|e| Error::internal(e.to_string()))?;
        Ok(Self::new("application/json", body))
    }

    /// An HLS playlist (RFC 8216, section 4).
    pub fn m3u8(text: impl Into<String>) -> Self {
        Self::new("application/vnd.apple.mpegurl", text.into())
    }

    /// Text tracks and thumbnail tracks (WebVTT).
    pub fn vtt(text: impl Into<String>) -> Self {
        Self::new("text/vtt; charset=utf-8", text.into())
    }

    /// An HTML page.
    pub fn html(text: impl Into<String>) -> Self {
        Self::new("text/html; charset=utf-8", text.into())
    }

    /// A body that is sent as it is made, piece by piece.
    ///
    /// ```
    /// use at_run::{Response, testing::Answer};
    /// use futures_util::stream;
    ///
    /// let lines = stream::iter(["one\n", "two\n"]).map(|line| Ok(line.into()));
    /// # use futures_util::StreamExt;
    /// let answer = Answer::of(Response::stream("text/plain", lines));
    /// assert_eq!(answer.text(), "one\ntwo\n");
    /// ```
    pub fn stream(
        content_type: &str,
        pieces: impl Stream<Item = Result<Vec<u8>, BodyError>> + 'static,
    ) -> Self {
        Self::new(content_type, Body::from_pieces(pieces))
    }

    /// 303: what was asked for is seen at `location`, with GET.
    pub fn see_other(location: impl AsRef<str>) -> Self {
        Self::redirect(303, location.as_ref())
    }

    /// 307: for now, at `location`, with the same method.
    pub fn temporary_redirect(location: impl AsRef<str>) -> Self {
        Self::redirect(307, location.as_ref())
    }

    /// 308: from now on at `location`, with the same method.
    pub fn permanent_redirect(location: impl AsRef<str>) -> Self {
        Self::redirect(308, location.as_ref())
    }

    fn redirect(status: u16, location: &str) -> Self {
        Self::empty(status).header("location", location)
    }

    /// Says how long the answer may be kept.
    #[must_use]
    pub fn cache(self, cache: Cache) -> Self {
        self.header("cache-control", &cache.to_string())
    }

    /// Names this content (with or without quotes). A caller who asks with `If-None-Match` and has it already is
    /// answered 304 without it.
    #[must_use]
    pub fn etag(self, tag: &str) -> Self {
        let (weak, tag) = match tag.strip_prefix("W/") {
            Some(tag) => ("W/", tag),
            None => ("", tag),
        };
        self.header("etag", &format!("{weak}\"{}\"", tag.replace('"', "")))
    }

    /// Sets the status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Sets a header; `name` in lower case. What no header may hold (control characters, and what isn't ASCII)
    /// is left out of the value.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let value = value.chars().filter(|c| matches!(c, '\t' | ' '..='~')).collect();
        self.headers.retain(|(key, _)| key != name);
        self.headers.push((name.to_owned(), value));
        self
    }

    /// The header of that name (lower case).
    pub fn header_value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The form in which an [`Error`] goes out.
    pub fn from_error(error: &Error) -> Self {
        // What went wrong behind the bundle is for its log; whose fault it is may be known.
        let message = match error.status {
            502 => "an upstream service answered with something unusable",
            503 => "not available at the moment",
            504 => "an upstream service did not answer in time",
            507 => "the bundle's storage is full",
            508 => "bundles call one another too deeply",
            400..=499 => error.message.as_str(),
            _ => "the bundle failed",
        };
        Self::error_with(error, message)
    }

    /// The form in which it goes to the runner, with its own message whatever the status.
    pub(crate) fn from_error_in_full(error: &Error) -> Self {
        Self::error_with(error, &error.message)
    }

    fn error_with(error: &Error, message: &str) -> Self {
        let status = if (400..=599).contains(&error.status) { error.status } else { 500 };
        let body = serde_json::json!({"error": error.name, "message": message});
        // Only what follows from the URL alone may be kept, and that briefly.
        let cache =
            if matches!(status, 400 | 404 | 410 | 422) { Cache::public(10) } else { Cache::no_store() };
        let response = Self::new("application/json", body.to_string()).with_status(status).cache(cache);
        match error.retry_after {
            Some(seconds) => response.header("retry-after", &seconds.to_string()),
            None => response,
        }
    }
}
