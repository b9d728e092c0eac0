//! The Workers side of a bundle: a request in, the ports of `at-run`, a response out.
//!
//! A bundle runs in one of two places. Loaded by a runner, everything but the network goes through the runner's
//! `HOST` binding. Deployed alone by its author, it uses the platform's own storage and cache.

mod alone;
mod http;
mod inbox;
mod incoming;
mod loaded;
mod outgoing;
mod scheduled;
mod socket;

use std::{any::Any, panic::AssertUnwindSafe, rc::Rc, sync::Once};

use at_run::{Bundle, Call, Error, Ports, REQUEST_ID, Response};
use futures_util::FutureExt;
use js_sys::Reflect;
use wasm_bindgen::JsValue;
use worker::Env;

pub use scheduled::scheduled;

/// Set by a runner in the environment of what it loads: calls then come as `https://bundle/{kind}/{name}`.
/// Deployed alone, a bundle has endpoints only, at `/{name}`.
const BEHIND_A_RUNNER: &str = "AT_RUN_RUNNER";

/// The header in which the egress gateway says that it refused a request, and why.
pub(crate) const REFUSED: &str = "at-run-refused";

/// Answers one request with the bundle.
///
/// # Errors
/// When the platform can't even make the answer to an error.
pub async fn serve(
    bundle: &Bundle,
    request: web_sys::Request,
    env: Env,
) -> worker::Result<web_sys::Response> {
    let alone = setting(&env, BEHIND_A_RUNNER).is_none();
    let method = request.method();
    if alone && method == "OPTIONS" {
        return Ok(outgoing::preflight()?);
    }
    let answer = match incoming::read(&request, alone).await {
        Ok(asked) => handle(bundle, asked.call(), &env, alone).await,
        Err(error) => Response::from_error(&error),
    };
    let answer = match outgoing::make(answer, &method) {
        Ok(answer) => answer,
        Err(error) => {
            worker::console_error!("the answer can't be sent: {}", crate::exception::reason(&error));
            outgoing::make(Response::from_error(&Error::internal("")), &method)?
        }
    };
    if alone {
        outgoing::allow_any_page(&answer)?;
    }
    Ok(answer)
}

/// One call of the bundle. A panic in it is its own: it ends as an error of this call, and the isolate goes on.
async fn handle(bundle: &Bundle, call: Call<'_>, env: &Env, alone: bool) -> Response {
    say_where_panics_come_from();
    // From outside the header may hold anything.
    let request_id = (call.headers)(REQUEST_ID).filter(|_| !alone).unwrap_or_else(|| "-".to_owned());
    let label = format!("{request_id} {} {}", call.kind.as_str(), call.name);
    let called = bundle.handle(ports(bundle, env, alone), call);
    AssertUnwindSafe(called).catch_unwind().await.unwrap_or_else(|panic| {
        worker::console_error!("error {label} panicked: {}", message(panic.as_ref()));
        Response::from_error(&Error::internal("a handler panicked"))
    })
}

fn ports(bundle: &Bundle, env: &Env, alone: bool) -> Ports {
    let named = |env: &Env| -> at_run::Named {
        let env = env.clone();
        Rc::new(move |name| setting(&env, name))
    };
    let place = if alone { alone::ports(bundle, env) } else { loaded::ports(env) };
    Ports {
        http: Rc::new(http::WorkerHttp),
        websocket: Rc::new(socket::WorkerSockets),
        blobs: place.blobs,
        cache: place.cache,
        leases: place.leases,
        tasks: place.tasks,
        calls: place.calls,
        config: named(env),
        secrets: named(env),
        clock: Rc::new(crate::now_ms),
        log: Rc::new(|line| worker::console_log!("{line}")),
    }
}

/// What depends on where the bundle runs.
struct Place {
    blobs: Rc<dyn at_run::BlobsPort>,
    cache: Rc<dyn at_run::CachePort>,
    leases: Rc<dyn at_run::LeasePort>,
    tasks: Rc<dyn at_run::TasksPort>,
    calls: Rc<dyn at_run::CallsPort>,
}

/// A string of the environment; bindings are none.
fn setting(env: &Env, name: &str) -> Option<String> {
    Reflect::get(env, &JsValue::from_str(name)).ok()?.as_string()
}

/// A panic alone says neither file nor line in the log.
fn say_where_panics_come_from() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| std::panic::set_hook(Box::new(|panic| worker::console_error!("{panic}"))));
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}
