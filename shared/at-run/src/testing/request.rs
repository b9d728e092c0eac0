//! A request to a bundle under test.

use std::{collections::BTreeMap, rc::Rc};

use super::{Answer, Harness};
use crate::{Call, CallKind};

/// A request with headers.
///
/// ```
/// use at_run::{Bundle, Context, NoInput, Response, Result, testing::Harness};
///
/// async fn page(_: Context, _: NoInput) -> Result<Response> {
///     Ok(Response::html("<p>hi").etag("v1"))
/// }
///
/// let harness = Harness::new(Bundle::new("b", "1.0.0").get("page", page));
/// let tag = harness.get("page").header("etag").unwrap().to_owned();
/// assert_eq!(harness.request().header("if-none-match", &tag).get("page").status(), 304);
/// ```
///
/// It is sent with [`TestRequest::get`] and the like.
#[must_use = "a request does nothing until it is sent"]
pub struct TestRequest<'a> {
    harness: &'a Harness,
    headers: BTreeMap<String, String>,
}

impl<'a> TestRequest<'a> {
    pub(super) fn new(harness: &'a Harness) -> Self {
        Self { harness, headers: BTreeMap::new() }
    }

    /// Adds a header; `name` in lower case.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Asks an endpoint with GET: its name, and a query after `?`.
    pub fn get(self, target: &str) -> Answer {
        self.send("GET", target, &[])
    }

    /// Asks an endpoint with HEAD.
    pub fn head(self, target: &str) -> Answer {
        self.send("HEAD", target, &[])
    }

    /// Asks an endpoint with POST and a JSON body.
    pub fn post(self, name: &str, body: &serde_json::Value) -> Answer {
        self.send("POST", name, body.to_string().as_bytes())
    }

    /// Asks an endpoint with any method and body.
    pub fn send(self, method: &str, target: &str, body: &[u8]) -> Answer {
        let (name, query) = target.split_once('?').unwrap_or((target, ""));
        self.call(CallKind::Endpoint, method, name, query, body)
    }

    pub(super) fn call(
        mut self,
        kind: CallKind,
        method: &str,
        name: &str,
        query: &str,
        body: &[u8],
    ) -> Answer {
        self.headers.entry(crate::REQUEST_ID.to_owned()).or_insert_with(|| self.harness.next_request_id());
        if kind == CallKind::Endpoint {
            self.headers.insert(crate::BASE.to_owned(), self.harness.base.clone());
        }
        let headers = self.headers;
        let headers = Rc::new(move |name: &str| headers.get(name).cloned());
        self.harness.call(Call { kind, name, method, query, headers, body })
    }
}
