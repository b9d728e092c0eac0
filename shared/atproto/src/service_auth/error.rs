//! Why a token is refused.

use serde_json::Value;

use super::{Audience, MAX_JTI_CHARS, MAX_SERVICE_TOKEN_BYTES};
use crate::{IdentifierError, Nsid, SignatureError};

/// How many characters of a refused value an error repeats.
const QUOTED_CHARS: usize = 128;

/// Why a token is refused. Values are cut after 128 characters; the token and its signature are
/// in none of them. Times are in seconds since 1970 where a token says them so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServiceAuthError {
    /// Over [`MAX_SERVICE_TOKEN_BYTES`].
    #[error("the token has {len} bytes, {MAX_SERVICE_TOKEN_BYTES} are allowed")]
    TooLong {
        /// Its length in bytes.
        len: usize,
    },
    /// Not the three parts of a compact JWS.
    #[error("the token has {count} parts between dots, a signed one has 3")]
    Parts {
        /// How many it has.
        count: usize,
    },
    /// A part that is not base64url without padding, in its one spelling.
    #[error("the token's {part} is not base64url: {reason}")]
    Base64 {
        /// `header`, `claims` or `signature`.
        part: &'static str,
        /// The decoder's reason, with the place.
        reason: data_encoding::DecodeError,
    },
    /// A part that is no JSON object, or names one of the members that matter here twice.
    #[error("the token's {part} is no JSON object: {message}")]
    NotAnObject {
        /// `header` or `claims`.
        part: &'static str,
        /// Where and why reading stopped.
        message: String,
    },
    /// Something that every token has is not there.
    #[error("the token has no {member:?}")]
    Missing {
        /// Its name in the header or among the claims.
        member: &'static str,
    },
    /// A value of another type, or out of range.
    #[error("the token's {member:?} is {found:?}, not {expected}")]
    Member {
        /// Its name in the header or among the claims.
        member: &'static str,
        /// What stands there: text as it is, anything else as JSON.
        found: String,
        /// What had to.
        expected: &'static str,
    },
    /// No DID, or no NSID, where one has to be.
    #[error("the token's {member:?}: {reason}")]
    Identifier {
        /// The claim's name.
        member: &'static str,
        /// What is wrong with it.
        reason: IdentifierError,
    },
    /// A DID with something behind `#` that names no service.
    #[error("the token's {claim:?} names the service {found:?}, which is no service's name")]
    Service {
        /// The claim's name.
        claim: &'static str,
        /// What stands behind `#`.
        found: String,
    },
    /// No `jti` that can be remembered.
    #[error("the token's \"jti\" is {found:?}, not 1 to {MAX_JTI_CHARS} visible ASCII characters")]
    Jti {
        /// What stands there.
        found: String,
    },
    /// Another algorithm than the two of the AT Protocol: none, a shared secret, RSA.
    #[error("the token is signed by {found:?}, only ES256K and ES256 are known")]
    Algorithm {
        /// The header's `alg`.
        found: String,
    },
    /// A token for other ends, such as an access or refresh token, or a proof of possession.
    #[error("the token is of the type {found:?}, not JWT")]
    Type {
        /// The header's `typ`.
        found: String,
    },
    /// Extensions that must be understood, of which none is (RFC 7515, section 4.1.11).
    #[error("the token demands the extensions {found}")]
    Critical {
        /// The header's `crit` as JSON.
        found: String,
    },
    /// Signed by another key of the account than that of its repository.
    #[error("the token is signed by the account's key {found:?}, not by the key of its repository")]
    KeyId {
        /// The header's `kid`.
        found: String,
    },
    /// Issued for one of the issuer's services, which are not the account.
    #[error("the token is issued by the service {service:?} of the account, not by the account")]
    IssuerService {
        /// What stands behind `#` in `iss`.
        service: String,
    },
    /// For somebody else, or for another service of the same DID, or for the DID alone.
    #[error("the token is for {found}, not for {expected}")]
    WrongAudience {
        /// Who was asked.
        expected: Audience,
        /// The claim `aud`.
        found: Audience,
    },
    /// For another method, or for any.
    #[error("the token is for {}, not for {expected}", found.as_ref().map_or("any method", Nsid::as_str))]
    WrongMethod {
        /// The method that was called.
        expected: Nsid,
        /// The claim `lxm`, when there is one.
        found: Option<Nsid>,
    },
    /// Too late.
    #[error("the token expired at {exp}, the time is {now_ms} ms")]
    Expired {
        /// The claim `exp`.
        exp: u64,
        /// The time it was judged at, in milliseconds since 1970.
        now_ms: u64,
    },
    /// Issued later than now.
    #[error("the token is issued at {iat}, the time is {now_ms} ms and clocks may differ by {skew_s} s")]
    NotYetIssued {
        /// The claim `iat`.
        iat: u64,
        /// The time it was judged at, in milliseconds since 1970.
        now_ms: u64,
        /// The difference of clocks that was allowed, in seconds.
        skew_s: u64,
    },
    /// Good for too long, or over before it begins.
    #[error("the token is good from {iat} to {exp}, 1 to {max_age_s} s are allowed")]
    Lifetime {
        /// The claim `iat`.
        iat: u64,
        /// The claim `exp`.
        exp: u64,
        /// The longest time allowed, in seconds.
        max_age_s: u64,
    },
    /// Good for too long from now on, with nothing to say since when.
    #[error("the token is good until {exp}, the time is {now_ms} ms and {max_age_s} s are allowed")]
    TooFarAhead {
        /// The claim `exp`.
        exp: u64,
        /// The time it was judged at, in milliseconds since 1970.
        now_ms: u64,
        /// The longest time allowed, in seconds.
        max_age_s: u64,
    },
    /// The account's key is of the other curve.
    #[error("the token is signed by {found}, the account's key makes {expected}")]
    WrongAlgorithm {
        /// What the account's key makes.
        expected: &'static str,
        /// The header's `alg`.
        found: &'static str,
    },
    /// The account's key did not sign this.
    #[error("the token is not signed by the issuer: {0}")]
    Signature(#[source] SignatureError),
}

/// As much of a foreign text as an error shows.
pub(super) fn quoted(text: &str) -> String {
    text.chars().take(QUOTED_CHARS).collect()
}

/// The same of a foreign value: text as it is, anything else as JSON.
pub(super) fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| quoted(&value.to_string()), quoted)
}
