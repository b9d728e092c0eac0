//! Proof, with each request, that whoever sends a token is whom it was given to.
//!
//! Source: RFC 9449, with ES256 only.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crypto_box::aead::OsRng;
use crypto_box::aead::rand_core::RngCore;
use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use url::Url;

/// Longer nonces than this are not kept: whatever they are, they are no nonces.
const MAX_NONCE_CHARS: usize = 256;

/// A key made for one session.
pub struct Key(SigningKey);

/// What one proof is for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// Where the request goes, with its query or without.
    pub url: &'a str,
    /// The access token that goes along.
    pub token: Option<&'a str>,
    /// What the server wants to see in the proof.
    pub nonce: Option<&'a str>,
}

impl Key {
    /// A new one.
    pub fn generate() -> Self {
        loop {
            // All but about one in 2^32 are keys.
            if let Ok(key) = SigningKey::from_slice(&random_bytes::<32>()) {
                return Self(key);
            }
        }
    }

    /// Reads a key as [`Key::to_text`] wrote it.
    pub fn from_text(text: &str) -> Option<Self> {
        SigningKey::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok().map(Self)
    }

    /// The secret number in base64url, to be kept.
    pub fn to_text(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0.to_bytes())
    }

    /// A proof: a token of its own, called `id`, made at `now` (seconds since 1970).
    pub fn proof(&self, asked: Asked<'_>, id: &str, now: i64) -> String {
        let place = asked.url.split(['?', '#']).next().unwrap_or_default();
        let mut claims = json!({"jti": id, "htm": asked.method, "htu": place, "iat": now});
        if let Some(claims) = claims.as_object_mut() {
            if let Some(token) = asked.token {
                claims.insert("ath".to_owned(), hash(token).into());
            }
            if let Some(nonce) = asked.nonce {
                claims.insert("nonce".to_owned(), nonce.into());
            }
        }
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": self.public()});
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature: Signature = self.0.sign(signed.as_bytes());
        format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature.to_bytes()))
    }

    fn public(&self) -> Value {
        let point = self.0.verifying_key().to_sec1_point(false);
        let part = |bytes: Option<&[u8]>| BASE64URL_NOPAD.encode(bytes.unwrap_or_default());
        let (x, y) = (point.x().map(|x| x.as_slice()), point.y().map(|y| y.as_slice()));
        json!({"kty": "EC", "crv": "P-256", "x": part(x), "y": part(y)})
    }
}

fn hash(token: &str) -> String {
    BASE64URL_NOPAD.encode(&Sha256::digest(token))
}

/// Makes the proofs of a session, and keeps what each server wants to see in the next one.
pub struct Prover {
    key: Key,
    /// By origin.
    nonces: Mutex<BTreeMap<String, String>>,
}

impl Prover {
    /// A prover that knows no nonces yet.
    pub fn new(key: Key) -> Self {
        Self { key, nonces: Mutex::default() }
    }

    /// Its key.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The value of the header `DPoP` for one request.
    pub fn proof(&self, method: &str, url: &str, token: Option<&str>) -> String {
        let nonce = self.nonce(url);
        let asked = Asked { method, url, token, nonce: nonce.as_deref() };
        self.key.proof(asked, &random(), OffsetDateTime::now_utc().unix_timestamp())
    }

    /// Whether a server's nonce is known.
    pub fn knows(&self, url: &str) -> bool {
        self.nonce(url).is_some()
    }

    /// Takes note of the header `DPoP-Nonce` of the answer to `url`. True when it is new.
    pub fn heard(&self, url: &str, nonce: Option<&str>) -> bool {
        let Some(nonce) = nonce.filter(|nonce| (1..=MAX_NONCE_CHARS).contains(&nonce.len())) else {
            return false;
        };
        let mut nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        nonces.insert(origin(url), nonce.to_owned()).is_none_or(|before| before != nonce)
    }

    fn nonce(&self, url: &str) -> Option<String> {
        self.nonces.lock().unwrap_or_else(PoisonError::into_inner).get(&origin(url)).cloned()
    }
}

fn origin(url: &str) -> String {
    Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

/// Text that nobody guesses: 128 random bits in base64url.
pub fn random() -> String {
    BASE64URL_NOPAD.encode(&random_bytes::<16>())
}

/// Bytes that nobody guesses.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier;

    use super::*;

    /// RFC 9449, section 7.1.
    #[test]
    fn the_hash_of_the_rfc() {
        let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
        assert_eq!(hash(token), "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
    }

    fn json_of(part: &str) -> Value {
        serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn a_proof_is_signed_by_the_key_that_it_shows() {
        let key = Key::generate();
        let url = "https://pds.dev/xrpc/x?y=z#f";
        let asked = Asked { method: "GET", url, token: None, nonce: None };
        let plain = json!({"jti": "id", "htm": "GET", "htu": "https://pds.dev/xrpc/x", "iat": 7});
        let mut whole = plain.clone();
        whole["ath"] = hash("token").into();
        whole["nonce"] = "n".into();
        for (asked, claims) in
            [(asked, plain), (Asked { token: Some("token"), nonce: Some("n"), ..asked }, whole)]
        {
            let proof = key.proof(asked, "id", 7);
            let (signed, signature) = proof.rsplit_once('.').unwrap();
            let (header, body) = signed.split_once('.').unwrap();
            assert_eq!(json_of(body), claims);
            let header = json_of(header);
            assert_eq!((&header["typ"], &header["alg"]), (&json!("dpop+jwt"), &json!("ES256")));
            let jwk = &header["jwk"];
            assert_eq!(
                (&jwk["kty"], &jwk["crv"], jwk.as_object().unwrap().len()),
                (&json!("EC"), &json!("P-256"), 4)
            );
            let half = |name: &str| BASE64URL_NOPAD.decode(jwk[name].as_str().unwrap().as_bytes()).unwrap();
            let point = [vec![4], half("x"), half("y")].concat();
            let shown = VerifyingKey::from_sec1_bytes(&point).unwrap();
            let signature =
                Signature::from_slice(&BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap()).unwrap();
            shown.verify(signed.as_bytes(), &signature).unwrap();
        }
    }

    #[test]
    fn a_key_is_read_as_it_was_written() {
        let key = Key::generate();
        let again = Key::from_text(&key.to_text()).unwrap();
        assert_eq!(again.public(), key.public());
        for bad in ["", "AAAA", "!", &"A".repeat(43), &"_".repeat(43)] {
            assert!(Key::from_text(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn each_server_gets_its_own_nonce() {
        let prover = Prover::new(Key::generate());
        assert!(prover.heard("https://a.dev/x", Some("one")));
        assert!(!prover.heard("https://a.dev/y", Some("one")));
        assert!(prover.heard("https://a.dev/y", Some("two")));
        assert!(!prover.heard("https://a.dev/", None));
        assert!(!prover.heard("https://a.dev/", Some(&"n".repeat(257))));
        let nonce = |url| {
            let proof = prover.proof("POST", url, None);
            json_of(proof.split('.').nth(1).unwrap())["nonce"].clone()
        };
        assert_eq!(nonce("https://a.dev/z"), json!("two"));
        assert_eq!(nonce("https://b.dev/z"), Value::Null);
        assert!(prover.knows("https://a.dev") && !prover.knows("https://b.dev"));
    }
}
