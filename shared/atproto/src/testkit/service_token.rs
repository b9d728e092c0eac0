//! Tokens of service auth, honest and otherwise.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::TestSigner;

/// A token with these claims, signed as a PDS signs it.
pub fn sign_service_token(signer: &TestSigner, claims: &Value) -> String {
    let header = json!({ "typ": "JWT", "alg": signer.algorithm() });
    sign_jws(signer, header.to_string().as_bytes(), claims.to_string().as_bytes())
}

/// A JWS in the compact form of any two texts, which need not be JSON.
pub fn sign_jws(signer: &TestSigner, header: &[u8], payload: &[u8]) -> String {
    let signed = format!("{}.{}", BASE64URL_NOPAD.encode(header), BASE64URL_NOPAD.encode(payload));
    let signature = signer.sign(signed.as_bytes());
    format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
}

impl TestSigner {
    /// The `alg` of its signatures in a JWS.
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::K256(_) => "ES256K",
            Self::P256(_) => "ES256",
        }
    }
}
