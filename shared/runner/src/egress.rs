//! Where a request goes that leaves a loaded bundle, and which of its headers go along.

use streamhut_atproto::Did;
use streamhut_outbound::{Allow, Refusal};
use streamhut_release::{BundleName, Selector};
use url::Url;

use crate::{Grant, HostError, MAX_DEPTH, Route, Runner, route, route_on_host};

/// Headers that would speak for the runner, or for the connection rather than the request.
const KEPT_IN: &[&str] = &[
    "cdn-loop",
    "connection",
    "cookie",
    "forwarded",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "true-client-ip",
    "via",
    "x-real-ip",
];

/// Beginnings of such names.
const KEPT_IN_PREFIXES: &[&str] = &["at-run-", "cf-", "x-forwarded-"];

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Out, to a host that the release declares.
    Outside,
    /// To another bundle of this runner. Nothing leaves: it would only come back in.
    Inside(Address),
}

/// An endpoint of a bundle of this runner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The author.
    pub did: Did,
    /// The bundle.
    pub name: BundleName,
    /// Version or channel.
    pub selector: Selector,
    /// The endpoint.
    pub endpoint: String,
}

impl Address {
    /// The path of the endpoint on this runner.
    pub fn path(&self) -> String {
        format!("/bundle/{}/{}/{}/{}", self.did, self.name, self.selector, self.endpoint)
    }

    /// Where an answer of this endpoint redirects, in full. Relative, it would lead on from wherever the caller asked:
    /// over its binding, into what is its own there. `None` when it leads nowhere on the web.
    pub fn location(&self, host: &str, location: &str) -> Option<Url> {
        let base = Url::parse(&format!("https://{host}{}", self.path())).ok()?;
        let to = base.join(location).ok()?;
        let of_the_web = matches!(to.scheme(), "http" | "https");
        // A binding's own name is no host of the web.
        (of_the_web && to.host_str().is_some_and(|host| host != "host")).then_some(to)
    }
}

impl<T, S> Runner<T, S> {
    /// Where a request to `url` goes. [`Way::Inside`] says where it leads, not that the bundle may call there:
    /// see [`Grant::depth_of_call`].
    ///
    /// # Errors
    /// Where the runner's policy or the release's permissions don't lead, the runner's own pages among them.
    pub fn way(&self, grant: &Grant, url: &Url) -> Result<Way, Refusal> {
        let plain = url.username().is_empty() && url.password().is_none();
        let installations = self.installations();
        let host = url.host_str().unwrap_or_default();
        let own_route = match installations.of_host(host) {
            Some(installation) => route_on_host(installation, url.path()),
            None if self.is_own(url) => route(url.path()),
            None => {
                let allow = Allow::from_entries(grant.allow.iter().map(String::as_str));
                return allow.admit(self.policy(), url).map(|()| Way::Outside);
            }
        };
        match own_route {
            Ok(Route::Call { did, name, selector, endpoint }) if plain => {
                Ok(Way::Inside(Address { did, name, selector, endpoint }))
            }
            _ => Err(Refusal::OwnHost(host.to_owned())),
        }
    }

    /// Where a bundle is called that is named without a version: at the channel of its installation, else at
    /// `latest`. `None` never, while `latest` is a channel.
    pub fn default_address(&self, did: Did, name: BundleName, endpoint: String) -> Option<Address> {
        let selector = Selector::Channel(self.installations().channel_of(&did, &name)?);
        Some(Address { did, name, selector, endpoint })
    }
}

impl Grant {
    /// How many bundles stand before the one that this one calls.
    ///
    /// # Errors
    /// `UndeclaredBundle`, `LoopDetected`.
    pub fn depth_of_call(&self, did: &Did, name: &BundleName) -> Result<u8, HostError> {
        if !self.may_call(did, name) {
            return Err(HostError::UndeclaredBundle { bundle: format!("{did}/{name}") });
        }
        if self.depth >= MAX_DEPTH {
            return Err(HostError::LoopDetected { depth: self.depth.saturating_add(1) });
        }
        Ok(self.depth.saturating_add(1))
    }
}

