//! A token as it arrives.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;

use super::claims::Claims;
use super::header::Header;
use super::{Audience, MAX_SERVICE_TOKEN_BYTES, ServiceAuthError};
use crate::{Did, Nsid};

/// A token that is well-formed. Nobody has verified it yet: all that it says, it says itself.
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceToken {
    pub(super) header: Header,
    pub(super) claims: Claims,
    /// The header and the claims as they came, which is what is signed.
    pub(super) signed: String,
    pub(super) signature: Vec<u8>,
}

impl ServiceToken {
    /// Reads a JWT in the compact form, without `Bearer`.
    ///
    /// The header has `alg` (ES256K or ES256), perhaps `typ` (JWT) and `kid`, and no `crit`. The
    /// claims are `iss` and `aud` (a DID, perhaps with `#service`), `exp` (seconds since 1970),
    /// `jti`, and perhaps `iat` and `lxm`. `null` is a value of another type. Other members are
    /// tolerated.
    ///
    /// # Errors
    /// Those of [`ServiceAuthError`] up to `Critical`.
    pub fn parse(text: &str) -> Result<Self, ServiceAuthError> {
        if text.len() > MAX_SERVICE_TOKEN_BYTES {
            return Err(ServiceAuthError::TooLong { len: text.len() });
        }
        let wrong = || ServiceAuthError::Parts { count: text.split('.').count() };
        let (signed, signature) = text.rsplit_once('.').ok_or_else(wrong)?;
        let (header, claims) = signed.split_once('.').ok_or_else(wrong)?;
        if claims.contains('.') {
            return Err(wrong());
        }
        Ok(Self {
            header: Header::parse(&decode("header", header)?)?,
            claims: Claims::parse(&decode("claims", claims)?)?,
            signed: signed.to_owned(),
            signature: decode("signature", signature)?,
        })
    }

    /// Whose token this claims to be, and whose key it takes to verify it.
    pub fn issuer(&self) -> &Did {
        &self.claims.issuer
    }

    /// The service of the issuer that claims to have issued it, without `#`.
    /// [`ServiceToken::verify`] takes tokens of accounts only, and refuses any service's.
    pub fn issuer_service(&self) -> Option<&str> {
        self.claims.issuer_service.as_deref()
    }

    /// Whom it is for.
    pub fn audience(&self) -> &Audience {
        &self.claims.audience
    }

    /// The one method that it is for, when it says so.
    pub fn method(&self) -> Option<&Nsid> {
        self.claims.method.as_ref()
    }
}

/// Without the signature, so that no log holds a token that still works.
impl fmt::Debug for ServiceToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ServiceToken")
            .field("header", &self.header)
            .field("claims", &self.claims)
            .finish_non_exhaustive()
    }
}

/// Base64url in its one spelling: no padding, no line breaks, no bits beyond the last byte.
fn decode(part: &'static str, text: &str) -> Result<Vec<u8>, ServiceAuthError> {
    BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|reason| ServiceAuthError::Base64 { part, reason })
}
