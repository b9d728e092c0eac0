//! What goes in to a bundle and what of its answer comes out, beside the bodies, which pass untouched.

use crate::AdminToken;

/// Most bytes of a request's body.
pub const MAX_BODY_BYTES: u64 = 1024 * 1024;

/// The headers of a request that a bundle gets to see.
const REQUEST_HEADERS: &[&str] = &[
    "accept",
    "accept-language",
    "authorization",
    "content-length",
    "content-type",
    "if-match",
    "if-modified-since",
    "if-none-match",
    // Without it, a part of this content would be joined to one of another.
    "if-range",
    "range",
    "user-agent",
];

/// The headers of an answer that go out. A bundle shares the runner's origin with every other bundle, so none
/// that speaks for the origin is among them.
pub const RESPONSE_HEADERS: &[&str] = &[
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
    // Why something stands in for what was asked: a bundle's own words on its own answer.
    "x-bundle-reason",
    "x-robots-tag",
];

/// Most characters of one header's value.
const MAX_VALUE: usize = 8 * 1024;

/// The headers that go in without a closer look: all but the one that may be the operator's.
pub fn plain_request_headers() -> impl Iterator<Item = &'static str> {
    REQUEST_HEADERS.iter().copied().filter(|name| *name != "authorization")
}

/// Whether a request's header (lower case) goes in to the bundle. A credential does, for a bundle may have users of its
/// own; the operator's never does.
pub fn is_forwarded(name: &str, value: &str, token: &AdminToken) -> bool {
    REQUEST_HEADERS.contains(&name)
        && (name != "authorization" || (value.len() <= MAX_VALUE && !token.is_in(value)))
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

/// Most bytes of all headers of an answer together.
const MAX_HEADERS: usize = 32 * 1024;

/// The headers of one answer of a bundle, on their way out.
#[derive(Debug, Default)]
pub struct HeadersOut {
    bytes: usize,
}

impl HeadersOut {
    /// Whether this one goes out too.
    pub fn keeps(&mut self, name: &str, value: &str) -> bool {
        if !keeps_header(name, value) || self.bytes + name.len() + value.len() > MAX_HEADERS {
            return false;
        }
        self.bytes += name.len() + value.len();
        true
    }
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
    }

    #[test]
    fn bad_input_15_a_flood_of_headers_is_cut() {
        let mut out = HeadersOut::default();
        let value = "x".repeat(8 * 1024);
        let kept = (0..100).filter(|_| out.keeps("link", &value)).count();
        assert_eq!(kept, 3);
        assert!(out.keeps("etag", "\"1\""), "a small one still fits");
        assert!(!out.keeps("set-cookie", "a=b"));
    }

    #[test]
    fn bad_input_16_and_39_what_goes_in() {
        let token = AdminToken::new(Some("s3cret-token-of-the-operator"));
        for (name, value, goes_in) in [
            ("range", "bytes=0-1", true),
            ("if-range", "\"1\"", true),
            ("authorization", "Bearer a-users-own", true),
            ("authorization", "Bearer s3cret-token-of-the-operator", false),
            ("authorization", "Basic YWRtaW46czNjcmV0LXRva2VuLW9mLXRoZS1vcGVyYXRvcg==", false),
            ("authorization", &"x".repeat(9000), false),
            ("cookie", "a=b", false),
            ("x-forwarded-host", "a.dev", false),
            ("x-request-id", "mine", false),
            ("at-run-request-id", "mine", false),
            ("at-run-attempt", "1", false),
        ] {
            assert_eq!(is_forwarded(name, value, &token), goes_in, "{name}: {value:.40}");
        }
    }
}
