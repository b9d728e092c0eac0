//! Bundles that are started before somebody asks for them: where a channel moved, and where an isolate is new.

use std::rc::Rc;

use js_sys::Reflect;
use streamhut_outbound::Transport;
use streamhut_runner::{Due, Resolved, Runner, Store};
use wasm_bindgen::JsValue;
use web_sys::Request;
use worker::Env;

use crate::{body, call, now_ms};

/// What a bundle is asked that is only to be started: neither endpoint nor job nor task.
const START: &str = "https://bundle/start";

/// The Worker Loader, as the dispatcher's configuration binds it.
///
/// # Errors
/// What reading a binding throws.
pub fn loader(env: &Env) -> Result<JsValue, JsValue> {
    Reflect::get(env.as_ref(), &JsValue::from_str("LOADER"))
}

/// Confirms what is due, and starts a release to which a channel moved before it leads there. What goes wrong is told in
/// the log: nobody waits for it.
pub async fn confirm<T, S>(runner: &Rc<Runner<T, S>>, env: &Env, due: &Due)
where
    T: Transport + Send + Sync + 'static,
    S: Store + 'static,
{
    let start = async |resolved| start(runner, env, &resolved).await;
    if let Err(fault) = runner.confirm_and_start(due, now_ms(), start).await {
        worker::console_warn!("confirming a release: {fault}");
    }
}

/// Has the platform load and start a bundle that this isolate has not loaded yet and that has all its secrets. Tells whether
/// it was asked: each plan is, once, so that one which can't be started costs nobody more than that.
pub async fn unless_loaded<T, S>(runner: &Rc<Runner<T, S>>, env: &Env, resolved: &Rc<Resolved>) -> bool
where
    T: Transport + Send + Sync + 'static,
    S: Store + 'static,
{
    let may = resolved.has_secrets() && runner.may_start(&runner.plan(resolved, 0).id);
    if may {
        start(runner, env, resolved).await;
    }
    may
}

/// A GET that means nothing. Whatever comes of it, the next call finds out by itself.
async fn start<T, S>(runner: &Rc<Runner<T, S>>, env: &Env, resolved: &Rc<Resolved>)
where
    T: Transport + Send + Sync + 'static,
    S: Store + 'static,
{
    let (Ok(loader), Ok(request)) = (loader(env), Request::new_with_str(START)) else { return };
    let ms = runner.call_deadline_ms();
    match call::loaded(runner, &loader, resolved, &request, 0, ms).await.map(|answer| answer.body()) {
        Ok(Some(body)) => body::cancel(&body),
        Ok(None) => {}
        Err(fault) => worker::console_warn!("starting {} ahead: {fault}", resolved.label()),
    }
}
