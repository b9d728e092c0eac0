//! The bundle that asks, and what it reaches through its runner.

use std::rc::Rc;

use js_sys::Reflect;
use streamhut_outbound::Transport;
use streamhut_runner::{Address, Grant, HeadersOut, Resolved, Runner, Store};
use wasm_bindgen::JsValue;
use web_sys::{Headers, Request, RequestInit, Response, ResponseInit};
use worker::{Bucket, Context, Env};

use super::{Refused, exact};
use crate::{call::call, inward, ledger::LedgerClient, now_ms};

/// Headers of a called bundle's answer that are looked at.
const MAX_HEADERS: usize = 100;

/// A loaded bundle that asks something, by its grant, and the runner that answers.
pub struct Caller<T, S> {
    /// The runner of the host that the bundle was loaded for.
    pub runner: Rc<Runner<T, S>>,
    /// The dispatcher's own bindings.
    pub env: Env,
    /// Of the request at hand.
    pub context: Context,
    /// Whose request it is.
    pub grant: Grant,
    /// Names and values of its secrets, as pairs in JSON.
    pub hidden: String,
    /// Finds the request in the log: sixteen hexadecimal digits.
    pub id: String,
    /// Has what is due for a resolved release confirmed in the background.
    pub confirm_later: fn(&Rc<Runner<T, S>>, &Context, &Env, &Resolved),
}

impl<T, S> Caller<T, S> {
    pub(super) fn bucket(&self) -> Result<Bucket, Refused> {
        Ok(self.env.bucket("BUCKET")?)
    }

    pub(super) fn ledger(&self) -> Result<LedgerClient, Refused> {
        Ok(LedgerClient::of(&self.env, &self.grant.did, &self.grant.name)?)
    }
}

impl<T: Transport + Send + Sync + 'static, S: Store + 'static> Caller<T, S> {
    /// Asks another bundle of this runner, one level deeper. Its answer loses the headers that it would lose outside.
    pub(crate) async fn call(&self, address: &Address, request: &Request) -> Result<Response, Refused> {
        let depth = self.grant.depth_of_call(&address.did, &address.name)?;
        let resolved = self.resolve(address).await?;
        resolved.admits(&address.endpoint, &request.method())?;
        let inner = inward::to_endpoint(&honest(request)?, &address.endpoint, &self.id)?;
        let loader = Reflect::get(&self.env, &JsValue::from_str("LOADER"))?;
        let response = call(&self.runner, &loader, &resolved, &inner, depth).await?;
        Ok(self.filtered(address, &response)?)
    }

    /// The answer as the caller gets it, over the same body.
    fn filtered(&self, address: &Address, response: &Response) -> Result<Response, JsValue> {
        let headers = Headers::new()?;
        headers.set("x-request-id", &self.id)?;
        let mut out = HeadersOut::default();
        for (name, value) in worker::Headers(response.headers()).entries().take(MAX_HEADERS) {
            let value = match name.as_str() {
                "location" => address.location(&self.grant.host, &value).map(String::from),
                _ => Some(value),
            };
            if let Some(value) = value.filter(|value| out.keeps(&name, value)) {
                headers.append(&name, &value)?;
            }
        }
        let init = ResponseInit::new();
        init.set_status(response.status());
        init.set_headers(&headers);
        Response::new_with_opt_readable_stream_and_init(response.body().as_ref(), &init)
    }

    async fn resolve(&self, address: &Address) -> Result<Rc<Resolved>, Refused> {
        let (path, now) = (address.path(), now_ms());
        if let Some((resolved, _)) = self.runner.remembered(&path, now) {
            return Ok(resolved);
        }
        let resolved = self.runner.resolve(&address.did, &address.name, &address.selector, now).await?;
        self.runner.remember(&path, &resolved, now);
        (self.confirm_later)(&self.runner, &self.context, &self.env, &resolved);
        Ok(resolved)
    }
}

impl<T, S> Caller<T, S> {
    /// The beginning of a line in the log.
    pub(crate) fn shown(&self) -> String {
        format!("{} {}@{}", self.id, self.grant.bundle(), self.grant.version)
    }
}

/// The request with a body that is as long as it says: between bundles nothing else sees to that.
fn honest(request: &Request) -> Result<Request, Refused> {
    let length = request.headers().get("content-length")?.and_then(|text| text.parse::<u64>().ok());
    let bodiless = request.method() == "GET";
    let (Some(body), Some(length), false) = (request.body(), length, bodiless) else {
        // A handle on the same request: `Request::clone` would tee its body.
        return Ok(Clone::clone(request));
    };
    let body = exact::body(&body, length)?;
    let init = RequestInit::new();
    init.set_method(&request.method());
    init.set_headers(&request.headers());
    init.set_body(&body);
    Ok(Request::new_with_str_and_init(&request.url(), &init)?)
}
