//! What `entry.mjs` asks of Rust. A struct's static methods are exported as they are; a plain function would
//! become a method of the default entrypoint, open to whoever holds a binding to this Worker.

use std::panic::AssertUnwindSafe;

use at_run_edge::egress;
use js_sys::{Array, Reflect};
use streamhut_outbound::Allow;
use wasm_bindgen::{JsCast, JsError, JsValue, prelude::wasm_bindgen};
use web_sys::{Request, Response};
use worker::Env;

use crate::isolate;

/// Most characters of a blob's key.
const MAX_KEY: usize = 512;

/// The decisions behind the classes that loaded bundles are handed.
#[wasm_bindgen]
pub struct Gateway;

#[wasm_bindgen]
impl Gateway {
    /// Sends a bundle's request where `props.allow` and the runner's policy lead.
    pub async fn egress(request: Request, env: JsValue, props: JsValue) -> Result<Response, JsValue> {
        // A panic here ends one request of one bundle; what the runner remembers is changed in single steps.
        AssertUnwindSafe(async move {
            let env: Env = env.unchecked_into();
            let host = Reflect::get(&props, &"host".into())?.as_string().unwrap_or_default();
            let runner = isolate::runner(&env, &host).map_err(|fault| JsError::new(&fault.to_string()))?;
            // A gateway that is told nothing leads nowhere.
            let entries = Array::from(&Reflect::get(&props, &"allow".into())?);
            let entries: Vec<String> = entries.iter().filter_map(|entry| entry.as_string()).collect();
            let allow = Allow::from_entries(entries.iter().map(String::as_str));
            egress::send(runner.policy(), &allow, request).await
        })
        .await
    }

    /// Where a bundle's key is in the bucket. R2 keys are flat, so `..` climbs nowhere; what is refused is what
    /// can't be told apart or listed.
    #[wasm_bindgen(js_name = blobKey)]
    pub fn blob_key(prefix: &str, key: &str) -> Result<String, JsError> {
        if key.is_empty() || key.len() > MAX_KEY || key.chars().any(char::is_control) {
            return Err(JsError::new("a blob's key has 1 to 512 bytes and no control characters"));
        }
        Ok(format!("{prefix}{key}"))
    }
}
