//! Which strings are identifiers. Tables by the specification's rules, then properties.
#![allow(clippy::unwrap_used)]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use streamhut_atproto::{
    AtUri, Authority, Did, DidMethod, Handle, IdentifierError, IdentifierKind, Nsid, Reason, RecordKey, Tid,
};

/// Each of `valid` parses and prints back as it is, through text and JSON; none of `invalid` does.
fn check<T>(valid: &[&str], invalid: &[&str])
where
    T: FromStr<Err = IdentifierError> + Display + Debug + PartialEq + Serialize + DeserializeOwned,
{
    for text in valid {
        let parsed = T::from_str(text).unwrap();
        assert_eq!(parsed.to_string(), *text);
        let json = serde_json::to_string(&parsed).unwrap();
        assert_eq!(json, serde_json::to_string(text).unwrap());
        assert_eq!(serde_json::from_str::<T>(&json).unwrap(), parsed);
    }
    for text in invalid {
        assert!(T::from_str(text).is_err(), "{text:?} must be refused");
        assert!(
            serde_json::from_str::<T>(&serde_json::to_string(text).unwrap()).is_err(),
            "{text:?} in JSON"
        );
    }
}

#[test]
fn dids() {
    check::<Did>(
        &[
            "did:plc:44ybard66vv44zksje25o7dz",
            "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa",
            "did:web:example.com",
            "did:web:a.b-c.d3.example.com",
            "did:web:localhost",
        ],
        &[
            "",
            "did",
            "did:",
            "did::x",
            "did:plc",
            "did:plc:",
            "DID:plc:44ybard66vv44zksje25o7dz",
            "did:PLC:44ybard66vv44zksje25o7dz",
            "did:plc:44ybard66vv44zksje25o7d",
            "did:plc:44ybard66vv44zksje25o7dzz",
            "did:plc:44ybard66vv44zksje25o7d1",
            "did:plc:44YBARD66VV44ZKSJE25O7DZ",
            "did:plc:44ybard66vv44zksje25o7d/",
            "did:plc:44ybard66vv44zksje25o7dz:",
            " did:plc:44ybard66vv44zksje25o7dz",
            "did:plc:44ybard66vv44zksje25o7dz\n",
            "did:key:zQ3shZc2QzApp2oymGvQbzP8eKheVshBHbU4ZYjeXqwSKEn6N",
            "did:web:exämple.com",
            "did:web:-a.example.com",
            "at://did:web:example.com",
        ],
    );
    let unsupported = Did::parse("did:key:zQ3sh").unwrap_err();
    assert_eq!(unsupported.reason, Reason::UnsupportedMethod("key".to_owned()));
    assert_eq!(unsupported.kind, IdentifierKind::Did);
    assert_eq!(
        unsupported.to_string(),
        r#""did:key:zQ3sh" is not a valid DID: the DID method "key" is not supported"#
    );
    let web = Did::parse("did:web:example.com").unwrap();
    assert_eq!((web.method(), web.web_host()), (DidMethod::Web, Some("example.com")));
    let plc = Did::parse("did:plc:44ybard66vv44zksje25o7dz").unwrap();
    assert_eq!((plc.method(), plc.web_host()), (DidMethod::Plc, None));
}

#[test]
fn bad_input_02_did_web_syntax() {
    let long = format!("did:web:{}com", "a.".repeat(1020));
    assert_eq!(long.len(), 2051);
    let cases = [
        ("did:web:example.com%2Fpath", Reason::Character('%')),
        ("did:web:example.com%3A8080", Reason::Character('%')),
        ("did:web:example.com:path", Reason::Character(':')),
        ("did:web:user@example.com", Reason::Character('@')),
        ("did:web:example.com#fragment", Reason::Character('#')),
        ("did:web:example.com/path", Reason::Character('/')),
        ("did:web:example.com?query", Reason::Character('?')),
        ("did:web:example.com.", Reason::EmptyLabel),
        ("did:web:.example.com", Reason::EmptyLabel),
        ("did:web:EXAMPLE.com", Reason::Character('E')),
        ("did:web:[::1]", Reason::Character('[')),
        ("did:web:exa_mple.com", Reason::Character('_')),
        (&long, Reason::TooLong { max: 2048 }),
    ];
    for (text, reason) in cases {
        let error = Did::parse(text).unwrap_err();
        assert_eq!(error.reason, reason, "{text}");
        assert!(error.value.chars().count() <= 128);
    }
}

