//! What a PDS says of a repo: its latest commit, its records.

use at_run::{Context, Error, HttpResponse};
use serde::Deserialize;
use serde_json::Value;
use streamhut_atproto::{AtUri, Did, RecordCid, RecordKey, Tid};
use streamhut_index::Record;
use streamhut_streamplace::nsid;
use streamhut_streamplace::xrpc::list_records_url;
use url::Url;

const DEADLINE_MS: u32 = 8_000;
const MAX_COMMIT_BYTES: usize = 16 * 1024;
/// A page holds a hundred records, of a megabyte each at most; real ones have some kilobytes.
const MAX_PAGE_BYTES: usize = 16 * 1024 * 1024;
pub(super) const PAGE: u32 = 100;

/// Why a repo can't be read.
#[derive(Debug)]
pub(super) enum RepoError {
    /// It is not at this server: gone, or moved.
    NotFound,
    /// Its owner has deactivated it.
    Deactivated,
    /// Its host has taken it down or suspended it.
    Takendown,
    /// It can't be said now; when the server asked for time, for how many seconds.
    Unavailable { error: Error, retry_after: Option<u32> },
    /// The server says what makes no sense.
    Nonsense(String),
}

/// The repo's revision.
pub(super) async fn latest_rev(ctx: &Context, pds: &Url, did: &Did) -> Result<Tid, RepoError> {
    #[derive(Deserialize)]
    struct Commit {
        rev: String,
    }
    let url = method(pds, nsid::COM_ATPROTO_SYNC_GET_LATEST_COMMIT, &[("did", did.as_str())]);
    let answer = ask(ctx, &url, MAX_COMMIT_BYTES).await?;
    let commit: Commit = answer.json().map_err(|error| RepoError::Nonsense(error.to_string()))?;
    Tid::parse(&commit.rev).map_err(|error| RepoError::Nonsense(error.to_string()))
}

/// A page of records.
pub(super) struct Page {
    pub records: Vec<Record>,
    /// Items that are no records of that repo and collection.
    pub refused: u64,
    pub cursor: Option<String>,
}

pub(super) async fn records(
    ctx: &Context,
    pds: &Url,
    did: &Did,
    cursor: Option<&str>,
) -> Result<Page, RepoError> {
    #[derive(Deserialize)]
    struct Listed {
        records: Vec<Value>,
        cursor: Option<String>,
    }
    let answer = ask(ctx, &list_records_url(pds, did, PAGE, cursor), MAX_PAGE_BYTES).await?;
    let listed: Listed = answer.json().map_err(|error| RepoError::Nonsense(error.to_string()))?;
    let mut page =
        Page { records: Vec::new(), refused: 0, cursor: listed.cursor.filter(|cursor| !cursor.is_empty()) };
    for item in listed.records {
        match record(did, item)? {
            Some(record) => page.records.push(record),
            None => page.refused += 1,
        }
    }
    Ok(page)
}

/// `None` for what is no record of the collection. A server that lists somebody else's is not believed in anything.
fn record(did: &Did, mut item: Value) -> Result<Option<Record>, RepoError> {
    let text = |item: &Value, name| item.get(name).and_then(Value::as_str).map(str::to_owned);
    let uri = text(&item, "uri").and_then(|uri| AtUri::parse(&uri).ok());
    let Some((owner, collection, rkey)) = uri.as_ref().and_then(AtUri::record) else { return Ok(None) };
    if owner != did {
        return Err(RepoError::Nonsense(format!("its list of records has one of {owner}")));
    }
    if collection.as_str() != nsid::PLACE_STREAM_VIDEO {
        return Ok(None);
    }
    let cid = text(&item, "cid").and_then(|cid| RecordCid::parse(&cid).ok());
    let value = item.get_mut("value").map(Value::take);
    let found = cid.zip(value).map(|(cid, value)| Record { rkey: RecordKey::clone(rkey), cid, value });
    Ok(found)
}

async fn ask(ctx: &Context, url: &Url, max_bytes: usize) -> Result<HttpResponse, RepoError> {
    let sent = ctx.http().get(url).deadline_ms(DEADLINE_MS).max_bytes(max_bytes).send().await;
    let answer = sent.map_err(|error| RepoError::Unavailable { error: error.into(), retry_after: None })?;
    match answer.status() {
        200 => Ok(answer),
        429 | 500.. => {
            let retry_after = answer.header("retry-after").and_then(|text| text.trim().parse().ok());
            let error = Error::unavailable(format!("{} answers {}", answer.url(), answer.status()), 60);
            Err(RepoError::Unavailable { error, retry_after })
        }
        status => {
            let json: Value = answer.json().unwrap_or_default();
            Err(match json.get("error").and_then(Value::as_str) {
                Some("RepoNotFound") => RepoError::NotFound,
                Some("RepoDeactivated") => RepoError::Deactivated,
                Some("RepoTakendown" | "RepoSuspended") => RepoError::Takendown,
                // Servers differ in what they say of a repo that they don't have.
                None | Some(_) if status == 404 => RepoError::NotFound,
                name => RepoError::Nonsense(format!("status {status} {}", name.unwrap_or_default())),
            })
        }
    }
}

fn method(pds: &Url, name: &str, query: &[(&str, &str)]) -> Url {
    let mut url = pds.clone();
    url.set_path(&format!("/xrpc/{name}"));
    url.query_pairs_mut().clear().extend_pairs(query);
    url
}
