//! Other bundles, scripted.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use futures_util::{FutureExt, future::LocalBoxFuture};
use serde_json::Value;

use crate::{CallsPort, Error, Response, Result};

/// A call that another bundle was asked to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// `did/name`.
    pub bundle: String,
    /// The endpoint.
    pub endpoint: String,
    /// The query, without `?`.
    pub query: String,
    /// The JSON body of a POST.
    pub body: Option<Value>,
}

type Script = Rc<dyn Fn(&Called) -> Result<Response>>;

/// `did/name` and the endpoint, to what answers there.
#[derive(Clone, Default)]
pub(super) struct Scripts(Rc<RefCell<BTreeMap<(String, String), Script>>>);

impl Scripts {
    pub(super) fn add(&self, bundle: &str, endpoint: &str, script: Script) {
        self.0.borrow_mut().insert((bundle.to_owned(), endpoint.to_owned()), script);
    }
}

/// The calls that one bundle may make.
pub(super) struct ScriptedCalls {
    pub(super) scripts: Scripts,
    /// `did/name`, with configured ones resolved.
    pub(super) allowed: Vec<String>,
}

impl ScriptedCalls {
    fn answer(&self, call: &Called) -> Result<Response> {
        if !self.allowed.contains(&call.bundle) {
            let text = format!("the release declares no calls of {}", call.bundle);
            return Err(Error::new(500, "NotPermitted", text));
        }
        let script = self.scripts.0.borrow().get(&(call.bundle.clone(), call.endpoint.clone())).cloned();
        let silent = || {
            let text = format!("{} has no `{}`", call.bundle, call.endpoint);
            Response::from_error(&Error::not_found("UnknownEndpoint", text))
        };
        // What goes wrong over there comes back as its answer.
        Ok(script.map_or_else(silent, |script| script(call).unwrap_or_else(|e| Response::from_error(&e))))
    }
}

impl CallsPort for ScriptedCalls {
    fn call(
        &self,
        bundle: String,
        endpoint: String,
        query: String,
        body: Option<Vec<u8>>,
    ) -> LocalBoxFuture<'_, Result<Response, Error>> {
        let body = body.map(|bytes| serde_json::from_slice(&bytes).unwrap_or(Value::Null));
        let answer = self.answer(&Called { bundle, endpoint, query, body });
        std::future::ready(answer).boxed_local()
    }
}
