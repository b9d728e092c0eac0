//! A native platform for a bundle's own tests: scripted HTTP, a clock that stands still, a log to read.

mod scripted;

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use futures_util::FutureExt;

use crate::{Bundle, Call, CallKind, Context, Ports, Response};
pub use scripted::{Scripted, ScriptedHttp};

/// A bundle on the native platform.
///
/// ```
/// use at_run::{Bundle, Context, Response, testing::{Harness, Scripted}};
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Nothing {}
///
/// async fn relay(ctx: Context, _: Nothing) -> at_run::Result<Response> {
///     let answer = ctx.http().get("https://origin.dev/a").send().await?;
///     Ok(Response::new("text/plain", answer.text()))
/// }
///
/// let bundle = Bundle::new("relay", "1.0.0").net(["origin.dev"]).get("relay", relay);
/// let harness = Harness::new(bundle).http("https://origin.dev/a", Scripted::text(200, "hi"));
/// assert_eq!(harness.get("relay").text(), "hi");
/// assert_eq!(harness.requests(), ["GET https://origin.dev/a"]);
/// ```
pub struct Harness {
    bundle: Bundle,
    http: Rc<ScriptedHttp>,
    config: BTreeMap<String, String>,
    now: u64,
    log: Rc<RefCell<Vec<String>>>,
}

impl Harness {
    /// A harness in which nothing is configured and every host is silent.
    pub fn new(bundle: Bundle) -> Self {
        let http = Rc::new(ScriptedHttp::default());
        Self { bundle, http, config: BTreeMap::new(), now: 1_790_000_000_000, log: Rc::default() }
    }

    /// Scripts the answer of a URL. Answers given for the same URL come in turn, the last for ever.
    pub fn http(self, url: &str, answer: Scripted) -> Self {
        self.http.script(url, answer);
        self
    }

    /// Sets a configured value.
    pub fn config(mut self, name: &str, value: &str) -> Self {
        self.config.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Asks an endpoint with GET: its name, and a query after `?`.
    pub fn get(&self, target: &str) -> Answer {
        let (name, query) = target.split_once('?').unwrap_or((target, ""));
        self.call(Call { kind: CallKind::Endpoint, name, method: "GET", query, body: &[] })
    }

    /// Asks an endpoint with POST and a JSON body.
    pub fn post(&self, name: &str, body: &serde_json::Value) -> Answer {
        let body = body.to_string();
        self.call(Call { kind: CallKind::Endpoint, name, method: "POST", query: "", body: body.as_bytes() })
    }

    /// Any call.
    ///
    /// # Panics
    /// When the handler waits for something that this platform never brings.
    #[allow(clippy::expect_used)]
    pub fn call(&self, call: Call<'_>) -> Answer {
        let (config, now, log) = (self.config.clone(), self.now, self.log.clone());
        let context = Context::new(Ports {
            http: self.http.clone(),
            config: Rc::new(move |name| config.get(name).cloned()),
            clock: Rc::new(move || now),
            log: Rc::new(move |line| log.borrow_mut().push(line.to_owned())),
        });
        let response = self.bundle.handle(context, call).now_or_never();
        Answer(response.expect("a handler under test waits for nothing but scripted answers"))
    }

    /// The requests sent so far, as `METHOD url`.
    pub fn requests(&self) -> Vec<String> {
        self.http.requests()
    }

    /// The log lines so far.
    pub fn log(&self) -> Vec<String> {
        self.log.borrow().clone()
    }
}

/// A bundle's answer, with readers for tests.
#[derive(Clone, Debug)]
pub struct Answer(pub Response);

impl Answer {
    /// HTTP status.
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[allow(clippy::panic)]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.0.body).unwrap_or_else(|e| panic!("not JSON ({e}): {}", self.text()))
    }

    /// The header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}
