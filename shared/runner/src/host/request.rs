//! The requests of the protocol, read from method, URL and headers.

use streamhut_atproto::Did;
use streamhut_release::{BundleName, is_endpoint_name};
use url::Url;

use super::{BlobRange, HostError, Key, KeyPrefix, error::shorten};
use crate::route::{bundle_id, decoded};

/// Most blobs of a page.
const MAX_PAGE: u64 = 1_000;
/// Longest time for which something is cached, in seconds: a year.
const MAX_TTL_S: u64 = 31_536_000;
/// Longest lease, in milliseconds.
const MAX_LEASE_MS: u64 = 3_600_000;
/// Longest wait for a lease, in milliseconds.
const MAX_WAIT_MS: u64 = 60_000;
/// Longest delay of a task, in milliseconds: what a queue holds a message back for.
const MAX_DELAY_MS: u64 = 43_200_000;

/// What a bundle asks for. What it may is for the grant to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostRequest {
    /// `/blobs/{key}`
    Blob(Key, BlobAction),
    /// `GET /blobs`
    Blobs {
        /// How the keys begin.
        prefix: KeyPrefix,
        /// The key after which the page begins.
        after: Option<Key>,
        /// Most blobs, 1 to 1,000.
        limit: u32,
    },
    /// `/cache/{key}`
    Cache(Key, CacheAction),
    /// `/leases/{key}`
    Lease(Key, LeaseAction),
    /// `POST /tasks/{task}`, with a JSON body.
    Enqueue {
        /// The task's name.
        task: String,
        /// Milliseconds until its first attempt.
        delay_ms: u64,
    },
    /// `GET /tasks/{id}`
    Task {
        /// The task's id.
        id: String,
    },
    /// `/call/{did}/{name}/{endpoint}`; method, query and body are those of the request.
    Call {
        /// The author.
        did: Did,
        /// The bundle.
        name: BundleName,
        /// The endpoint.
        endpoint: String,
    },
}

/// What becomes of a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlobAction {
    /// Its bytes, or a part of them.
    Get(Option<BlobRange>),
    /// What is known of it.
    Head,
    /// Bytes in its place.
    Put {
        /// How many, as the request declares.
        length: u64,
        /// Their media type.
        content_type: Option<String>,
        /// On what the put depends.
        condition: PutCondition,
    },
    /// Nothing in its place.
    Delete,
}

/// On what a put depends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PutCondition {
    /// Nothing.
    None,
    /// The blob has this etag (without quotes).
    Match(String),
    /// There is no such blob.
    Absent,
}

/// What becomes of something cached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CacheAction {
    /// Its bytes.
    Get,
    /// Bytes in its place.
    Put {
        /// Seconds for which they are worth keeping, 1 to a year.
        ttl_s: u64,
    },
    /// It is forgotten.
    Delete,
}

/// What becomes of a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeaseAction {
    /// It is asked for.
    Acquire {
        /// Milliseconds until it lapses.
        ttl_ms: u64,
        /// Milliseconds to wait for another holder.
        wait_ms: u64,
    },
    /// It is given back.
    Release {
        /// What its holder was given.
        token: String,
    },
}

impl HostRequest {
    /// Reads a request to `https://host/…`. `header` gives a header by its name in lower case; the host name means
    /// nothing.
    ///
    /// # Errors
    /// Where the request is not of the protocol.
    pub fn read(method: &str, url: &Url, header: impl Fn(&str) -> Option<String>) -> Result<Self, HostError> {
        let path = url.path().strip_prefix('/').unwrap_or_default();
        let parts: Vec<&str> = path.split('/').collect();
        let wrong_method =
            || HostError::MethodNotAllowed { path: shorten(url.path()), method: shorten(method) };
        let query = |name: &'static str| Parameter::of(url, name);
        match (parts.as_slice(), method) {
            (["blobs"], "GET") => Ok(Self::Blobs {
                prefix: KeyPrefix::parse(&query("prefix").text().unwrap_or_default())?,
                after: query("cursor").text().map(|cursor| Key::from_cursor(&cursor)).transpose()?,
                limit: u32::try_from(query("limit").number(1..=MAX_PAGE)?.unwrap_or(MAX_PAGE))
                    .unwrap_or_default(),
            }),
            (["blobs", key], _) => Ok(Self::Blob(
                read_key(key)?,
                match method {
                    "GET" => BlobAction::Get(header("range").map(|h| BlobRange::parse(&h)).transpose()?),
                    "HEAD" => BlobAction::Head,
                    "PUT" => put(&header)?,
                    "DELETE" => BlobAction::Delete,
                    _ => return Err(wrong_method()),
                },
            )),
            (["cache", key], _) => Ok(Self::Cache(
                read_key(key)?,
                match method {
                    "GET" => CacheAction::Get,
                    "PUT" => CacheAction::Put { ttl_s: query("ttl").required(1..=MAX_TTL_S)? },
                    "DELETE" => CacheAction::Delete,
                    _ => return Err(wrong_method()),
                },
            )),
            (["leases", key], _) => Ok(Self::Lease(
                read_key(key)?,
                match method {
                    "POST" => LeaseAction::Acquire {
                        ttl_ms: query("ttlMs").required(1..=MAX_LEASE_MS)?,
                        wait_ms: query("waitMs").number(0..=MAX_WAIT_MS)?.unwrap_or_default(),
                    },
                    "DELETE" => {
                        let token = query("token").text().ok_or_else(|| HostError::parameter("token", ""))?;
                        LeaseAction::Release { token }
                    }
                    _ => return Err(wrong_method()),
                },
            )),
            (["tasks", task], "POST") => {
                let task = decoded(task).unwrap_or_default();
                if !is_endpoint_name(&task) {
                    return Err(HostError::UnknownTask { task: shorten(&task) });
                }
                let delay_ms = query("delayMs").number(0..=MAX_DELAY_MS)?.unwrap_or_default();
                Ok(Self::Enqueue { task: task.into_owned(), delay_ms })
            }
            (["tasks", id], "GET") => Ok(Self::Task { id: decoded(id).unwrap_or_default().into_owned() }),
            (["call", did, name, endpoint], "GET" | "POST") => call(url, did, name, endpoint),
            (["blobs"] | ["tasks", _] | ["call", _, _, _], _) => Err(wrong_method()),
            _ => Err(HostError::UnknownPath { path: shorten(url.path()) }),
        }
    }
}

