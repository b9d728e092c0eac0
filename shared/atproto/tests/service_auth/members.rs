//! What may stand in a header and among the claims, and what may not.

use serde_json::json;
use streamhut_atproto::service_auth::MAX_JTI_CHARS;
use streamhut_atproto::{Reason, ServiceAuthError as Refused};

use crate::{AUDIENCE, DID, EXP, METHOD, ask, claims, header, refused, token, with};

#[test]
fn what_is_tolerated() {
    let long_jti = "j".repeat(MAX_JTI_CHARS);
    let tokens = [
        token(with(header(), "typ", None), claims()),
        token(with(header(), "typ", json!("jwt")), claims()),
        token(with(header(), "kid", json!("atproto")), claims()),
        token(with(header(), "jwk", json!({ "kty": "EC" })), claims()),
        token(header(), with(claims(), "iat", None)),
        token(header(), with(claims(), "nonce", json!([{ "a": 1.5 }, null]))),
        token(header(), with(claims(), "jti", json!("!"))),
        token(header(), with(claims(), "jti", json!(long_jti))),
        token(header(), format!("  {}\n", claims().to_string().replace("\"exp\"", "\"\\u0065xp\""))),
    ];
    for text in tokens {
        assert!(ask(&text).is_ok(), "{text}: {:?}", ask(&text));
    }
}

#[test]
fn headers_that_are_refused() {
    let algorithm = |found: &str| Refused::Algorithm { found: found.to_owned() };
    let typ = |found: &str| Refused::Type { found: found.to_owned() };
    let critical = |found: &str| Refused::Critical { found: found.to_owned() };
    let text =
        |member, found: &str| Refused::Member { member, found: found.to_owned(), expected: "a string" };
    let key = |found: &str| Refused::KeyId { found: found.to_owned() };
    let long = "k".repeat(2000);
    let rows = [
        ("alg", json!("none"), algorithm("none")),
        ("alg", json!("HS256"), algorithm("HS256")),
        ("alg", json!("RS256"), algorithm("RS256")),
        ("alg", json!("ES256k"), algorithm("ES256k")),
        ("alg", json!("es256"), algorithm("es256")),
        ("alg", json!("ES384"), algorithm("ES384")),
        ("alg", json!("EdDSA"), algorithm("EdDSA")),
        ("alg", json!(""), algorithm("")),
        ("alg", json!(long), algorithm(&long[..128])),
        ("alg", json!(null), text("alg", "null")),
        ("alg", json!(["ES256K"]), text("alg", "[\"ES256K\"]")),
        ("typ", json!("at+jwt"), typ("at+jwt")),
        ("typ", json!("refresh+jwt"), typ("refresh+jwt")),
        ("typ", json!("dpop+jwt"), typ("dpop+jwt")),
        ("typ", json!("AT+JWT"), typ("AT+JWT")),
        ("typ", json!(""), typ("")),
        ("typ", json!("JWT "), typ("JWT ")),
        ("typ", json!(null), text("typ", "null")),
        ("typ", json!(1), text("typ", "1")),
        ("crit", json!(["exp"]), critical("[\"exp\"]")),
        ("crit", json!([]), critical("[]")),
        ("crit", json!(null), critical("null")),
        ("kid", json!("atproto_label"), key("atproto_label")),
        ("kid", json!("#atproto"), key("#atproto")),
        ("kid", json!(""), key("")),
        ("kid", json!(long), key(&long[..128])),
        ("kid", json!(7), text("kid", "7")),
    ];
    for (member, value, error) in rows {
        let header = with(header(), member, value);
        refused(&token(&header, claims()), &error, header);
    }
    refused(&token(with(header(), "alg", None), claims()), &Refused::Missing { member: "alg" }, "no alg");
}

#[test]
fn claims_that_are_refused() {
    let member =
        |member, found: &str, expected| Refused::Member { member, found: found.to_owned(), expected };
    let text = |name, found: &str| member(name, found, "a string");
    let number = |name, found: &str| member(name, found, "a whole number of seconds since 1970");
    let service = |claim, found: &str| Refused::Service { claim, found: found.to_owned() };
    let jti = |found: &str| Refused::Jti { found: found.to_owned() };
    let long = "x".repeat(MAX_JTI_CHARS + 1);
    let rows = [
        ("iss", json!(1), text("iss", "1")),
        ("iss", json!([DID]), text("iss", &format!("[\"{DID}\"]"))),
        ("iss", json!(format!("{DID}#")), service("iss", "")),
        ("iss", json!(format!("{DID}#a#b")), service("iss", "a#b")),
        ("aud", json!([AUDIENCE]), text("aud", &format!("[\"{AUDIENCE}\"]"))),
        ("aud", json!(null), text("aud", "null")),
        ("aud", json!(format!("{DID}#")), service("aud", "")),
        ("aud", json!(format!("{DID}#a b")), service("aud", "a b")),
        ("aud", json!(format!("{DID}#ä")), service("aud", "ä")),
        ("aud", json!(format!("{DID}#{long}")), service("aud", &long[..128])),
        ("exp", json!(null), number("exp", "null")),
        ("exp", json!(EXP.to_string()), number("exp", "1800000060")),
        ("exp", json!(1_800_000_060.5), number("exp", "1800000060.5")),
        ("exp", json!(1_800_000_060.0), number("exp", "1800000060.0")),
        ("exp", json!(-1), number("exp", "-1")),
        ("exp", json!(1_u64 << 53), number("exp", "9007199254740992")),
        ("exp", json!(u64::MAX), number("exp", "18446744073709551615")),
        ("iat", json!(null), number("iat", "null")),
        ("iat", json!("now"), number("iat", "now")),
        ("iat", json!(1.5), number("iat", "1.5")),
        ("iat", json!(-1), number("iat", "-1")),
        ("lxm", json!(null), text("lxm", "null")),
        ("lxm", json!([METHOD]), text("lxm", &format!("[\"{METHOD}\"]"))),
        ("jti", json!(null), text("jti", "null")),
        ("jti", json!(7), text("jti", "7")),
        ("jti", json!(""), jti("")),
        ("jti", json!("a b"), jti("a b")),
        ("jti", json!("a\n"), jti("a\n")),
        ("jti", json!("ü"), jti("ü")),
        ("jti", json!(long), jti(&long[..128])),
    ];
    for (member, value, error) in rows {
        let claims = with(claims(), member, value);
        refused(&token(header(), &claims), &error, claims);
    }
    for member in ["iss", "aud", "exp", "jti"] {
        refused(&token(header(), with(claims(), member, None)), &Refused::Missing { member }, member);
    }
    for (claim, value, reason) in [
        ("iss", "", Reason::Prefix("did:")),
        ("iss", "did:key:zQ3sh", Reason::UnsupportedMethod("key".to_owned())),
        ("iss", "did:web:127.0.0.1/x", Reason::Character('/')),
        ("iss", "did:web:EXAMPLE.org", Reason::Character('E')),
        ("aud", "#streamhut_appview", Reason::Prefix("did:")),
        ("aud", "https://author.example.org", Reason::Prefix("did:")),
        ("lxm", "*", Reason::Character('*')),
        ("lxm", "com.example", Reason::TooFewLabels(3)),
        ("lxm", "com.example.registerCreator#main", Reason::Character('#')),
    ] {
        let text = token(header(), with(claims(), claim, json!(value)));
        let Err(Refused::Identifier { member, reason: found }) = ask(&text) else { panic!("{value}") };
        assert_eq!((member, found.reason), (claim, reason), "{value}");
    }
}
