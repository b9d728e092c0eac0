//! What a call is made with.

use http::{HeaderMap, HeaderValue, Method, Uri, header};

use crate::oauth::Prover;

/// An access token.
#[derive(Clone, Copy)]
pub(super) enum Token<'a> {
    /// Good for whoever has it.
    Bearer(&'a str),
    /// Good with a proof of the key that it is bound to.
    Bound(&'a str, &'a Prover),
}

impl Token<'_> {
    /// Adds what the PDS wants to see of a request.
    pub(super) fn sign(self, method: &Method, uri: &Uri, headers: &mut HeaderMap) {
        let mut set = |name, value: String| {
            // Without it the PDS refuses; a token that is no header's value is none of its own.
            if let Ok(mut value) = HeaderValue::try_from(value) {
                value.set_sensitive(true);
                headers.insert(name, value);
            }
        };
        match self {
            Self::Bearer(token) => set(header::AUTHORIZATION, format!("Bearer {token}")),
            Self::Bound(token, prover) => {
                set(header::AUTHORIZATION, format!("DPoP {token}"));
                set(DPOP, prover.proof(method.as_str(), &uri.to_string(), Some(token)));
            }
        }
    }

    /// Takes note of what the PDS answers. True when the request should be made again, with the nonce that it wants to
    /// see.
    pub(super) fn wants_again(self, uri: &Uri, status: http::StatusCode, headers: &HeaderMap) -> bool {
        let Self::Bound(_, prover) = self else { return false };
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let is_new = prover.heard(&uri.to_string(), text(NONCE));
        let asked = text(header::WWW_AUTHENTICATE).is_some_and(|why| why.contains("use_dpop_nonce"));
        status == http::StatusCode::UNAUTHORIZED && asked && is_new
    }
}

const DPOP: header::HeaderName = header::HeaderName::from_static("dpop");
const NONCE: header::HeaderName = header::HeaderName::from_static("dpop-nonce");
