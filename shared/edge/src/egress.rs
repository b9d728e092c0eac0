//! The gateway through which every request of a loaded bundle leaves.
//!
//! It is the bundle's `globalOutbound`, so there is no other way out. Each hop of a redirect is judged like the first
//! URL; a URL of another bundle of this runner is answered inside; bodies and WebSockets pass as they are. Raw sockets
//! have no way at all: the gateway takes no `connect`.

use streamhut_outbound::{Refusal, Transport, next_hop};
use streamhut_runner::{Store, Way, leaves};
use url::Url;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, Request, RequestInit, RequestRedirect, Response, ResponseInit};

use crate::{
    bundle::REFUSED,
    host::{Caller, respond},
    transport::FINAL_URL,
};

/// Asks for another protocol; WebSocket is the only one that leads anywhere.
const UPGRADE: &str = "upgrade";

/// Most redirects that are followed for a bundle.
const MAX_HOPS: u8 = 5;

/// Sends a bundle's request where its release and the runner's policy lead, following redirects of GET and HEAD. A
/// refusal is a 403 with the reason in a header, which the SDK turns into a typed error.
///
/// # Errors
/// When the request fails on its way.
pub async fn send<T, S>(caller: &Caller<T, S>, request: Request) -> Result<Response, JsValue>
where
    T: Transport + Send + Sync + 'static,
    S: Store + 'static,
{
    let mut url = match Url::parse(&request.url()) {
        Ok(url) => url,
        Err(_) => {
            return refused(caller, &Refusal::NotAUrl(request.url().chars().take(256).collect()));
        }
    };
    let first = url.clone();
    let upgrades = request.headers().get(UPGRADE)?.is_some_and(|to| is_websocket(&to));
    let follows = !upgrades && matches!(request.method().as_str(), "GET" | "HEAD");
    for _ in 0..=MAX_HOPS {
        let way = match caller.runner.way(&caller.grant, &url) {
            Ok(way) => way,
            Err(refusal) => return refused(caller, &refusal),
        };
        let outgoing = outgoing(&request, &url, &first)?;
        let response = match way {
            Way::Outside => fetch(&outgoing).await?,
            Way::Inside(_) if upgrades => {
                return refused(caller, &Refusal::OwnHost(shown(&url)));
            }
            Way::Inside(address) => match caller.call(&address, &outgoing).await {
                Ok(response) => response,
                Err(error) => return respond(caller, &error),
            },
        };
        match next_hop(&url, response.status(), response.headers().get("location")?.as_deref()) {
            Some(Ok(next)) if follows => url = next,
            Some(Err(refusal)) if follows => return refused(caller, &refusal),
            // A handshake that is sent elsewhere is none (and its target was not judged).
            Some(_) if upgrades => {
                return refused(caller, &Refusal::NotAUrl(format!("{} redirects", shown(&url))));
            }
            _ => return said(response, &url),
        }
    }
    refused(caller, &Refusal::NotAUrl(format!("{} redirects more than {MAX_HOPS} times", shown(&first))))
}

/// The request for one hop: method, headers and body, and nothing else. What the platform reads beside them (`cf`)
/// would let a bundle choose cache entries and name servers.
fn outgoing(request: &Request, url: &Url, first: &Url) -> Result<Request, JsValue> {
    // Who says that a GET has a length has given it a body in the platform's eyes, which no such request can have.
    let bodiless = matches!(request.method().as_str(), "GET" | "HEAD");
    let headers = Headers::new()?;
    for (name, value) in worker::Headers(request.headers()).entries() {
        // A credential is for the origin that it was given for (Fetch, "HTTP-redirect fetch").
        let kept = match name.as_str() {
            "authorization" => url.origin() == first.origin(),
            UPGRADE => is_websocket(&value),
            "content-length" => !bodiless,
            name => leaves(name),
        };
        if kept {
            headers.append(&name, &value)?;
        }
    }
    let init = RequestInit::new();
    init.set_method(&request.method());
    init.set_headers(&headers);
    init.set_redirect(RequestRedirect::Manual);
    if let Some(body) = request.body().filter(|_| !bodiless) {
        init.set_body(&body);
    }
    Request::new_with_str_and_init(url.as_str(), &init)
}

fn is_websocket(protocol: &str) -> bool {
    protocol.trim().eq_ignore_ascii_case("websocket")
}

async fn fetch(request: &Request) -> Result<Response, JsValue> {
    let scope: web_sys::WorkerGlobalScope = js_sys::global().unchecked_into();
    JsFuture::from(scope.fetch_with_request(request)).await?.dyn_into()
}

/// The answer, over the same body, with the URL it came from. An accepted WebSocket is handed on as it is.
fn said(response: Response, url: &Url) -> Result<Response, JsValue> {
    if response.status() == 101 {
        return Ok(response);
    }
    let headers = Headers::new_with_headers(&response.headers())?;
    headers.delete(REFUSED)?;
    headers.set(FINAL_URL, url.as_str())?;
    let init = ResponseInit::new();
    init.set_status(response.status());
    init.set_headers(&headers);
    Response::new_with_opt_readable_stream_and_init(response.body().as_ref(), &init)
}

fn refused<T, S>(caller: &Caller<T, S>, refusal: &Refusal) -> Result<Response, JsValue> {
    worker::console_warn!("{}: egress refused: {refusal}", caller.shown());
    let headers = Headers::new()?;
    let reason: String = refusal.to_string().chars().filter(|c| c.is_ascii() && !c.is_control()).collect();
    headers.set(REFUSED, &reason)?;
    headers.set("x-request-id", &caller.id)?;
    let init = ResponseInit::new();
    init.set_status(403);
    init.set_headers(&headers);
    Response::new_with_opt_str_and_init(Some(&format!("refused by the runner: {reason}\n")), &init)
}

/// A URL for a message: without its query, which may carry a token.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.as_str().chars().take(256).collect()
}
