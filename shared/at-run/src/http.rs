//! Requests to elsewhere, with a deadline and a size cap on each.

use std::rc::Rc;

use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use streamhut_outbound::{Asked, ByteRange, Incomplete, Limits, Method, Request};
use url::Url;

use crate::{Body, BodyError};

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

    /// Sends `request` and comes back when the status and the headers are there, within `deadline_ms`; the body is
    /// still on its way.
    fn open(&self, request: Request, deadline_ms: u32) -> LocalBoxFuture<'_, Result<HttpStream, HttpError>>;
}

/// An answer whose body is still on its way. Returned by a handler, it passes on untouched.
///
/// ```
/// use at_run::{Bundle, Context, HttpStream, NoInput, Result, testing::{Harness, Scripted}};
///
/// async fn film(ctx: Context, _: NoInput) -> Result<HttpStream> {
///     Ok(ctx.http().get("https://origin.dev/film.mp4").open().await?)
/// }
///
/// let bundle = Bundle::new("films", "1.0.0").net(["origin.dev"]).get("film", film);
/// let harness = Harness::new(bundle).http("https://origin.dev/film.mp4", Scripted::text(200, "frames"));
/// assert_eq!(harness.get("film").text(), "frames");
/// ```
#[derive(Debug)]
pub struct HttpStream {
    /// Where it came from, after redirects.
    pub url: Url,
    /// HTTP status.
    pub status: u16,
    /// Header names (lower case) and values.
    pub headers: Vec<(String, String)>,
    /// The decoded body, not read yet.
    pub body: Body,
}

