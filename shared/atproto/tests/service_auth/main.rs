//! Tokens of service auth: what is read, and what is refused.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod form;
mod judged;
mod members;
mod properties;
mod reference;

use std::sync::LazyLock;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use streamhut_atproto::service_auth::{Expected, Verified};
use streamhut_atproto::testkit::{KeyKind, TestSigner, sign_jws, sign_service_token};
use streamhut_atproto::{Audience, Did, Nsid, PublicKey, ServiceAuthError as Refused, ServiceToken};

const KINDS: [KeyKind; 2] = [KeyKind::K256, KeyKind::P256];
const DID: &str = "did:plc:yk4dd2qkboz2yv6tpubpc6co";
const AUDIENCE: &str = "did:web:author.example.org#streamhut_appview";
const METHOD: &str = "com.example.registerCreator";
const JTI: &str = "9bd2b8a4c4a84f60a1d4b4d1c2a4ee10";
/// When tokens are issued, in seconds; a minute later they expire.
const IAT: u64 = 1_800_000_000;
const EXP: u64 = IAT + 60;
/// When they are judged.
const NOW_MS: u64 = IAT * 1000 + 10_000;
const SKEW_S: u64 = 5;

static FOR_US: LazyLock<Audience> = LazyLock::new(|| Audience::parse(AUDIENCE).unwrap());
static OUR_METHOD: LazyLock<Nsid> = LazyLock::new(|| Nsid::parse(METHOD).unwrap());

fn at(now_ms: u64) -> Expected<'static> {
    Expected { audience: &FOR_US, method: &OUR_METHOD, now_ms, max_age_s: 60, skew_s: SKEW_S }
}

fn signer(kind: KeyKind) -> TestSigner {
    TestSigner::from_seed(kind, 11)
}

fn header() -> Value {
    json!({ "typ": "JWT", "alg": "ES256K" })
}

fn claims() -> Value {
    json!({ "iss": DID, "aud": AUDIENCE, "lxm": METHOD, "jti": JTI, "iat": IAT, "exp": EXP })
}

/// `object` with another value of `member`, or without it.
fn with(mut object: Value, member: &str, value: impl Into<Option<Value>>) -> Value {
    let members = object.as_object_mut().unwrap();
    members.remove(member);
    members.extend(value.into().map(|value| (member.to_owned(), value)));
    object
}

/// A token of any two texts, signed on secp256k1.
fn token(header: impl ToString, claims: impl ToString) -> String {
    sign_jws(&signer(KeyKind::K256), header.to_string().as_bytes(), claims.to_string().as_bytes())
}

fn judge(text: &str, expected: &Expected<'_>, key: &PublicKey) -> Result<Verified, Refused> {
    ServiceToken::parse(text)?.verify(expected, key)
}

/// What becomes of a token here and now. A refusal repeats nothing that would let it pass.
fn ask(text: &str) -> Result<Verified, Refused> {
    let asked = judge(text, &at(NOW_MS), &signer(KeyKind::K256).public_key());
    if let Err(error) = &asked {
        let signature = text.rsplit('.').next().unwrap();
        let told = format!("{error} {error:?}");
        assert!(signature.len() < 16 || !told.contains(signature), "{told}");
        assert!(told.len() < 2000, "{told}");
    }
    asked
}

/// Like `assert_eq!`, with the input beside it.
fn refused(text: &str, error: &Refused, input: impl std::fmt::Debug) {
    assert_eq!(ask(text).as_ref(), Err(error), "{input:?}");
}

#[test]
fn a_token_on_each_curve() {
    for kind in KINDS {
        let text = sign_service_token(&signer(kind), &claims());
        let token = ServiceToken::parse(&text).unwrap();
        assert_eq!((token.issuer().as_str(), token.issuer_service()), (DID, None));
        assert_eq!((token.audience(), token.method()), (&*FOR_US, Some(&*OUR_METHOD)));
        assert_eq!(token.check(&at(NOW_MS)), Ok(()));
        let verified = token.verify(&at(NOW_MS), &signer(kind).public_key()).unwrap();
        let did = Did::parse(DID).unwrap();
        assert_eq!(verified, Verified { did, jti: JTI.to_owned(), expires_ms: EXP * 1000 });
        let shown = format!("{token:?}");
        let (_, signature) = text.rsplit_once('.').unwrap();
        assert!(shown.contains(DID) && !shown.contains(signature), "{shown}");
        let bytes = format!("{:?}", BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap());
        assert!(!shown.contains(bytes.trim_matches(['[', ']'])), "{shown}");
    }
}

/// A token with these times and no valid signature, for what is decided before that.
fn timed(iat: Option<u64>, exp: u64) -> ServiceToken {
    let claims = with(with(claims(), "iat", iat.map(Value::from)), "exp", json!(exp));
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    ServiceToken::parse(&format!("{}.{}.", part(&header()), part(&claims))).unwrap()
}
