//! `getProfile` and `batchProfiles`: who creators are.

use at_run::testing::{Harness, Scripted};
use serde_json::{Value, json};
use streamhut_atproto::{BlobCid, Did};
use streamhut_streamplace::xrpc;
use url::Url;

use crate::stage::*;

const SERVER: &str = "https://public.api.bsky.app";
const HANDLE: &str = "aurora.example-site.dev";

fn server_url(dids: &[Did]) -> String {
    xrpc::get_profiles_url(&Url::parse(SERVER).unwrap(), dids).into()
}

fn record_url(did: &Did) -> String {
    let of = [("repo", did.as_str()), ("collection", "app.bsky.actor.profile"), ("rkey", "self")];
    format!("{PDS}/xrpc/com.atproto.repo.getRecord?{}", query(&of))
}

fn record(fields: Value) -> Scripted {
    ok(json!({"uri": "at://x", "cid": "x", "value": fields}))
}

/// A server that tells these.
fn server(dids: &[Did], profiles: Value) -> Harness {
    Harness::new(streamhut_vod::bundle()).http(&server_url(dids), ok(json!({ "profiles": profiles })))
}

/// No server of profiles, and an account on its own.
fn repo(handles: &[&str], answer: Scripted) -> Harness {
    stage()
        .http(&document_url(&aurora()), document(&aurora(), PDS, handles))
        .http(&record_url(&aurora()), answer)
}

fn profile(harness: &Harness) -> (u16, Value) {
    let answer = harness.get(&format!("getProfile?actor={}", aurora()));
    (answer.status(), answer.json())
}

/// So many accounts, in the order of their DIDs.
fn accounts(count: u8) -> Vec<Did> {
    let name = |index: u8| format!("u{}{}", char::from(b'a' + index / 26), char::from(b'a' + index % 26));
    (0..count).map(|index| did(&name(index))).collect()
}

#[test]
fn the_server_tells_of_twenty_five_in_a_request() {
    for (count, requests) in [(1, 1), (25, 1), (26, 2), (50, 2)] {
        let dids = accounts(count);
        let mut harness = Harness::new(streamhut_vod::bundle());
        for page in dids.chunks(25) {
            let profiles: Vec<_> =
                page.iter().rev().map(|did| json!({"did": did, "displayName": did.as_str()})).collect();
            harness = harness.http(&server_url(page), ok(json!({ "profiles": profiles })));
        }
        let answer = harness.post("batchProfiles", &json!({ "actors": dids }));
        let expect: Vec<_> =
            dids.iter().map(|did| json!({"did": did, "displayName": did.as_str()})).collect();
        assert_eq!(answer.json(), json!({ "profiles": expect }), "{count}");
        assert_eq!(answer.header("cache-control"), Some("public, max-age=300, stale-while-revalidate=3600"));
        assert_eq!(harness.requests().len(), requests, "{count}");
        // For an hour nobody is asked.
        harness.advance(3_599 * SECOND);
        assert_eq!(harness.post("batchProfiles", &json!({ "actors": dids })).text(), answer.text());
        assert_eq!(harness.requests().len(), requests, "{count}");
    }
}

#[test]
fn a_batch_has_fifty_at_most() {
    let harness = Harness::new(streamhut_vod::bundle());
    for actors in [accounts(51), vec![aurora(); 51]] {
        let answer = harness.post("batchProfiles", &json!({ "actors": actors }));
        assert_eq!(outcome(&answer), (400, "InvalidInput".into()));
    }
    let handles: Vec<_> = (0..51).map(|index| format!("a{index}.example-site.dev")).collect();
    assert_eq!(harness.post("batchProfiles", &json!({ "actors": handles })).status(), 400);
    let one_is_none = json!({"actors": [aurora(), "nobody"]});
    assert_eq!(outcome(&harness.post("batchProfiles", &one_is_none)), (400, "InvalidInput".into()));
    assert!(harness.requests().iter().all(|request| !request.contains("a0.example-site.dev")));
    assert_eq!(harness.post("batchProfiles", &json!({"actors": []})).json(), json!({"profiles": []}));
}

