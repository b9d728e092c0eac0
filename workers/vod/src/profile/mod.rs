//! `getProfile` and `batchProfiles`: who a creator is.
//!
//! A server of Bluesky's profiles tells of many in one answer, and verifies handles both ways. Whom it doesn't know,
//! and everybody while it is away, is read from where it has it from: DID document, handle, and the record in the repo.

mod bluesky;
mod repo;

use std::collections::{BTreeMap, BTreeSet};

use at_run::{Cache, Context, Error, Json, Result};
use futures_util::{StreamExt, future::join_all, stream};
use serde::{Deserialize, Serialize};
use streamhut_atproto::Did;
use streamhut_streamplace::Profile;

use crate::{
    handles::did_of,
    told::{self, DAY, Rule},
};

const RULE: Rule = Rule { fresh: 3_600, keep: 7 * DAY };
/// Accounts in one batch.
const MAX_BATCH: usize = 50;
/// Repos that are asked at once; the platform has six connections for a call.
const AT_ONCE: usize = 4;

#[derive(Deserialize)]
pub(crate) struct GetProfile {
    actor: String,
}

#[derive(Deserialize)]
pub(crate) struct BatchProfiles {
    actors: Vec<String>,
}

#[derive(Serialize)]
pub(crate) struct Profiles {
    /// In the order asked, each once.
    profiles: Vec<Profile>,
    /// The others, as they were asked for, each once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
}

const KEPT: Cache = Cache::public(300).stale_while_revalidate(3_600);
/// Where somebody is missing who may be found with the next try.
const KEPT_BRIEFLY: Cache = Cache::public(10);

pub(crate) async fn get_profile(ctx: Context, input: GetProfile) -> Result<(Cache, Json<Profile>)> {
    let did = did_of(&ctx, "actor", &input.actor).await?;
    Ok((KEPT, Json(profile(&ctx, &did).await?)))
}

pub(crate) async fn batch_profiles(ctx: Context, input: BatchProfiles) -> Result<(Cache, Json<Profiles>)> {
    if input.actors.len() > MAX_BATCH {
        let text = format!("`actors`: {} are more than {MAX_BATCH}", input.actors.len());
        return Err(Error::invalid("InvalidInput", text));
    }
    let asked = stream::iter(&input.actors).map(|actor| did_of(&ctx, "actors", actor)).buffered(AT_ONCE);
    let asked: Vec<Result<Did>> = asked.collect().await;
    let dids: BTreeSet<Did> = asked.iter().filter_map(|did| did.as_ref().ok().cloned()).collect();
    let mut found = profiles(&ctx, dids).await;
    let (mut profiles, mut missing) = (Vec::new(), Vec::new());
    let (mut given, mut kept) = (BTreeSet::new(), KEPT);
    for (actor, did) in input.actors.into_iter().zip(asked) {
        let outcome = match did {
            Ok(did) if given.contains(&did) => continue,
            Ok(did) => found.remove(&did).unwrap_or_else(|| Err(nobody(&did))),
            Err(error) if error.status == 400 => return Err(error),
            Err(error) => Err(error),
        };
        match outcome {
            Ok(profile) => {
                given.insert(profile.did.clone());
                profiles.push(profile);
            }
            Err(error) => {
                if error.status >= 500 {
                    kept = KEPT_BRIEFLY;
                }
                if !missing.contains(&actor) {
                    missing.push(actor);
                }
            }
        }
    }
    Ok((kept, Json(Profiles { profiles, missing })))
}

/// Who an account is.
///
/// # Errors
/// 404 when there is no such account, 503 and 504 when that may pass.
pub(crate) async fn profile(ctx: &Context, did: &Did) -> Result<Profile> {
    let mut found = profiles(ctx, BTreeSet::from([did.clone()])).await;
    found.remove(did).unwrap_or_else(|| Err(nobody(did)))
}

fn nobody(did: &Did) -> Error {
    Error::not_found("AccountNotFound", format!("nothing is known of {did}"))
}

fn key(did: &Did) -> String {
    told::key("profile", did.as_str())
}

/// Who accounts are, in as few questions as can be.
async fn profiles(ctx: &Context, dids: BTreeSet<Did>) -> BTreeMap<Did, Result<Profile>> {
    let mut found = BTreeMap::new();
    let mut unknown = Vec::new();
    let fresh = join_all(dids.iter().map(|did| async { told::fresh(ctx, &key(did), RULE).await })).await;
    for (did, told) in dids.into_iter().zip(fresh) {
        match told.and_then(|told| told.json().ok()) {
            Some(profile) => drop(found.insert(did, Ok(profile))),
            None => unknown.push(did),
        }
    }
    let mut told = bluesky::profiles(ctx, &unknown).await;
    let asked = unknown.into_iter().map(|did| {
        let told = told.remove(&did);
        async move {
            let key = key(&did);
            let outcome = told::told_json(ctx, &key, RULE, async || match told {
                Some(profile) => Ok(profile),
                None => repo::profile(ctx, &did).await,
            });
            let outcome = outcome.await;
            (did, outcome)
        }
    });
    let asked: Vec<_> = stream::iter(asked).buffer_unordered(AT_ONCE).collect().await;
    found.extend(asked);
    found
}