#[test]
fn handles() {
    let label = "a".repeat(63);
    let longest = format!("{label}.{label}.{label}.{}", "a".repeat(61));
    assert_eq!(longest.len(), 253);
    check::<Handle>(
        &["a.co", "aurora.test", "a-b.c--d.example.com", "1.2.3.com", "xn--ls8h.test", &longest],
        &[
            "",
            "com",
            ".com",
            "a.com.",
            "a..com",
            "-a.com",
            "a-.com",
            "a_b.com",
            "@a.com",
            "a.com/",
            "127.0.0.1",
            "a.1com",
            "ä.com",
            "a b.com",
            &format!("{longest}b"),
            &format!("{label}a.com"),
        ],
    );
    assert_eq!(Handle::parse("Aurora.TEST").unwrap(), Handle::parse("aurora.test").unwrap());
    let reserved = |text: &str| Handle::parse(text).unwrap().has_reserved_tld();
    assert!(reserved("handle.invalid") && reserved("a.LOCAL") && reserved("x.y.onion"));
    assert!(!reserved("aurora.test") && !reserved("local.example.com"));
    assert!(Handle::parse("aurora.test").unwrap().is_test());
}

#[test]
fn nsids() {
    let label = "a".repeat(63);
    check::<Nsid>(
        &[
            "place.stream.video",
            "a.b.c",
            "com.example.fooBar",
            "com.example.foo1",
            "a-1.b-2.c3",
            "com.1example.foo",
            &format!("com.{label}.{label}"),
        ],
        &[
            "",
            "com",
            "com.example",
            "com.example.",
            ".com.example.foo",
            "com..foo",
            "com.example.foo-bar",
            "com.example.1foo",
            "1com.example.foo",
            "com.example.foo*",
            "com.example.foo/bar",
            "com.-example.foo",
            "com.exämple.foo",
            &format!("com.{label}a.foo"),
            &format!("com.example.{label}a"),
            &format!("{}.foo", ["abcdefghi"; 26].join(".")),
        ],
    );
    assert_eq!(Nsid::parse("place.stream.video").unwrap().name(), "video");
}

#[test]
fn record_keys() {
    check::<RecordKey>(
        &["a", "self", "3jui7kd54zh2y", "demo:1.0.0-rc.1", "_~.:-", "...", "A1", &"k".repeat(512)],
        &["", ".", "..", "a/b", "a b", "a#b", "a%20", "@", "é", "a\0", &"k".repeat(513)],
    );
}

#[test]
fn at_uris() {
    check::<AtUri>(
        &[
            "at://did:plc:44ybard66vv44zksje25o7dz",
            "at://aurora.test",
            "at://aurora.test/place.stream.video",
            "at://did:web:example.com/place.stream.video/3jui7kd54zh2y",
            "at://did:plc:44ybard66vv44zksje25o7dz/run.at.release/demo:1.0.0",
        ],
        &[
            "",
            "at://",
            "at:/aurora.test",
            "AT://aurora.test",
            "https://aurora.test",
            "at:///place.stream.video",
            "at://aurora.test/",
            "at://aurora.test//a",
            "at://aurora.test/video",
            "at://aurora.test/place.stream.video/",
            "at://aurora.test/place.stream.video/a/b",
            "at://aurora.test/place.stream.video/..",
            "at://aurora.test/place.stream.video/a?x=y",
            "at://aurora.test/place.stream.video/a#b",
            "at://did:key:zQ3sh/place.stream.video/a",
            "at://user@aurora.test/place.stream.video/a",
        ],
    );
    let uri = AtUri::parse("at://did:web:example.com/place.stream.video/abc").unwrap();
    let (did, collection, rkey) = uri.record().unwrap();
    assert_eq!(AtUri::of_record(did, collection, rkey), uri);
    let folded = AtUri::parse("at://Aurora.Test/place.stream.video/Abc").unwrap();
    assert_eq!(folded.as_str(), "at://aurora.test/place.stream.video/Abc");
    assert!(matches!(folded.authority(), Authority::Handle(handle) if handle.as_str() == "aurora.test"));
    assert_eq!(folded.record(), None);
}

