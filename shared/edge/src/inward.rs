//! A request as a bundle gets it, and bodies for the runner itself.

use at_run::{BASE, BodyError, REQUEST_ID};
use streamhut_runner::{AdminToken, Fault, MAX_BODY_BYTES, is_forwarded};
use url::Url;
use wasm_bindgen::JsValue;
use web_sys::{Headers, Request, RequestInit, RequestRedirect};

use crate::body;

/// A caller's request at `https://bundle/endpoint/{endpoint}`, with few headers, under this request's id; a credential
/// among them unless it is `token`.
///
/// # Errors
/// 411 and 413 for bodies.
pub fn from_outside(
    request: &Request,
    endpoint: &str,
    request_id: &str,
    token: &AdminToken,
) -> Result<Request, Fault> {
    let headers = Headers::new().map_err(failed)?;
    headers.set(REQUEST_ID, request_id).map_err(failed)?;
    headers.set(BASE, base(&request.url())).map_err(failed)?;
    made(request, endpoint, &headers, token)
}

/// The URL of a call without endpoint and query.
fn base(url: &str) -> &str {
    let place = url.split('?').next().unwrap_or(url);
    place.rsplit_once('/').map_or(place, |(base, _)| base)
}

/// The same for a request of another bundle, which never saw the runner's token.
///
/// # Errors
/// 411 and 413 for bodies.
pub fn to_endpoint(request: &Request, endpoint: &str, request_id: &str) -> Result<Request, Fault> {
    let headers = Headers::new().map_err(failed)?;
    headers.set(REQUEST_ID, request_id).map_err(failed)?;
    made(request, endpoint, &headers, &AdminToken::new(None))
}

/// Over the same body. The kind of call is ours, never a part of the outside path.
fn made(request: &Request, endpoint: &str, headers: &Headers, token: &AdminToken) -> Result<Request, Fault> {
    // A body of a GET means nothing (RFC 9110, section 9.3.1), and the platform makes no such request.
    let bodiless = matches!(request.method().as_str(), "GET" | "HEAD");
    for (name, value) in worker::Headers(request.headers()).entries() {
        if is_forwarded(&name, &value, token) && !(bodiless && name == "content-length") {
            headers.append(&name, &value).map_err(failed)?;
        }
    }
    let init = RequestInit::new();
    init.set_method(&request.method());
    init.set_headers(headers);
    // A redirect is an answer for the caller. Followed here, it would lead back into the bundle, at a path of its choice.
    init.set_redirect(RequestRedirect::Manual);
    if let Some(body) = request.body().filter(|_| !bodiless) {
        let length = headers.get("content-length").ok().flatten().and_then(|text| text.parse::<u64>().ok());
        let length = length.ok_or(Fault::LengthRequired)?;
        if length > MAX_BODY_BYTES {
            return Err(Fault::BodyTooLarge { length, max: MAX_BODY_BYTES });
        }
        init.set_body(&body);
    }
    let query = Url::parse(&request.url()).ok().and_then(|url| url.query().map(|query| format!("?{query}")));
    let url = format!("https://bundle/endpoint/{endpoint}{}", query.unwrap_or_default());
    Request::new_with_str_and_init(&url, &init).map_err(failed)
}

/// A request's body for the runner itself, at most `max` bytes.
///
/// # Errors
/// 400 when it breaks off, 413 when it is longer.
pub async fn body(request: &Request, max: u64) -> Result<Vec<u8>, Fault> {
    let Some(stream) = request.body() else { return Ok(Vec::new()) };
    let cap = usize::try_from(max).unwrap_or(usize::MAX);
    body::read(stream, cap).await.map_err(|error| match error {
        BodyError::TooLarge { .. } => Fault::BodyTooLarge { length: max.saturating_add(1), max },
        BodyError::Broken(reason) => Fault::InvalidInput { reason: format!("the body broke off: {reason}") },
    })
}

fn failed(error: JsValue) -> Fault {
    Fault::Internal(format!("{error:?}"))
}
