//! From handles to DIDs, over a network that may answer anything.
#![allow(clippy::unwrap_used)]

mod net;

use net::{CannedNet, run};
use streamhut_atproto::{Did, Handle, HandleError, HandleResolver};
use streamhut_outbound::{LoopbackOrigins, Policy};
use url::Url;

const DID: &str = "did:plc:44ybard66vv44zksje25o7dz";
const OTHER: &str = "did:web:creator.example-site.dev";
const DNS: &str = "https://dns.dev/dns-query?name=_atproto.alice.dev&type=TXT";
const HOST: &str = "https://alice.dev/.well-known/atproto-did";

fn resolver(tests: Option<&str>) -> HandleResolver {
    let url = |text: &str| Url::parse(text).unwrap();
    HandleResolver { dns: url("https://dns.dev/dns-query"), tests: tests.map(url), deadline_ms: 1000 }
}

fn resolve(net: &CannedNet, handle: &str, tests: Option<&str>) -> Result<Did, HandleError> {
    let policy = Policy::new(vec!["run.streamhut.dev".to_owned()], LoopbackOrigins::none());
    run(resolver(tests).resolve(net, &policy, &Handle::parse(handle).unwrap()))
}

/// What came of it: the DID, or the error's variant.
fn told(result: &Result<Did, HandleError>) -> String {
    match result {
        Ok(did) => did.to_string(),
        Err(error) => format!("{error:?}").split([' ', '{']).next().unwrap_or_default().to_owned(),
    }
}

fn dns(status: u16, records: &[(u16, &str)]) -> Vec<u8> {
    let records: Vec<_> = records
        .iter()
        .map(|(kind, data)| serde_json::json!({"name": "x", "type": kind, "TTL": 60, "data": data}))
        .collect();
    serde_json::json!({"Status": status, "Answer": records}).to_string().into_bytes()
}

/// Status and body; `None` can't be reached.
type Canned = Option<(u16, Vec<u8>)>;

#[test]
fn either_way_leads_to_the_did_and_dns_goes_first() {
    let quoted = format!("\"did={DID}\"");
    let parts = format!("\"did={}\" \"{}\"", &DID[..12], &DID[12..]);
    let plain = format!("did={DID}");
    let other = format!("\"did={OTHER}\"");
    let html = "<!doctype html>".as_bytes().to_vec();
    // DNS: status and body; host: status and body; what comes of them.
    let cases: Vec<(&str, Canned, Canned, &str)> = vec![
        ("DNS alone", Some((200, dns(0, &[(16, &quoted)]))), None, DID),
        ("in parts", Some((200, dns(0, &[(16, &parts)]))), None, DID),
        ("without quotes", Some((200, dns(0, &[(16, &plain)]))), None, DID),
        (
            "behind a CNAME",
            Some((200, dns(0, &[(5, "a.dev."), (16, "\"v=spf1\""), (16, &quoted)]))),
            None,
            DID,
        ),
        ("twice the same", Some((200, dns(0, &[(16, &quoted), (16, &quoted)]))), None, DID),
        ("both, and they differ", Some((200, dns(0, &[(16, &quoted)]))), Some((200, OTHER.into())), DID),
        ("host alone", Some((200, dns(3, &[]))), Some((200, format!("{OTHER}\n").into())), OTHER),
        ("no such record", Some((200, dns(0, &[]))), Some((200, OTHER.into())), OTHER),
        ("DNS is down", None, Some((200, OTHER.into())), OTHER),
        ("DNS fails", Some((200, dns(2, &[]))), Some((200, OTHER.into())), OTHER),
        ("DNS talks nonsense", Some((200, b"{}".to_vec())), Some((200, OTHER.into())), OTHER),
        (
            "two DIDs in DNS",
            Some((200, dns(0, &[(16, &quoted), (16, &other)]))),
            Some((200, DID.into())),
            "Ambiguous",
        ),
        ("no DID in DNS", Some((200, dns(0, &[(16, "\"did=alice\"")]))), Some((200, DID.into())), "Invalid"),
        ("neither", Some((200, dns(3, &[]))), Some((404, vec![])), "Unknown"),
        ("no host", Some((200, dns(3, &[]))), None, "Unknown"),
        ("no origin", Some((200, dns(3, &[]))), Some((530, vec![])), "Unknown"),
        ("a page for everything", Some((200, dns(3, &[]))), Some((200, html)), "Invalid"),
        ("host is down", Some((200, dns(3, &[]))), Some((503, vec![])), "Status"),
        ("DNS is down and the host has none", None, Some((404, vec![])), "Fetch"),
        ("nobody answers", None, None, "Fetch"),
        ("a flood", Some((200, vec![b' '; 16 * 1024 + 1])), Some((404, vec![])), "Fetch"),
    ];
    for (what, by_dns, by_host, expected) in cases {
        let mut net = CannedNet::default();
        for (url, kind, answer) in [(DNS, "application/dns-json", by_dns), (HOST, "text/plain", by_host)] {
            if let Some((status, body)) = answer {
                net = net.answer(url, status, kind, body);
            }
        }
        let result = resolve(&net, "Alice.dev", None);
        assert_eq!(told(&result), expected, "{what}: {result:?}");
        assert!(net.asked().iter().all(|url| url == DNS || url == HOST), "{what}: {:?}", net.asked());
    }
}

