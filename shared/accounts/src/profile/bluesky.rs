//! Profiles as a server of `app.bsky.actor.getProfiles` tells them.

use std::collections::BTreeMap;

use at_run::{Context, Error, Result};
use futures_util::future::join_all;
use streamhut_atproto::Did;
use streamhut_streamplace::{
    Profile,
    xrpc::{MAX_PROFILES, get_profiles_url, parse_profiles},
};
use url::Url;

use crate::{identity::refuse_other_status, setting};

const DEFAULT_SERVER: &str = "https://public.api.bsky.app";
const OFF: &str = "off";
const DEADLINE_MS: u32 = 4_000;
const MAX_BYTES: usize = 1024 * 1024;
/// Seconds for which a server that didn't answer is not asked.
const AWAY_SECONDS: u32 = 30;
const AWAY: &str = "profiles?away";

/// Those whom the server knows. One that is away knows nobody.
pub(crate) async fn profiles(ctx: &Context, dids: &[Did]) -> BTreeMap<Did, Profile> {
    let server = ctx.config(setting::PROFILES_URL).unwrap_or_else(|| DEFAULT_SERVER.to_owned());
    if dids.is_empty() || server == OFF || ctx.memory().get(AWAY).is_some() {
        return BTreeMap::new();
    }
    let pages = dids.chunks(MAX_PROFILES).map(|dids| ask(ctx, &server, dids));
    let mut found = BTreeMap::new();
    for page in join_all(pages).await {
        match page {
            Ok(page) => found.extend(page.into_iter().map(|profile| (profile.did.clone(), profile))),
            Err(error) => {
                ctx.log().warn(format!("no profiles from {server}: {error}"));
                ctx.memory().put(AWAY, b"".as_slice(), AWAY_SECONDS);
            }
        }
    }
    found
}

async fn ask(ctx: &Context, server: &str, dids: &[Did]) -> Result<Vec<Profile>> {
    let base = Url::parse(server)
        .map_err(|error| Error::internal(format!("{} is `{server}`: {error}", setting::PROFILES_URL)))?;
    let url = get_profiles_url(&base, dids);
    let answer = ctx.http().get(&url).deadline_ms(DEADLINE_MS).max_bytes(MAX_BYTES).send().await?;
    refuse_other_status(&answer)?;
    parse_profiles(answer.bytes()).map_err(|error| answer.unexpected(error.to_string()).into())
}
