//! What goes in to a bundle and what of its answer comes out, beside the bodies, which pass untouched.

use serde_json::{Value, json};

use crate::Resolved;

/// The headers of a request that a bundle gets to see.
const REQUEST_HEADERS: &[&str] = &[
    "accept",
    "accept-language",
    "content-length",
    "content-type",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "range",
    "user-agent",
];

/// The headers of an answer that go out. A bundle shares the runner's origin with every other bundle, so none
/// that speaks for the origin is among them.
const RESPONSE_HEADERS: &[&str] = &[
    "accept-ranges",
    "age",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-range",
    "content-security-policy",
    "content-type",
    "etag",
    "last-modified",
    "link",
    "location",
    "retry-after",
    "vary",
    "x-robots-tag",
];

/// Most characters of one header's value.
const MAX_VALUE: usize = 8 * 1024;

/// Whether a request's header (lower case) goes in to the bundle.
pub fn is_forwarded(name: &str) -> bool {
    REQUEST_HEADERS.contains(&name)
}

/// Whether a header of a bundle's answer goes out.
pub fn keeps_header(name: &str, value: &str) -> bool {
    let safe_location = || {
        value.starts_with("https://")
            || value.starts_with("http://")
            || (value.starts_with('/') && !value.starts_with("//"))
    };
    RESPONSE_HEADERS.contains(&name) && value.len() <= MAX_VALUE && (name != "location" || safe_location())
}

/// What a release is, as `/bundle/{did}/{name}/{version}` tells it: the chain of content addresses from the
/// author's commit to the code, and everything the code may do.
pub fn describe(resolved: &Resolved) -> Value {
    let manifest = &resolved.release.manifest;
    let modules: Vec<Value> = resolved.release.modules.iter().map(|module| {
        json!({"path": module.path, "type": module.kind, "cid": module.blob.cid().to_string(), "stored": module.blob.size, "size": module.size})
    }).collect();
    json!({
        "did": resolved.did.to_string(),
        "name": manifest.name,
        "version": manifest.version,
        "record": format!("at://{}/{}/{}:{}", resolved.did, streamhut_release::nsid::RUN_AT_RELEASE, manifest.name, manifest.version),
        "pds": resolved.pds,
        "commit": resolved.commit,
        "rev": resolved.rev.to_string(),
        "cid": resolved.cid.to_string(),
        "main": resolved.release.main,
        "modules": modules,
        "endpoints": manifest.endpoints,
        "permissions": manifest.permissions,
        "config": manifest.config,
        "limits": manifest.limits,
        "stale": resolved.stale.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_speak_for_the_origin_stay_in() {
        for (name, value, out) in [
            ("content-type", "application/json", true),
            ("cache-control", "public, max-age=60", true),
            ("set-cookie", "a=b", false),
            ("clear-site-data", "*", false),
            ("service-worker-allowed", "/", false),
            ("refresh", "0;url=https://a.dev", false),
            ("access-control-allow-origin", "https://a.dev", false),
            ("location", "https://a.dev/x", true),
            ("location", "/relative", true),
            ("location", "//a.dev", false),
            ("location", "javascript:alert(1)", false),
            ("etag", &"x".repeat(9000), false),
        ] {
            assert_eq!(keeps_header(name, value), out, "{name}: {value:.20}");
        }
        assert!(
            is_forwarded("range")
                && !is_forwarded("cookie")
                && !is_forwarded("authorization")
                && !is_forwarded("x-forwarded-host")
        );
    }
}
