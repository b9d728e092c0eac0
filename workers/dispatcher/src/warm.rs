//! What `warm.mjs` asks of Rust: static methods of the struct that `entry.mjs` asks too.

use std::{panic::AssertUnwindSafe, rc::Rc};

use at_run_edge::{now_ms, outward, warm};
use streamhut_runner::{Fault, Resolved};
use wasm_bindgen::{JsError, JsValue, prelude::wasm_bindgen};
use web_sys::Response;

use crate::{
    gateway::Gateway,
    isolate::{self, EdgeRunner},
    serve,
};

#[wasm_bindgen]
impl Gateway {
    /// What [`warm::exchange`] tells of a URL without its query, each part on a line, the count of changes after the
    /// first; nothing when the request goes the long way.
    pub fn warm(url: &str, method: &str, now: f64) -> Option<String> {
        let (host, path) = warm::parts(url)?;
        let [fresh_until, id, target, ms, bundle] =
            warm::exchange(&*isolate::known(host)?, path, method, now as u64)?;
        Some(format!("{fresh_until}\n{}\n{id}\n{target}\n{ms}\n{bundle}", isolate::changes()))
    }

    /// How often something changed of what [`Gateway::warm`] tells.
    pub fn changes() -> f64 {
        isolate::changes() as f64
    }

    /// The code of the isolate `id`, which the platform has dropped.
    pub async fn code(url: String, id: String, request_id: String) -> Result<JsValue, JsValue> {
        AssertUnwindSafe(async move {
            let (runner, resolved) =
                remembered(&url).ok_or_else(|| JsError::new("the bundle's release changed"))?;
            warm::code(&runner, &resolved, &id, &request_id).await
        })
        .await
    }

    /// The answer when there is none after `ms`: `error` is what was thrown, nothing at the deadline.
    pub fn failed(url: &str, request_id: &str, error: JsValue, ms: f64) -> Result<Response, JsValue> {
        let error = (!error.is_undefined()).then_some(&error);
        let path = warm::parts(url).map_or(url, |(_, path)| path);
        let resolved = remembered(url).map(|(_, resolved)| resolved);
        let fault = match runner(url) {
            Some(runner) => warm::failed(&runner, resolved.as_deref(), path, request_id, error, ms as u64),
            None => Fault::Internal("a runner was forgotten while it was asked".to_owned()),
        };
        serve::told(&fault, request_id, &format!("a call of {path}"))
    }

    /// A bundle's answer whose headers want a closer look.
    pub fn outward(response: Response, request_id: &str) -> Result<Response, JsValue> {
        outward::of_bundle(&response, request_id, None)
    }

    /// Which headers go in and come out, and the bounds of durations, as JSON.
    pub fn rules() -> String {
        warm::rules()
    }
}

fn runner(url: &str) -> Option<Rc<EdgeRunner>> {
    isolate::known(warm::parts(url)?.0)
}

fn remembered(url: &str) -> Option<(Rc<EdgeRunner>, Rc<Resolved>)> {
    let runner = runner(url)?;
    let (resolved, _) = runner.remembered(&runner.address(warm::parts(url)?.1), now_ms())?;
    Some((runner, resolved))
}
