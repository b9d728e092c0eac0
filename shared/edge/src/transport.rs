//! One request over the platform's `fetch`, under a deadline and a size cap.

use std::time::Duration;

use futures_util::future::{Either, select};
use streamhut_outbound::{Limits, Method, Request, Response, Transport, TransportError};
use worker::{AbortController, AbortSignal, Delay, Fetch, Headers, RequestInit, RequestRedirect};

use crate::body::{self, BodyError};

/// The platform's network. It follows no redirect by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct WorkerTransport;

impl Transport for WorkerTransport {
    async fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        send(request, limits, RequestRedirect::Manual).await
    }
}

/// Sends one request. With `RequestRedirect::Follow` the platform follows redirects; a bundle may do that,
/// because its runner judges every hop.
pub(crate) async fn send(
    request: Request,
    limits: Limits,
    redirect: RequestRedirect,
) -> Result<Response, TransportError> {
    let shown = shown(&request);
    let controller = AbortController::default();
    let answer = Box::pin(exchange(&request, limits, redirect, controller.signal()));
    let deadline = Box::pin(Delay::from(Duration::from_millis(limits.deadline_ms.into())));
    let outcome = match select(answer, deadline).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(((), _)) => {
            controller.abort();
            return Err(TransportError::Deadline { url: shown, ms: limits.deadline_ms });
        }
    };
    outcome.map_err(|failure| match failure {
        BodyError::TooLarge => {
            // The rest of the body is of no use to anyone.
            controller.abort();
            TransportError::TooLarge { url: shown, max: limits.max_bytes }
        }
        BodyError::Broken(reason) => TransportError::Failed { url: shown, reason },
    })
}

async fn exchange(
    request: &Request,
    limits: Limits,
    redirect: RequestRedirect,
    signal: AbortSignal,
) -> Result<Response, BodyError> {
    let broken = |error: worker::Error| BodyError::Broken(error.to_string());
    let outgoing = outgoing(request, redirect).map_err(broken)?;
    let mut answer = Fetch::Request(outgoing).send_with_signal(&signal).await.map_err(broken)?;
    let url = final_url(&answer).unwrap_or_else(|| request.url.clone());
    let headers: Vec<_> = answer.headers().entries().collect();
    let declared =
        answer.headers().get("content-length").ok().flatten().and_then(|text| text.parse::<usize>().ok());
    // A length that is declared too large is refused before a byte is read; encoded bodies decode to more.
    if declared.is_some_and(|length| length > limits.max_bytes) {
        return Err(BodyError::TooLarge);
    }
    let body = match answer.stream() {
        Ok(stream) => body::read(stream, limits.max_bytes).await?,
        Err(_) => Vec::new(),
    };
    Ok(Response { url, status: answer.status_code(), headers, body })
}

fn outgoing(request: &Request, redirect: RequestRedirect) -> worker::Result<worker::Request> {
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_headers(headers).with_redirect(redirect).with_method(match request.method {
        Method::Get => worker::Method::Get,
        Method::Post => worker::Method::Post,
    });
    if !request.body.is_empty() {
        init.with_body(Some(js_sys::Uint8Array::from(request.body.as_slice()).into()));
    }
    worker::Request::new_with_init(request.url.as_str(), &init)
}

/// Where an answer came from after redirects. A runner's gateway says it in a header, because the answer that
/// it hands on carries no URL of its own.
fn final_url(answer: &worker::Response) -> Option<url::Url> {
    let said = answer.headers().get(FINAL_URL).ok().flatten();
    said.and_then(|text| url::Url::parse(&text).ok()).or_else(|| {
        let response: web_sys::Response = answer.into();
        url::Url::parse(&response.url()).ok()
    })
}

/// The header in which the egress gateway says where an answer came from.
pub(crate) const FINAL_URL: &str = "at-run-final-url";

fn shown(request: &Request) -> String {
    let mut url = request.url.clone();
    url.set_query(None);
    url.to_string()
}
