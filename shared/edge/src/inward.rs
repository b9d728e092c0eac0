//! A request as a bundle gets it.

use streamhut_runner::{Fault, is_forwarded};
use url::Url;
use wasm_bindgen::JsValue;
use web_sys::{Headers, Request, RequestInit, RequestRedirect};

/// Most bytes of a request's body.
const MAX_BODY_BYTES: u64 = 1024 * 1024;

/// The request at `https://bundle/endpoint/{endpoint}`, with few headers, over the same body. The kind of call is
/// ours, never a part of the outside path.
pub fn to_endpoint(request: &Request, endpoint: &str) -> Result<Request, Fault> {
    let failed = |error: JsValue| Fault::Internal(format!("{error:?}"));
    let headers = Headers::new().map_err(failed)?;
    for (name, value) in worker::Headers(request.headers()).entries() {
        if is_forwarded(&name) {
            headers.append(&name, &value).map_err(failed)?;
        }
    }
    let init = RequestInit::new();
    init.set_method(&request.method());
    init.set_headers(&headers);
    // A redirect is an answer for the caller. Followed here, it would lead back into the bundle, at a path of its choice.
    init.set_redirect(RequestRedirect::Manual);
    if let Some(body) = request.body() {
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
