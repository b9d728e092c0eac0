//! Where an account's repo is, and which handle it claims: its DID document.

use at_run::{Context, Error, HttpError, HttpResponse, Result};
use serde::{Deserialize, Serialize};
use streamhut_atproto::{Did, DidDocument, Handle};
use url::Url;

use crate::{
    setting,
    told::{self, DAY, Rule, told_json},
};

const DEFAULT_DIRECTORY: &str = "https://plc.directory";
const DEADLINE_MS: u32 = 5_000;
const MAX_BYTES: usize = 512 * 1024;
/// An account that moves is looked for at its old place for so many seconds.
const RULE: Rule = Rule { fresh: 600, keep: DAY };

/// What a DID document says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Identity {
    /// Which hosts may be asked is judged by whoever carries the request.
    pub pds: Url,
    /// Its word alone: it counts once the handle leads back to the DID.
    pub claims: Option<Handle>,
}

/// The account's document.
///
/// # Errors
/// 404 when nobody has the DID, 502 for a document of no use, 503 and 504 when that may pass.
pub async fn identity(ctx: &Context, did: &Did) -> Result<Identity> {
    let key = told::key("identity", did.as_str());
    told_json(ctx, &key, RULE, async || named(&document(ctx, did).await?)).await
}

/// The same, asked just now; what was remembered gives way to it.
///
/// # Errors
/// As [`identity`].
pub async fn identity_now(ctx: &Context, did: &Did) -> Result<Identity> {
    told::forget(ctx, &told::key("identity", did.as_str())).await;
    identity(ctx, did).await
}

/// The account's document itself, asked just now.
///
/// # Errors
/// As [`identity`].
pub async fn document(ctx: &Context, did: &Did) -> Result<DidDocument> {
    let url = match did.web_host() {
        Some(host) => Url::parse(&format!("https://{host}/.well-known/did.json")),
        None => {
            let directory = ctx.config(setting::PLC_URL).unwrap_or_else(|| DEFAULT_DIRECTORY.to_owned());
            Url::parse(&directory).map(|mut url| {
                url.set_path(did.as_str());
                url
            })
        }
    };
    let url = url.map_err(|error| Error::internal(format!("no document of {did}: {error}")))?;
    let request = ctx.http().get(&url).deadline_ms(DEADLINE_MS).max_bytes(MAX_BYTES);
    let answer = request.send().await.map_err(foreign)?;
    if matches!(answer.status(), 404 | 410) {
        return Err(Error::not_found("AccountNotFound", format!("nobody has {did}")));
    }
    refuse_other_status(&answer)?;
    DidDocument::parse(answer.bytes(), did).map_err(|error| Error::upstream(error.to_string()))
}

fn named(document: &DidDocument) -> Result<Identity> {
    let endpoint = document.require_pds().map_err(|error| Error::upstream(error.to_string()))?;
    let pds = Url::parse(endpoint).map_err(|error| Error::upstream(format!("{endpoint}: {error}")))?;
    Ok(Identity { pds, claims: document.handle.clone() })
}

/// The error of a request to a place that an account named: one that may not be asked is the account's fault, not ours.
pub fn foreign(error: HttpError) -> Error {
    match error {
        HttpError::Refused { .. } => Error::upstream(error.to_string()),
        error => error.into(),
    }
}

/// Takes an answer with status 200, and tells what may pass from what won't.
///
/// # Errors
/// 503 for 429 and 5xx, 502 for the rest.
pub fn refuse_other_status(answer: &HttpResponse) -> Result<()> {
    match answer.status() {
        200 => Ok(()),
        status @ (429 | 500..) => Err(Error::unavailable(format!("{} answers {status}", answer.url()), 10)),
        status => Err(answer.unexpected(format!("status {status}")).into()),
    }
}
