//! A bundle's log and its metrics, out of its journal.

use at_run_edge::{journal::JournalClient, outward};
use futures_util::future::try_join_all;
use serde_json::{Value, json};
use streamhut_atproto::Did;
use streamhut_journal::{Series, summary};
use streamhut_release::BundleName;
use streamhut_runner::{Fault, LogsRequest, Reader};
use web_sys::Response;

use crate::{
    serve::{Asked, failed},
    task::of_ledger,
};

/// The answer at `/logs/{did}/{name}`.
pub(crate) async fn read(asked: &Asked, did: &Did, name: &BundleName) -> Result<Response, Fault> {
    let query = LogsRequest::read(asked.url.query())?;
    let authorization = asked.header("authorization");
    let reader = asked.runner.reader(did, authorization.as_deref(), &asked.token(), asked.now).await?;
    let journal = journal(asked, did, name)?;
    if let Reader::Author { token, until } = reader
        && !journal.spend(token, until).await.map_err(of_ledger)?
    {
        let reason = "the token was used before".to_owned();
        return Err(Fault::LogsClosed { forbidden: false, reason });
    }
    let page = journal.read(query).await.map_err(of_ledger)?;
    let response = outward::json_response(200, &page, &asked.id).map_err(failed)?;
    outward::private(response).map_err(failed)
}

/// What was counted of all installed bundles.
pub(crate) async fn installed(asked: &Asked) -> Result<Vec<Series>, Fault> {
    let installed = asked.runner.installed();
    let all = installed.iter().map(async |installation| {
        let (did, name) = (&installation.did, &installation.name);
        let reading = journal(asked, did, name)?.sums().await.map_err(of_ledger)?;
        Ok(Series { bundle: format!("{did}/{name}"), reading })
    });
    try_join_all(all).await
}

/// What was counted of one bundle, with percentiles.
pub(crate) async fn of(asked: &Asked, did: &Did, name: &BundleName) -> Result<Value, Fault> {
    let reading = journal(asked, did, name)?.sums().await.map_err(of_ledger)?;
    Ok(json!(summary(&Series { bundle: format!("{did}/{name}"), reading })))
}

/// The journal of any bundle: one that isn't installed may have run under the policy.
pub(crate) fn journal(asked: &Asked, did: &Did, name: &BundleName) -> Result<JournalClient, Fault> {
    JournalClient::named(&asked.env, format!("{did}/{name}")).map_err(of_ledger)
}
