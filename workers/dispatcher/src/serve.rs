//! One request: route, resolve, load, call.

use std::rc::Rc;

use at_run_edge::{call, inward, now_ms, outward, start};
use serde_json::json;
use streamhut_runner::{
    AdminToken, Due, Fault, Installation, Resolved, Route, is_admin, route, route_on_host,
};
use url::{Position, Url};
use wasm_bindgen::JsValue;
use web_sys::{Request, Response};
use worker::{Context, Env};

use crate::{
    admin, describe,
    isolate::{self, EdgeRunner},
    logs, task,
};

/// A request at hand.
pub(crate) struct Asked {
    pub(crate) request: Request,
    pub(crate) url: Url,
    pub(crate) env: Env,
    pub(crate) runner: Rc<EdgeRunner>,
    pub(crate) context: Context,
    /// Sixteen hexadecimal digits, to find the request in the log.
    pub(crate) id: String,
    /// Milliseconds since 1970.
    pub(crate) now: u64,
}

pub(crate) async fn serve(request: Request, env: Env, context: Context) -> Result<Response, JsValue> {
    let id = request_id();
    let asked = match asked(request, env, context, &id) {
        Ok(asked) => asked,
        Err(fault) => return told(&fault, &id, "a request"),
    };
    // The first request of an isolate waits for this; later ones find it done.
    let installations_due = asked.runner.know_installations(asked.now).await;
    let own_host = asked.runner.own_host();
    let is_admin = own_host.is_none() && is_admin(asked.url.path());
    let outcome = match asked.request.method().as_str() {
        _ if is_admin => admin::answer(&asked).await,
        "OPTIONS" => outward::preflight(&id).map_err(failed),
        _ => answer(&asked, own_host.as_ref()).await,
    };
    // Also after a refusal: who was not followed may be by now.
    if asked.runner.is_trust_due(asked.now) {
        confirm(&asked.runner, &asked.context, &asked.env, Due::Follows);
    }
    let response = match outcome {
        Ok(response) => response,
        Err(fault) => {
            // What was refused here may have been installed elsewhere since.
            if installations_due {
                confirm(&asked.runner, &asked.context, &asked.env, Due::Installations);
            }
            told(&fault, &id, &format!("{} {}", asked.request.method(), asked.url.path()))?
        }
    };
    if is_admin { outward::private(response) } else { Ok(response) }
}

fn asked(request: Request, env: Env, context: Context, id: &str) -> Result<Asked, Fault> {
    let url = Url::parse(&request.url()).map_err(|e| Fault::Internal(e.to_string()))?;
    let runner = isolate::runner(&env, &url[Position::BeforeHost..Position::AfterPort])?;
    Ok(Asked { request, url, env, runner, context, id: id.to_owned(), now: now_ms() })
}

async fn answer(asked: &Asked, own_host: Option<&Installation>) -> Result<Response, Fault> {
    let path = asked.url.path();
    let address = asked.runner.address(path);
    if let Some((resolved, endpoint)) = asked.runner.remembered(&address, asked.now)
        && resolved.admits(endpoint, &asked.request.method()).is_ok()
    {
        return call_endpoint(asked, &resolved, endpoint).await;
    }
    let route = own_host.map_or_else(|| route(path), |installation| route_on_host(installation, path))?;
    route.admits(&asked.request.method(), path)?;
    match route {
        Route::Home => describe::home(asked).await,
        Route::Health => outward::json_response(200, &json!({"status": "ok"}), &asked.id).map_err(failed),
        Route::WellKnown => {
            outward::json_response(200, &asked.runner.about(asked.now).await, &asked.id).map_err(failed)
        }
        Route::Handle { handle, rest } => describe::redirect(asked, &handle, &rest).await,
        Route::Versions { did, name } => describe::versions(asked, &did, &name).await,
        Route::Describe { did, name, selector } => {
            let resolved = asked.runner.resolve(&did, &name, &selector, asked.now).await?;
            confirm_later(&asked.runner, &asked.context, &asked.env, &resolved);
            describe::release(asked, &resolved, &selector, own_host.is_some())
        }
        Route::Call { did, name, selector, endpoint } => {
            let resolved = asked.runner.resolve(&did, &name, &selector, asked.now).await?;
            confirm_later(&asked.runner, &asked.context, &asked.env, &resolved);
            asked.runner.remember(&address, &resolved, asked.now);
            resolved.admits(&endpoint, &asked.request.method())?;
            call_endpoint(asked, &resolved, &endpoint).await
        }
        Route::Logs { did, name } => logs::read(asked, &did, &name).await,
        Route::Task { id } => task::status(asked, &id).await,
        Route::Admin => Err(Fault::UnknownRoute { path: path.to_owned() }),
    }
}

async fn call_endpoint(asked: &Asked, resolved: &Rc<Resolved>, endpoint: &str) -> Result<Response, Fault> {
    let loader = start::loader(&asked.env).map_err(failed)?;
    let token = asked.header("authorization").map_or(AdminToken::new(None), |_| asked.token());
    let inner = inward::from_outside(&asked.request, endpoint, &asked.id, &token)?;
    let response = call::call(&asked.runner, &loader, resolved, &inner, 0).await?;
    outward::of_bundle(&response, &asked.id, resolved.stale.as_deref()).map_err(failed)
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.request.headers().get(name).ok().flatten()
    }

    /// The operator's token, as the runner's secret says it.
    pub(crate) fn token(&self) -> AdminToken {
        AdminToken::new(self.env.secret("ADMIN_TOKEN").ok().map(|token| token.to_string()).as_deref())
    }

    /// `https://host`, as the caller wrote it.
    pub(crate) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

/// Confirms what is old after the answer is out.
pub(crate) fn confirm_later(runner: &Rc<EdgeRunner>, context: &Context, env: &Env, resolved: &Resolved) {
    for due in resolved.due.clone() {
        confirm(runner, context, env, due);
    }
}

fn confirm(runner: &Rc<EdgeRunner>, context: &Context, env: &Env, due: Due) {
    let (runner, env) = (runner.clone(), env.clone());
    context.wait_until(async move { start::confirm(&runner, &env, &due).await });
}

pub(crate) fn told(fault: &Fault, id: &str, what: &str) -> Result<Response, JsValue> {
    worker::console_warn!("{id} {what}: {fault}");
    outward::of_fault(fault, id)
}

pub(crate) fn failed(error: JsValue) -> Fault {
    Fault::Internal(format!("{error:?}"))
}

pub(crate) fn request_id() -> String {
    // 32 bits each: more than a double's fraction holds evenly.
    let half = || (js_sys::Math::random() * 4_294_967_296.0) as u32;
    format!("{:08x}{:08x}", half(), half())
}
