//! The runner's answers: what a bundle said with its headers filtered, pages, JSON, or a fault.

use crate::every_answer::EVERY_ANSWER;
use serde::Serialize;
use serde_json::json;
use streamhut_runner::{Fault, HeadersOut, page_policy};
use wasm_bindgen::JsValue;
use web_sys::{Headers, Response, ResponseInit};

/// Headers of a bundle's answer that are looked at; a bundle that sends more loses the rest.
const MAX_HEADERS: usize = 100;

/// A bundle's answer over the same body, with the headers that may go out.
pub fn of_bundle(response: &Response, request_id: &str, stale: Option<&str>) -> Result<Response, JsValue> {
    let headers = common(request_id)?;
    let theirs = worker::Headers(response.headers());
    let mut out = HeadersOut::default();
    for (name, value) in theirs.entries().take(MAX_HEADERS) {
        if out.keeps(&name, &value) {
            headers.append(&name, &value)?;
        }
    }
    if stale.is_some() {
        headers.set("at-run-stale", "the author's PDS could not confirm this release")?;
    }
    let init = ResponseInit::new();
    init.set_status(response.status());
    init.set_headers(&headers);
    Response::new_with_opt_readable_stream_and_init(response.body().as_ref(), &init)
}

/// A fault as `{"error", "message"}`.
pub fn of_fault(fault: &Fault, request_id: &str) -> Result<Response, JsValue> {
    let (status, name, message) = fault.public();
    let response = json_response(
        status,
        &json!({"error": name, "message": message, "requestId": request_id}),
        request_id,
    )?;
    match fault {
        Fault::MethodNotAllowed { allowed, .. } => response.headers().set("allow", allowed)?,
        Fault::LogsClosed { forbidden: false, .. } => {
            response.headers().set("www-authenticate", "Bearer realm=\"at-run logs\"")?;
        }
        Fault::Unauthorized => response.headers().set("www-authenticate", "Bearer realm=\"at-run admin\"")?,
        _ => {}
    }
    if matches!(status, 502..=504) {
        response.headers().set("retry-after", "5")?;
    }
    Ok(response)
}

/// JSON of the runner's own.
pub fn json_response(status: u16, body: &impl Serialize, request_id: &str) -> Result<Response, JsValue> {
    let headers = common(request_id)?;
    headers.set("content-type", "application/json")?;
    headers.set("cache-control", "no-store")?;
    let text = serde_json::to_string(body).map_err(|error| JsValue::from_str(&error.to_string()))?;
    made(status, &headers, Some(&text))
}

/// Text of the runner's own, of that media type.
pub fn text_response(content_type: &str, text: &str, request_id: &str) -> Result<Response, JsValue> {
    let headers = common(request_id)?;
    headers.set("content-type", content_type)?;
    headers.set("cache-control", "no-store")?;
    made(200, &headers, Some(text))
}

/// A page of the runner's own: no script, no frame around it, and no word to where its links lead.
pub fn page(html: &str, request_id: &str) -> Result<Response, JsValue> {
    let headers = common(request_id)?;
    headers.set("content-type", "text/html; charset=utf-8")?;
    headers.set("content-security-policy", &page_policy())?;
    headers.set("referrer-policy", "no-referrer")?;
    headers.set("cache-control", "no-store")?;
    made(200, &headers, Some(html))
}

/// Sends the caller, with method and body, to the one address of what it asked for.
pub fn redirect(location: &str, request_id: &str) -> Result<Response, JsValue> {
    let headers = common(request_id)?;
    headers.set("location", location)?;
    headers.set("cache-control", "public, max-age=60")?;
    made(307, &headers, None)
}

/// The answer to OPTIONS: any page may ask, with the headers that HLS players and JSON clients send.
pub fn preflight(request_id: &str) -> Result<Response, JsValue> {
    let headers = common(request_id)?;
    headers.set("access-control-allow-methods", "GET, HEAD, POST, OPTIONS")?;
    headers.set(
        "access-control-allow-headers",
        "Authorization, Content-Type, Range, If-Range, If-None-Match, If-Match, Accept",
    )?;
    headers.set("access-control-max-age", "86400")?;
    made(204, &headers, None)
}

/// The same answer for nobody but who asked: no page elsewhere may read it.
pub fn private(response: Response) -> Result<Response, JsValue> {
    let headers = response.headers();
    headers.delete("access-control-allow-origin")?;
    headers.delete("access-control-expose-headers")?;
    headers.set("cross-origin-resource-policy", "same-origin")?;
    Ok(response)
}

/// What every answer carries. The origin is shared by all bundles, so it holds no credential, and any page may
/// read from it.
fn common(request_id: &str) -> Result<Headers, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in EVERY_ANSWER {
        headers.set(name, value)?;
    }
    headers.set("x-request-id", request_id)?;
    Ok(headers)
}

fn made(status: u16, headers: &Headers, body: Option<&str>) -> Result<Response, JsValue> {
    let init = ResponseInit::new();
    init.set_status(status);
    init.set_headers(headers);
    Response::new_with_opt_str_and_init(body, &init)
}
