//! The protocol, request by request.

use proptest::prelude::*;

use super::*;

fn read(method: &str, path: &str, headers: &[(&str, &str)]) -> Result<HostRequest, HostError> {
    let url = Url::parse(&format!("https://host{path}")).unwrap();
    let header =
        |name: &str| headers.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    HostRequest::read(method, &url, header)
}

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

#[test]
fn every_request_of_the_protocol() {
    let put = |condition| BlobAction::Put { length: 3, content_type: Some("text/plain".into()), condition };
    let headers = [("content-length", "3"), ("content-type", "text/plain")];
    let with = |name, value| [headers[0], headers[1], (name, value)];
    for (asked, expect) in [
        (read("GET", "/blobs/a%2Fb", &[]), HostRequest::Blob(key("a/b"), BlobAction::Get(None))),
        (
            read("GET", "/blobs/a", &[("range", "bytes=1-")]),
            HostRequest::Blob(key("a"), BlobAction::Get(Some(BlobRange::From(1)))),
        ),
        (read("HEAD", "/blobs/%C5%B5", &[("range", "x")]), HostRequest::Blob(key("ŵ"), BlobAction::Head)),
        (read("PUT", "/blobs/a", &headers), HostRequest::Blob(key("a"), put(PutCondition::None))),
        (
            read("PUT", "/blobs/a", &with("if-match", "\"1f\"")),
            HostRequest::Blob(key("a"), put(PutCondition::Match("1f".into()))),
        ),
        (
            read("PUT", "/blobs/a", &with("if-none-match", "*")),
            HostRequest::Blob(key("a"), put(PutCondition::Absent)),
        ),
        (read("DELETE", "/blobs/a", &[]), HostRequest::Blob(key("a"), BlobAction::Delete)),
        (
            read("GET", "/blobs", &[]),
            HostRequest::Blobs { prefix: KeyPrefix::default(), after: None, limit: 1_000 },
        ),
        (
            read("GET", "/blobs?prefix=a%2F&cursor=YS9i&limit=2", &[]),
            HostRequest::Blobs { prefix: KeyPrefix::parse("a/").unwrap(), after: Some(key("a/b")), limit: 2 },
        ),
        (read("GET", "/cache/a", &[]), HostRequest::Cache(key("a"), CacheAction::Get)),
        (read("PUT", "/cache/a?ttl=60", &[]), HostRequest::Cache(key("a"), CacheAction::Put { ttl_s: 60 })),
        (read("DELETE", "/cache/a", &[]), HostRequest::Cache(key("a"), CacheAction::Delete)),
        (
            read("POST", "/leases/a?ttlMs=5&waitMs=0", &[]),
            HostRequest::Lease(key("a"), LeaseAction::Acquire { ttl_ms: 5, wait_ms: 0 }),
        ),
        (
            read("DELETE", "/leases/a?token=t", &[]),
            HostRequest::Lease(key("a"), LeaseAction::Release { token: "t".into() }),
        ),
        (
            read("POST", "/tasks/index?delayMs=9", &[]),
            HostRequest::Enqueue { task: "index".into(), delay_ms: 9 },
        ),
        (read("POST", "/log", &[]), HostRequest::Log),
        (read("GET", "/tasks/ab.cd", &[]), HostRequest::Task { id: "ab.cd".into() }),
        (
            read("POST", "/call/did%3Aweb%3Aa.dev/demo/hello?x=1", &[]),
            HostRequest::Call {
                did: Did::parse("did:web:a.dev").unwrap(),
                name: "demo".parse().unwrap(),
                endpoint: "hello".into(),
            },
        ),
    ] {
        assert_eq!(asked, Ok(expect));
    }
}

#[test]
fn another_host_is_not_asked_here() {
    for url in [
        "https://10.0.0.1/blobs/a",
        "http://host/blobs/a",
        "https://host:8443/blobs/a",
        "https://host.dev/blobs/a",
    ] {
        let asked = HostRequest::read("GET", &Url::parse(url).unwrap(), |_| None);
        assert!(matches!(asked, Err(HostError::UnknownPath { .. })), "{url}: {asked:?}");
    }
}

