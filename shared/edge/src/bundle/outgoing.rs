//! An answer as the platform sends it.

use at_run::{Body, BodyParts, Response};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::{Headers, ResponseInit};

use crate::body::{self, PlatformStream};

/// The platform's answer. A stream of the platform's own goes out as the very same stream: no byte of it is touched.
pub(super) fn make(response: Response, method: &str) -> Result<web_sys::Response, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &response.headers {
        headers.append(name, value)?;
    }
    let init = ResponseInit::new();
    init.set_status(response.status);
    init.set_headers(&headers);
    if matches!(response.status, 204 | 304) {
        return web_sys::Response::new_with_opt_str_and_init(None, &init);
    }
    // For HEAD the SDK has said the length and taken the body away.
    if method == "HEAD" {
        return web_sys::Response::new_with_opt_str_and_init(None, &init);
    }
    // An encoded body has another length than the one that is known.
    let length = response.body.length().filter(|_| response.header_value("content-encoding").is_none());
    if let Some(length) = length {
        headers.set("content-length", &length.to_string())?;
    }
    send(response.body, &init)
}

fn send(body: Body, init: &ResponseInit) -> Result<web_sys::Response, JsValue> {
    let stream = match body.into_parts() {
        BodyParts::Bytes(bytes) => {
            let bytes = Uint8Array::from(bytes.as_slice());
            return web_sys::Response::new_with_opt_buffer_source_and_init(Some(&bytes), init);
        }
        BodyParts::Pieces(pieces) => Some(body::from_pieces(pieces)),
        BodyParts::Platform(body) => match body.into_any().downcast::<PlatformStream>() {
            Ok(stream) => stream.into_raw(),
            Err(_) => return Err(JsValue::from_str("the body is of another platform")),
        },
    };
    web_sys::Response::new_with_opt_readable_stream_and_init(stream.as_ref(), init)
}

/// The answer to OPTIONS of a bundle deployed alone.
pub(super) fn preflight() -> Result<web_sys::Response, JsValue> {
    let init = ResponseInit::new();
    init.set_status(204);
    let response = web_sys::Response::new_with_opt_str_and_init(None, &init)?;
    allow_any_page(&response)?;
    Ok(response)
}

/// Lets any page read the answer, as a runner does.
pub(super) fn allow_any_page(response: &web_sys::Response) -> Result<(), JsValue> {
    let headers = response.headers();
    headers.set("access-control-allow-origin", "*")?;
    headers.set("access-control-allow-methods", "GET, HEAD, POST, OPTIONS")?;
    headers.set("access-control-allow-headers", "content-type, range, if-range, if-none-match")?;
    headers.set(
        "access-control-expose-headers",
        "content-length, content-range, accept-ranges, etag, retry-after",
    )
}
