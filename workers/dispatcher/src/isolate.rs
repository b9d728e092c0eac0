//! What lives as long as the isolate: one runner, made by the first request to its host.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use at_run_edge::{WorkerTransport, store::BucketStore};
use streamhut_outbound::LoopbackOrigins;
use streamhut_runner::{Fault, Runner, Settings};
use worker::Env;

/// The runner over this platform.
pub(crate) type EdgeRunner = Runner<WorkerTransport, BucketStore>;

/// Most hosts that an isolate keeps a runner for: the Worker's own handful, and those of bundles.
const MAX_HOSTS: usize = 32;

thread_local! {
    static RUNNERS: RefCell<BTreeMap<String, Rc<EdgeRunner>>> = const { RefCell::new(BTreeMap::new()) };
    /// How often runners were forgotten.
    static FORGOTTEN: Cell<u64> = const { Cell::new(0) };
}

/// This isolate's runner for requests to `host`: one for each, because none may lead back to itself.
pub(crate) fn runner(env: &Env, host: &str) -> Result<Rc<EdgeRunner>, Fault> {
    if let Some(runner) = RUNNERS.with_borrow(|runners| runners.get(host).cloned()) {
        return Ok(runner);
    }
    let runner = Rc::new(make(env, host)?);
    RUNNERS.with_borrow_mut(|runners| {
        if runners.len() >= MAX_HOSTS {
            FORGOTTEN.set(FORGOTTEN.get() + 1);
            runners.clear();
        }
        runners.insert(host.to_owned(), runner.clone());
    });
    Ok(runner)
}

/// Forgets all runners but that of `host`: what the operator changes there, the others have to read anew.
pub(crate) fn forget_others(host: &str) {
    FORGOTTEN.set(FORGOTTEN.get() + 1);
    RUNNERS.with_borrow_mut(|runners| runners.retain(|other, _| other == host));
}

/// Changes with every change of what any of the runners would answer.
pub(crate) fn changes() -> u64 {
    let seen: u64 = RUNNERS.with_borrow(|runners| runners.values().map(|runner| runner.changes()).sum());
    (FORGOTTEN.get() << 32) + seen
}

/// The runner that this isolate has for `host`, if it has one.
pub(crate) fn known(host: &str) -> Option<Rc<EdgeRunner>> {
    RUNNERS.with_borrow(|runners| runners.get(host).cloned())
}

fn make(env: &Env, host: &str) -> Result<EdgeRunner, Fault> {
    let var = |name: &str| env.var(name).ok().map(|value| value.to_string());
    let settings =
        Settings::read(var, host.to_owned(), loopback(env)?).map_err(|e| Fault::Internal(e.to_string()))?;
    let bucket =
        env.bucket("BUCKET").map_err(|e| Fault::Internal(format!("no bucket bound as BUCKET: {e}")))?;
    Ok(Runner::new(settings, WorkerTransport, BucketStore(bucket)))
}

#[cfg(feature = "loopback")]
fn loopback(env: &Env) -> Result<LoopbackOrigins, Fault> {
    let text = env.var("LOOPBACK_ORIGINS").map(|value| value.to_string()).unwrap_or_default();
    LoopbackOrigins::parse(&text).map_err(|bad| Fault::Internal(format!("LOOPBACK_ORIGINS holds `{bad}`")))
}

/// A deployed dispatcher admits public hosts only, whatever its variables say.
#[cfg(not(feature = "loopback"))]
fn loopback(_: &Env) -> Result<LoopbackOrigins, Fault> {
    Ok(LoopbackOrigins::none())
}
