//! Whether a token holds, here and now.

use super::error::quoted;
use super::header::Algorithm;
use super::{Audience, ServiceAuthError, ServiceToken};
use crate::{Did, Nsid, PublicKey};

/// The name of the key that signs an account's repository in its DID document.
const REPO_KEY: &str = "atproto";

/// What a token has to be for.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The service that was asked.
    pub audience: &'a Audience,
    /// The method that was called.
    pub method: &'a Nsid,
    /// The time, in milliseconds since 1970.
    pub now_ms: u64,
    /// How long a token may be good for, in seconds.
    pub max_age_s: u64,
    /// How far the issuer's clock may be ahead of ours, in seconds. A clock that is behind needs
    /// no allowance: its tokens are only good for less long.
    pub skew_s: u64,
}

/// What a token proves: its account asks for the method, now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The account.
    pub did: Did,
    /// What tells the account's tokens apart. Other accounts may use the same.
    pub jti: String,
    /// From when on the token is refused anyway, in milliseconds since 1970: until then its `jti`
    /// has to be remembered.
    pub expires_ms: u64,
}

impl ServiceToken {
    /// Whether the token, if its signature holds, is what is expected. Asking this first spares
    /// whoever resolves the issuer's key the tokens that no key makes good.
    ///
    /// The audience is the same to the letter, with or without a service. `lxm` is there and
    /// equal. `exp` is later than now. With `iat`, that is past (but for `skew_s`) and `exp` is at
    /// most `max_age_s` later, so that no token is older than that; without, `exp` is at most
    /// `max_age_s` (and `skew_s`) from now. The issuer is an account and not a service of one, and
    /// `kid`, if there, names the key of its repository.
    ///
    /// # Errors
    /// `KeyId`, `IssuerService`, `WrongAudience`, `WrongMethod`, `Expired`, `NotYetIssued`,
    /// `Lifetime` and `TooFarAhead`.
    pub fn check(&self, expected: &Expected<'_>) -> Result<(), ServiceAuthError> {
        let claims = &self.claims;
        if let Some(found) = self.header.key_id.as_deref().filter(|id| *id != REPO_KEY) {
            return Err(ServiceAuthError::KeyId { found: quoted(found) });
        }
        if let Some(service) = &claims.issuer_service {
            return Err(ServiceAuthError::IssuerService { service: service.clone() });
        }
        if claims.audience != *expected.audience {
            let (expected, found) = (expected.audience.clone(), claims.audience.clone());
            return Err(ServiceAuthError::WrongAudience { expected, found });
        }
        if claims.method.as_ref() != Some(expected.method) {
            let (expected, found) = (expected.method.clone(), claims.method.clone());
            return Err(ServiceAuthError::WrongMethod { expected, found });
        }
        self.check_time(expected)
    }

    /// Whether the issuer, whose key `key` is, signed the token for what is expected.
    ///
    /// `key` is [`crate::DidDocument::signing_key`] of [`ServiceToken::issuer`]. When a key that
    /// was remembered does not match, the account may have another by now.
    ///
    /// # Errors
    /// Those of [`ServiceToken::check`]; `WrongAlgorithm` when `key` is of the other curve; and
    /// `Signature` when it is not the 64 bytes (with a low S) of `key` over the token as it came.
    pub fn verify(&self, expected: &Expected<'_>, key: &PublicKey) -> Result<Verified, ServiceAuthError> {
        self.check(expected)?;
        let (makes, says) = (Algorithm::of(key), self.header.algorithm);
        if makes != says {
            return Err(ServiceAuthError::WrongAlgorithm { expected: makes.name(), found: says.name() });
        }
        key.verify(self.signed.as_bytes(), &self.signature).map_err(ServiceAuthError::Signature)?;
        let claims = &self.claims;
        Ok(Verified { did: claims.issuer.clone(), jti: claims.jti.clone(), expires_ms: in_ms(claims.exp) })
    }

    fn check_time(&self, expected: &Expected<'_>) -> Result<(), ServiceAuthError> {
        let Expected { now_ms, max_age_s, skew_s, .. } = *expected;
        let exp = self.claims.exp;
        if in_ms(exp) <= now_ms {
            return Err(ServiceAuthError::Expired { exp, now_ms });
        }
        let soon = |seconds: u64| now_ms.saturating_add(in_ms(seconds));
        let Some(iat) = self.claims.iat else {
            if in_ms(exp) > soon(max_age_s.saturating_add(skew_s)) {
                return Err(ServiceAuthError::TooFarAhead { exp, now_ms, max_age_s });
            }
            return Ok(());
        };
        if in_ms(iat) > soon(skew_s) {
            return Err(ServiceAuthError::NotYetIssued { iat, now_ms, skew_s });
        }
        if exp <= iat || exp - iat > max_age_s {
            return Err(ServiceAuthError::Lifetime { iat, exp, max_age_s });
        }
        Ok(())
    }
}

fn in_ms(seconds: u64) -> u64 {
    seconds.saturating_mul(1000)
}
