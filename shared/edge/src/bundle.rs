//! The Workers side of a bundle: a request in, the ports of `at-run`, a response out.

use std::rc::Rc;

use at_run::{Bundle, Call, CallKind, Context, HttpError, HttpPort, Ports, Response};
use futures_util::{FutureExt, future::LocalBoxFuture};
use streamhut_outbound::{Limits, Request, TransportError};
use worker::{Env, Headers, RequestRedirect};

use crate::{
    body::{self, BodyError},
    transport,
};

/// Set by a runner in the environment of what it loads: calls then come as `https://bundle/{kind}/{name}`.
/// Deployed alone, a bundle has endpoints only, at `/{name}`.
const BEHIND_A_RUNNER: &str = "AT_RUN_RUNNER";

/// Most bytes of a request's body.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Answers one request with the bundle.
pub async fn serve(
    bundle: &Bundle,
    mut request: worker::Request,
    env: Env,
) -> worker::Result<worker::Response> {
    let alone = env.var(BEHIND_A_RUNNER).is_err();
    let url = request.url()?;
    let method = request.method().to_string();
    if alone && method == "OPTIONS" {
        return with_cors(outgoing(Response { status: 204, headers: Vec::new(), body: Vec::new() }, "")?);
    }
    let body = match request.inner().body() {
        None => Vec::new(),
        Some(_) => match body::read(request.stream()?, MAX_BODY_BYTES).await {
            Ok(body) => body,
            Err(BodyError::TooLarge) => {
                let message = format!("a request's body may have {MAX_BODY_BYTES} bytes");
                let error = at_run::Error::new(413, "BodyTooLarge", message);
                return outgoing(Response::from_error(&error), &method);
            }
            Err(BodyError::Broken(reason)) => return Err(worker::Error::RustError(reason)),
        },
    };
    let mut segments = url.path().trim_start_matches('/').splitn(2, '/');
    let kind = match segments.next().filter(|_| !alone) {
        Some("job") => CallKind::Job,
        Some("task") => CallKind::Task,
        _ => CallKind::Endpoint,
    };
    let name = if alone { url.path().trim_start_matches('/') } else { segments.next().unwrap_or_default() };
    let call = Call { kind, name, method: &method, query: url.query().unwrap_or_default(), body: &body };
    let response = outgoing(bundle.handle(context(env), call).await, &method)?;
    if alone { with_cors(response) } else { Ok(response) }
}

fn context(env: Env) -> Context {
    Context::new(Ports {
        http: Rc::new(WorkerHttp),
        config: Rc::new(move |name| env.var(name).ok().map(|value| value.to_string())),
        clock: Rc::new(crate::now_ms),
        log: Rc::new(|line| worker::console_log!("{line}")),
    })
}

fn outgoing(response: Response, method: &str) -> worker::Result<worker::Response> {
    let headers = Headers::new();
    for (name, value) in &response.headers {
        headers.append(name, value)?;
    }
    let builder = worker::Response::builder().with_status(response.status).with_headers(headers);
    if method == "HEAD" || matches!(response.status, 204 | 304) {
        return Ok(builder.empty());
    }
    // `from_bytes` would set a content type of its own.
    Ok(builder.fixed(response.body))
}

fn with_cors(response: worker::Response) -> worker::Result<worker::Response> {
    let mut response = response;
    let headers = response.headers_mut();
    headers.set("access-control-allow-origin", "*")?;
    headers.set("access-control-allow-headers", "content-type, range, if-none-match")?;
    Ok(response)
}

struct WorkerHttp;

impl HttpPort for WorkerHttp {
    fn send(
        &self,
        request: Request,
        limits: Limits,
    ) -> LocalBoxFuture<'_, Result<streamhut_outbound::Response, HttpError>> {
        async move {
            let url = request.url.clone();
            let answer = transport::send(request, limits, RequestRedirect::Follow).await.map_err(
                |error| match error {
                    TransportError::TooLarge { url, max } => HttpError::TooLarge { url, max },
                    TransportError::Deadline { url, ms } => HttpError::Deadline { url, ms },
                    TransportError::Failed { url, reason } => HttpError::Failed { url, reason },
                },
            )?;
            match answer.header(REFUSED) {
                Some(reason) => Err(HttpError::Refused { url: url.to_string(), reason: reason.to_owned() }),
                None => Ok(answer),
            }
        }
        .boxed_local()
    }
}

/// The header in which the egress gateway says that it refused a request, and why.
pub(crate) const REFUSED: &str = "at-run-refused";