#[test]
fn tids() {
    check::<Tid>(
        &["3jzfcijpj2z2a", "7777777777777", "2222222222222", "jzzzzzzzzzzzz"],
        &[
            "",
            "3jzfcijpj2z21",
            "3jzfcijpj2z2aa",
            "3jzfcijpj2z2",
            "3jzf-cij-pj2z-2a",
            "kjzfcijpj2z2a",
            "zzzzzzzzzzzzz",
            "3JZFCIJPJ2Z2A",
            "0000000000000",
        ],
    );
    let early = Tid::from_micros(1_688_137_381_887_000, 0).unwrap();
    assert_eq!(early.micros(), 1_688_137_381_887_000);
    assert_eq!(Tid::parse("3jzfcijpj2z2a").unwrap().micros(), 1_688_137_381_887_007);
    assert_eq!(Tid::parse("3jzfcijpj2z2a").unwrap().clock_id(), 6);
    assert_eq!(Tid::from_micros(Tid::MAX_MICROS, Tid::MAX_CLOCK_ID).unwrap().as_str(), "bzzzzzzzzzzzz");
    assert_eq!(Tid::from_micros(Tid::MAX_MICROS + 1, 0), None);
    assert_eq!(Tid::from_micros(0, 1024), None);
}

proptest! {
    /// Arbitrary text never panics, and what parses prints back (handles fold their case).
    #[test]
    fn text_round_trips_or_is_refused(text in ".{0,64}|[a-zA-Z0-9.:/~_%-]{0,48}|(at://)?did:(web|plc):[a-z2-7./]{0,40}") {
        if let Ok(did) = Did::parse(&text) { prop_assert_eq!(did.as_str(), &text); }
        if let Ok(nsid) = Nsid::parse(&text) { prop_assert_eq!(nsid.as_str(), &text); }
        if let Ok(key) = RecordKey::parse(&text) { prop_assert_eq!(key.as_str(), &text); }
        if let Ok(tid) = Tid::parse(&text) { prop_assert_eq!(tid.as_str(), &text); }
        if let Ok(handle) = Handle::parse(&text) { prop_assert_eq!(handle.as_str(), text.to_ascii_lowercase()); }
        if let Ok(uri) = AtUri::parse(&text) { prop_assert_eq!(AtUri::parse(uri.as_str()).unwrap(), uri); }
    }

    #[test]
    fn made_identifiers_parse(
        plc in "did:plc:[a-z2-7]{24}",
        web in "did:web:[a-z]([a-z0-9-]{0,20}[a-z0-9])?(\\.[a-z][a-z0-9]{0,10}){1,4}",
        nsid in "[a-z][a-z0-9]{0,9}(\\.[a-z0-9]{1,9}){1,4}\\.[a-zA-Z][a-zA-Z0-9]{0,20}",
        rkey in "[A-Za-z0-9_~:-][A-Za-z0-9._~:-]{0,40}",
    ) {
        for did in [&plc, &web] {
            let did = Did::parse(did).unwrap();
            let uri = AtUri::of_record(&did, &Nsid::parse(&nsid).unwrap(), &RecordKey::parse(&rkey).unwrap());
            prop_assert_eq!(AtUri::parse(uri.as_str()).unwrap(), uri);
        }
    }

    #[test]
    fn tids_keep_the_order_of_time(
        a in 0..=Tid::MAX_MICROS, b in 0..=Tid::MAX_MICROS, clock in 0..=Tid::MAX_CLOCK_ID
    ) {
        let (first, second) = (Tid::from_micros(a, clock).unwrap(), Tid::from_micros(b, clock).unwrap());
        prop_assert_eq!(a.cmp(&b), first.cmp(&second));
        prop_assert_eq!((first.micros(), first.clock_id()), (a, clock));
        prop_assert_eq!(Tid::parse(first.as_str()).unwrap(), first);
    }
}
