//! Who accounts are.
//!
//! A server of Bluesky's profiles tells of many in one answer, and verifies handles both ways. Whom it doesn't know,
//! and everybody while it is away, is read from where it has it from: DID document, handle, and the record in the repo.

mod bluesky;
mod repo;

use std::collections::{BTreeMap, BTreeSet};

use at_run::{Context, Error, Result};
use futures_util::{StreamExt, future::join_all, stream};
use streamhut_atproto::Did;
use streamhut_streamplace::Profile;

use crate::told::{self, DAY, Rule};

const RULE: Rule = Rule { fresh: 3_600, keep: 7 * DAY };
/// Repos that are asked at once; the platform has six connections for a call.
const AT_ONCE: usize = 4;

/// Who an account is.
///
/// # Errors
/// 404 when there is no such account, 503 and 504 when that may pass.
pub async fn profile(ctx: &Context, did: &Did) -> Result<Profile> {
    let mut found = profiles(ctx, BTreeSet::from([did.clone()])).await;
    found.remove(did).unwrap_or_else(|| Err(nobody(did)))
}

/// The error about an account of which nothing is known.
pub fn nobody(did: &Did) -> Error {
    Error::not_found("AccountNotFound", format!("nothing is known of {did}"))
}

fn key(did: &Did) -> String {
    told::key("profile", did.as_str())
}

/// Who accounts are, in as few questions as can be.
pub async fn profiles(ctx: &Context, dids: BTreeSet<Did>) -> BTreeMap<Did, Result<Profile>> {
    let (found, unknown) = remembered(ctx, dids).await;
    let mut found: BTreeMap<_, _> = found.into_iter().map(|(did, profile)| (did, Ok(profile))).collect();
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

/// Those of whom something is known without a question to their repos: who was told of lately, and whom the server of
/// profiles tells of in one go. The others are missing.
pub async fn known_profiles(ctx: &Context, dids: BTreeSet<Did>) -> BTreeMap<Did, Profile> {
    let (mut found, unknown) = remembered(ctx, dids).await;
    for (did, profile) in bluesky::profiles(ctx, &unknown).await {
        match told::told_json(ctx, &key(&did), RULE, async || Ok(profile)).await {
            Ok(profile) => drop(found.insert(did, profile)),
            Err(error) => ctx.log().warn(format!("no profile of {did}: {error}")),
        }
    }
    found
}

/// Whom we were told of lately, and the others.
async fn remembered(ctx: &Context, dids: BTreeSet<Did>) -> (BTreeMap<Did, Profile>, Vec<Did>) {
    let fresh = join_all(dids.iter().map(|did| async { told::fresh(ctx, &key(did), RULE).await })).await;
    let (mut found, mut unknown) = (BTreeMap::new(), Vec::new());
    for (did, told) in dids.into_iter().zip(fresh) {
        match told.and_then(|told| told.json().ok()) {
            Some(profile) => drop(found.insert(did, profile)),
            None => unknown.push(did),
        }
    }
    (found, unknown)
}

/// Who an account is, asked just now; what was remembered gives way to it.
///
/// # Errors
/// As [`profile`].
pub async fn find_profile(ctx: &Context, did: &Did) -> Result<Profile> {
    told::forget(ctx, &key(did)).await;
    profile(ctx, did).await
}
