//! What is no token at all.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use streamhut_atproto::ServiceAuthError as Refused;
use streamhut_atproto::service_auth::MAX_SERVICE_TOKEN_BYTES;
use streamhut_atproto::testkit::{KeyKind, sign_jws};

use crate::{AUDIENCE, DID, EXP, IAT, JTI, METHOD, ask, claims, header, refused, signer, token, with};

#[test]
fn what_is_no_compact_jws() {
    let good = token(header(), claims());
    let [head, body, signature]: [&str; 3] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    for (text, count) in [
        (String::new(), 1),
        (head.to_owned(), 1),
        (format!("{head}.{body}"), 2),
        (format!("{good}."), 4),
        (format!("{head}..{body}.{signature}"), 4),
        (format!("{head}.{body}.x.y.{signature}"), 5),
    ] {
        refused(&text, &Refused::Parts { count }, &text);
    }
    let spoilt = signature.strip_suffix(|_: char| true).unwrap();
    let last = signature.chars().last().unwrap();
    let sixth = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let next = sixth.chars().nth(sixth.find(last).unwrap() + 1).unwrap();
    for (part, text) in [
        ("header", format!("Bearer {good}")),
        ("header", format!(" {good}")),
        ("header", format!("{head}=.{body}.{signature}")),
        ("header", format!("{head}AAA.{body}.{signature}")),
        ("claims", format!("{head}.{body}\n.{signature}")),
        ("claims", format!("{head}.{}.{signature}", body.replacen('e', "é", 1))),
        ("claims", format!("{head}.{}+.{signature}", &body[1..])),
        ("signature", format!("{good}=")),
        ("signature", format!("{good}\n")),
        ("signature", format!("{head}.{body}.{spoilt}{next}")),
        ("signature", format!("{head}.{body}.{spoilt}/")),
    ] {
        let Err(Refused::Base64 { part: found, .. }) = ask(&text) else { panic!("{text}: {:?}", ask(&text)) };
        assert_eq!(found, part, "{text}");
    }
}

#[test]
fn tokens_over_the_cap() {
    let of_length = |len: usize| {
        let texts = (2500..3000).flat_map(|pad| {
            let claims = with(claims(), "pad", json!("x".repeat(pad)));
            // Spaces, since not every length is one of base64url.
            (0..3).map(move |more| (format!("{}{}", header(), " ".repeat(more)), claims.clone()))
        });
        let unsigned = |(header, claims): &(String, Value)| {
            let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes()).len();
            part(header) + part(&claims.to_string()) + 2 + 86
        };
        let (header, claims) = texts.into_iter().find(|texts| unsigned(texts) == len).unwrap();
        token(header, claims)
    };
    let longest = of_length(MAX_SERVICE_TOKEN_BYTES);
    assert_eq!(longest.len(), 4096);
    assert!(ask(&longest).is_ok());
    let len = MAX_SERVICE_TOKEN_BYTES + 1;
    refused(&of_length(len), &Refused::TooLong { len }, len);
}

#[test]
fn what_is_no_object() {
    let array = json!([DID, AUDIENCE, EXP, IAT, METHOD, JTI]);
    let twice = |object: Value, member: &str| {
        let again = json!({ member: object[member] }).to_string();
        object.to_string().replacen('}', ",", 1) + again.trim_start_matches('{')
    };
    let deep = format!("{}{}", "[".repeat(1400), "]".repeat(1400));
    let good = claims().to_string();
    let mut rows = vec![
        ("header", token("", claims())),
        ("header", token("[\"ES256K\",\"JWT\"]", claims())),
        ("header", token(twice(header(), "alg"), claims())),
        ("header", token(twice(header(), "typ"), claims())),
        ("claims", token(header(), "")),
        ("claims", token(header(), "null")),
        ("claims", token(header(), "\"text\"")),
        ("claims", token(header(), array)),
        ("claims", token(header(), deep)),
        ("claims", token(header(), format!("{good}{good}"))),
        ("claims", token(header(), &good[..good.len() - 1])),
        ("claims", token(header(), good.replacen('}', ",}", 1))),
    ];
    for claim in ["iss", "aud", "exp", "iat", "lxm", "jti"] {
        rows.push(("claims", token(header(), twice(claims(), claim))));
    }
    let not_text = [b"{\"x\":\"\xff\",", &good.as_bytes()[1..]].concat();
    rows.push(("claims", sign_jws(&signer(KeyKind::K256), header().to_string().as_bytes(), &not_text)));
    for (part, text) in rows {
        let Err(Refused::NotAnObject { part: found, .. }) = ask(&text) else {
            panic!("{text}: {:?}", ask(&text))
        };
        assert_eq!(found, part, "{text}");
    }
}
