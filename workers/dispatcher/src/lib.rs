//! The dispatcher: the Worker that runs bundles. Wiring only; every decision is `streamhut-runner`'s.

#![cfg(target_arch = "wasm32")]

mod admin;
mod background;
mod describe;
mod gateway;
mod isolate;
mod logs;
mod serve;
mod task;
mod warm;

use worker::{Context, Env, event};

#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, context: Context) -> worker::Result<web_sys::Response> {
    serve::serve(request, env, context).await.map_err(worker::Error::from)
}