/// Why a request brought no usable answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// What should have been a URL.
    #[error("`{0}` is not a URL")]
    NotAUrl(String),
    /// A range that ends before it begins.
    #[error("bytes {first} to {last} are no range")]
    NotARange {
        /// Its first byte.
        first: u64,
        /// Its last byte.
        last: u64,
    },
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
    /// The answer is not the whole of what it promises, or not the part that was asked for.
    #[error("{url} answered with something else than was due: {reason}")]
    Incomplete {
        /// Where from.
        url: String,
        /// What is missing, or too much.
        reason: Incomplete,
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

/// `ctx.http()`: requests to the hosts that the release declares.
///
/// ```
/// use at_run::{Bundle, Context, Error, HttpError, Json, NoInput, Result, testing::{Harness, Scripted}};
/// use serde_json::{Value, json};
///
/// async fn title(ctx: Context, _: NoInput) -> Result<Json<Value>> {
///     let request = ctx.http().get("https://origin.dev/a.json").deadline_ms(2_000).max_bytes(64 * 1024);
///     let answer = match request.send().await {
///         Err(HttpError::Deadline { .. }) => return Ok(Json(json!("unknown"))),
///         other => other?,
///     };
///     if answer.status() != 200 {
///         return Err(Error::not_found("NoTitle", "it has no title"));
///     }
///     Ok(Json(answer.json::<Value>()?["title"].clone()))
/// }
///
/// let bundle = || Bundle::new("titles", "1.0.0").net(["origin.dev"]).get("title", title);
/// for (scripted, status) in [
///     (Scripted::json(200, &json!({"title": "A"})), 200),
///     (Scripted::Deadline, 200),
///     (Scripted::text(404, ""), 404),
///     (Scripted::text(200, "<html>"), 502),
///     (Scripted::Failed, 503),
/// ] {
///     let harness = Harness::new(bundle()).http("https://origin.dev/a.json", scripted);
///     assert_eq!(harness.get("title").status(), status);
/// }
/// ```
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

    /// A POST of a body of that content type.
    pub fn post(&self, url: impl AsRef<str>, content_type: &str, body: impl Into<Vec<u8>>) -> HttpRequest {
        let mut request = self.get(url).header("content-type", content_type);
        if let Ok(inner) = &mut request.request {
            inner.method = Method::Post;
            inner.body = body.into();
        }
        request
    }

    /// A POST of a JSON body.
    pub fn post_json(&self, url: impl AsRef<str>, body: &serde_json::Value) -> HttpRequest {
        self.post(url, "application/json", body.to_string())
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

    /// Asks for the bytes from `first` to `last` alone, both included and counted from 0; they end where the whole
    /// ends. An answer of another part, or of the whole, is [`HttpError::Incomplete`].
    ///
    /// ```
    /// use at_run::{Bundle, Context, HttpError, NoInput, Response, Result, testing::{Harness, Scripted}};
    ///
    /// async fn head(ctx: Context, _: NoInput) -> Result<Response> {
    ///     let answer = ctx.http().get("https://origin.dev/film.mp4").range(4, 7).send().await?;
    ///     Ok(Response::text(answer.text()))
    /// }
    ///
    /// let bundle = || Bundle::new("films", "1.0.0").net(["origin.dev"]).get("head", head);
    /// let film = Scripted::File(b"....ftypiso5".to_vec());
    /// let harness = Harness::new(bundle()).http("https://origin.dev/film.mp4", film);
    /// assert_eq!(harness.get("head").text(), "ftyp");
    ///
    /// let harness = Harness::new(bundle()).http("https://origin.dev/film.mp4", Scripted::text(200, "....ftypiso5"));
    /// assert_eq!(harness.get("head").status(), 502);
    /// ```
    pub fn range(mut self, first: u64, last: u64) -> Self {
        if first > last {
            self.request = self.request.and(Err(HttpError::NotARange { first, last }));
            return self;
        }
        // A part of an encoded whole is of no use: it begins in the midst of the encoding.
        self.header("range", &ByteRange::FromTo(first, last).to_string())
            .header("accept-encoding", "identity")
    }

    /// Takes an answer of the whole, too, where a `Range` asks for a part: the status says which it is.
    pub fn or_whole(mut self) -> Self {
        if let Ok(request) = &mut self.request {
            request.or_whole = true;
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

    /// Sends it. Any status is an answer, and the body is whole as far as the answer's head tells.
    ///
    /// # Errors
    /// As [`HttpError`] says.
    pub async fn send(self) -> Result<HttpResponse, HttpError> {
        let request = self.request?;
        let asked = Asked::by(&request);
        let response = self.port.send(request, self.limits).await?;
        asked.check(&response).map_err(|reason| incomplete(&response.url, reason))?;
        Ok(HttpResponse(response))
    }

    /// Sends it, and comes back as soon as the status and the headers are there: for bodies that are passed on, or
    /// too long to be held. The deadline is for these alone. A body that turns out shorter or longer than its head
    /// says ends with [`BodyError::Broken`].
    ///
    /// # Errors
    /// As [`HttpError`] says.
    pub async fn open(self) -> Result<HttpStream, HttpError> {
        let request = self.request?;
        let asked = Asked::by(&request);
        let answer = self.port.open(request, self.limits.deadline_ms).await?;
        let promise = asked.promise(answer.status, &answer.headers);
        let promise = promise.map_err(|reason| incomplete(&answer.url, reason))?;
        Ok(HttpStream { body: answer.body.promising(promise.length()), ..answer })
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

    /// The body, without a copy.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.body
    }

    /// The body as text; what isn't UTF-8 becomes U+FFFD.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.body).into_owned()
    }

    /// The body as JSON of that shape.
    ///
    /// # Errors
    /// [`HttpError::Shape`].
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, HttpError> {
        serde_json::from_slice(&self.0.body).map_err(|e| self.unexpected(e.to_string()))
    }

    /// An error that says where the answer came from.
    pub fn unexpected(&self, reason: impl Into<String>) -> HttpError {
        unexpected(&self.0.url, self.0.status, reason.into())
    }
}

impl HttpStream {
    /// The first header of that name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Reads the body, at most `max` bytes.
    ///
    /// # Errors
    /// `TooLarge`, and `Failed` when it breaks off.
    pub async fn bytes(self, max: usize) -> Result<Vec<u8>, HttpError> {
        let url = without_query(&self.url);
        self.body.bytes(max).await.map_err(|error| match error {
            BodyError::TooLarge { max } => HttpError::TooLarge { url, max },
            BodyError::Broken(reason) => HttpError::Failed { url, reason },
        })
    }

    /// An error that says where the answer came from.
    pub fn unexpected(&self, reason: impl Into<String>) -> HttpError {
        unexpected(&self.url, self.status, reason.into())
    }
}

fn incomplete(url: &Url, reason: Incomplete) -> HttpError {
    HttpError::Incomplete { url: without_query(url), reason }
}

fn unexpected(url: &Url, status: u16, reason: String) -> HttpError {
    HttpError::Shape { url: without_query(url), status, reason }
}

fn without_query(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.to_string()
}
