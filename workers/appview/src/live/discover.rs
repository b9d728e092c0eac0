//! The job `discoverCreators`: with `DISCOVER=1`, every repo that has videos is indexed, registered or not.

use at_run::{Context, Error, Result};
use serde::Deserialize;
use streamhut_accounts::refuse_other_status;
use streamhut_atproto::Did;
use streamhut_hrana::Repeat;
use streamhut_index::creators;
use streamhut_streamplace::nsid;
use url::Url;

use crate::{
    auth::milliseconds,
    database::{Db, index_error},
    setting,
    sync::Order,
};

const PAGE: u32 = 500;
/// Pages of one run: of more repos, the rest is found by the stream when they change.
const MAX_PAGES: usize = 200;
const DEADLINE_MS: u32 = 8_000;
const MAX_BYTES: usize = 1024 * 1024;

#[derive(Deserialize)]
struct Listed {
    repos: Vec<Repo>,
    cursor: Option<String>,
}

#[derive(Deserialize)]
struct Repo {
    did: String,
}

pub(crate) async fn discover_creators(ctx: Context) -> Result<String> {
    if ctx.config(setting::DISCOVER).as_deref() != Some("1") {
        return Ok("creators register".to_owned());
    }
    let Some(relay) = ctx.config(setting::RELAY_URL) else { return Ok("no relay is set".to_owned()) };
    let db = Db::open(&ctx)?;
    let mut cursor: Option<String> = None;
    let mut found = 0;
    for _ in 0..MAX_PAGES {
        let url = address(&relay, cursor.as_deref())?;
        let answer = ctx.http().get(&url).deadline_ms(DEADLINE_MS).max_bytes(MAX_BYTES).send().await?;
        refuse_other_status(&answer)?;
        let page: Listed = answer.json()?;
        let dids: Vec<Did> = page.repos.iter().filter_map(|repo| Did::parse(&repo.did).ok()).collect();
        found += dids.len();
        if !dids.is_empty() {
            let statements = creators::discover(&dids, milliseconds(ctx.now()));
            db.write(&statements, Repeat::Idempotent).await.map_err(index_error)?;
        }
        match page.cursor.filter(|next| !next.is_empty() && Some(next) != cursor.as_ref()) {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    Order::all().enqueue(&ctx).await;
    Ok(format!("{found} repos have videos"))
}

fn address(relay: &str, cursor: Option<&str>) -> Result<Url> {
    let mut url = Url::parse(relay).map_err(|e| Error::internal(format!("{}: {e}", setting::RELAY_URL)))?;
    url.set_path(&format!("/xrpc/{}", nsid::COM_ATPROTO_SYNC_LIST_REPOS_BY_COLLECTION));
    url.query_pairs_mut()
        .append_pair("collection", nsid::PLACE_STREAM_VIDEO)
        .append_pair("limit", &PAGE.to_string())
        .extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
    Ok(url)
}
