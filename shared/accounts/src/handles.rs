//! From a handle to its account, verified both ways: the handle leads to a DID, and the DID's document claims the handle.
//!
//! Source: <https://atproto.com/specs/handle#handle-resolution>.

use at_run::{Context, Error, Result};
use futures_util::join;
use serde::Deserialize;
use streamhut_atproto::{Did, Handle, HandleRecords};
use streamhut_streamplace::nsid;
use url::Url;

use crate::{
    identity::identity,
    setting,
    told::{self, DAY, Rule, told_json},
};

const DEFAULT_DNS: &str = "https://cloudflare-dns.com/dns-query";
const DEADLINE_MS: u32 = 5_000;
const MAX_BYTES: usize = 16 * 1024;
const RULE: Rule = Rule { fresh: 600, keep: DAY };

/// A DID, or a handle in its place.
///
/// # Errors
/// 400 for what is neither, and the errors of [`account`].
pub async fn did_of(ctx: &Context, parameter: &str, text: &str) -> Result<Did> {
    if text.starts_with("did:") {
        return Did::parse(text).map_err(|e| Error::invalid("InvalidInput", format!("`{parameter}`: {e}")));
    }
    let handle = Handle::parse(text.strip_prefix('@').unwrap_or(text));
    let handle = handle.map_err(|_| {
        let shown: String = text.chars().take(128).collect();
        Error::invalid("InvalidInput", format!("`{parameter}`: {shown:?} is neither a DID nor a handle"))
    })?;
    account(ctx, &handle).await
}

/// The account that has a handle.
///
/// # Errors
/// 404 when nobody has it, or its DID claims another; 503 and 504 when that can't be said now.
pub async fn account(ctx: &Context, handle: &Handle) -> Result<Did> {
    let did = leads_to(ctx, handle).await?;
    let claims = identity(ctx, &did).await?.claims;
    if claims.as_ref() == Some(handle) {
        return Ok(did);
    }
    Err(Error::not_found("AccountNotFound", format!("{did} doesn't claim {handle}")))
}

/// Whether a handle leads to that DID.
///
/// # Errors
/// 503 and 504 when that can't be said now.
pub async fn is_of(ctx: &Context, handle: &Handle, did: &Did) -> Result<bool> {
    match leads_to(ctx, handle).await {
        Ok(found) => Ok(found == *did),
        Err(error) if error.status < 500 => Ok(false),
        Err(error) => Err(error),
    }
}

async fn leads_to(ctx: &Context, handle: &Handle) -> Result<Did> {
    let key = told::key("handle", handle.as_str());
    told_json(ctx, &key, RULE, async || ask(ctx, handle).await).await
}

async fn ask(ctx: &Context, handle: &Handle) -> Result<Did> {
    let nobody = || Error::not_found("AccountNotFound", format!("{handle} names no account"));
    if handle.is_test() {
        let Some(pds) = ctx.config(setting::PDS_URL) else { return Err(nobody()) };
        let method = nsid::COM_ATPROTO_IDENTITY_RESOLVE_HANDLE;
        let url = format!("{}/xrpc/{method}?handle={handle}", pds.trim_end_matches('/'));
        return by_server(ctx, &url, handle).await?.ok_or_else(nobody);
    }
    if handle.has_reserved_tld() {
        return Err(nobody());
    }
    // DNS goes first where both answer; where it has nothing, or doesn't answer, the host's word counts.
    let (dns, host) = join!(by_dns(ctx, handle), by_host(ctx, handle));
    match (dns, host) {
        (Ok(Some(did)), _) | (_, Ok(Some(did))) => Ok(did),
        (Err(error), _) => Err(error),
        // A host that isn't there has nothing to say where DNS clearly has nothing.
        (Ok(None), _) => Err(nobody()),
    }
}

async fn get(ctx: &Context, url: &str, accept: &str) -> Result<(u16, Vec<u8>)> {
    let request = ctx.http().get(url).header("accept", accept).deadline_ms(DEADLINE_MS).max_bytes(MAX_BYTES);
    let answer = request.send().await?;
    Ok((answer.status(), answer.into_bytes()))
}

async fn by_server(ctx: &Context, url: &str, handle: &Handle) -> Result<Option<Did>> {
    #[derive(Deserialize)]
    struct Resolved {
        did: Did,
    }
    match get(ctx, url, "application/json").await? {
        (200, body) => {
            let resolved: Resolved = serde_json::from_slice(&body)
                .map_err(|error| Error::upstream(format!("the DID of {handle}: {error}")))?;
            Ok(Some(resolved.did))
        }
        (400 | 404, _) => Ok(None),
        (status, _) => Err(Error::unavailable(format!("{url} answers {status}"), 10)),
    }
}

async fn by_dns(ctx: &Context, handle: &Handle) -> Result<Option<Did>> {
    let server = ctx.config(setting::DOH_URL).unwrap_or_else(|| DEFAULT_DNS.to_owned());
    let mut url = Url::parse(&server).map_err(|e| Error::internal(format!("{}: {e}", setting::DOH_URL)))?;
    url.query_pairs_mut().append_pair("name", &format!("_atproto.{handle}")).append_pair("type", "TXT");
    let (status, body) = get(ctx, url.as_str(), "application/dns-json").await?;
    let records = HandleRecords::parse(&body)
        .map_err(|error| Error::unavailable(format!("{server} answers {status}: {error}"), 10))?;
    // 0 is an answer, 3 says that there is no such name (RFC 1035, section 4.1.1).
    if !matches!(records.code, 0 | 3) {
        return Err(Error::unavailable(format!("{server} answers with code {}", records.code), 10));
    }
    let dids: Vec<Did> = records.dids.iter().filter_map(|did| Did::parse(did).ok()).collect();
    match dids.as_slice() {
        [] => Ok(None),
        [did] => Ok(Some(did.clone())),
        several => {
            let text = format!("{handle} names {} DIDs in DNS, where one may stand", several.len());
            Err(Error::not_found("AccountNotFound", text))
        }
    }
}

async fn by_host(ctx: &Context, handle: &Handle) -> Result<Option<Did>> {
    let url = format!("https://{handle}/.well-known/atproto-did");
    match get(ctx, &url, "text/plain").await? {
        (200, body) => Ok(Did::parse(String::from_utf8_lossy(&body).trim()).ok()),
        (400..=499, _) => Ok(None),
        (status, _) => Err(Error::unavailable(format!("{url} answers {status}"), 10)),
    }
}
