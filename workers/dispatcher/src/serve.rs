//! One request: route, resolve, load, call.

use std::{rc::Rc, time::Duration};

use at_run_edge::{loader, now_ms, outward};
use futures_util::future::{Either, select};
use js_sys::Reflect;
use serde_json::json;
use streamhut_runner::{Fault, Resolved, Route, is_forwarded, route};
use url::Url;
use wasm_bindgen::JsValue;
use web_sys::{Headers, Request, RequestInit, Response};
use worker::{Context, Delay, Env};

use crate::isolate::{self, EdgeRunner};

/// Most bytes of a request's body.
const MAX_BODY_BYTES: u64 = 1024 * 1024;

pub(crate) async fn serve(request: Request, env: Env, context: Context) -> Result<Response, JsValue> {
    let request_id = request_id();
    if request.method() == "OPTIONS" {
        return outward::preflight(&request_id);
    }
    match answer(&request, &env, &context, &request_id).await {
        Ok(response) => Ok(response),
        Err(fault) => {
            worker::console_warn!("{request_id} {} {}: {fault}", request.method(), path(&request));
            outward::of_fault(&fault, &request_id)
        }
    }
}

async fn answer(
    request: &Request,
    env: &Env,
    context: &Context,
    request_id: &str,
) -> Result<Response, Fault> {
    let failed = |error: JsValue| Fault::Internal(format!("{error:?}"));
    let runner = isolate::runner(env)?;
    match route(&path(request))? {
        Route::Health => outward::json_response(200, &json!({"status": "ok"}), request_id).map_err(failed),
        Route::Describe { did, name, selector } => {
            let resolved = runner.resolve(&did, &name, &selector, now_ms()).await?;
            confirm_later(&runner, context, &resolved);
            outward::json_response(200, &streamhut_runner::describe(&resolved), request_id).map_err(failed)
        }
        Route::Call { did, name, selector, endpoint } => {
            let resolved = runner.resolve(&did, &name, &selector, now_ms()).await?;
            confirm_later(&runner, context, &resolved);
            resolved.admits(&endpoint, &request.method())?;
            let inner = inward(request, &endpoint)?;
            let response = call(&runner, env, &resolved, &inner).await?;
            outward::of_bundle(&response, request_id, resolved.stale.as_deref()).map_err(failed)
        }
    }
}

/// Confirms what is old after the answer is out.
fn confirm_later(runner: &Rc<EdgeRunner>, context: &Context, resolved: &Resolved) {
    for id in resolved.due.clone() {
        let runner = runner.clone();
        context.wait_until(async move {
            if let Err(fault) = runner.confirm(&id, now_ms()).await {
                worker::console_warn!("confirming a release: {fault}");
            }
        });
    }
}

async fn call(
    runner: &Rc<EdgeRunner>,
    env: &Env,
    resolved: &Resolved,
    request: &Request,
) -> Result<Response, Fault> {
    let plan = runner.plan(resolved);
    let loader = Reflect::get(env.as_ref(), &JsValue::from_str("LOADER"))
        .map_err(|error| Fault::Internal(format!("no Worker Loader bound as LOADER: {error:?}")))?;
    let modules = {
        let (runner, resolved) = (runner.clone(), Rc::new(resolved.clone()));
        move || {
            let (runner, resolved) = (runner.clone(), resolved.clone());
            async move { runner.modules(&resolved).await }
        }
    };
    let answer = Box::pin(loader::call(&loader, &plan, resolved, request, modules));
    let ms = runner.call_deadline_ms();
    let deadline = Box::pin(Delay::from(Duration::from_millis(ms.into())));
    match select(answer, deadline).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(Fault::BundleDeadline { bundle: resolved.label(), ms }),
    }
}

/// The request as the bundle gets it: at `https://bundle/endpoint/{name}`, with few headers, over the same body.
fn inward(request: &Request, endpoint: &str) -> Result<Request, Fault> {
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
    if let Some(body) = request.body() {
        let length = headers.get("content-length").ok().flatten().and_then(|text| text.parse::<u64>().ok());
        let length = length.ok_or(Fault::LengthRequired)?;
        if length > MAX_BODY_BYTES {
            return Err(Fault::BodyTooLarge { length, max: MAX_BODY_BYTES });
        }
        init.set_body(&body);
    }
    let query = Url::parse(&request.url())
        .ok()
        .and_then(|url| url.query().map(|query| format!("?{query}")))
        .unwrap_or_default();
    Request::new_with_str_and_init(&format!("https://bundle/endpoint/{endpoint}{query}"), &init)
        .map_err(failed)
}

fn path(request: &Request) -> String {
    Url::parse(&request.url()).map(|url| url.path().to_owned()).unwrap_or_default()
}

/// Sixteen hexadecimal digits, to find a request in the log.
fn request_id() -> String {
    let high = js_sys::Math::random().to_bits() >> 20;
    format!("{:016x}", (high << 32) ^ js_sys::Math::random().to_bits().rotate_left(12))
}
