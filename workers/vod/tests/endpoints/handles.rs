//! Handles in place of DIDs.

use at_run::testing::{Harness, Scripted};
use serde_json::{Value, json};

use crate::stage::*;

const DNS: &str = "https://cloudflare-dns.com/dns-query?name=_atproto.aurora.example-site.dev&type=TXT";
const WELL_KNOWN: &str = "https://aurora.example-site.dev/.well-known/atproto-did";
const RESOLVE: &str =
    "https://pds.example-site.dev/xrpc/com.atproto.identity.resolveHandle?handle=aurora.test";

fn txt(texts: &[&str]) -> Scripted {
    let answers: Vec<Value> =
        texts.iter().map(|text| json!({"name": "x", "type": 16, "TTL": 60, "data": text})).collect();
    ok(json!({"Status": 0, "Answer": answers}))
}

/// Before an account whose document claims `claims`.
fn named(claims: &[&str]) -> Harness {
    let mut harness = stage().http(&list_url(25, Some(&aurora()), None), page([&Video::new("a")], None));
    for name in ["aurora", "bert"] {
        harness = harness.http(&document_url(&did(name)), document(&did(name), PDS, claims));
    }
    harness
}

#[test]
fn handles_lead_to_accounts_that_claim_them() {
    const HANDLE: &str = "aurora.example-site.dev";
    let own = format!("did={}", aurora());
    let other = format!("did={}", did("bert"));
    let (first, last) = own.split_at(9);
    let nobody = || ok(json!({"Status": 3}));
    let host = || Scripted::text(200, &format!(" {}\n", aurora()));
    let none = || Scripted::text(404, "");
    let found = (200, "");
    let unknown = (404, "AccountNotFound");
    let away = (503, "UpstreamUnavailable");
    for (dns, host, claims, expect) in [
        (txt(&[&own]), none(), HANDLE, found),
        (txt(&[&format!("\"{own}\"")]), Scripted::Failed, HANDLE, found),
        (txt(&[&format!("\"{first}\" \"{last}\"")]), none(), HANDLE, found),
        (txt(&["\"v=spf1 -all\"", &own, &own]), none(), HANDLE, found),
        (nobody(), host(), HANDLE, found),
        (ok(json!({"Status": 0})), host(), HANDLE, found),
        (ok(json!({"Status": 2})), host(), HANDLE, found),
        (Scripted::Failed, host(), HANDLE, found),
        (html(), host(), HANDLE, found),
        // What DNS says counts, whatever the host says.
        (txt(&[&own]), Scripted::text(200, did("bert").as_str()), HANDLE, found),
        // Several, and none that is one.
        (txt(&[&own, &other]), none(), HANDLE, unknown),
        (txt(&["did=alice", "did:plc:x", ""]), none(), HANDLE, unknown),
        (nobody(), none(), HANDLE, unknown),
        (nobody(), html(), HANDLE, unknown),
        (nobody(), Scripted::Failed, HANDLE, unknown),
        // Nobody can say.
        (Scripted::Failed, none(), HANDLE, away),
        (Scripted::text(500, ""), Scripted::text(500, ""), HANDLE, away),
        (ok(json!({"Status": 2})), none(), HANDLE, away),
        (Scripted::Deadline, Scripted::Deadline, HANDLE, (504, "UpstreamTimeout")),
        // It leads to an account that has another name.
        (txt(&[&own]), none(), "bert.example-site.dev", unknown),
        (nobody(), host(), "example-site.dev", unknown),
    ] {
        let shown = format!("{dns:?} {host:?} {claims}");
        let harness = named(&[claims]).http(DNS, dns).http(WELL_KNOWN, host);
        let answer = harness.get(&format!("listVideos?creator={HANDLE}"));
        assert_eq!(outcome(&answer), (expect.0, expect.1.to_owned()), "{shown}");
        assert_eq!(asked(&harness, "getVideoList"), usize::from(expect == found), "{shown}");
    }
}

