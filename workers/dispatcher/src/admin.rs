//! The operator's side, behind their token.

use at_run_edge::{inward, ledger::LedgerClient, outward};
use futures_util::future::{join_all, try_join_all};
use serde_json::{Value, json};
use streamhut_atproto::Did;
use streamhut_journal::{CONTENT_TYPE, prometheus, summary};
use streamhut_release::{BundleName, Selector};
use streamhut_runner::{
    Fault, Installation,
    admin::{Action, InstallRequest, MAX_INSTALL_BYTES, MetricsFormat},
};
use web_sys::Response;

use crate::{
    isolate, logs,
    serve::{Asked, failed},
    task::of_ledger,
};

/// Most blobs that R2 deletes in one go.
const BLOBS_AT_ONCE: u32 = 1_000;

/// The answer to a request under `/admin`.
pub(crate) async fn answer(asked: &Asked) -> Result<Response, Fault> {
    asked.token().admits(asked.header("authorization").as_deref())?;
    let action = Action::read(&asked.request.method(), asked.url.path(), asked.url.query())?;
    let status = if matches!(action, Action::RunNow(..)) { 202 } else { 200 };
    let changes = matches!(action, Action::Install(..) | Action::Uninstall(..) | Action::Purge { .. });
    if action == Action::Metrics(MetricsFormat::Prometheus) {
        let text = prometheus(&logs::installed(asked).await?);
        return outward::text_response(CONTENT_TYPE, &text, &asked.id).map_err(failed);
    }
    let done = act(asked, action).await?;
    if changes {
        isolate::forget_others(asked.runner.host());
    }
    outward::json_response(status, &done, &asked.id).map_err(failed)
}

async fn act(asked: &Asked, action: Action) -> Result<Value, Fault> {
    let runner = &asked.runner;
    Ok(match action {
        Action::Installations => json!({"installations": runner.installed()}),
        Action::Install(did, name) => {
            let body = inward::body(&asked.request, MAX_INSTALL_BYTES).await?;
            let installed =
                runner.install_checked(did, name, InstallRequest::parse(&body)?, asked.now).await?;
            json!(installed)
        }
        Action::Uninstall(did, name) => {
            json!({"uninstalled": runner.uninstall(&did, &name, asked.now).await?})
        }
        Action::Jobs => {
            let installed = runner.installed();
            let jobs =
                join_all(installed.iter().map(|installation| jobs_or_fault(asked, installation))).await;
            json!({"jobs": jobs.concat()})
        }
        Action::Runs(did, name, job, limit) => {
            let runs = ledger(asked, &did, &name)?.runs(job.as_deref(), limit).await.map_err(of_ledger)?;
            json!({"runs": runs})
        }
        Action::RunNow(did, name, job) => {
            let installation = installation(asked, &did, &name)?;
            let resolved = resolve(asked, &installation).await?;
            let jobs = &resolved.release.manifest.jobs;
            if !jobs.iter().any(|known| known.name == job) {
                let known = jobs.iter().map(|job| job.name.clone()).collect();
                return Err(Fault::UnknownJob { bundle: resolved.label(), job, known });
            }
            ledger(asked, &did, &name)?.run_now(&job, asked.now).await.map_err(of_ledger)?;
            json!({"did": did, "name": name, "job": job, "due": asked.now})
        }
        Action::Tasks(did, name, limit) => {
            json!({"tasks": ledger(asked, &did, &name)?.tasks(limit).await.map_err(of_ledger)?})
        }
        Action::Metrics(_) => {
            let all = logs::installed(asked).await?;
            json!({"bundles": all.iter().map(summary).collect::<Vec<_>>()})
        }
        Action::MetricsOf(did, name) => logs::of(asked, &did, &name).await?,
        Action::Purge { did, name, blobs } => {
            let entries = runner.purge(&did, &name, asked.now).await?;
            let blobs = if blobs { Some(forget_blobs(asked, &did, &name).await?) } else { None };
            json!({"entries": entries, "blobs": blobs})
        }
    })
}

/// An installed bundle's jobs with their state; one whose release can't be had is told with the reason.
async fn jobs_or_fault(asked: &Asked, installation: &Installation) -> Vec<Value> {
    let (did, name) = (&installation.did, &installation.name);
    match jobs(asked, installation).await {
        Ok(jobs) => jobs,
        Err(fault) => {
            let (_, error, message) = fault.public();
            vec![json!({"did": did, "name": name, "error": error, "message": message})]
        }
    }
}

async fn jobs(asked: &Asked, installation: &Installation) -> Result<Vec<Value>, Fault> {
    let (did, name) = (&installation.did, &installation.name);
    let resolved = resolve(asked, installation).await?;
    let declared = &resolved.release.manifest.jobs;
    if declared.is_empty() {
        return Ok(Vec::new());
    }
    let ledger = ledger(asked, did, name)?;
    let states = ledger.jobs().await.map_err(of_ledger)?;
    let last = try_join_all(declared.iter().map(|job| ledger.runs(Some(&job.name), 1))).await;
    let jobs = declared.iter().zip(last.map_err(of_ledger)?).map(|(job, last)| {
        let state = states.iter().find(|state| state.job == job.name);
        json!({
            "did": did, "name": name, "job": job.name, "cron": job.cron,
            "lastRun": last.first(),
            "nextDue": state.and_then(|state| state.next_due),
            "runningSince": state.and_then(|state| state.running_since),
        })
    });
    Ok(jobs.collect())
}

/// The release at the installation's channel.
async fn resolve(
    asked: &Asked,
    installation: &Installation,
) -> Result<std::rc::Rc<streamhut_runner::Resolved>, Fault> {
    let selector = Selector::Channel(installation.channel.clone());
    asked.runner.resolve(&installation.did, &installation.name, &selector, asked.now).await
}

fn installation(asked: &Asked, did: &Did, name: &BundleName) -> Result<Installation, Fault> {
    let installed = asked.runner.installations().get(did, name).cloned();
    installed.ok_or_else(|| Fault::NotInstalled { did: did.clone(), name: name.to_string() })
}

/// The ledger of an installed bundle.
fn ledger(asked: &Asked, did: &Did, name: &BundleName) -> Result<LedgerClient, Fault> {
    installation(asked, did, name)?;
    LedgerClient::of(&asked.env, did, name).map_err(of_ledger)
}

/// Deletes all that a bundle keeps, its ledger's account of it, its log and its sums. Gives how many blobs went.
async fn forget_blobs(asked: &Asked, did: &Did, name: &BundleName) -> Result<usize, Fault> {
    let lost = |error: worker::Error| Fault::StoreFailed { reason: error.to_string() };
    let bucket = asked.env.bucket("BUCKET").map_err(lost)?;
    let prefix = format!("blobs/{did}/{name}/");
    let mut gone = 0;
    loop {
        let page =
            bucket.list().prefix(prefix.as_str()).limit(BLOBS_AT_ONCE).execute().await.map_err(lost)?;
        let keys: Vec<String> = page.objects().iter().map(worker::Object::key).collect();
        if keys.is_empty() {
            break;
        }
        gone += keys.len();
        bucket.delete_multiple(keys).await.map_err(lost)?;
    }
    LedgerClient::of(&asked.env, did, name).map_err(of_ledger)?.forget().await.map_err(of_ledger)?;
    logs::journal(asked, did, name)?.forget().await.map_err(of_ledger)?;
    Ok(gone)
}
