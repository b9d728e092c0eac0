//! Requests, written without a word of the reader's.

use streamhut_runner::{BlobAction, BlobRange, CacheAction, HostRequest, LeaseAction, PutCondition};
use url::Url;

use super::Headers;

/// The method, URL and headers of a request, with every part of its path percent-encoded.
pub fn written(request: &HostRequest) -> (&'static str, Url, Headers) {
    let mut headers = Headers::new();
    let (method, path, query): (_, Vec<String>, Vec<(&str, String)>) = match request {
        HostRequest::Blob(key, action) => {
            let method = match action {
                BlobAction::Get(range) => {
                    headers.extend(range.map(|range| ("range".to_owned(), range_header(range))));
                    "GET"
                }
                BlobAction::Head => "HEAD",
                BlobAction::Put { length, content_type, condition } => {
                    headers.insert("content-length".to_owned(), length.to_string());
                    headers.extend(content_type.clone().map(|kind| ("content-type".to_owned(), kind)));
                    match condition {
                        PutCondition::None => None,
                        PutCondition::Match(etag) => {
                            headers.insert("if-match".to_owned(), format!("\"{etag}\""))
                        }
                        PutCondition::Absent => headers.insert("if-none-match".to_owned(), "*".to_owned()),
                    };
                    "PUT"
                }
                BlobAction::Delete => "DELETE",
            };
            (method, vec!["blobs".into(), key.to_string()], vec![])
        }
        HostRequest::Blobs { prefix, after, limit } => {
            let after = after.iter().map(|key| ("cursor", key.to_cursor()));
            let query = [("prefix", prefix.as_str().to_owned()), ("limit", limit.to_string())];
            ("GET", vec!["blobs".into()], query.into_iter().chain(after).collect())
        }
        HostRequest::Cache(key, action) => {
            let (method, query) = match action {
                CacheAction::Get => ("GET", vec![]),
                CacheAction::Put { ttl_s } => ("PUT", vec![("ttl", ttl_s.to_string())]),
                CacheAction::Delete => ("DELETE", vec![]),
            };
            (method, vec!["cache".into(), key.to_string()], query)
        }
        HostRequest::Lease(key, action) => {
            let (method, query) = match action {
                LeaseAction::Acquire { ttl_ms, wait_ms } => {
                    ("POST", vec![("ttlMs", ttl_ms.to_string()), ("waitMs", wait_ms.to_string())])
                }
                LeaseAction::Release { token } => ("DELETE", vec![("token", token.clone())]),
            };
            (method, vec!["leases".into(), key.to_string()], query)
        }
        HostRequest::Enqueue { task, delay_ms } => {
            ("POST", vec!["tasks".into(), task.clone()], vec![("delayMs", delay_ms.to_string())])
        }
        HostRequest::Task { id } => ("GET", vec!["tasks".into(), id.clone()], vec![]),
        HostRequest::Log => ("POST", vec!["log".into()], vec![]),
        HostRequest::Call { did, name, endpoint } => {
            ("POST", vec!["call".into(), did.to_string(), name.to_string(), endpoint.clone()], vec![])
        }
    };
    let encode = |part: &String| part.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let parts: Vec<String> = path.iter().skip(1).map(encode).collect();
    let path = [path[0].clone()].into_iter().chain(parts).collect::<Vec<_>>().join("/");
    let mut url = Url::parse(&format!("https://host/{path}")).expect("a URL");
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    (method, url, headers)
}

fn range_header(range: BlobRange) -> String {
    match range {
        BlobRange::From(first) => format!("bytes={first}-"),
        BlobRange::Part { first, length } => format!("bytes={first}-{}", first + length - 1),
        BlobRange::Last(length) => format!("bytes=-{length}"),
    }
}
