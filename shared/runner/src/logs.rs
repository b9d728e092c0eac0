//! Who may read a bundle's log, and which part of it they ask for.

use streamhut_atproto::{
    Did, Nsid, ServiceAuthError,
    service_auth::{Audience, Expected, ServiceToken},
};
use streamhut_journal::{Level, MAX_READ, Query as LogQuery};
use streamhut_outbound::Transport;
use streamhut_release::nsid;

use crate::{
    AdminToken, Fault, Runner, SourceError, Store,
    query::{Query, invalid},
    route::shorten,
};

/// How old an author's token may be, in seconds.
const MAX_AGE_S: u64 = 60;
/// By how much two clocks may differ, in seconds.
const SKEW_S: u64 = 5;
/// How many lines come unless the request says.
const USUAL: u32 = 100;
/// Most bytes of what is searched for.
const MAX_SEARCH: usize = 512;

/// Reads what a request to `/logs/{did}/{name}` asks for, from its query.
#[derive(Debug)]
pub struct LogsRequest;

impl LogsRequest {
    /// `since` (milliseconds since 1970), `level`, `search`, `after` and `limit`.
    ///
    /// # Errors
    /// 400 for any other parameter, one that is there twice, and values that make no sense.
    pub fn read(query: Option<&str>) -> Result<LogQuery, Fault> {
        let query = Query::read(query.unwrap_or_default());
        query.only(&["since", "level", "search", "after", "limit"])?;
        let level = query.get("level").map(|text| {
            let bad =
                || invalid(format!("level is `{}`, and may be debug, info, warn or error", shorten(&text)));
            Level::parse(&text).ok_or_else(bad)
        });
        let search = query.get("search");
        if search.as_ref().is_some_and(|search| search.len() > MAX_SEARCH) {
            return Err(invalid(format!("search has more than {MAX_SEARCH} bytes")));
        }
        Ok(LogQuery {
            since: query.number("since")?,
            level: level.transpose()?,
            search,
            after: query.number("after")?,
            limit: query.limit((USUAL, MAX_READ))?,
        })
    }
}

/// Who reads a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reader {
    /// By the runner's ADMIN_TOKEN.
    Operator,
    /// By a token that the author's repo key signed. It is used up: the journal is told so before it is read.
    Author {
        /// What tells the author's tokens apart.
        token: String,
        /// Until when that has to be remembered, in milliseconds since 1970.
        until: u64,
    },
}

impl<T: Transport + Send + Sync, S: Store> Runner<T, S> {
    /// Who asks for the log of a bundle of `did`, by the header `authorization`. A token of service auth is made out
    /// to this runner as `did:web` of one of its hosts, for `run.at.getLogs`, and is at most 60 seconds old.
    ///
    /// # Errors
    /// 401 without a token that counts, 403 for another's bundle; 502 and 504 when the author's key can't be had.
    pub async fn reader(
        &self,
        did: &Did,
        authorization: Option<&str>,
        admin: &AdminToken,
        now: u64,
    ) -> Result<Reader, Fault> {
        if admin.admits(authorization).is_ok() {
            return Ok(Reader::Operator);
        }
        let closed = |reason: String| Fault::LogsClosed { forbidden: false, reason };
        let (scheme, token) =
            authorization.and_then(|value| value.trim().split_once(' ')).unwrap_or_default();
        if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
            let reason =
                "a log takes `Authorization: Bearer` with a token of service auth by the bundle's author";
            return Err(closed(reason.to_owned()));
        }
        let token = ServiceToken::parse(token.trim()).map_err(|error| closed(error.to_string()))?;
        let method =
            Nsid::parse(nsid::RUN_AT_GET_LOGS).map_err(|error| Fault::Internal(error.to_string()))?;
        let audiences: Vec<Audience> = self.hosts().filter_map(|host| Audience::of_host(host).ok()).collect();
        let mut refused = None;
        // What it says is looked at before anybody is asked for its key.
        let expected = audiences.iter().map(|audience| Expected {
            audience,
            method: &method,
            now_ms: now,
            max_age_s: MAX_AGE_S,
            skew_s: SKEW_S,
        });
        let expected = expected.into_iter().find(|expected| match token.check(expected) {
            Ok(()) => true,
            Err(error) => {
                // Of a token for none of its hosts the main one is told: that is whom tokens are to be made out to.
                if !matches!(error, ServiceAuthError::WrongAudience { .. }) || refused.is_none() {
                    refused = Some(error);
                }
                false
            }
        });
        let Some(expected) = expected else {
            let reason =
                refused.map_or_else(|| "the runner has no host".to_owned(), |error| error.to_string());
            return Err(closed(reason));
        };
        if token.issuer() != did {
            let reason = format!("the token of {} is not for a bundle of {did}", token.issuer());
            return Err(Fault::LogsClosed { forbidden: true, reason });
        }
        let document = self.source.identity(&self.transport, did).await;
        let document = document.map_err(|source| Fault::Source { did: did.clone(), source })?;
        let key = document
            .require_signing_key()
            .map_err(|error| Fault::Source { did: did.clone(), source: SourceError::from(error) })?;
        let verified = token.verify(&expected, key).map_err(|error| closed(error.to_string()))?;
        Ok(Reader::Author { token: verified.jti, until: verified.expires_ms + 1_000 * SKEW_S })
    }
}