#[test]
fn a_batch_keeps_its_order_and_has_everybody_once() {
    let (a, b, c) = (aurora(), did("bert"), did("carla"));
    let view = |did: &Did| json!({ "did": did });
    let harness = server(&[a.clone(), b.clone(), c.clone()], json!([view(&b), view(&a)]))
        .config("PDS_URL", PDS)
        .http(&document_url(&a), document(&a, PDS, &["aurora.test"]))
        .http(&document_url(&c), Scripted::text(404, ""))
        .http(
            &format!("{PDS}/xrpc/com.atproto.identity.resolveHandle?handle=aurora.test"),
            ok(json!({ "did": a })),
        );
    let asked = json!({"actors": [c, b, "aurora.test", c, a, "carla.test", b, "@aurora.test", "x.invalid", "x.invalid"]});
    let answer = harness.post("batchProfiles", &asked);
    assert_eq!(
        answer.json(),
        json!({"profiles": [view(&b), view(&a)], "missing": [c, "carla.test", "x.invalid"]})
    );
}

#[test]
fn who_may_be_found_with_the_next_try_is_missing_for_a_moment_only() {
    for (fault, cache) in [
        (Scripted::text(404, ""), "public, max-age=300, stale-while-revalidate=3600"),
        (Scripted::text(500, ""), "public, max-age=10"),
        (Scripted::Deadline, "public, max-age=10"),
        (html(), "public, max-age=10"),
    ] {
        let harness = server(&[aurora(), did("bert")], json!([{"did": aurora()}]))
            .http(&document_url(&did("bert")), fault.clone());
        let answer = harness.post("batchProfiles", &json!({"actors": [aurora(), did("bert")]}));
        assert_eq!(
            answer.json(),
            json!({"profiles": [{"did": aurora()}], "missing": [did("bert")]}),
            "{fault:?}"
        );
        assert_eq!(answer.header("cache-control"), Some(cache), "{fault:?}");
    }
}

#[test]
fn whom_the_server_does_not_know_is_read_from_the_repo() {
    let own =
        record(json!({"$type": "app.bsky.actor.profile", "displayName": "Aurora", "description": "Light."}));
    let expect = json!({"did": aurora(), "displayName": "Aurora", "description": "Light."});
    for said in
        [json!([]), json!([{"did": did("bert"), "displayName": "Bert"}]), json!([null, {"handle": HANDLE}])]
    {
        let harness = server(&[aurora()], said.clone())
            .http(&document_url(&aurora()), document(&aurora(), PDS, &[]))
            .http(&record_url(&aurora()), own.clone());
        assert_eq!(profile(&harness), (200, expect.clone()), "{said}");
        assert_eq!(asked(&harness, SERVER), 1);
        // What it says of others, unasked, is not believed.
        let harness_2 = harness.get(&format!("getProfile?actor={}", did("bert")));
        assert_ne!(harness_2.status(), 200, "{said}");
    }
    let off = repo(&[], own);
    assert_eq!((profile(&off), asked(&off, SERVER)), ((200, expect), 0));
}

#[test]
fn a_server_that_is_away_is_left_alone_for_thirty_seconds() {
    for fault in [
        Scripted::Failed,
        Scripted::Deadline,
        Scripted::text(500, ""),
        Scripted::text(429, ""),
        html(),
        ok(json!({})),
        refusal(400, "x"),
    ] {
        let harness = Harness::new(streamhut_vod::bundle());
        for (name, title) in [("aurora", "A"), ("bert", "B")] {
            let did = did(name);
            harness.rescript(&document_url(&did), [document(&did, PDS, &[])]);
            harness.rescript(&record_url(&did), [record(json!({ "displayName": title }))]);
            harness.rescript(&server_url(std::slice::from_ref(&did)), [fault.clone()]);
        }
        assert_eq!(profile(&harness).1["displayName"], "A", "{fault:?}");
        harness.advance(29 * SECOND);
        let bert = || harness.get(&format!("getProfile?actor={}", did("bert"))).json();
        assert_eq!(bert()["displayName"], "B");
        assert_eq!(asked(&harness, SERVER), 1, "{fault:?}");
        harness.advance(2 * SECOND);
        harness.another_isolate();
        harness.forget_cache();
        assert_eq!(bert()["displayName"], "B");
        assert_eq!(asked(&harness, SERVER), 2, "{fault:?}");
    }
}

