//! One call of a bundle, under the deadline.

use std::{cell::RefCell, rc::Rc, time::Duration};

use futures_util::future::{Either, select};
use streamhut_outbound::Transport;
use streamhut_runner::{Fault, Resolved, Runner, Store};
use wasm_bindgen::JsValue;
use web_sys::{Request, Response};
use worker::Delay;

use crate::{journal, loader, now_ms};

/// Calls the bundle of `resolved` through the Worker Loader bound as `loader`, under the deadline for calls.
/// `depth` says how many bundles stand between it and the caller outside.
pub async fn call<T, S>(
    runner: &Rc<Runner<T, S>>,
    loader: &JsValue,
    resolved: &Rc<Resolved>,
    request: &Request,
    depth: u8,
) -> Result<Response, Fault>
where
    T: Transport + Send + Sync + 'static,
    S: Store + 'static,
{
    call_within(runner, loader, resolved, request, depth, runner.call_deadline_ms()).await
}

/// The same under a deadline of `ms`: a run of a job or task has more time.
pub async fn call_within<T, S>(
    runner: &Rc<Runner<T, S>>,
    loader: &JsValue,
    resolved: &Rc<Resolved>,
    request: &Request,
    depth: u8,
    ms: u32,
) -> Result<Response, Fault>
where
    T: Transport + Send + Sync + 'static,
    S: Store + 'static,
{
    let began = now_ms();
    let answer = loaded(runner, loader, resolved, request, depth, ms).await;
    if runner.keeps_logs() {
        let outcome = match &answer {
            Ok(response) => response.status().to_string(),
            Err(fault) => fault.public().1.to_owned(),
        };
        let bundle = format!("{}/{}", resolved.did, resolved.release.manifest.name);
        journal::called(&bundle, &request.url(), &outcome, now_ms().saturating_sub(began));
    }
    answer
}

/// The answer of the bundle, which the platform loads first where it has to.
pub(crate) async fn loaded<T, S>(
    runner: &Rc<Runner<T, S>>,
    loader: &JsValue,
    resolved: &Rc<Resolved>,
    request: &Request,
    depth: u8,
    ms: u32,
) -> Result<Response, Fault>
where
    T: Transport + Send + Sync + 'static,
    S: Store + 'static,
{
    let plan = runner.plan(resolved, depth);
    let load = runner.load(&plan.id);
    let ready = if load.needs_modules { Some(runner.modules(resolved).await?) } else { None };
    let modules = {
        let held = (runner.clone(), load.clone(), resolved.clone());
        let ready = RefCell::new(ready);
        move || {
            let ((runner, load, resolved), ready) = (held.clone(), ready.take());
            async move {
                runner.asked(&load);
                let modules = match ready {
                    Some(modules) => modules,
                    None => runner.modules(&resolved).await?,
                };
                runner.loaded(&load);
                Ok(modules)
            }
        }
    };
    let id = load.id();
    let answer = Box::pin(loader::call(loader, &id, &plan, resolved, request, modules));
    let deadline = Box::pin(Delay::from(Duration::from_millis(ms.into())));
    let answer = match select(answer, deadline).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(Fault::BundleDeadline { bundle: resolved.label(), ms }),
    };
    match &answer {
        Ok(_) => runner.loaded(&load),
        Err(_) => runner.give_up_if_lost(&load),
    }
    answer
}
