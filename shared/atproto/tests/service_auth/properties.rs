//! What holds for any token.

use data_encoding::BASE64URL_NOPAD;
use proptest::prelude::*;
use serde_json::{Value, json};
use streamhut_atproto::ServiceToken;
use streamhut_atproto::service_auth::Expected;
use streamhut_atproto::testkit::sign_service_token;

use crate::{IAT, KINDS, NOW_MS, at, claims, header, judge, signer, timed};

proptest! {
    #[test]
    fn any_other_character_spoils_a_token(p256 in any::<bool>(), place in any::<prop::sample::Index>(), by in "[A-Za-z0-9_.=-]|.") {
        let signer = signer(KINDS[usize::from(p256)]);
        let good = sign_service_token(&signer, &claims());
        let key = signer.public_key();
        let at_place = place.index(good.len());
        let changed = format!("{}{by}{}", &good[..at_place], &good[at_place + 1..]);
        prop_assume!(changed != good);
        prop_assert!(judge(&changed, &at(NOW_MS), &key).is_err(), "{changed}");
        let longer = format!("{}{by}{}", &good[..at_place], &good[at_place..]);
        prop_assert!(judge(&longer, &at(NOW_MS), &key).is_err(), "{longer}");
        let shorter = format!("{}{}", &good[..at_place], &good[at_place + 1..]);
        prop_assert!(judge(&shorter, &at(NOW_MS), &key).is_err(), "{shorter}");
    }

    #[test]
    fn what_passes_is_young_and_ends_soon(
        iat in prop::option::of(IAT - 80..IAT + 80),
        exp in IAT - 80..IAT + 160,
        now_ms in (IAT - 80) * 1000..(IAT + 160) * 1000,
        max_age_s in 0_u64..90,
        skew_s in 0_u64..10,
    ) {
        let expected = Expected { max_age_s, skew_s, ..at(now_ms) };
        let passes = timed(iat, exp).check(&expected).is_ok();
        let (now, age, skew) = (now_ms as i64, max_age_s as i64 * 1000, skew_s as i64 * 1000);
        let left = exp as i64 * 1000 - now;
        let in_time = left > 0 && left <= age + skew;
        let young = iat.is_none_or(|iat| {
            let old = now - iat as i64 * 1000;
            (-skew..=age).contains(&old) && (1..=max_age_s as i64).contains(&(exp as i64 - iat as i64))
        });
        prop_assert_eq!(passes, in_time && young);
    }

    #[test]
    fn foreign_text_never_panics(text in ".{0,40}|[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,90}") {
        prop_assert!(ServiceToken::parse(&text).is_err(), "{text}");
    }

    #[test]
    fn foreign_claims_never_panic(member in "iss|aud|exp|iat|lxm|jti", value in ".{0,30}|\"[a-z:#.]{0,30}\"|-?[0-9]{0,20}(\\.[0-9])?") {
        let text = claims().to_string().replacen('{', &format!("{{\"x\":0,\"{member}_\":0,"), 1);
        let old = claims()[&member].to_string();
        let changed = text.replacen(&format!("\"{member}\":{old}"), &format!("\"{member}\":{value}"), 1);
        let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
        let read = ServiceToken::parse(&format!("{}.{}.", part(&header().to_string()), part(&changed)));
        if let Ok(token) = read {
            let said: Value = serde_json::from_str(&changed).unwrap();
            let issuer = token.issuer_service().map_or(token.issuer().to_string(), |s| format!("{}#{s}", token.issuer()));
            prop_assert_eq!(json!(issuer), said["iss"].clone());
            prop_assert_eq!(json!(token.audience().to_string()), said["aud"].clone());
            prop_assert_eq!(json!(token.method()), said["lxm"].clone());
        }
    }
}
