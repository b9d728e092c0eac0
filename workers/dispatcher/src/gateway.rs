//! What `entry.mjs` asks of Rust. A struct's static methods are exported as they are; a plain function would
//! become a method of the default entrypoint, open to whoever holds a binding to this Worker.

use std::{panic::AssertUnwindSafe, rc::Rc};

use at_run_edge::{WorkerTransport, egress, host, host::Caller, journal, store::BucketStore};
use streamhut_journal::Redaction;
use streamhut_runner::Grant;
use wasm_bindgen::{JsCast, JsError, JsValue, prelude::wasm_bindgen};
use web_sys::{Request, Response};
use worker::{Context, Env};

use crate::{isolate, serve};

/// The decisions behind the classes that loaded bundles are handed.
#[wasm_bindgen]
pub struct Gateway;

#[wasm_bindgen]
impl Gateway {
    /// Sends a bundle's request where its grant and the runner's policy lead.
    pub async fn egress(
        request: Request,
        env: JsValue,
        ctx: JsValue,
        grant: JsValue,
    ) -> Result<Response, JsValue> {
        // A panic here ends one request of one bundle; what the runner remembers is changed in single steps.
        AssertUnwindSafe(async move {
            egress::send(&caller(env, ctx, &grant, &JsValue::UNDEFINED)?, request).await
        })
        .await
    }

    /// Answers what a bundle asks of its runner.
    pub async fn host(
        request: Request,
        env: JsValue,
        ctx: JsValue,
        grant: JsValue,
        hidden: JsValue,
    ) -> Result<Response, JsValue> {
        AssertUnwindSafe(
            async move { host::answer(&Rc::new(caller(env, ctx, &grant, &hidden)?), request).await },
        )
        .await
    }

    /// Takes what the platform tells of a bundle's calls; whether there are lines for its log.
    pub fn tail(events: &str, grant: &str, hidden: &str) -> bool {
        Grant::parse(grant).is_some_and(|grant| {
            journal::tail(&grant.bundle(), &grant.version, events, &Redaction::parse(hidden))
        })
    }

    /// Hands all that was collected over to the journals; `metered` is what the warm path counted.
    pub async fn hand_over(env: JsValue, metered: String) -> Result<(), JsValue> {
        AssertUnwindSafe(async move {
            journal::metered(&metered);
            journal::hand_over(&env.unchecked_into()).await;
            Ok(())
        })
        .await
    }
}

/// The bundle that a grant names. Who comes without one is nobody.
fn caller(
    env: JsValue,
    ctx: JsValue,
    grant: &JsValue,
    hidden: &JsValue,
) -> Result<Caller<WorkerTransport, BucketStore>, JsValue> {
    let grant =
        grant.as_string().and_then(|json| Grant::parse(&json)).ok_or_else(|| JsError::new("no grant"))?;
    let env: Env = env.unchecked_into();
    let runner = isolate::runner(&env, &grant.host).map_err(|fault| JsError::new(&fault.to_string()))?;
    let context = Context::new(ctx.unchecked_into());
    let id = serve::request_id();
    let hidden = hidden.as_string().unwrap_or_default();
    Ok(Caller { runner, env, context, grant, hidden, id, confirm_later: serve::confirm_later })
}
