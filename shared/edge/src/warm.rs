//! The warm path's decisions: what the exchange in JavaScript needs, in one answer.
//!
//! Most requests are for a release that is in memory and loaded. For them even a future of Rust's is dear: each step
//! across the border to JavaScript costs more than what it does. So the dispatcher asks once, gets everything that
//! the exchange needs as text, and comes back only when something is out of the ordinary.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use serde_json::json;
use streamhut_journal::BOUNDS_MS;
use streamhut_outbound::Transport;
use streamhut_runner::{Fault, RESPONSE_HEADERS, Resolved, Runner, Store, plain_request_headers};
use wasm_bindgen::{JsError, JsValue};

use crate::{every_answer::EVERY_ANSWER, journal, loader};

thread_local! {
    /// Why code could not be given, by the request that waits for it; the loader would only say that it failed.
    static REFUSED: RefCell<BTreeMap<String, Fault>> = const { RefCell::new(BTreeMap::new()) };
}

/// Host (with port) and path of a URL as a request carries it; `None` where it has a fragment, which none should.
pub fn parts(url: &str) -> Option<(&str, &str)> {
    let rest = url.split_once("://")?.1;
    let (host, rest) = rest.split_at(rest.find('/')?);
    let path = rest.split('?').next()?;
    (!rest.contains('#')).then_some((host, path))
}

/// Which isolate to ask for which URL, and for how long: until when that holds (milliseconds since 1970), `id`, URL, the
/// deadline in milliseconds, and `did/name` where calls are counted. `None` for whatever is not fresh, not loaded, or not a plain
/// call: that goes the long way.
pub fn exchange<T, S>(runner: &Runner<T, S>, path: &str, method: &str, now: u64) -> Option<[String; 5]> {
    let address = runner.address(path);
    let (resolved, endpoint) = runner.remembered(&address, now)?;
    if resolved.stale.is_some() || resolved.admits(endpoint, method).is_err() {
        return None;
    }
    let id = runner.loaded_id(&runner.plan(&resolved, 0).id)?;
    Some([
        resolved.fresh_until().to_string(),
        id,
        format!("https://bundle/endpoint/{endpoint}"),
        runner.call_deadline_ms().to_string(),
        if runner.keeps_logs() { bundle(&resolved) } else { String::new() },
    ])
}

/// The code of the isolate `id`, which the platform has dropped since.
///
/// # Errors
/// What [`failed`] tells then.
pub async fn code<T, S>(
    runner: &Rc<Runner<T, S>>,
    resolved: &Rc<Resolved>,
    id: &str,
    request_id: &str,
) -> Result<JsValue, JsValue>
where
    T: Transport + Send + Sync + 'static,
    S: Store + 'static,
{
    let plan = runner.plan(resolved, 0);
    let load = runner.load(&plan.id);
    if load.id() != id {
        // Something changed since the request began; another content never goes under this id.
        return Err(JsError::new("the bundle's configuration changed").into());
    }
    runner.asked(&load);
    match runner.modules(resolved).await {
        Ok(modules) => {
            runner.loaded(&load);
            loader::start(&plan, &resolved.release.main, &modules)
        }
        Err(fault) => {
            let text = JsValue::from_str(&fault.to_string());
            REFUSED.with_borrow_mut(|refused| refused.insert(request_id.to_owned(), fault));
            Err(text)
        }
    }
}

fn bundle(resolved: &Resolved) -> String {
    format!("{}/{}", resolved.did, resolved.release.manifest.name)
}

/// Why an exchange brought no answer after `ms`; `None` for `error` stands for the deadline. `resolved` is what the path leads to
/// now, which may be nothing any more; `path` stands for it then.
pub fn failed<T, S>(
    runner: &Runner<T, S>,
    resolved: Option<&Resolved>,
    path: &str,
    request_id: &str,
    error: Option<&JsValue>,
    ms: u64,
) -> Fault {
    if let Some(resolved) = resolved {
        runner.give_up_if_lost(&runner.load(&runner.plan(resolved, 0).id));
    }
    let label = resolved.map_or_else(|| path.to_owned(), Resolved::label);
    let refused = REFUSED.with_borrow_mut(|refused| refused.remove(request_id));
    let fault = match (refused, error) {
        (Some(fault), _) => fault,
        (None, Some(error)) => Fault::of_bundle(label, loader::reason(error)),
        (None, None) => Fault::BundleDeadline { bundle: label, ms: runner.call_deadline_ms() },
    };
    if let Some(resolved) = resolved.filter(|_| runner.keeps_logs()) {
        let endpoint = path.rsplit('/').next().unwrap_or_default();
        let url = format!("https://bundle/endpoint/{endpoint}");
        journal::called(&bundle(resolved), &url, fault.public().1, ms);
    }
    fault
}

/// What the exchange has to know: the headers that go in, those that come out, and those that every answer has; and the
/// bounds of the classes of durations.
pub fn rules() -> String {
    let common: BTreeMap<&str, &str> = EVERY_ANSWER.iter().copied().collect();
    // Warm calls are GET and HEAD, of which no body goes in.
    let goes_in: Vec<&str> = plain_request_headers().filter(|name| *name != "content-length").collect();
    json!({"goesIn": goes_in, "comesOut": RESPONSE_HEADERS, "common": common, "bounds": BOUNDS_MS})
        .to_string()
}
