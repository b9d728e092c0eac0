//! Who calls: the operator, by a token of theirs, or a creator, by a token that their repo's key signed.

use at_run::{Context, Error, Result};
use sha2::{Digest, Sha256};
use streamhut_accounts::document;
use streamhut_atproto::{
    Did, Nsid,
    service_auth::{Audience, Expected, ServiceToken},
};
use streamhut_hrana::Repeat;
use streamhut_index::tokens;

use crate::{
    database::{Db, index_error},
    setting,
};

/// How old a creator's token may be.
const MAX_AGE_S: u64 = 60;
/// By how much two clocks may differ.
const SKEW_S: u64 = 5;
/// The service that tokens are made out to, in the author's DID document or not.
const SERVICE: &str = "streamhut_appview";

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    Operator,
    Creator(Did),
}

impl Caller {
    /// Whether the caller may act for that account.
    ///
    /// # Errors
    /// 403.
    pub(crate) fn may_act_for(&self, did: &Did) -> Result<()> {
        match self {
            Self::Operator => Ok(()),
            Self::Creator(own) if own == did => Ok(()),
            Self::Creator(own) => {
                Err(Error::new(403, "Forbidden", format!("the token of {own} is not for {did}")))
            }
        }
    }

    /// # Errors
    /// 403 for everybody but the operator.
    pub(crate) fn must_be_operator(&self) -> Result<()> {
        match self {
            Self::Operator => Ok(()),
            Self::Creator(_) => Err(Error::new(403, "Forbidden", "this is for the operator")),
        }
    }
}

/// Who calls `method`, by the header `authorization`.
///
/// # Errors
/// 401 without a token that counts; 503 and 504 when that can't be said now.
pub(crate) async fn caller(ctx: &Context, db: &Db, method: &'static str) -> Result<Caller> {
    let unauthorized = |text: String| Error::new(401, "Unauthorized", text);
    let header = ctx.header("authorization").unwrap_or_default();
    let token = header.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let token = token.map(|(_, token)| token.trim()).filter(|token| !token.is_empty());
    let token = token.ok_or_else(|| unauthorized("`authorization: Bearer …` is missing".to_owned()))?;
    if let Ok(secret) = ctx.secret(setting::OPERATOR_TOKEN)
        && Sha256::digest(secret.expose()) == Sha256::digest(token)
    {
        return Ok(Caller::Operator);
    }
    let author = ctx.config(setting::AUTHOR_DID).unwrap_or_default();
    let audience = Audience::parse(&format!("{author}#{SERVICE}"));
    let audience = audience.map_err(|_| unauthorized("the token is not the operator's".to_owned()))?;
    let method = Nsid::parse(method).map_err(|error| Error::internal(error.to_string()))?;
    let expected = Expected {
        audience: &audience,
        method: &method,
        now_ms: ctx.now(),
        max_age_s: MAX_AGE_S,
        skew_s: SKEW_S,
    };
    let token = ServiceToken::parse(token).map_err(|error| unauthorized(error.to_string()))?;
    // What it says is looked at before anybody is asked for its key.
    token.check(&expected).map_err(|error| unauthorized(error.to_string()))?;
    let document = document(ctx, token.issuer()).await.map_err(|error| match error.status {
        404 => unauthorized(error.message),
        _ => error,
    })?;
    let key = document.require_signing_key().map_err(|error| unauthorized(error.to_string()))?;
    let verified = token.verify(&expected, key).map_err(|error| unauthorized(error.to_string()))?;
    let (now, until) = (milliseconds(ctx.now()), milliseconds(verified.expires_ms + 1_000 * SKEW_S));
    let spent = tokens::spend(verified.did.as_str(), &verified.jti, until, now);
    let answer = db.write(&spent, Repeat::Once).await.map_err(index_error)?;
    if !tokens::is_first_use(&answer) {
        return Err(unauthorized("the token was used before".to_owned()));
    }
    Ok(Caller::Creator(verified.did))
}

/// As the database has times.
pub(crate) fn milliseconds(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}