#[test]
fn profiles_are_kept_for_an_hour_and_told_for_a_week() {
    let harness = server(&[aurora()], json!([{"did": aurora(), "displayName": "A"}]));
    let first = profile(&harness);
    harness.rescript(
        &server_url(&[aurora()]),
        [ok(json!({"profiles": [{"did": aurora(), "displayName": "B"}]}))],
    );
    harness.advance(3_599 * SECOND);
    harness.another_isolate();
    assert_eq!(profile(&harness), first);
    harness.advance(SECOND);
    assert_eq!(profile(&harness).1["displayName"], "B");
    // Neither server nor directory answer.
    harness.rescript(&server_url(&[aurora()]), [Scripted::Failed]);
    harness.advance(7 * DAY - SECOND);
    assert_eq!(profile(&harness).1["displayName"], "B");
    harness.advance(4 * SECOND);
    assert_eq!(profile(&harness).0, 503);
}

#[test]
fn a_handle_counts_when_it_leads_back() {
    const DNS: &str = "https://cloudflare-dns.com/dns-query?name=_atproto.aurora.example-site.dev&type=TXT";
    const WELL_KNOWN: &str = "https://aurora.example-site.dev/.well-known/atproto-did";
    let txt =
        |did: &Did| ok(json!({"Status": 0, "Answer": [{"type": 16, "data": format!("\"did={did}\"")}]}));
    let none = || ok(json!({"Status": 3}));
    let host = |did: &Did| Scripted::text(200, did.as_str());
    for (claims, dns, host, expect) in [
        (&[HANDLE][..], txt(&aurora()), Scripted::Failed, Some(HANDLE)),
        (&[HANDLE], none(), host(&aurora()), Some(HANDLE)),
        (&["Aurora.Example-Site.DEV"], none(), host(&aurora()), Some(HANDLE)),
        (&[HANDLE], txt(&did("bert")), host(&aurora()), None),
        (&[HANDLE], none(), host(&did("bert")), None),
        (&[HANDLE], none(), Scripted::text(404, ""), None),
        (&[HANDLE], Scripted::Failed, Scripted::Deadline, None),
        (&[HANDLE], html(), html(), None),
        (&["handle.invalid"], none(), host(&aurora()), None),
        (&["aurora.test"], none(), host(&aurora()), None),
        (&[], txt(&aurora()), host(&aurora()), None),
    ] {
        let harness = repo(claims, record(json!({"displayName": "Aurora"})))
            .http(DNS, dns.clone())
            .http(WELL_KNOWN, host);
        let (status, profile) = profile(&harness);
        assert_eq!(
            (status, profile.get("handle").and_then(Value::as_str)),
            (200, expect),
            "{claims:?} {dns:?}"
        );
        assert_eq!(profile["displayName"], "Aurora", "the rest is there all the same");
    }
    let harness = repo(&["aurora.test"], record(json!({}))).config("PDS_URL", PDS).http(
        &format!("{PDS}/xrpc/com.atproto.identity.resolveHandle?handle=aurora.test"),
        ok(json!({ "did": aurora() })),
    );
    assert_eq!(profile(&harness), (200, json!({"did": aurora(), "handle": "aurora.test"})));
}

fn blob(mime_type: &str) -> Value {
    json!({"$type": "blob", "ref": {"$link": BlobCid::of(b"x").to_string()}, "mimeType": mime_type, "size": 1})
}

