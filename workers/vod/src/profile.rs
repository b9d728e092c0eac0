//! `getProfile` and `batchProfiles`: who a creator is.

use std::collections::BTreeSet;

use at_run::{Cache, Context, Error, Json, Result};
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use streamhut_accounts::{did_of, nobody, profile, profiles};
use streamhut_atproto::Did;
use streamhut_streamplace::Profile;

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
