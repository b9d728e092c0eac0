//! One request: route, resolve, load, call.

use std::rc::Rc;

use at_run_edge::{call::call, inward, now_ms, outward};
use js_sys::Reflect;
use serde_json::json;
use streamhut_runner::{Fault, Resolved, Route, route};
use url::Url;
use wasm_bindgen::JsValue;
use web_sys::{Request, Response};
use worker::{Context, Env};

use crate::isolate::{self, EdgeRunner};

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
    let url = Url::parse(&request.url()).map_err(|e| Fault::Internal(e.to_string()))?;
    let runner = isolate::runner(env, url.host_str().unwrap_or_default())?;
    match route(url.path())? {
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
            let loader = Reflect::get(env.as_ref(), &JsValue::from_str("LOADER")).map_err(failed)?;
            let inner = inward::to_endpoint(request, &endpoint)?;
            let response = call(&runner, &loader, &resolved, &inner).await?;
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

fn path(request: &Request) -> String {
    Url::parse(&request.url()).map(|url| url.path().to_owned()).unwrap_or_default()
}

/// Sixteen hexadecimal digits, to find a request in the log.
fn request_id() -> String {
    // 32 bits each: more than a double's fraction holds evenly.
    let half = || (js_sys::Math::random() * 4_294_967_296.0) as u32;
    format!("{:08x}{:08x}", half(), half())
}