fn call(url: &Url, did: &str, name: &str, endpoint: &str) -> Result<HostRequest, HostError> {
    let endpoint = decoded(endpoint).unwrap_or_default();
    if !is_endpoint_name(&endpoint) {
        return Err(HostError::UnknownPath { path: shorten(url.path()) });
    }
    let (did, name) =
        bundle_id(did, name).map_err(|fault| HostError::InvalidBundle { reason: fault.to_string() })?;
    Ok(HostRequest::Call { did, name, endpoint: endpoint.into_owned() })
}

fn put(header: impl Fn(&str) -> Option<String>) -> Result<BlobAction, HostError> {
    let length = header("content-length").ok_or(HostError::LengthRequired)?;
    let length = exact(&length).ok_or_else(|| HostError::parameter("content-length", &length))?;
    let condition = match (header("if-match"), header("if-none-match")) {
        (None, None) => PutCondition::None,
        (None, Some(tags)) if tags.trim() == "*" => PutCondition::Absent,
        (Some(tag), None) => {
            PutCondition::Match(etag(&tag).ok_or_else(|| HostError::parameter("if-match", &tag))?)
        }
        (_, Some(tags)) => return Err(HostError::parameter("if-none-match", &tags)),
    };
    Ok(BlobAction::Put { length, content_type: header("content-type"), condition })
}

/// One strong etag, with its quotes or without. The platform's own are hexadecimal.
fn etag(header: &str) -> Option<String> {
    let tag = header.trim();
    let tag = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).unwrap_or(tag);
    let plain = (1..=128).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    plain.then(|| tag.to_owned())
}

fn read_key(segment: &str) -> Result<Key, HostError> {
    let key = decoded(segment).map_err(|_| HostError::InvalidKey {
        key: shorten(segment),
        reason: "it is not UTF-8 in percent-encoding",
    })?;
    Key::parse(&key)
}

/// A number in digits alone.
fn exact(text: &str) -> Option<u64> {
    text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
}

/// A parameter of the query; the first of its name.
struct Parameter {
    name: &'static str,
    value: Option<String>,
}

impl Parameter {
    fn of(url: &Url, name: &'static str) -> Self {
        let value = url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        Self { name, value }
    }

    fn text(self) -> Option<String> {
        self.value.filter(|value| !value.is_empty())
    }

    fn number(self, range: std::ops::RangeInclusive<u64>) -> Result<Option<u64>, HostError> {
        let Some(value) = self.value else { return Ok(None) };
        let number = exact(&value).filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| HostError::parameter(self.name, &value))
    }

    fn required(self, range: std::ops::RangeInclusive<u64>) -> Result<u64, HostError> {
        let name = self.name;
        self.number(range)?.ok_or_else(|| HostError::parameter(name, ""))
    }
}

#[cfg(test)]
mod tests {
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
        let put =
            |condition| BlobAction::Put { length: 3, content_type: Some("text/plain".into()), condition };
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
                HostRequest::Blobs {
                    prefix: KeyPrefix::parse("a/").unwrap(),
                    after: Some(key("a/b")),
                    limit: 2,
                },
            ),
            (read("GET", "/cache/a", &[]), HostRequest::Cache(key("a"), CacheAction::Get)),
            (
                read("PUT", "/cache/a?ttl=60", &[]),
                HostRequest::Cache(key("a"), CacheAction::Put { ttl_s: 60 }),
            ),
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
            ("POST", "/leases/a?ttlMs=3600001", "InvalidParameter"),
            ("POST", "/leases/a?ttlMs=1&waitMs=60001", "InvalidParameter"),
            ("DELETE", "/leases/a", "InvalidParameter"),
            ("GET", "/leases/a", "MethodNotAllowed"),
            ("POST", "/tasks/a-b", "UnknownTask"),
            ("POST", "/tasks/%ff", "UnknownTask"),
            ("POST", "/tasks/a?delayMs=43200001", "InvalidParameter"),
            ("PUT", "/tasks/a", "MethodNotAllowed"),
        ] {
            assert_eq!(name(read(method, path, &[])), Err(refusal), "{method} {path}");
        }
        for headers in [
            [("content-length", "+3"), ("x", "")],
            [("content-length", "3, 3"), ("x", "")],
            [("content-length", "-1"), ("x", "")],
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
}
