//! The requests of the protocol, read from method, URL and headers.

use streamhut_atproto::Did;
use streamhut_release::{BundleName, is_endpoint_name};
use url::Url;

use super::{BlobRange, HostError, Key, KeyPrefix, error::shorten, range::MAX_EXACT};
use crate::route::{bundle_id, decoded};

/// Where a bundle asks.
const ORIGIN: &str = "https://host";

/// Most blobs of a page.
const MAX_PAGE: u64 = 1_000;
/// Longest time for which something is cached, in seconds: a year.
const MAX_TTL_S: u64 = 31_536_000;
/// The same in milliseconds: beyond it, no time of a lease or task is meant. The ledger has bounds of its own.
const MAX_TIME_MS: u64 = 1_000 * MAX_TTL_S;

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
    /// `POST /log`, with lines of text.
    Log,
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
    /// Reads a request to `https://host/…`. `header` gives a header by its name in lower case.
    ///
    /// # Errors
    /// Where the request is not of the protocol.
    pub fn read(method: &str, url: &Url, header: impl Fn(&str) -> Option<String>) -> Result<Self, HostError> {
        // A binding takes requests to any host: one that followed a redirect to elsewhere is not for us.
        if url.origin().ascii_serialization() != ORIGIN {
            return Err(HostError::UnknownPath { path: shorten(url.as_str()) });
        }
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
                        ttl_ms: query("ttlMs").required(1..=MAX_TIME_MS)?,
                        wait_ms: query("waitMs").number(0..=MAX_TIME_MS)?.unwrap_or_default(),
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
                let delay_ms = query("delayMs").number(0..=MAX_TIME_MS)?.unwrap_or_default();
                Ok(Self::Enqueue { task: task.into_owned(), delay_ms })
            }
            (["tasks", id], "GET") => Ok(Self::Task { id: decoded(id).unwrap_or_default().into_owned() }),
            (["log"], "POST") => Ok(Self::Log),
            (["call", did, name, endpoint], "GET" | "POST") => call(url, did, name, endpoint),
            (["blobs"] | ["log"] | ["tasks", _] | ["call", _, _, _], _) => Err(wrong_method()),
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
    let length = exact(&length)
        .filter(|length| *length <= MAX_EXACT)
        .ok_or_else(|| HostError::parameter("content-length", &length))?;
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
mod tests;
