//! The hosts that a release may reach: its `net` permission, resolved.

use url::Url;

use crate::{Policy, PublicHost, Refusal, public_host::is_under};

/// One entry of a release's `net` permission.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum HostPattern {
    /// `*`: any public host.
    Any,
    /// `*.example.com`: every host below that name, not the name itself.
    Below(PublicHost),
    /// Exactly this host.
    Exact(PublicHost),
    /// `config:NAME`: the origin of the URL that the operator configured under that name.
    Configured(String),
}

/// A `net` entry that is none of the four forms.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither a host, `*.host`, `*` nor `config:NAME`")]
pub struct PatternError(pub String);

impl HostPattern {
    /// Reads one entry.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let bad = |_| PatternError(text.chars().take(256).collect());
        if text == "*" {
            return Ok(Self::Any);
        }
        if let Some(name) = text.strip_prefix("config:") {
            let valid = !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
            return if valid { Ok(Self::Configured(name.to_owned())) } else { Err(bad(())) };
        }
        match text.strip_prefix("*.") {
            Some(rest) => PublicHost::parse(rest).map(Self::Below).map_err(|_| bad(())),
            None => PublicHost::parse(text).map(Self::Exact).map_err(|_| bad(())),
        }
    }
}

/// What one loaded bundle may reach: the patterns of its release, with `config:` entries replaced by the
/// origins that the operator configured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allow {
    patterns: Vec<HostPattern>,
    origins: Vec<String>,
}

impl Allow {
    /// Resolves `patterns`; `configured` gives the configured URL of a name, or nothing when it isn't set.
    pub fn resolve<'a>(patterns: &[HostPattern], configured: impl Fn(&str) -> Option<&'a str>) -> Self {
        let mut allow = Self::default();
        for pattern in patterns {
            match pattern {
                HostPattern::Configured(name) => {
                    allow.origins.extend(
                        configured(name)
                            .and_then(|text| Url::parse(text).ok())
                            .map(|url| url.origin().ascii_serialization()),
                    );
                }
                other => allow.patterns.push(other.clone()),
            }
        }
        allow
    }

    /// Whether the bundle may request `url`: the runner's own policy first, then what the release declared.
    pub fn admit(&self, policy: &Policy, url: &Url) -> Result<(), Refusal> {
        policy.admit(url)?;
        let host = url.host_str().unwrap_or_default();
        let named = self.patterns.iter().any(|pattern| match pattern {
            HostPattern::Any => PublicHost::parse(host).is_ok(),
            HostPattern::Exact(exact) => exact.as_str() == host,
            HostPattern::Below(suffix) => host != suffix.as_str() && is_under(host, suffix.as_str()),
            HostPattern::Configured(_) => false,
        });
        if named || self.origins.contains(&url.origin().ascii_serialization()) {
            Ok(())
        } else {
            Err(Refusal::Undeclared(host.to_owned()))
        }
    }

    /// The allow-list as text, one entry each, for the properties of an egress gateway and back by
    /// [`Allow::from_entries`].
    pub fn entries(&self) -> Vec<String> {
        let patterns = self.patterns.iter().map(|pattern| match pattern {
            HostPattern::Any => "*".to_owned(),
            HostPattern::Below(host) => format!("*.{host}"),
            HostPattern::Exact(host) => host.to_string(),
            HostPattern::Configured(name) => format!("config:{name}"),
        });
        patterns.chain(self.origins.iter().cloned()).collect()
    }

    /// Reads what [`Allow::entries`] wrote. An entry that can't be read admits nothing.
    pub fn from_entries<'a>(entries: impl IntoIterator<Item = &'a str>) -> Self {
        let mut allow = Self::default();
        for entry in entries {
            if entry.contains("://") {
                allow.origins.push(entry.to_owned());
            } else if let Ok(pattern) = HostPattern::parse(entry) {
                allow.patterns.push(pattern);
            }
        }
        allow
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_reaches_what_it_declares_and_nothing_else() {
        let patterns: Vec<_> = ["stream.place", "*.bsky.network", "config:APPVIEW_URL"]
            .iter()
            .map(|p| HostPattern::parse(p).unwrap())
            .collect();
        let allow = Allow::resolve(&patterns, |name| {
            (name == "APPVIEW_URL").then_some("https://run.other.dev/bundle/x")
        });
        let policy = Policy::default();
        for (url, admitted) in [
            ("https://stream.place/xrpc", true),
            ("https://evil-stream.place/", false),
            ("https://a.stream.place/", false),
            ("https://morel.bsky.network/", true),
            ("https://bsky.network/", false),
            ("https://xbsky.network/", false),
            ("https://run.other.dev/anything", true),
            ("https://run.other.dev:8443/", false),
            ("http://stream.place/", false),
            ("https://10.0.0.1/", false),
        ] {
            assert_eq!(allow.admit(&policy, &Url::parse(url).unwrap()).is_ok(), admitted, "{url}");
        }
        assert_eq!(Allow::from_entries(allow.entries().iter().map(String::as_str)), allow);
    }

    #[test]
    fn any_is_any_public_host() {
        let allow = Allow::resolve(&[HostPattern::Any], |_| None);
        assert!(allow.admit(&Policy::default(), &Url::parse("https://anything.dev/").unwrap()).is_ok());
        assert!(allow.admit(&Policy::default(), &Url::parse("https://127.0.0.1/").unwrap()).is_err());
    }

    /// The policy lets a local network ask its own parts; a bundle may do so only where the operator named the origin.
    #[cfg(feature = "loopback")]
    #[test]
    fn any_is_no_origin_of_this_machine() {
        let loopback = crate::LoopbackOrigins::parse("http://127.0.0.1:4402").unwrap();
        let policy = Policy::new(Vec::new(), loopback);
        let url = Url::parse("http://127.0.0.1:4402/").unwrap();
        let any = Allow::resolve(&[HostPattern::Any], |_| None);
        assert!(any.admit(&policy, &url).is_err());
        let named =
            Allow::resolve(&[HostPattern::Configured("PDS_URL".into())], |_| Some("http://127.0.0.1:4402/x"));
        assert!(named.admit(&policy, &url).is_ok());
    }

    #[test]
    fn what_nobody_resolved_admits_nothing() {
        for entry in ["config:PDS_URL", "nowhere", "", "https://"] {
            let allow = Allow::from_entries([entry]);
            assert!(
                allow.admit(&Policy::default(), &Url::parse("https://a.dev/").unwrap()).is_err(),
                "{entry}"
            );
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "*.",
            "**",
            "a.*.b",
            "https://a.dev",
            "localhost",
            "*.com:80",
            "config:",
            "config:lower",
            "10.0.0.1",
            "*.local",
        ] {
            assert!(HostPattern::parse(text).is_err(), "{text:?}");
        }
    }
}
