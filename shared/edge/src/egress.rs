//! The gateway through which every request of a loaded bundle leaves.
//!
//! It is the bundle's `globalOutbound`, so there is no other way out. Each hop of a redirect is judged like the
//! first URL; bodies pass as they are.

use streamhut_outbound::{Allow, Policy, Refusal, next_hop};
use url::Url;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, Request, RequestInit, RequestRedirect, Response, ResponseInit};

use crate::{bundle::REFUSED, transport::FINAL_URL};

/// Most redirects that are followed for a bundle.
const MAX_HOPS: u8 = 5;

/// Headers that name the runner rather than the request.
const DROPPED: &[&str] = &[
    "cookie",
    "host",
    "cf-connecting-ip",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
];

/// Sends `request` where `allow` leads, following redirects of GET and HEAD. A refusal is a 403 with the reason
/// in a header, which the SDK turns into a typed error.
pub async fn send(policy: &Policy, allow: &Allow, request: Request) -> Result<Response, JsValue> {
    let mut url = match Url::parse(&request.url()) {
        Ok(url) => url,
        Err(_) => return refused(&Refusal::NotAUrl(request.url().chars().take(256).collect())),
    };
    let first = url.clone();
    let follows = matches!(request.method().as_str(), "GET" | "HEAD");
    let mut outgoing = request;
    for hop in 0..=MAX_HOPS {
        if let Err(refusal) = allow.admit(policy, &url) {
            return refused(&refusal);
        }
        let init = RequestInit::new();
        init.set_redirect(RequestRedirect::Manual);
        let headers = Headers::new_with_headers(&outgoing.headers())?;
        for name in DROPPED {
            headers.delete(name)?;
        }
        // A credential is for the origin that it was given for (Fetch, "HTTP-redirect fetch").
        if url.origin() != first.origin() {
            headers.delete("authorization")?;
        }
        init.set_headers(&headers);
        outgoing = if hop == 0 {
            Request::new_with_request_and_init(&outgoing, &init)?
        } else {
            init.set_method(&outgoing.method());
            Request::new_with_str_and_init(url.as_str(), &init)?
        };
        let response = fetch(&outgoing).await?;
        match next_hop(&url, response.status(), response.headers().get("location")?.as_deref()) {
            Some(Ok(next)) if follows => url = next,
            Some(Err(refusal)) if follows => return refused(&refusal),
            _ => return said(&response, &url),
        }
    }
    refused(&Refusal::NotAUrl(format!("{url} redirects more than {MAX_HOPS} times")))
}

async fn fetch(request: &Request) -> Result<Response, JsValue> {
    let scope: web_sys::WorkerGlobalScope = js_sys::global().unchecked_into();
    JsFuture::from(scope.fetch_with_request(request)).await?.dyn_into()
}

/// The answer, over the same body, with the URL it came from.
fn said(response: &Response, url: &Url) -> Result<Response, JsValue> {
    let headers = Headers::new_with_headers(&response.headers())?;
    headers.delete(REFUSED)?;
    headers.set(FINAL_URL, url.as_str())?;
    let init = ResponseInit::new();
    init.set_status(response.status());
    init.set_headers(&headers);
    Response::new_with_opt_readable_stream_and_init(response.body().as_ref(), &init)
}

fn refused(refusal: &Refusal) -> Result<Response, JsValue> {
    worker::console_warn!("egress refused: {refusal}");
    let headers = Headers::new()?;
    let reason: String = refusal.to_string().chars().filter(|c| c.is_ascii() && !c.is_control()).collect();
    headers.set(REFUSED, &reason)?;
    let init = ResponseInit::new();
    init.set_status(403);
    init.set_headers(&headers);
    Response::new_with_opt_str_and_init(Some(&format!("refused by the runner: {reason}\n")), &init)
}
