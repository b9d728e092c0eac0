//! Well-formed tokens that do not hold here and now.

use data_encoding::BASE64URL_NOPAD;
use serde_json::json;
use streamhut_atproto::service_auth::Expected;
use streamhut_atproto::testkit::{KeyKind, TestSigner, sign_service_token};
use streamhut_atproto::{Audience, Nsid, ServiceAuthError as Refused, ServiceToken, SignatureError};

use crate::{
    AUDIENCE, DID, EXP, FOR_US, IAT, KINDS, NOW_MS, OUR_METHOD, SKEW_S, at, claims, header, judge, refused,
    signer, timed, token, with,
};

#[test]
fn tokens_for_others() {
    let other =
        |aud: &str| Refused::WrongAudience { expected: FOR_US.clone(), found: Audience::parse(aud).unwrap() };
    for aud in [
        "did:web:author.example.org",
        "did:web:author.example.org#streamhut_appvie",
        "did:web:author.example.org#streamhut_appview2",
        "did:web:author.example.org#Streamhut_appview",
        "did:web:author.example.org#bsky_appview",
        "did:web:author.example.com#streamhut_appview",
        "did:plc:yk4dd2qkboz2yv6tpubpc6co#streamhut_appview",
    ] {
        refused(&token(header(), with(claims(), "aud", json!(aud))), &other(aud), aud);
    }
    let method = |found: Option<&str>| Refused::WrongMethod {
        expected: OUR_METHOD.clone(),
        found: found.map(|lxm| Nsid::parse(lxm).unwrap()),
    };
    for lxm in
        ["com.example.unregisterCreator", "com.example.registercreator", "com.example.other.registerCreator"]
    {
        refused(&token(header(), with(claims(), "lxm", json!(lxm))), &method(Some(lxm)), lxm);
    }
    refused(&token(header(), with(claims(), "lxm", None)), &method(None), "no lxm");
    let labeler = with(claims(), "iss", json!(format!("{DID}#atproto_labeler")));
    let service = "atproto_labeler".to_owned();
    assert_eq!(ServiceToken::parse(&token(header(), &labeler)).unwrap().issuer_service(), Some(&*service));
    refused(&token(header(), labeler), &Refused::IssuerService { service }, "a labeler");
}

/// A service that is known by its DID alone takes no token for one of the DID's services.
#[test]
fn an_audience_without_a_service_is_another_one() {
    let bare = Audience::parse("did:web:author.example.org").unwrap();
    assert_eq!((bare.did().as_str(), bare.service()), ("did:web:author.example.org", None));
    assert_eq!((FOR_US.did(), FOR_US.service()), (bare.did(), Some("streamhut_appview")));
    assert_eq!((bare.to_string(), FOR_US.to_string()), (bare.did().to_string(), AUDIENCE.to_owned()));
    let expected = Expected { audience: &bare, ..at(NOW_MS) };
    let key = signer(KeyKind::K256).public_key();
    let found = FOR_US.clone();
    let error = Refused::WrongAudience { expected: bare.clone(), found };
    assert_eq!(judge(&token(header(), claims()), &expected, &key), Err(error));
    let for_the_did = token(header(), with(claims(), "aud", json!(bare.to_string())));
    assert!(judge(&for_the_did, &expected, &key).is_ok());
}

#[test]
fn times() {
    let (max_age_s, skew_s) = (60, SKEW_S);
    let expired = |exp, now_ms| Err(Refused::Expired { exp, now_ms });
    let early = |iat, now_ms| Err(Refused::NotYetIssued { iat, now_ms, skew_s });
    let lifetime = |iat, exp| Err(Refused::Lifetime { iat, exp, max_age_s });
    let ahead = |exp, now_ms| Err(Refused::TooFarAhead { exp, now_ms, max_age_s });
    let start = IAT * 1000;
    let rows = [
        (Some(IAT), EXP, start, Ok(())),
        (Some(IAT), EXP, start + 59_999, Ok(())),
        (Some(IAT), EXP, start + 60_000, expired(EXP, start + 60_000)),
        (Some(IAT), EXP, u64::MAX, expired(EXP, u64::MAX)),
        (Some(IAT), EXP, start - 5_000, Ok(())),
        (Some(IAT), EXP, start - 5_001, early(IAT, start - 5_001)),
        (Some(IAT), EXP, 0, early(IAT, 0)),
        (Some(IAT), IAT + 1, start, Ok(())),
        (Some(IAT), EXP + 1, start, lifetime(IAT, EXP + 1)),
        (Some(IAT), EXP + 1, start + 60_500, lifetime(IAT, EXP + 1)),
        (Some(IAT), (1 << 53) - 1, start, lifetime(IAT, (1 << 53) - 1)),
        (Some(IAT), IAT, start - 1_000, lifetime(IAT, IAT)),
        (Some(IAT + 4), IAT + 2, start, lifetime(IAT + 4, IAT + 2)),
        (Some(0), EXP, start, lifetime(0, EXP)),
        (Some(0), 0, 0, expired(0, 0)),
        (None, EXP, start, Ok(())),
        (None, EXP, start - 5_000, Ok(())),
        (None, EXP, start - 5_001, ahead(EXP, start - 5_001)),
        (None, EXP, start + 59_999, Ok(())),
        (None, EXP, start + 60_000, expired(EXP, start + 60_000)),
    ];
    for (iat, exp, now_ms, outcome) in rows {
        assert_eq!(timed(iat, exp).check(&at(now_ms)), outcome, "{iat:?} {exp} {now_ms}");
    }
    let any = Expected { max_age_s: u64::MAX, skew_s: u64::MAX, ..at(u64::MAX - 1) };
    assert!(timed(None, 1).check(&any).is_err());
    assert_eq!(timed(Some(1), (1 << 53) - 1).check(&Expected { now_ms: 0, ..any }), Ok(()));
    let exact = Expected { skew_s: 0, ..at(start - 1) };
    assert_eq!(timed(None, EXP).check(&exact), ahead(EXP, start - 1));
    assert!(timed(Some(IAT), EXP).check(&exact).is_err());
}

