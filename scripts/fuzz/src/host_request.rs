//! What a bundle asks of its runner.

mod written;

use std::collections::BTreeMap;

use streamhut_runner::{
    BlobAction, BlobRange, CacheAction, Grant, HostRequest, Key, KeyPrefix, LeaseAction, PutCondition,
};
use url::Url;

use written::written;

/// The last number that the platform, which counts in doubles, tells from the next.
const MAX_EXACT: u64 = (1 << 53) - 1;
const YEAR_S: u64 = 365 * 24 * 60 * 60;

type Headers = BTreeMap<String, String>;

/// `METHOD /path`, and headers on lines of their own. An accepted request keeps its bounds, its keys stay behind the
/// prefix of whoever asks, and written anew with all of its parts percent-encoded it is the same request.
pub fn host_request(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let mut lines = text.lines();
    let Some((method, path)) = lines.next().and_then(|line| line.split_once(' ')) else { return false };
    // What is no path is a URL of its own: a bundle may ask any.
    let url = if path.starts_with('/') { format!("https://host{path}") } else { path.to_owned() };
    let Ok(url) = Url::parse(&url) else { return false };
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers: Headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let request = match HostRequest::read(method, &url, |name| headers.get(name).cloned()) {
        Ok(request) => request,
        Err(error) => {
            assert!((400..500).contains(&error.outside().0), "{error}");
            return false;
        }
    };
    assert_eq!(url.origin().ascii_serialization(), "https://host");
    keeps_its_bounds(&request);
    let (method, url, headers) = written(&request);
    let again = HostRequest::read(method, &url, |name| headers.get(name).cloned());
    assert_eq!(again.as_ref(), Ok(&request), "{method} {url}");
    true
}

fn keeps_its_bounds(request: &HostRequest) {
    match request {
        HostRequest::Blob(key, action) => {
            stays_in_its_place(key);
            match action {
                BlobAction::Get(Some(range)) => picks_what_there_is(*range),
                BlobAction::Put { length, condition, .. } => {
                    assert!(*length <= MAX_EXACT, "{length}");
                    if let PutCondition::Match(etag) = condition {
                        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
                        assert!(!etag.is_empty() && etag.bytes().all(plain), "{etag:?}");
                    }
                }
                BlobAction::Get(None) | BlobAction::Head | BlobAction::Delete => {}
            }
        }
        HostRequest::Blobs { prefix, after, limit } => {
            assert!((1..=1_000).contains(limit), "{limit}");
            begins_in_its_place(prefix);
            after.iter().for_each(stays_in_its_place);
        }
        HostRequest::Cache(key, action) => {
            stays_in_its_place(key);
            if let CacheAction::Put { ttl_s } = action {
                assert!((1..=YEAR_S).contains(ttl_s), "{ttl_s}");
            }
        }
        HostRequest::Lease(key, action) => {
            stays_in_its_place(key);
            match action {
                LeaseAction::Acquire { ttl_ms, wait_ms } => {
                    assert!((1..=1_000 * YEAR_S).contains(ttl_ms) && *wait_ms <= 1_000 * YEAR_S);
                }
                LeaseAction::Release { token } => assert!(!token.is_empty()),
            }
        }
        HostRequest::Enqueue { task, delay_ms } => {
            assert!(is_name(task) && *delay_ms <= 1_000 * YEAR_S, "{task:?} {delay_ms}");
        }
        HostRequest::Call { endpoint, .. } => assert!(is_name(endpoint), "{endpoint:?}"),
        HostRequest::Task { .. } | HostRequest::Log => {}
    }
}

/// A key has one spelling, which a listing and its cursor give back, and no two bundles have a place in common.
fn stays_in_its_place(key: &Key) {
    let text = key.as_str();
    assert!((1..=512).contains(&text.len()) && !matches!(text, "." | ".."), "{text:?}");
    assert!(!text.contains(char::is_control), "{text:?}");
    assert_eq!(Key::parse(text).as_ref(), Ok(key));
    assert_eq!(Key::from_cursor(&key.to_cursor()).as_ref(), Ok(key));
    let grants = grants();
    for grant in &grants {
        let in_bucket = key.in_bucket(grant);
        assert_eq!(in_bucket.strip_prefix(&grant.prefix()), Some(text));
        let in_cache = key.in_cache(grant);
        assert!(in_cache.len() == 64 && in_cache.bytes().all(|byte| byte.is_ascii_hexdigit()), "{in_cache}");
        for other in grants.iter().filter(|other| *other != grant) {
            assert!(!in_bucket.starts_with(&other.prefix()), "{in_bucket}");
            assert_ne!(in_cache, key.in_cache(other));
        }
    }
}

fn begins_in_its_place(prefix: &KeyPrefix) {
    let text = prefix.as_str();
    assert!(text.len() <= 512 && !text.contains(char::is_control), "{text:?}");
    for grant in grants() {
        assert_eq!(prefix.in_bucket(&grant).strip_prefix(&grant.prefix()), Some(text));
    }
}

/// Bundles whose names begin alike, and one of that name by another author.
fn grants() -> [Grant; 4] {
    [
        ("did:web:a.dev", "keeper"),
        ("did:web:a.dev", "keeper-too"),
        ("did:web:a.dev", "keep"),
        ("did:web:a.dev.b.dev", "keeper"),
    ]
    .map(|(did, name)| Grant {
        did: did.parse().expect("a DID"),
        name: name.parse().expect("a name"),
        version: "1.0.0".parse().expect("a version"),
        host: "run.dev".into(),
        allow: Vec::new(),
        blobs: Some(1),
        calls: Vec::new(),
        tasks: Vec::new(),
        cache: 0,
        depth: 0,
    })
}

/// Of a blob of any size, a range picks bytes that it has, or none.
fn picks_what_there_is(range: BlobRange) {
    let numbers = match range {
        BlobRange::From(first) => [first, 1],
        BlobRange::Part { first, length } => [first, length],
        BlobRange::Last(length) => [0, length],
    };
    assert!(numbers[0] <= MAX_EXACT && (1..=MAX_EXACT).contains(&numbers[1]), "{range:?}");
    for size in [0, 1, 10, numbers[0], numbers[1], numbers[0] + 1, MAX_EXACT] {
        match range.of(size) {
            Ok(part) => {
                assert_eq!(part.size, size);
                assert!(part.length >= 1 && part.first + part.length <= size, "{range:?} of {size}");
            }
            Err(error) => assert_eq!(error.outside().0, 416),
        }
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
