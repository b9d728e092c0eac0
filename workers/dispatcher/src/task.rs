//! How a background task fares: whoever has its id may know.

use at_run_edge::{ledger::LedgerClient, outward};
use streamhut_ledger::{LedgerError, TaskId};
use streamhut_runner::Fault;
use web_sys::Response;

use crate::serve::{Asked, failed};

/// The answer at `/tasks/{id}`.
pub(crate) async fn status(asked: &Asked, id: &str) -> Result<Response, Fault> {
    let unknown = || Fault::UnknownTask { id: id.chars().take(96).collect() };
    let id = TaskId::parse(id).ok_or_else(unknown)?;
    // Only installed bundles have tasks: nobody has a ledger made by asking for one.
    if !is_installed(asked, id.bundle()) {
        return Err(unknown());
    }
    let ledger = LedgerClient::of_task(&asked.env, &id).map_err(of_ledger)?;
    let status = ledger.task(id.as_str()).await.map_err(of_ledger)?.ok_or_else(unknown)?;
    outward::json_response(200, &status, &asked.id).map_err(failed)
}

fn is_installed(asked: &Asked, bundle: &str) -> bool {
    let Some((did, name)) = bundle.split_once('/') else { return false };
    let (Ok(did), Ok(name)) = (did.parse(), name.parse()) else { return false };
    asked.runner.installations().get(&did, &name).is_some()
}

/// A ledger's word as a fault.
pub(crate) fn of_ledger(error: LedgerError) -> Fault {
    let (status, name) = error.outside();
    Fault::Ledger { status, name, reason: error.to_string() }
}
