//! A token of service auth: from somebody without a key, or with any claims and a good signature.

use std::sync::LazyLock;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use streamhut_atproto::service_auth::{Expected, MAX_JTI_CHARS, MAX_SERVICE_TOKEN_BYTES, Verified};
use streamhut_atproto::testkit::sign_service_token;
use streamhut_atproto::{Audience, Did, Nsid, ServiceAuthError, ServiceToken};

use crate::fixture::ACCOUNTS;

const AUDIENCE: &str = "did:web:author.example.org#streamhut_appview";
const METHOD: &str = "com.example.registerCreator";
const NOW_MS: u64 = 1_800_000_010_000;
const MAX_AGE_S: u64 = 60;
const SKEW_S: u64 = 5;

/// All that the two accounts ever signed for this place.
const SIGNED: [&str; 2] = [
    include_str!("../seeds/service_auth/good-k256.jwt"),
    include_str!("../seeds/service_auth/good-p256.jwt"),
];

static PLACE: LazyLock<(Audience, Nsid)> =
    LazyLock::new(|| (Audience::parse(AUDIENCE).expect("an audience"), METHOD.parse().expect("a method")));

/// A token, or (where it begins as an object does) the claims of one.
///
/// A token that passes is one that an account signed, to the letter, and no refusal repeats a signature of theirs.
/// Claims that pass once signed name this place, and a time that is neither past nor far ahead; and one account's
/// signature is not another's.
pub fn service_auth(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    if text.starts_with('{') { claims(text) } else { token(text) }
}

fn token(text: &str) -> bool {
    let token = match ServiceToken::parse(text) {
        Ok(token) => token,
        Err(error) => return refused(&error),
    };
    assert!(text.len() <= MAX_SERVICE_TOKEN_BYTES && text.split('.').count() == 3, "{text}");
    let verified = ACCOUNTS.each_ref().map(|account| token.verify(&expected(), &account.key));
    let accepted = verified.iter().any(|outcome| outcome.as_ref().map_or_else(refused, |_| true));
    assert!(!accepted || SIGNED.contains(&text), "nobody signed {text}");
    accepted
}

/// No refusal tells what would let a token pass.
fn refused(error: &ServiceAuthError) -> bool {
    let told = format!("{error} {error:?}");
    for signed in SIGNED {
        let (_, signature) = signed.rsplit_once('.').expect("a signature");
        assert!(!told.contains(signature), "{told}");
    }
    false
}

fn claims(text: &str) -> bool {
    let header = json!({ "typ": "JWT", "alg": "ES256K" }).to_string();
    let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
    let Ok(unsigned) = ServiceToken::parse(&format!("{}.{}.", part(&header), part(text))) else {
        return false;
    };
    // What is passed over may be deeper, and a number larger, than a value holds.
    let Ok(said) = serde_json::from_str::<Value>(text) else { return false };
    let service = unsigned.issuer_service().map(|service| format!("#{service}")).unwrap_or_default();
    assert_eq!(said["iss"], json!(format!("{}{service}", unsigned.issuer())));
    assert_eq!(said["aud"], json!(unsigned.audience().to_string()));
    assert_eq!(said.get("lxm"), unsigned.method().map(|method| json!(method)).as_ref());
    if unsigned.check(&expected()).is_err() {
        return false;
    }
    assert_eq!((&said["aud"], &said["lxm"]), (&json!(AUDIENCE), &json!(METHOD)));
    let exp = said["exp"].as_u64().expect("whole seconds");
    assert!(NOW_MS < exp * 1000 && exp * 1000 <= NOW_MS + (MAX_AGE_S + SKEW_S) * 1000, "{exp}");
    if let Some(iat) = said.get("iat") {
        let iat = iat.as_u64().expect("whole seconds");
        assert!(
            iat < exp && exp <= iat + MAX_AGE_S && iat * 1000 <= NOW_MS + SKEW_S * 1000,
            "{iat} to {exp}"
        );
    }
    let verified = Verified {
        did: said["iss"].as_str().and_then(|did| Did::parse(did).ok()).expect("a DID alone"),
        jti: said["jti"].as_str().expect("text").to_owned(),
        expires_ms: exp * 1000,
    };
    assert!((1..=MAX_JTI_CHARS).contains(&verified.jti.len()));
    let [one, other] = &*ACCOUNTS;
    for (signer, stranger) in [(one, other), (other, one)] {
        // Written anew, and the same claims to us.
        let Ok(token) = ServiceToken::parse(&sign_service_token(&signer.signer, &said)) else { continue };
        assert_eq!(token.verify(&expected(), &signer.key).as_ref(), Ok(&verified));
        assert!(token.verify(&expected(), &stranger.key).is_err());
    }
    true
}

fn expected() -> Expected<'static> {
    let (audience, method) = &*PLACE;
    Expected { audience, method, now_ms: NOW_MS, max_age_s: MAX_AGE_S, skew_s: SKEW_S }
}
