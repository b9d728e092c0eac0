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

use std::{any::Any, cell::RefCell, panic::AssertUnwindSafe, rc::Rc, sync::Once, time::Duration};

use at_run::{Bundle, Call, Error, Ports, REQUEST_ID, Response};
use futures_util::{FutureExt, future::LocalBoxFuture};
use js_sys::Reflect;
use wasm_bindgen::JsValue;
use worker::{Context, Env};

use crate::every_answer;

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
    context: Context,
) -> worker::Result<web_sys::Response> {
    let alone = setting(&env, BEHIND_A_RUNNER).is_none();
    let method = request.method();
    if alone && method == "OPTIONS" {
        return Ok(outgoing::preflight()?);
    }
    let answer = match incoming::read(&request, alone).await {
        Ok(asked) => {
            let context = Rc::new(context);
            let place = if alone { alone::ports(bundle, &env) } else { loaded::ports(&env, context.clone()) };
            let later = Rc::new(move |work| context.wait_until(work));
            handle(bundle, asked.call(), &env, place, later).await
        }
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
    } else if let Some(id) = request.headers().get(REQUEST_ID)? {
        every_answer::finish(&answer, &id)?;
    }
    Ok(answer)
}

/// One call of the bundle. A panic in it is its own: it ends as an error of this call, and the isolate goes on.
async fn handle(
    bundle: &Bundle,
    call: Call<'_>,
    env: &Env,
    place: Place,
    later: Rc<dyn Fn(LocalBoxFuture<'static, ()>)>,
) -> Response {
    say_where_panics_come_from();
    let (log, headers, kind, name) = (place.log.clone(), call.headers.clone(), call.kind.as_str(), call.name);
    let called = bundle.handle(ports(env, place, later), call);
    AssertUnwindSafe(called).catch_unwind().await.unwrap_or_else(|panic| {
        let (id, what) = (request_id(&headers), message(panic.as_ref()));
        log(&format!("error {id} {kind} {name} panicked: {what}{}", place_of_panic()));
        Response::from_error(&Error::internal("a handler panicked"))
    })
}

fn ports(env: &Env, place: Place, later: Rc<dyn Fn(LocalBoxFuture<'static, ()>)>) -> Ports {
    let named = |env: &Env| -> at_run::Named {
        let env = env.clone();
        Rc::new(move |name| setting(&env, name))
    };
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
        log: place.log,
        sleep: Rc::new(|ms| {
            Box::pin(async move { worker::Delay::from(Duration::from_millis(ms.into())).await })
        }),
        later,
    }
}

/// What depends on where the bundle runs.
struct Place {
    blobs: Rc<dyn at_run::BlobsPort>,
    cache: Rc<dyn at_run::CachePort>,
    leases: Rc<dyn at_run::LeasePort>,
    tasks: Rc<dyn at_run::TasksPort>,
    calls: Rc<dyn at_run::CallsPort>,
    log: Rc<dyn Fn(&str)>,
}

/// A string of the environment; bindings are none.
fn setting(env: &Env, name: &str) -> Option<String> {
    Reflect::get(env, &JsValue::from_str(name)).ok()?.as_string()
}

thread_local! {
    static PANICKED_AT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A panic that is caught says neither file nor line any more.
fn say_where_panics_come_from() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            worker::console_error!("{panic}");
            PANICKED_AT.with(|at| at.replace(panic.location().map(ToString::to_string)));
        }));
    });
}

/// Where the last panic was, as it follows its message.
fn place_of_panic() -> String {
    PANICKED_AT.with(RefCell::take).map(|place| format!(" (at {place})")).unwrap_or_default()
}

/// The call's name in the log, by the rule of `ctx.request_id()`: from outside the header may hold anything.
fn request_id(headers: &at_run::Named) -> String {
    let plain = |id: &String| (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric());
    headers(REQUEST_ID).filter(plain).unwrap_or_else(|| "-".to_owned())
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}