#[test]
fn a_clear_no_differs_from_no_answer() {
    let no = CannedNet::default().answer(DNS, 200, "application/dns-json", dns(3, &[])).answer(
        HOST,
        404,
        "text/plain",
        "",
    );
    assert!(!resolve(&no, "alice.dev", None).unwrap_err().is_unavailable());
    assert!(resolve(&CannedNet::default(), "alice.dev", None).unwrap_err().is_unavailable());
}

#[test]
fn bad_input_01_handles_of_private_hosts_ask_nobody() {
    for handle in [
        "a.localhost",
        "printer.local",
        "a.internal",
        "a.invalid",
        "handle.invalid",
        "x.test",
        "a.onion",
        "127.0.0.1.nip.io",
        "a.example",
    ] {
        let net = CannedNet::default();
        assert_eq!(told(&resolve(&net, handle, None)), "Host", "{handle}");
        assert!(net.asked().is_empty(), "{handle}");
    }
}

#[test]
fn bad_input_04_a_host_leads_where_the_policy_leads_and_nowhere_else() {
    let no = || CannedNet::default().answer(DNS, 200, "application/dns-json", dns(3, &[]));
    let near = no().redirect(HOST, "https://www.alice.dev/did").answer(
        "https://www.alice.dev/did",
        200,
        "text/plain",
        DID,
    );
    assert_eq!(told(&resolve(&near, "alice.dev", None)), DID);
    for target in [
        "http://alice.dev/did",
        "https://10.0.0.1/",
        "https://run.streamhut.dev/did",
        "file:///etc/passwd",
        "https://alice.dev:8443/",
    ] {
        let net = no().redirect(HOST, target);
        assert_eq!(told(&resolve(&net, "alice.dev", None)), "Fetch", "{target}");
        assert!(!net.asked().iter().any(|url| url == target), "{target}");
    }
    let own = CannedNet::default();
    assert!(resolve(&own, "run.streamhut.dev", None).is_err());
    assert!(!own.asked().iter().any(|url| url.contains("well-known")), "{:?}", own.asked());
}

#[test]
fn a_handle_for_tests_is_the_local_servers_word() {
    let url = "https://pds.dev/xrpc/com.atproto.identity.resolveHandle?handle=alice.test";
    let answer = |status, body: &str| CannedNet::default().answer(url, status, "application/json", body);
    let tests = Some("https://pds.dev/");
    let known = answer(200, &format!("{{\"did\":\"{DID}\"}}"));
    assert_eq!(told(&resolve(&known, "alice.test", tests)), DID);
    assert_eq!(known.asked(), [url]);
    assert_eq!(
        told(&resolve(&answer(400, "{\"error\":\"HandleNotFound\"}"), "alice.test", tests)),
        "Unknown"
    );
    assert_eq!(told(&resolve(&answer(200, "{}"), "alice.test", tests)), "Status");
    assert_eq!(told(&resolve(&answer(200, "{\"did\":\"x\"}"), "alice.test", tests)), "Invalid");
    let public = answer(200, "{}").answer(
        DNS,
        200,
        "application/dns-json",
        dns(0, &[(16, &format!("\"did={DID}\""))]),
    );
    assert_eq!(told(&resolve(&public, "alice.dev", tests)), DID, "other handles go the public ways");
}

proptest::proptest! {
    /// Whatever DNS and the host say, what comes out is a DID or an error.
    #[test]
    fn never_panics(dns in "\\PC{0,80}", data in "\\PC{0,40}", host in "\\PC{0,60}") {
        for body in [dns.into_bytes(), self::dns(0, &[(16, &data)]), self::dns(0, &[(16, &format!("\"did={data}"))])] {
            let net = CannedNet::default().answer(DNS, 200, "application/dns-json", body).answer(HOST, 200, "text/plain", host.clone());
            let _ = resolve(&net, "alice.dev", None);
        }
    }
}
