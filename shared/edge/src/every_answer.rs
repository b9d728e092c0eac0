//! The headers that every answer of a runner carries.

use wasm_bindgen::JsValue;
use web_sys::Response;

/// What every answer says beside its request's id. The origin is shared by all bundles, so it holds no credential, and
/// any page may read from it.
pub(crate) const EVERY_ANSWER: [(&str, &str); 4] = [
    ("access-control-allow-origin", "*"),
    (
        "access-control-expose-headers",
        "Content-Length, Content-Range, Accept-Ranges, ETag, Retry-After, X-Request-Id, X-Bundle-Reason, At-Run-Stale",
    ),
    ("cross-origin-resource-policy", "cross-origin"),
    ("x-content-type-options", "nosniff"),
];

/// Gives a bundle's answer what every answer of its runner has, so that the runner finds nothing to change and can hand
/// it on as it is. It looks at each header all the same: this is a courtesy, and no rule.
pub(crate) fn finish(answer: &Response, request_id: &str) -> Result<(), JsValue> {
    let headers = answer.headers();
    for (name, value) in EVERY_ANSWER {
        headers.set(name, value)?;
    }
    headers.set("x-request-id", request_id)
}
