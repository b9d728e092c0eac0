//! The Worker Loader: from verified modules to a running isolate.
//!
//! Why by hand: workers-rs binds neither the loader nor `ctx.exports`. Three traps shape this module.
//! - A loaded Worker without `globalOutbound` inherits the whole network of its parent, so [`start`] takes it
//!   from the plan and there is no way to leave it out; `limits` and `env` likewise.
//! - The loader asks for code only when it holds no isolate of that id. A Rust closure that is never called is
//!   never freed when it was made by `once_into_js`, so it lives in the request's scope.
//! - One id must always mean the same content, and the loader remembers a failure as well: ids are
//!   `streamhut_runner::Load`'s, never made here.

use std::{cell::RefCell, future::Future, panic::AssertUnwindSafe, rc::Rc};

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use streamhut_runner::{Fault, Plan, Resolved};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Request, Response};

use crate::{VerifiedModule, guard, journal};

#[wasm_bindgen(module = "/src/loader.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn load(loader: &JsValue, id: &str, code: &Function) -> Result<Entrypoint, JsValue>;
    #[wasm_bindgen(catch)]
    fn egress(props: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    fn host(props: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    fn tail(props: &JsValue) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// The default entrypoint of a loaded Worker.
    type Entrypoint;
    #[wasm_bindgen(method, catch)]
    fn fetch(this: &Entrypoint, request: &Request) -> Result<Promise, JsValue>;
}

/// Calls the bundle of `resolved` with `request`. `modules` is awaited only when the platform holds no isolate
/// of this `id`, which is [`streamhut_runner::Load::id`].
pub async fn call<F>(
    loader: &JsValue,
    id: &str,
    plan: &Rc<Plan>,
    resolved: &Resolved,
    request: &Request,
    modules: impl Fn() -> F + 'static,
) -> Result<Response, Fault>
where
    F: Future<Output = Result<Vec<VerifiedModule>, Fault>> + 'static,
{
    // What keeps the code from being made has a type of its own; the loader would only say that it failed.
    let refused: Rc<RefCell<Option<Fault>>> = Rc::default();
    let code = {
        // A panic while the code is made ends this request; nothing here is left half-changed by it.
        let held = AssertUnwindSafe((plan.clone(), resolved.release.main.clone(), refused.clone(), modules));
        Closure::<dyn Fn() -> Promise>::new(move || {
            let (plan, main, refused, modules) = &*held;
            let (plan, main, refused, modules) = (plan.clone(), main.clone(), refused.clone(), modules());
            future_to_promise(AssertUnwindSafe(async move {
                match modules.await {
                    Ok(modules) => start(&plan, &main, &modules),
                    Err(fault) => {
                        let text = JsValue::from_str(&fault.to_string());
                        refused.replace(Some(fault));
                        Err(text)
                    }
                }
            }))
        })
    };
    let answer = async {
        let entrypoint = load(loader, id, code.as_ref().unchecked_ref())?;
        JsFuture::from(entrypoint.fetch(request)?).await?.dyn_into::<Response>()
    };
    answer.await.map_err(|error| match refused.take() {
        Some(fault) => fault,
        None => Fault::of_bundle(resolved.label(), reason(&error)),
    })
}

/// The loader's WorkerCode. Everything that a bundle could inherit is said.
pub(crate) fn start(plan: &Plan, main: &str, modules: &[VerifiedModule]) -> Result<JsValue, JsValue> {
    let env = Object::new();
    for (name, value) in &plan.env {
        set(&env, name, &JsValue::from_str(value))?;
    }
    let props = Object::new();
    set(&props, "bundle", &JsValue::from_str(&plan.grant.bundle()))?;
    set(&props, "grant", &JsValue::from_str(&plan.grant_json))?;
    // The bundle has these values anyway, in its environment; it can't read what its bindings carry.
    set(&props, "hidden", &JsValue::from_str(&plan.hidden_json))?;
    set(&env, "HOST", &host(&props)?)?;
    // Spelled by the manifest's own serialisation, which a test holds: the platform takes a wrong spelling in silence.
    let limits = serde_json::to_string(&plan.limits).map_err(|e| JsValue::from_str(&e.to_string()))?;
    let limits = js_sys::JSON::parse(&limits)?;

    let code = Object::new();
    set(&code, "compatibilityDate", &JsValue::from_str(&plan.compatibility_date))?;
    set(&code, "mainModule", &JsValue::from_str(guard::MAIN))?;
    set(&code, "modules", &module_map(main, modules)?.into())?;
    set(&code, "env", &env)?;
    set(&code, "globalOutbound", &egress(&props)?)?;
    set(&code, "limits", &limits)?;
    if plan.is_watched {
        set(&code, "tails", &Array::of1(&tail(&props)?))?;
        journal::note(&plan.grant.bundle(), |collected| collected.sums.cold_starts += 1);
    }
    Ok(code.into())
}

fn module_map(main: &str, modules: &[VerifiedModule]) -> Result<Object, JsValue> {
    use crate::ModuleType;
    let map = Object::new();
    for (path, code) in guard::modules(main) {
        let entry = Object::new();
        set(&entry, "js", &JsValue::from_str(&code))?;
        set(&map, path, &entry)?;
    }
    for module in modules {
        let text = || JsValue::from_str(&String::from_utf8_lossy(module.bytes()));
        let bytes = || -> JsValue { Uint8Array::from(module.bytes()).buffer().into() };
        let (key, content) = match module.kind() {
            ModuleType::Esm => ("js", text()),
            ModuleType::Text => ("text", text()),
            ModuleType::Json => ("json", js_sys::JSON::parse(&String::from_utf8_lossy(module.bytes()))?),
            ModuleType::Wasm => ("wasm", bytes()),
            ModuleType::Data => ("data", bytes()),
        };
        let entry = Object::new();
        set(&entry, key, &content)?;
        set(&map, module.path(), &entry)?;
    }
    Ok(map)
}

fn set(object: &Object, key: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &JsValue::from_str(key), value).map(drop)
}

/// What a JavaScript exception says.
pub(crate) fn reason(error: &JsValue) -> String {
    let text = error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| format!("{error:?}"), |error| String::from(error.message()));
    text.chars().take(512).collect()
}
