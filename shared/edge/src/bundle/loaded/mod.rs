//! What a runner lends a bundle that it loaded: all of it over the service binding `HOST`, by HTTP.

mod blobs;
mod cache;
mod calls;
mod leases;
mod log;
mod tasks;

use std::rc::Rc;

use at_run::{Body, Error};
use js_sys::{Promise, Reflect, Uint8Array};
use serde::{Deserialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, Request, RequestInit, RequestRedirect, Response};
use worker::{Context, Env};

use super::Place;
use crate::{
    body::{self, PlatformStream},
    exception::reason,
};

/// The binding that a runner puts into the environment of what it loads.
const BINDING: &str = "HOST";

/// Most bytes of an answer that is read into memory: a page of 1,000 blobs with long keys fits.
const MAX_ANSWER_BYTES: usize = 2 * 1024 * 1024;

/// Everything that goes through the runner.
pub(super) fn ports(env: &Env, context: Rc<Context>) -> Place {
    let host = Rc::new(Host { env: env.clone() });
    Place {
        blobs: Rc::new(blobs::HostBlobs(host.clone())),
        cache: Rc::new(cache::HostCache(host.clone())),
        leases: Rc::new(leases::HostLeases(host.clone())),
        tasks: Rc::new(tasks::HostTasks(host.clone())),
        calls: Rc::new(calls::HostCalls(host.clone())),
        log: log(host, context),
    }
}

fn log(host: Rc<Host>, context: Rc<Context>) -> Rc<dyn Fn(&str)> {
    let log = log::HostLog::new(host, context);
    Rc::new(move |line| log.write(line))
}

#[wasm_bindgen]
extern "C" {
    /// The service binding.
    type Service;
    #[wasm_bindgen(method, catch)]
    fn fetch(this: &Service, request: &Request) -> Result<Promise, JsValue>;
}

/// The runner, as the bundle may ask it.
struct Host {
    env: Env,
}

/// A request to the runner.
struct Ask<'a> {
    method: &'a str,
    /// From the first `/` on.
    path: String,
    headers: Vec<(&'a str, String)>,
    body: Option<&'a [u8]>,
}

impl<'a> Ask<'a> {
    fn new(method: &'a str, path: String) -> Self {
        Self { method, path, headers: Vec::new(), body: None }
    }
}

/// What the runner says when it can't or won't.
#[derive(Deserialize)]
struct Trouble {
    error: String,
    #[serde(default)]
    message: String,
    /// Bytes in use, and most bytes, when there is no room.
    used: Option<u64>,
    max: Option<u64>,
}

impl Host {
    /// Asks, and gives whatever answer comes.
    async fn ask(&self, ask: Ask<'_>) -> Result<Answer, Error> {
        let exchange = async {
            let service = Reflect::get(&self.env, &JsValue::from_str(BINDING))?;
            let request = request(&ask)?;
            let answer = JsFuture::from(service.unchecked_ref::<Service>().fetch(&request)?).await?;
            answer.dyn_into::<Response>()
        };
        let answer = exchange.await.map_err(|error| {
            Error::new(503, "RunnerUnavailable", format!("{} {}: {}", ask.method, ask.path, reason(&error)))
        })?;
        Ok(Answer(answer))
    }

    /// Asks for something that has to succeed.
    async fn ask_well(&self, ask: Ask<'_>) -> Result<Answer, Error> {
        let answer = self.ask(ask).await?;
        if answer.succeeded() { Ok(answer) } else { Err(answer.trouble().await) }
    }
}

fn request(ask: &Ask<'_>) -> Result<Request, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &ask.headers {
        headers.set(name, value)?;
    }
    let init = RequestInit::new();
    init.set_method(ask.method);
    init.set_headers(&headers);
    init.set_redirect(RequestRedirect::Manual);
    if let Some(body) = ask.body {
        init.set_body(&Uint8Array::from(body));
    }
    Request::new_with_str_and_init(&format!("https://host{}", ask.path), &init)
}

/// An answer of the runner, its body not read yet.
struct Answer(Response);

impl Answer {
    fn status(&self) -> u16 {
        self.0.status()
    }

    fn succeeded(&self) -> bool {
        self.0.ok()
    }

    fn header(&self, name: &str) -> Option<String> {
        self.0.headers().get(name).ok().flatten()
    }

    /// Bytes of the decoded body; the length of an encoded one says nothing of it.
    fn length(&self) -> Option<u64> {
        let length = self.header("content-length").filter(|_| self.header("content-encoding").is_none());
        length.and_then(|text| text.parse().ok())
    }

    fn headers(&self) -> Vec<(String, String)> {
        worker::Headers(self.0.headers()).entries().collect()
    }

    /// The body, untouched.
    fn into_body(self) -> Body {
        match self.0.body() {
            Some(stream) => Body::from_platform(PlatformStream::new(stream, self.length())),
            None => Body::empty(),
        }
    }

    /// The body, read.
    async fn bytes(self, max: usize) -> Result<Vec<u8>, Error> {
        let unreadable = |text: String| Error::new(503, "RunnerUnavailable", text);
        match self.0.body() {
            Some(stream) => body::read(stream, max).await.map_err(|error| unreadable(error.to_string())),
            None => Ok(Vec::new()),
        }
    }

    async fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        let bytes = self.bytes(MAX_ANSWER_BYTES).await?;
        serde_json::from_slice(&bytes)
            .map_err(|error| Error::internal(format!("the runner's answer can't be read: {error}")))
    }

    /// The runner's error, as it words it.
    async fn trouble(self) -> Error {
        let status = self.status();
        let retry_after = self.header("retry-after").and_then(|text| text.parse().ok());
        let Trouble { error, message, .. } = self.told().await;
        Error { retry_after, ..Error::new(status, error, message) }
    }

    async fn told(self) -> Trouble {
        let message = format!("the runner answered {}", self.status());
        let silent = |_| Trouble { error: "RunnerFailed".to_owned(), message, used: None, max: None };
        self.json().await.unwrap_or_else(silent)
    }

    /// Lets go of a body that nobody wants.
    fn discard(self) {
        if let Some(stream) = self.0.body() {
            body::cancel(&stream);
        }
    }
}

/// One segment of a path, or one value of a query.
fn encoded(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text))
}