/// Whether a header (its name in lower case) goes out with a bundle's request.
pub fn leaves(header: &str) -> bool {
    !KEPT_IN.contains(&header) && !KEPT_IN_PREFIXES.iter().any(|prefix| header.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use streamhut_outbound::LoopbackOrigins;

    use super::*;
    use crate::Settings;

    const DID: &str = "did:web:author.dev";

    fn runner() -> Runner<(), ()> {
        let var = |name: &str| match name {
            "OWN_HOSTS" => Some("other.run.dev".to_owned()),
            "BUNDLES" => Some(format!(
                r#"[{{"did": "{DID}", "name": "vod", "channel": "beta", "host": "vod.author.dev"}}]"#
            )),
            _ => None,
        };
        let settings = Settings::read(var, "run.dev".to_owned(), LoopbackOrigins::none()).unwrap();
        Runner::new(settings, (), ())
    }

    fn grant(allow: &[&str], calls: &[&str], depth: u8) -> Grant {
        let owned = |entries: &[&str]| entries.iter().map(|entry| (*entry).to_owned()).collect();
        Grant {
            did: Did::parse(DID).unwrap(),
            name: "caller".parse().unwrap(),
            version: "1.0.0".parse().unwrap(),
            host: "run.dev".into(),
            allow: owned(allow),
            blobs: None,
            calls: owned(calls),
            tasks: Vec::new(),
            cache: 0,
            depth,
        }
    }

    fn way(url: &str) -> Result<Option<String>, Refusal> {
        let allow = ["*", "https://run.dev"];
        runner().way(&grant(&allow, &[], 0), &Url::parse(url).unwrap()).map(|way| match way {
            Way::Outside => None,
            Way::Inside(address) => Some(address.path()),
        })
    }

    #[test]
    fn a_url_of_a_bundle_of_this_runner_stays_inside() {
        for (url, path) in [
            ("https://run.dev/bundle/did:web:author.dev/vod/latest/list?x=1", "vod/latest/list"),
            ("https://run.dev/bundle/did%3Aweb%3Aauthor.dev/vod/1.0.0/list", "vod/1.0.0/list"),
            ("https://other.run.dev/bundle/did:web:author.dev/vod/latest/list", "vod/latest/list"),
            ("https://vod.author.dev/list", "vod/beta/list"),
        ] {
            assert_eq!(way(url), Ok(Some(format!("/bundle/{DID}/{path}"))), "{url}");
        }
        assert_eq!(way("https://elsewhere.dev/bundle/did:web:author.dev/vod/latest/list"), Ok(None));
    }

    #[test]
    fn bad_input_12_own_pages_are_no_way_for_a_bundle() {
        for url in [
            "https://run.dev/",
            "https://run.dev/health",
            "https://run.dev/admin/installations",
            "https://run.dev/tasks/x",
            "https://run.dev/bundle/did:web:author.dev/vod/latest",
            "https://run.dev/bundle/did:web:author.dev/vod",
            "https://run.dev/bundle/author.dev/vod/latest/list",
            "https://run.dev/bundle/did:web:10.0.0.1/vod/latest/list",
            "https://run.dev//bundle/did:web:author.dev/vod/latest/list",
            "https://u:p@run.dev/bundle/did:web:author.dev/vod/latest/list",
            "https://vod.author.dev/",
            "https://vod.author.dev/health/x",
            "https://other.run.dev/.well-known/at-run.json",
        ] {
            assert!(matches!(way(url), Err(Refusal::OwnHost(_))), "{url}: {:?}", way(url));
        }
        for url in ["https://10.0.0.1/", "http://elsewhere.dev/", "https://localhost/"] {
            assert!(way(url).is_err(), "{url}");
        }
    }

    #[test]
    fn bad_input_14_calls_are_declared_and_end() {
        let (did, name) = (Did::parse(DID).unwrap(), "vod".parse().unwrap());
        let declared = format!("{DID}/vod");
        for (calls, depth, expect) in [
            (vec![declared.as_str()], 0, Ok(1)),
            (vec![declared.as_str()], MAX_DEPTH - 1, Ok(MAX_DEPTH)),
            (vec![declared.as_str()], MAX_DEPTH, Err("LoopDetected")),
            (vec![declared.as_str()], u8::MAX, Err("LoopDetected")),
            (vec![], 0, Err("UndeclaredBundle")),
            (vec!["did:web:author.dev/vo", "did:web:author.dev/*", "*"], 0, Err("UndeclaredBundle")),
        ] {
            let depth = grant(&[], &calls, depth).depth_of_call(&did, &name);
            assert_eq!(depth.map_err(|error| error.outside().1), expect, "{calls:?}");
        }
    }

    #[test]
    fn a_redirect_of_a_called_bundle_is_told_in_full() {
        let address = Address {
            did: Did::parse(DID).unwrap(),
            name: "vod".parse().unwrap(),
            selector: "latest".parse().unwrap(),
            endpoint: "list".into(),
        };
        let to = |location: &str| address.location("run.dev", location).map(String::from);
        assert_eq!(to("/blobs/secret"), Some("https://run.dev/blobs/secret".into()));
        assert_eq!(to("other"), Some("https://run.dev/bundle/did:web:author.dev/vod/latest/other".into()));
        assert_eq!(to("https://a.dev/x"), Some("https://a.dev/x".into()));
        for location in [
            "https://host/blobs/secret",
            "https://HOST/x",
            "http://host",
            "//host/x",
            "javascript:1",
            "data:,x",
        ] {
            assert_eq!(to(location), None, "{location}");
        }
    }

    #[test]
    fn headers_that_speak_for_the_runner_stay() {
        for header in
            ["accept", "authorization", "content-type", "range", "upgrade", "sec-websocket-protocol"]
        {
            assert!(leaves(header), "{header}");
        }
        for header in [
            "host",
            "cookie",
            "cf-connecting-ip",
            "cf-worker",
            "x-forwarded-host",
            "at-run-request-id",
            "via",
        ] {
            assert!(!leaves(header), "{header}");
        }
    }
}