#[test]
fn an_accounts_document_says_which_of_its_names_counts() {
    let host = || Scripted::text(200, aurora().as_str());
    let answered = |harness: Harness| {
        outcome(
            &harness
                .http(DNS, ok(json!({"Status": 3})))
                .http(WELL_KNOWN, host())
                .get("listVideos?creator=aurora.example-site.dev"),
        )
    };
    for (document, expect) in [
        (Scripted::text(404, ""), (404, "AccountNotFound")),
        (Scripted::text(410, ""), (404, "AccountNotFound")),
        (html(), (502, "UpstreamFailed")),
        (ok(json!({"id": did("bert")})), (502, "UpstreamFailed")),
        (
            ok(json!({"id": aurora(), "alsoKnownAs": ["at://aurora.example-site.dev"]})),
            (502, "UpstreamFailed"),
        ),
        (Scripted::text(500, ""), (503, "UpstreamUnavailable")),
        (Scripted::Deadline, (504, "UpstreamTimeout")),
        (Scripted::text(200, &"x".repeat(600_000)), (502, "UpstreamFailed")),
    ] {
        let shown = format!("{document:.60?}");
        let harness = stage().http(&document_url(&aurora()), document);
        assert_eq!(answered(harness), (expect.0, expect.1.to_owned()), "{shown}");
    }
    // The first name is the one.
    assert_eq!(answered(named(&["aurora.example-site.dev", "x.example-site.dev"])).0, 200);
    assert_eq!(answered(named(&["x.example-site.dev", "aurora.example-site.dev"])).0, 404);
}

#[test]
fn test_handles_lead_through_the_pds_of_ones_own() {
    let resolved = || ok(json!({ "did": aurora() }));
    for (pds, answer, expect, requests) in [
        (None, resolved(), (404, "AccountNotFound"), 0),
        (Some(PDS), resolved(), (200, ""), 3),
        (Some("https://pds.example-site.dev/"), resolved(), (200, ""), 3),
        (Some(PDS), refusal(400, "HandleNotFound"), (404, "AccountNotFound"), 1),
        (Some(PDS), refusal(404, "x"), (404, "AccountNotFound"), 1),
        (Some(PDS), Scripted::text(500, ""), (503, "UpstreamUnavailable"), 1),
        (Some(PDS), html(), (502, "UpstreamFailed"), 1),
        (Some(PDS), ok(json!({"did": "did:key:z"})), (502, "UpstreamFailed"), 1),
    ] {
        let mut harness = named(&["aurora.test"]).http(RESOLVE, answer);
        if let Some(pds) = pds {
            harness = harness.config("PDS_URL", pds);
        }
        let answer = harness.get("listVideos?creator=aurora.test");
        assert_eq!(outcome(&answer), (expect.0, expect.1.to_owned()));
        assert_eq!(harness.requests().len(), requests, "{:?}", harness.requests());
    }
}

#[test]
fn a_creator_has_one_address_however_the_name_is_written() {
    let harness =
        named(&["aurora.test"]).config("PDS_URL", PDS).http(RESOLVE, ok(json!({ "did": aurora() })));
    for creator in ["aurora.test", "@aurora.test", "Aurora.TEST", "%40aurora.test", aurora().as_str()] {
        assert_eq!(rkeys(&harness.get(&format!("listVideos?creator={creator}")).json()), ["a"], "{creator}");
    }
    assert_eq!(harness.requests().len(), 3, "resolved once, listed once: {:?}", harness.requests());
    for creator in [
        "aurora",
        "did:key:zQ3",
        "did:web:localhost:8080",
        "did:plc:AURORA",
        "a_b.test",
        "https://aurora.test/",
        "aurora.test/x",
        "aurora.test.",
        "..",
        "@",
        "@@aurora.test",
        "aurora%00.test",
    ] {
        assert_eq!(
            outcome(&harness.get(&format!("listVideos?creator={creator}"))),
            (400, "InvalidInput".into()),
            "{creator}"
        );
    }
    for creator in
        ["aurora.local", "aurora.localhost", "aurora.onion", "handle.invalid", "a.example", "x.arpa"]
    {
        assert_eq!(
            outcome(&harness.get(&format!("listVideos?creator={creator}"))),
            (404, "AccountNotFound".into()),
            "{creator}"
        );
    }
    assert_eq!(harness.requests().len(), 3, "nobody is asked about these");
}
