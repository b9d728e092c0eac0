//! Tokens that others made.

use data_encoding::BASE64URL_NOPAD;
use streamhut_atproto::PublicKey;
use streamhut_atproto::testkit::{KeyKind, TestSigner, sign_jws};

use crate::{DID, NOW_MS, at, judge};

/// Made by `createServiceJwt` of `@atproto/xrpc-server` 0.13.2 with the accounts of `tests/data`.
#[test]
fn tokens_of_the_reference_implementation() {
    let tokens = [
        (
            concat!(
                "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NksifQ.",
                "eyJpYXQiOjE4MDAwMDAwMDAsImlzcyI6ImRpZDpwbGM6eWs0ZGQycWtib3oyeXY2dHB1YnBjNmNvIiwiYXVkIjoiZGlkOndl",
                "YjphdXRob3IuZXhhbXBsZS5vcmcjc3RyZWFtaHV0X2FwcHZpZXciLCJleHAiOjE4MDAwMDAwNjAsImx4bSI6ImNvbS5leGFt",
                "cGxlLnJlZ2lzdGVyQ3JlYXRvciIsImp0aSI6ImZhNWY1YWM1MDRmYmFhZDg5ZDQzNmU5Zjc4ZmVhMDVkIn0.",
                "M92xtYBplf1Xj5PKbSOtoFp48_9buT6tLSfHwDCVqf4B4f1IjjU2ciRl6FqhQDl33r8lhvUFD5Rze-OrIi4y5Q",
            ),
            DID,
            "zQ3shjyJXUaRJC2GC43mX8aPrUhoTdoiongXhZjsdTzPKYZUM",
            TestSigner::from_secret(KeyKind::K256, &[0x11; 32]),
        ),
        (
            concat!(
                "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.",
                "eyJpYXQiOjE4MDAwMDAwMDAsImlzcyI6ImRpZDp3ZWI6Y3JlYXRvci5leGFtcGxlLm9yZyIsImF1ZCI6ImRpZDp3ZWI6YXV0",
                "aG9yLmV4YW1wbGUub3JnI3N0cmVhbWh1dF9hcHB2aWV3IiwiZXhwIjoxODAwMDAwMDYwLCJseG0iOiJjb20uZXhhbXBsZS5y",
                "ZWdpc3RlckNyZWF0b3IiLCJqdGkiOiIyMjg0NzNkN2Y3YWIzZDc4YTVlMGRlMDM2ZjNmMTJmMiJ9.",
                "8DwHzUBXjmrm3ez3D_Kyz7l-ryr_qtBeNTmrJfRaQG92jfN0i-2OROjE_QVpx-gRoOPv8BmG-eGwIkDdof2Plw",
            ),
            "did:web:creator.example.org",
            "zDnaex62me84JZnkEzmeYRa8FCLNe7y1asoSwBMK26GBYpL7c",
            TestSigner::from_secret(KeyKind::P256, &[0x22; 32]),
        ),
    ];
    for (text, did, key, signer) in tokens {
        let verified = judge(text, &at(NOW_MS), &PublicKey::from_multikey(key).unwrap()).unwrap();
        assert_eq!((verified.did.as_str(), verified.jti.len()), (did, 32));
        let parts: Vec<_> =
            text.split('.').map(|part| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).collect();
        assert_eq!(sign_jws(&signer, &parts[0], &parts[1]), text, "signed here, it is the same");
    }
}