#[test]
fn signatures_that_are_refused() {
    for kind in KINDS {
        let signer = signer(kind);
        let key = signer.public_key();
        let good = sign_service_token(&signer, &claims());
        let (signed, _) = good.rsplit_once('.').unwrap();
        let signature = signer.sign(signed.as_bytes());
        let carrying = |signature: &[u8]| format!("{signed}.{}", BASE64URL_NOPAD.encode(signature));
        let malformed = |len| SignatureError::Malformed { len };
        let other = TestSigner::from_seed(kind, 12);
        let another_token = sign_service_token(&signer, &with(claims(), "jti", json!("another")));
        let (_, another_signature) = another_token.rsplit_once('.').unwrap();
        for (text, error) in [
            (carrying(&signer.sign_high_s(signed.as_bytes())), SignatureError::HighS),
            (carrying(&signature[..63]), malformed(63)),
            (carrying(&[&signature[..], &[0]].concat()), malformed(65)),
            (carrying(&[0; 64]), malformed(64)),
            (carrying(&[0xff; 64]), malformed(64)),
            (carrying(&other.sign(signed.as_bytes())), SignatureError::Mismatch),
            (carrying(&signer.sign(format!("{signed}.").as_bytes())), SignatureError::Mismatch),
            (format!("{signed}.{another_signature}"), SignatureError::Mismatch),
        ] {
            assert_eq!(judge(&text, &at(NOW_MS), &key), Err(Refused::Signature(error)), "{text}");
        }
        assert!(judge(&carrying(&signature), &at(NOW_MS), &key).is_ok());
        let mismatch = Err(Refused::Signature(SignatureError::Mismatch));
        assert_eq!(judge(&good, &at(NOW_MS), &other.public_key()), mismatch);
    }
}

/// Nor does leaving it out.
#[test]
fn no_algorithm_makes_the_signature_optional() {
    let none = token(with(header(), "alg", json!("none")), claims());
    let (signed, _) = none.rsplit_once('.').unwrap();
    refused(&format!("{signed}."), &Refused::Algorithm { found: "none".to_owned() }, "none");
    let good = token(header(), claims());
    let (signed, _) = good.rsplit_once('.').unwrap();
    let empty = Refused::Signature(SignatureError::Malformed { len: 0 });
    refused(&format!("{signed}."), &empty, "no signature");
}

#[test]
fn the_algorithm_is_that_of_the_key() {
    let [k256, p256] = KINDS.map(signer);
    let mismatch = |expected, found| Err(Refused::WrongAlgorithm { expected, found });
    let text = sign_service_token(&k256, &claims());
    assert_eq!(judge(&text, &at(NOW_MS), &p256.public_key()), mismatch("ES256", "ES256K"));
    let text = sign_service_token(&p256, &claims());
    assert_eq!(judge(&text, &at(NOW_MS), &k256.public_key()), mismatch("ES256K", "ES256"));
    // Signed as the key signs, and called something else.
    let text = token(with(header(), "alg", json!("ES256")), claims());
    assert_eq!(judge(&text, &at(NOW_MS), &k256.public_key()), mismatch("ES256K", "ES256"));
}

#[test]
fn a_host_is_an_audience_by_its_name() {
    for (host, expect) in [
        ("run.example.com", Some("did:web:run.example.com")),
        ("Run.Example.com:8443", Some("did:web:run.example.com")),
        ("localhost:4401", Some("did:web:localhost")),
        ("127.0.0.1:4401", Some("did:web:localhost")),
        ("[::1]:4401", Some("did:web:localhost")),
        ("127.0.0.1", Some("did:web:localhost")),
        ("", None),
        ("a/b", None),
        ("a b.example.com", None),
    ] {
        let audience = Audience::of_host(host).ok().map(|audience| audience.to_string());
        assert_eq!(audience.as_deref(), expect, "{host}");
    }
}