#[test]
fn what_is_not_of_the_protocol_is_refused() {
    let name = |asked: Result<HostRequest, HostError>| asked.map_err(|error| error.outside().1);
    for (method, path, refusal) in [
        ("GET", "/", "NotFound"),
        ("GET", "", "NotFound"),
        ("GET", "/BLOBS/a", "NotFound"),
        ("GET", "/blobs/a/b", "NotFound"),
        ("GET", "//blobs/a", "NotFound"),
        ("GET", "/blobs/../admin", "NotFound"),
        ("GET", "/env", "NotFound"),
        ("GET", "/modules/x", "NotFound"),
        ("GET", "/call/did:web:a.dev/demo", "NotFound"),
        ("GET", "/call/did:web:a.dev/demo/a%2Fb", "NotFound"),
        ("GET", "/call/did:web:a.dev/demo/a/b", "NotFound"),
        ("GET", "/call/did:web:a.dev/DEMO/a", "InvalidBundle"),
        ("GET", "/call/x/demo/a", "InvalidBundle"),
        ("GET", "/call/did:web:10.0.0.1/demo/a", "InvalidBundle"),
        ("GET", "/call/%ff/demo/a", "InvalidBundle"),
        ("DELETE", "/call/did:web:a.dev/demo/a", "MethodNotAllowed"),
        ("POST", "/blobs", "MethodNotAllowed"),
        ("POST", "/blobs/a", "MethodNotAllowed"),
        ("get", "/blobs/a", "MethodNotAllowed"),
        ("GET", "/blobs/", "InvalidKey"),
        ("GET", "/blobs/%00", "InvalidKey"),
        ("GET", "/blobs/%ff", "InvalidKey"),
        ("GET", "/blobs/%", "InvalidKey"),
        ("GET", "/blobs?limit=0", "InvalidParameter"),
        ("GET", "/blobs?limit=1001", "InvalidParameter"),
        ("GET", "/blobs?limit=+1", "InvalidParameter"),
        ("GET", "/blobs?cursor=!", "InvalidParameter"),
        ("GET", "/blobs?prefix=%00", "InvalidKey"),
        ("PUT", "/blobs/a", "LengthRequired"),
        ("PUT", "/cache/a", "InvalidParameter"),
        ("PUT", "/cache/a?ttl=0", "InvalidParameter"),
        ("PUT", "/cache/a?ttl=-1", "InvalidParameter"),
        ("POST", "/cache/a", "MethodNotAllowed"),
        ("POST", "/leases/a", "InvalidParameter"),
        ("POST", "/leases/a?ttlMs=31536000001", "InvalidParameter"),
        ("POST", "/leases/a?ttlMs=1&waitMs=31536000001", "InvalidParameter"),
        ("DELETE", "/leases/a", "InvalidParameter"),
        ("GET", "/leases/a", "MethodNotAllowed"),
        ("POST", "/tasks/a-b", "UnknownTask"),
        ("POST", "/tasks/%ff", "UnknownTask"),
        ("POST", "/tasks/a?delayMs=31536000001", "InvalidParameter"),
        ("PUT", "/tasks/a", "MethodNotAllowed"),
    ] {
        assert_eq!(name(read(method, path, &[])), Err(refusal), "{method} {path}");
    }
    for headers in [
        [("content-length", "+3"), ("x", "")],
        [("content-length", "3, 3"), ("x", "")],
        [("content-length", "-1"), ("x", "")],
        [("content-length", "18446744073709551615"), ("x", "")],
        [("content-length", "3"), ("if-match", "*")],
        [("content-length", "3"), ("if-match", "W/\"a\"")],
        [("content-length", "3"), ("if-match", "\"a\", \"b\"")],
        [("content-length", "3"), ("if-none-match", "\"a\"")],
    ] {
        assert_eq!(name(read("PUT", "/blobs/a", &headers)), Err("InvalidParameter"), "{headers:?}");
    }
    assert_eq!(name(read("GET", "/blobs/a", &[("range", "bytes=2-1")])), Err("RangeNotSatisfiable"));
}

proptest! {
    #[test]
    fn reading_never_panics(
        method in "[A-Z]{0,6}", path in "(/(blobs|cache|leases|tasks|call))?/\\PC{0,40}", header in "\\PC{0,20}",
    ) {
        if let Ok(url) = Url::parse(&format!("https://host{path}")) {
            let _ = HostRequest::read(&method, &url, |_| Some(header.clone()));
        }
    }

    /// Whatever a key holds, its one spelling in a path comes back as the key.
    #[test]
    fn keys_survive_their_path(text in "\\PC{1,40}") {
        prop_assume!(text != "." && text != "..");
        let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let expect = HostRequest::Cache(key(&text), CacheAction::Get);
        prop_assert_eq!(read("GET", &format!("/cache/{encoded}"), &[]), Ok(expect));
    }
}
