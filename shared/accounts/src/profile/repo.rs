//! A profile from where everybody has it from: the DID document, the handle, and the record in the account's repo.

use at_run::{Context, Error, Result};
use futures_util::join;
use serde_json::Value;
use streamhut_atproto::Did;
use streamhut_streamplace::{Profile, ProfileRecord, nsid};
use url::Url;

use crate::{
    handles::is_of,
    identity::{Identity, foreign, identity, refuse_other_status},
};

const DEADLINE_MS: u32 = 5_000;
const MAX_BYTES: usize = 256 * 1024;

/// What an account says of itself; its handle only when it leads back to the account.
pub(crate) async fn profile(ctx: &Context, did: &Did) -> Result<Profile> {
    let identity = identity(ctx, did).await?;
    let handle = async {
        let handle = identity.claims.as_ref()?;
        match is_of(ctx, handle, did).await {
            Ok(is_of) => is_of.then(|| handle.clone()),
            Err(error) => {
                ctx.log().warn(format!("whether {handle} is {did}: {error}"));
                None
            }
        }
    };
    let (handle, record) = join!(handle, record(ctx, &identity, did));
    let record = record?;
    let avatar = record.avatar.map(|blob| {
        let query = [("did", did.as_str().to_owned()), ("cid", blob.cid().to_string())];
        method(&identity, nsid::COM_ATPROTO_SYNC_GET_BLOB, &query).to_string()
    });
    let (display_name, description) = (record.display_name, record.description);
    Ok(Profile { did: did.clone(), handle, display_name, avatar, description })
}

async fn record(ctx: &Context, identity: &Identity, did: &Did) -> Result<ProfileRecord> {
    let query = [
        ("repo", did.as_str().to_owned()),
        ("collection", nsid::APP_BSKY_ACTOR_PROFILE.to_owned()),
        ("rkey", "self".to_owned()),
    ];
    let url = method(identity, nsid::COM_ATPROTO_REPO_GET_RECORD, &query);
    let request = ctx.http().get(&url).deadline_ms(DEADLINE_MS).max_bytes(MAX_BYTES);
    let answer = request.send().await.map_err(foreign)?;
    if answer.status() == 400 {
        let refusal: Value = answer.json().unwrap_or_default();
        return match refusal.get("error").and_then(Value::as_str) {
            // Nobody has to say anything of themselves.
            Some("RecordNotFound") => Ok(ProfileRecord::default()),
            Some("RepoNotFound" | "RepoDeactivated" | "RepoTakendown" | "RepoSuspended") => {
                Err(Error::not_found("AccountNotFound", format!("{did} is not at its server any more")))
            }
            _ => Err(answer.unexpected("status 400").into()),
        };
    }
    refuse_other_status(&answer)?;
    let answer: Value = answer.json()?;
    Ok(answer.get("value").and_then(ProfileRecord::from_value).unwrap_or_default())
}

/// XRPC methods stand at the root of their host.
fn method(identity: &Identity, name: &str, query: &[(&str, String)]) -> Url {
    let mut url = identity.pds.clone();
    url.set_path(&format!("/xrpc/{name}"));
    url.query_pairs_mut().clear().extend_pairs(query);
    url
}
