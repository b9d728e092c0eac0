//! One request over the platform's `fetch`, under a deadline and a size cap.

use std::time::Duration;

use at_run::{Body, BodyError, HttpStream};
use futures_util::future::{Either, select};
use streamhut_outbound::{Asked, Incomplete, Limits, Method, Request, Response, Transport, TransportError};
use url::Url;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, Headers, RequestInit, RequestRedirect, WorkerGlobalScope};
use worker::Delay;

use crate::{
    body::{self, PlatformStream},
    exception::reason,
};

/// The platform's network. It follows no redirect by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct WorkerTransport;

impl Transport for WorkerTransport {
    async fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        send(request, limits, RequestRedirect::Manual).await
    }
}

/// Sends one request and reads the answer whole. With `RequestRedirect::Follow` the platform follows redirects; a
/// bundle may do that, because its runner judges every hop.
pub(crate) async fn send(
    request: Request,
    limits: Limits,
    redirect: RequestRedirect,
) -> Result<Response, TransportError> {
    let url = shown(&request.url);
    let answer =
        within(&url, limits.deadline_ms, |signal| exchange(request, limits, redirect, signal)).await?;
    answer.map_err(|reason| TransportError::Incomplete { url, reason })
}

/// Sends one request and comes back with the status and the headers; the deadline is for these, and the body is
/// still on its way.
pub(crate) async fn open(
    request: Request,
    deadline_ms: u32,
    redirect: RequestRedirect,
) -> Result<HttpStream, TransportError> {
    let url = shown(&request.url);
    within(&url, deadline_ms, async |signal| {
        let answer = Answer::of(&request, redirect, &signal).await?;
        let body = match answer.response.body() {
            Some(stream) => Body::from_platform(PlatformStream::new(stream, answer.decoded_length())),
            None => Body::empty(),
        };
        Ok(HttpStream { url: answer.url, status: answer.response.status(), headers: answer.headers, body })
    })
    .await
}

/// Does `work` under a deadline; when that passes, or the body is too long, the exchange is broken off.
pub(crate) async fn within<T>(
    url: &str,
    deadline_ms: u32,
    work: impl AsyncFnOnce(AbortSignal) -> Result<T, BodyError>,
) -> Result<T, TransportError> {
    let failed = |reason: String| TransportError::Failed { url: url.to_owned(), reason };
    let controller = AbortController::new().map_err(|error| failed(reason(&error)))?;
    let work = Box::pin(work(controller.signal()));
    let deadline = Box::pin(Delay::from(Duration::from_millis(deadline_ms.into())));
    let outcome = match select(work, deadline).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(((), _)) => {
            controller.abort();
            return Err(TransportError::Deadline { url: url.to_owned(), ms: deadline_ms });
        }
    };
    outcome.map_err(|failure| match failure {
        BodyError::TooLarge { max } => {
            // The rest of the body is of no use to anyone.
            controller.abort();
            TransportError::TooLarge { url: url.to_owned(), max }
        }
        BodyError::Broken(reason) => failed(reason),
    })
}

async fn exchange(
    request: Request,
    limits: Limits,
    redirect: RequestRedirect,
    signal: AbortSignal,
) -> Result<Result<Response, Incomplete>, BodyError> {
    let max = limits.max_bytes;
    let answer = Answer::of(&request, redirect, &signal).await?;
    // Whoever asked holds the body to this promise; one that no body can keep is known before any is read.
    if let Err(reason) = Asked::by(&request).promise(answer.response.status(), &answer.headers) {
        answer.discard();
        return Ok(Err(reason));
    }
    // A length that is declared too large is refused before a byte is read; encoded bodies decode to more.
    if answer.declared_length().is_some_and(|length| length > max as u64) {
        return Err(BodyError::TooLarge { max });
    }
    let body = match answer.response.body() {
        Some(stream) => body::read(stream, max).await?,
        None => Vec::new(),
    };
    Ok(Ok(Response { url: answer.url, status: answer.response.status(), headers: answer.headers, body }))
}

/// An answer whose body nobody has touched yet.
struct Answer {
    url: Url,
    headers: Vec<(String, String)>,
    response: web_sys::Response,
}

impl Answer {
    async fn of(
        request: &Request,
        redirect: RequestRedirect,
        signal: &AbortSignal,
    ) -> Result<Self, BodyError> {
        let response = fetch(&outgoing(request, redirect, signal)?).await?;
        let headers: Vec<_> = worker::Headers(response.headers()).entries().collect();
        let url = final_url(&response).unwrap_or_else(|| request.url.clone());
        Ok(Self { url, headers, response })
    }

    /// Says that nobody wants the body.
    fn discard(self) {
        if let Some(stream) = self.response.body() {
            body::cancel(&stream);
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn declared_length(&self) -> Option<u64> {
        self.header("content-length").and_then(|text| text.parse().ok())
    }

    /// The length of an encoded body says nothing of the decoded one.
    fn decoded_length(&self) -> Option<u64> {
        if self.header("content-encoding").is_some() { None } else { self.declared_length() }
    }
}

/// The platform's `fetch`.
pub(crate) async fn fetch(request: &web_sys::Request) -> Result<web_sys::Response, BodyError> {
    let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
    let answer = JsFuture::from(scope.fetch_with_request(request)).await;
    answer.and_then(JsCast::dyn_into).map_err(|error| BodyError::Broken(reason(&error)))
}

fn outgoing(
    request: &Request,
    redirect: RequestRedirect,
    signal: &AbortSignal,
) -> Result<web_sys::Request, BodyError> {
    let make = || {
        let headers = Headers::new()?;
        for (name, value) in &request.headers {
            headers.set(name, value)?;
        }
        let init = RequestInit::new();
        init.set_headers(&headers);
        init.set_redirect(redirect);
        init.set_signal(Some(signal));
        init.set_method(match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
        });
        if !request.body.is_empty() {
            init.set_body(&js_sys::Uint8Array::from(request.body.as_slice()));
        }
        web_sys::Request::new_with_str_and_init(request.url.as_str(), &init)
    };
    make().map_err(|error| BodyError::Broken(reason(&error)))
}

/// Where an answer came from after redirects. A runner's gateway says it in a header, because the answer that
/// it hands on carries no URL of its own.
fn final_url(answer: &web_sys::Response) -> Option<Url> {
    let said = answer.headers().get(FINAL_URL).ok().flatten();
    said.and_then(|text| Url::parse(&text).ok()).or_else(|| Url::parse(&answer.url()).ok())
}

/// The header in which the egress gateway says where an answer came from.
pub(crate) const FINAL_URL: &str = "at-run-final-url";

/// A URL as errors and logs may show it: a query can hold a secret.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.to_string()
}
