//! What the body of a token says: who asks whom for what, and until when.

use serde_json::Value;

use super::audience::split;
use super::error::{quoted, shown};
use super::members::{read, required, text};
use super::{Audience, MAX_JTI_CHARS, ServiceAuthError};
use crate::{Did, Nsid};

/// The last second that a token may name: what a JSON number holds exactly, in any language.
const MAX_SECONDS: u64 = (1 << 53) - 1;

/// The claims, with nothing proven yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claims {
    pub issuer: Did,
    /// The service of the issuer that issued the token, without `#`.
    pub issuer_service: Option<String>,
    pub audience: Audience,
    /// Seconds since 1970, at most [`MAX_SECONDS`].
    pub exp: u64,
    /// Seconds since 1970, at most [`MAX_SECONDS`].
    pub iat: Option<u64>,
    pub method: Option<Nsid>,
    pub jti: String,
}

impl Claims {
    pub(super) fn parse(json: &[u8]) -> Result<Self, ServiceAuthError> {
        let [iss, aud, exp, iat, lxm, jti] =
            read("claims", json, ["iss", "aud", "exp", "iat", "lxm", "jti"])?;
        let (issuer, issuer_service) = split("iss", &required("iss", text("iss", iss)?)?)?;
        let audience = Audience::parse(&required("aud", text("aud", aud)?)?)?;
        let exp = required("exp", seconds("exp", exp)?)?;
        let iat = seconds("iat", iat)?;
        let method = text("lxm", lxm)?.map(|text| Nsid::parse(&text)).transpose();
        let method = method.map_err(|reason| ServiceAuthError::Identifier { member: "lxm", reason })?;
        let jti = required("jti", text("jti", jti)?)?;
        if !(1..=MAX_JTI_CHARS).contains(&jti.len()) || !jti.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(ServiceAuthError::Jti { found: quoted(&jti) });
        }
        Ok(Self { issuer, issuer_service, audience, exp, iat, method, jti })
    }
}

fn seconds(member: &'static str, value: Option<Value>) -> Result<Option<u64>, ServiceAuthError> {
    let Some(value) = value else { return Ok(None) };
    match value.as_u64().filter(|seconds| *seconds <= MAX_SECONDS) {
        Some(seconds) => Ok(Some(seconds)),
        None => Err(ServiceAuthError::Member {
            member,
            found: shown(&value),
            expected: "a whole number of seconds since 1970",
        }),
    }
}