#[test]
fn bad_input_25_avatars_are_pictures_at_web_addresses() {
    let from_repo =
        |avatar: Value| profile(&repo(&[], record(json!({ "avatar": avatar })))).1.get("avatar").cloned();
    let own = format!(
        "{PDS}/xrpc/com.atproto.sync.getBlob?{}",
        query(&[("did", aurora().as_str()), ("cid", &BlobCid::of(b"x").to_string())])
    );
    for mime_type in ["image/png", "image/jpeg", "image/webp"] {
        assert_eq!(from_repo(blob(mime_type)), Some(json!(own)), "{mime_type}");
    }
    for avatar in [
        blob("image/svg+xml"),
        blob("image/SVG+xml"),
        blob("text/html"),
        blob("image/png\r\nset-cookie: a=b"),
        json!("javascript:alert(1)"),
        json!({"$type": "blob", "ref": {"$link": "javascript:alert(1)"}, "mimeType": "image/png", "size": 1}),
        json!({"cid": "https://evil.example-site.dev/", "mimeType": "image/png"}),
    ] {
        assert_eq!(from_repo(avatar.clone()), None, "{avatar}");
    }
    for (avatar, expect) in [
        ("https://cdn.example-site.dev/a.jpg", Some("https://cdn.example-site.dev/a.jpg")),
        ("https://cdn.example-site.dev/\"><script>", Some("https://cdn.example-site.dev/%22%3E%3Cscript%3E")),
        ("javascript:alert(1)", None),
        ("JavaScript:alert(1)", None),
        ("data:image/svg+xml,<svg onload=alert(1)>", None),
        ("blob:https://a.example-site.dev/x", None),
        ("//cdn.example-site.dev/a.jpg", None),
        ("https://user:pass@cdn.example-site.dev/a.jpg", None),
        ("", None),
    ] {
        let harness = server(&[aurora()], json!([{"did": aurora(), "avatar": avatar}]));
        assert_eq!(profile(&harness).1.get("avatar").and_then(Value::as_str), expect, "{avatar}");
    }
}

#[test]
fn an_account_that_is_gone_is_told_from_one_that_says_nothing() {
    let bare = json!({ "did": aurora() });
    for (answer, expect) in [
        (refusal(400, "RecordNotFound"), (200, bare.clone())),
        (record(json!({"$type": "app.bsky.feed.post"})), (200, bare.clone())),
        (record(json!("x")), (200, bare.clone())),
        (ok(json!({})), (200, bare)),
        (refusal(400, "RepoNotFound"), (404, json!("AccountNotFound"))),
        (refusal(400, "RepoDeactivated"), (404, json!("AccountNotFound"))),
        (refusal(400, "RepoTakendown"), (404, json!("AccountNotFound"))),
        (refusal(400, "InvalidRequest"), (502, json!("UpstreamFailed"))),
        (html(), (502, json!("UpstreamFailed"))),
        (Scripted::text(500, ""), (503, json!("UpstreamUnavailable"))),
        (Scripted::Deadline, (504, json!("UpstreamTimeout"))),
    ] {
        let (status, body) = profile(&repo(&[], answer.clone()));
        let told = if status == 200 { body } else { body["error"].clone() };
        assert_eq!((status, told), expect, "{answer:?}");
    }
    assert_eq!(profile(&stage().http(&document_url(&aurora()), Scripted::text(404, ""))).0, 404);
    // One that goes is not told of from memory.
    let harness = repo(&[], record(json!({"displayName": "A"})));
    assert_eq!(profile(&harness).0, 200);
    harness.rescript(&record_url(&aurora()), [refusal(400, "RepoTakendown"), Scripted::Failed]);
    harness.advance(3_601 * SECOND);
    assert_eq!(profile(&harness).0, 404);
    assert_eq!(profile(&harness).0, 503);
}

#[test]
fn accounts_of_did_web_are_read_where_they_say() {
    let own = Did::parse("did:web:carla.example-site.dev").unwrap();
    let harness = stage()
        .http("https://carla.example-site.dev/.well-known/did.json", document(&own, PDS, &[]))
        .http(&record_url(&own), record(json!({"displayName": "Carla"})));
    let answer = harness.get(&format!("getProfile?actor={own}"));
    assert_eq!(answer.json(), json!({"did": own, "displayName": "Carla"}));
    let harness = stage()
        .config("PLC_URL", "https://plc.example-site.dev")
        .http(&format!("https://plc.example-site.dev/{}", aurora()), Scripted::text(404, ""));
    assert_eq!(profile(&harness).0, 404, "the directory of one's own");
}
