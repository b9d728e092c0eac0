//! What the header of a token says: how it is signed.

use super::members::{read, required, text};
use super::{ServiceAuthError, error};
use crate::PublicKey;

/// How a token says that it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub algorithm: Algorithm,
    /// The key's name in the issuer's DID document, without `#`.
    pub key_id: Option<String>,
}

/// The signatures of the AT Protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// secp256k1 and SHA-256 (RFC 8812).
    Es256k,
    /// NIST P-256 and SHA-256 (RFC 7518).
    Es256,
}

impl Header {
    /// Reads a header. Keys that it brings along (`jwk`, `jku`, `x5c`) are passed over like
    /// anything else: a token does not say itself by whose key it is to be verified.
    pub(super) fn parse(json: &[u8]) -> Result<Self, ServiceAuthError> {
        let [alg, typ, kid, crit] = read("header", json, ["alg", "typ", "kid", "crit"])?;
        if let Some(crit) = crit {
            return Err(ServiceAuthError::Critical { found: error::quoted(&crit.to_string()) });
        }
        // A media type without its `application/`, whose case does not matter.
        if let Some(typ) = text("typ", typ)?.filter(|typ| !typ.eq_ignore_ascii_case("JWT")) {
            return Err(ServiceAuthError::Type { found: error::quoted(&typ) });
        }
        let alg = required("alg", text("alg", alg)?)?;
        let algorithm = [Algorithm::Es256k, Algorithm::Es256].into_iter().find(|known| known.name() == alg);
        let algorithm =
            algorithm.ok_or_else(|| ServiceAuthError::Algorithm { found: error::quoted(&alg) })?;
        Ok(Self { algorithm, key_id: text("kid", kid)? })
    }
}

impl Algorithm {
    /// What a key makes.
    pub(super) fn of(key: &PublicKey) -> Self {
        match key {
            PublicKey::K256(_) => Self::Es256k,
            PublicKey::P256(_) => Self::Es256,
        }
    }

    /// The value of `alg`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Es256k => "ES256K",
            Self::Es256 => "ES256",
        }
    }
}
