//! What lives as long as the isolate: one runner, made by its first request.

use std::{cell::OnceCell, rc::Rc};

use at_run_edge::{WorkerTransport, store::BucketStore};
use streamhut_outbound::LoopbackOrigins;
use streamhut_runner::{Fault, Runner, Settings};
use worker::Env;

/// The runner over this platform.
pub(crate) type EdgeRunner = Runner<WorkerTransport, BucketStore>;

/// Hosts that this runner answers on, parted by white space.
const OWN_HOSTS: &str = "OWN_HOSTS";

thread_local! {
    static RUNNER: OnceCell<Rc<EdgeRunner>> = const { OnceCell::new() };
}

/// This isolate's runner.
pub(crate) fn runner(env: &Env) -> Result<Rc<EdgeRunner>, Fault> {
    RUNNER.with(|cell| match cell.get() {
        Some(runner) => Ok(runner.clone()),
        None => {
            let runner = Rc::new(make(env)?);
            Ok(cell.get_or_init(|| runner).clone())
        }
    })
}

fn make(env: &Env) -> Result<EdgeRunner, Fault> {
    let var = |name: &str| env.var(name).ok().map(|value| value.to_string());
    let own_hosts = var(OWN_HOSTS).unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    let settings =
        Settings::read(var, own_hosts, loopback(env)?).map_err(|e| Fault::Internal(e.to_string()))?;
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
