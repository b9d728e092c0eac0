//! From a request's path to what it means.

use std::borrow::Cow;

use streamhut_atproto::Did;
use streamhut_outbound::PublicHost;
use streamhut_release::{BundleName, Selector, is_endpoint_name};

use crate::Fault;

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/health`
    Health,
    /// `/bundle/{did}/{name}/{version}`: what this release is.
    Describe {
        /// The author.
        did: Did,
        /// The bundle.
        name: BundleName,
        /// Version or channel.
        selector: Selector,
    },
    /// `/bundle/{did}/{name}/{version}/{endpoint}`: a call.
    Call {
        /// The author.
        did: Did,
        /// The bundle.
        name: BundleName,
        /// Version or channel.
        selector: Selector,
        /// The endpoint.
        endpoint: String,
    },
}

/// Reads a path. Each part has one spelling: it may come percent-encoded as a whole (`did%3Aplc%3A…` is what
/// `encodeURIComponent` makes), and is then held to its grammar, so that two paths never name one bundle by
/// accident and none climbs out of its place.
pub fn route(path: &str) -> Result<Route, Fault> {
    let parts: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
    match parts.as_slice() {
        ["health"] => Ok(Route::Health),
        ["bundle", did, name, version] => {
            let (did, name, selector) = bundle(did, name, version)?;
            Ok(Route::Describe { did, name, selector })
        }
        ["bundle", did, name, version, endpoint] => {
            let (did, name, selector) = bundle(did, name, version)?;
            let endpoint = decoded(endpoint)?;
            if !is_endpoint_name(&endpoint) {
                return Err(Fault::InvalidEndpoint { endpoint: shorten(&endpoint) });
            }
            Ok(Route::Call { did, name, selector, endpoint: endpoint.into_owned() })
        }
        _ => Err(Fault::UnknownRoute { path: shorten(path) }),
    }
}

fn bundle(did: &str, name: &str, version: &str) -> Result<(Did, BundleName, Selector), Fault> {
    let did = decoded(did)?;
    let did = Did::parse(&did).map_err(|e| Fault::InvalidDid { reason: e.to_string() })?;
    if let Some(host) = did.web_host() {
        PublicHost::parse(host).map_err(|e| Fault::InvalidDid { reason: e.to_string() })?;
    }
    let name = decoded(name)?.parse().map_err(|reason| Fault::InvalidName { reason })?;
    let selector = decoded(version)?.parse().map_err(|reason| Fault::InvalidName { reason })?;
    Ok((did, name, selector))
}

/// Undoes percent-encoding once. What is encoded twice keeps its `%` and fails its grammar.
fn decoded(part: &str) -> Result<Cow<'_, str>, Fault> {
    let bad = || Fault::UnknownRoute { path: shorten(part) };
    if !part.contains('%') {
        return Ok(Cow::Borrowed(part));
    }
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|b| char::from(b).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else { return Err(bad()) };
        bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| bad())
}

fn shorten(text: &str) -> String {
    text.chars().take(128).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLC: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";

    #[test]
    fn calls_and_descriptions() {
        let call = |path: &str| match route(path) {
            Ok(Route::Call { did, name, selector, endpoint }) => {
                format!("{did} {name} {selector} {endpoint}")
            }
            other => format!("{other:?}"),
        };
        let expect = format!("{PLC} vod latest listVideos");
        assert_eq!(call(&format!("/bundle/{PLC}/vod/latest/listVideos")), expect);
        assert_eq!(call(&format!("/bundle/{}/vod/latest/listVideos", PLC.replace(':', "%3A"))), expect);
        assert_eq!(call(&format!("/bundle/{}/vod/latest/listVideos", PLC.replace(':', "%3a"))), expect);
        assert_eq!(call("/bundle/did:web:alice.dev/vod/1.2.3-rc.1/x"), "did:web:alice.dev vod 1.2.3-rc.1 x");
        assert!(matches!(route(&format!("/bundle/{PLC}/vod/1.0.0")), Ok(Route::Describe { .. })));
        assert_eq!(route("/health"), Ok(Route::Health));
    }

    #[test]
    fn one_spelling_or_a_refusal() {
        let status = |path: String| route(&path).map_err(|fault| fault.status());
        for path in [
            format!("/bundle/{}/vod/latest/x", PLC.to_uppercase()),
            format!("/bundle/{}/vod/latest/x", PLC.replace(':', "%253A")),
            format!("/bundle/{PLC}/VOD/latest/x"),
            format!("/bundle/{PLC}/vod/LATEST/x"),
            format!("/bundle/{PLC}/vod/1.2/x"),
            format!("/bundle/{PLC}/vod/1.2.3+b/x"),
            format!("/bundle/{PLC}/vod/latest/x%2Fy"),
            format!("/bundle/{PLC}/vod/latest/.."),
            format!("/bundle/{PLC}/../latest/x"),
            format!("/bundle/{PLC}//latest/x"),
            format!("/bundle/{PLC}/vod/latest/"),
            "/bundle/alice.dev/vod/latest/x".into(),
        ] {
            assert_eq!(status(path.clone()), Err(400), "{path}");
        }
        for path in [
            "",
            "/",
            "//",
            "/bundle",
            "/bundle/",
            "/Bundle/a/b/c/d",
            "/bundle/a/b/c/d/e",
            "/health/",
            "/bundle/%/a/b/c",
            "/bundle/%ff/a/b/c",
        ] {
            assert_eq!(status(path.into()), Err(404), "{path}");
        }
    }

    #[test]
    fn bad_input_01_and_02_are_refused_by_the_path_alone() {
        for host in [
            "10.0.0.1",
            "%5B%3A%3A1%5D",
            "a%2Fb.dev",
            "localhost%3A8080",
            "a.dev:path",
            "u@a.dev",
            "a.dev%23x",
            "a.dev.",
            "A.dev",
            &"a".repeat(2049),
        ] {
            let fault = route(&format!("/bundle/did:web:{host}/vod/latest/x")).expect_err(host);
            assert!(
                matches!(fault, Fault::InvalidDid { .. } | Fault::UnknownRoute { .. }),
                "{host}: {fault:?}"
            );
            assert!(fault.status() < 500);
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(path in "\\PC{0,80}") {
            let _ = route(&path);
        }
    }
}
