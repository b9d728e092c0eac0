//! Which URLs may be requested at all.

use url::Url;

use crate::{HostError, LoopbackOrigins, PublicHost};

/// The runner's outbound policy: https on the standard port to public hosts that are not the runner itself.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    own_hosts: Vec<String>,
    loopback: LoopbackOrigins,
}

/// Why a URL may not be requested.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not a URL.
    #[error("`{0}` is not a URL")]
    NotAUrl(String),
    /// A scheme other than https.
    #[error("`{url}` is {scheme}, and only https is admitted")]
    Scheme {
        /// The refused URL.
        url: String,
        /// Its scheme.
        scheme: String,
    },
    /// The host is not public.
    #[error(transparent)]
    Host(#[from] HostError),
    /// A user name or password in the URL.
    #[error("`{0}` carries a user name or password")]
    Userinfo(String),
    /// A port other than 443.
    #[error("`{url}` names port {port}")]
    Port {
        /// The refused URL.
        url: String,
        /// The port that it names.
        port: u16,
    },
    /// One of the runner's own hosts: a call to itself would come back in from outside.
    #[error("`{0}` is this runner's own host")]
    OwnHost(String),
    /// An endpoint is an origin; this one has a path, query or fragment.
    #[error("`{0}` has a path, query or fragment, where only an origin may stand")]
    NotAnOrigin(String),
    /// The host is public, but not among those that the release declares.
    #[error("`{0}` is not among the hosts that the release declares")]
    Undeclared(String),
}

impl Policy {
    /// A policy that also refuses `own_hosts` (the hosts this runner answers on) and admits `loopback`.
    pub fn new(own_hosts: Vec<String>, loopback: LoopbackOrigins) -> Self {
        Self { own_hosts, loopback }
    }

    /// Whether any origin on this machine is admitted: on a local network only.
    pub fn has_loopback(&self) -> bool {
        !self.loopback.is_empty()
    }

    /// Judges a URL that is about to be requested.
    pub fn admit(&self, url: &Url) -> Result<(), Refusal> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Userinfo(shown(url)));
        }
        if self.loopback.contains(url) {
            return Ok(());
        }
        if url.scheme() != "https" {
            return Err(Refusal::Scheme { url: shown(url), scheme: url.scheme().to_owned() });
        }
        let host = PublicHost::parse(url.host_str().unwrap_or_default())?;
        if self.own_hosts.iter().any(|own| own == host.as_str()) {
            return Err(Refusal::OwnHost(host.to_string()));
        }
        match url.port() {
            Some(port) => Err(Refusal::Port { url: shown(url), port }),
            None => Ok(()),
        }
    }

    /// Reads a service endpoint as a DID document gives it: an origin and nothing else. One trailing slash is
    /// tolerated, because documents in the wild have it.
    pub fn endpoint(&self, raw: &str) -> Result<Url, Refusal> {
        let url = Url::parse(raw).map_err(|_| Refusal::NotAUrl(raw.chars().take(256).collect()))?;
        self.admit(&url)?;
        let origin = url.origin().ascii_serialization();
        // Compared as text, so that `https://host:443`, `https://host?` and `HTTPS://Host` are refused as well:
        // an endpoint has one spelling.
        if raw == origin || raw.strip_suffix('/') == Some(origin.as_str()) {
            Ok(url)
        } else {
            Err(Refusal::NotAnOrigin(raw.chars().take(256).collect()))
        }
    }
}

/// A URL for an error message: without its query, which may carry a token.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.as_str().chars().take(256).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        Policy::new(vec!["run.streamhut.dev".into()], LoopbackOrigins::none())
    }

    #[test]
    fn public_https_passes() {
        for url in ["https://stream.place/xrpc/x?y=z", "https://bsky.social", "https://a.b.c.dev/p#f"] {
            assert_eq!(policy().admit(&Url::parse(url).unwrap()), Ok(()), "{url}");
        }
    }

    #[test]
    fn bad_input_03_pds_endpoints() {
        for raw in [
            "http://pds.dev",
            "https://user@pds.dev",
            "https://user:pw@pds.dev",
            "https://pds.dev:8443",
            "https://pds.dev:443",
            "https://pds.dev/path",
            "https://pds.dev/?q",
            "https://pds.dev?",
            "https://pds.dev#f",
            "https://pds.dev#",
            "https://run.streamhut.dev",
            "HTTPS://PDS.dev",
            "https://10.0.0.1",
            "https://0x7f000001",
            "https://localhost",
            "ftp://pds.dev",
            "pds.dev",
            "",
            "https://",
            "data:text/plain,x",
            "file:///etc/passwd",
            "http://127.0.0.1:4402",
            "https://pds.dev\t",
            " https://pds.dev",
            "https://pds.dev//",
        ] {
            assert!(policy().endpoint(raw).is_err(), "{raw:?} must be refused");
        }
        for raw in ["https://pds.dev", "https://pds.dev/"] {
            assert_eq!(policy().endpoint(raw).map(|u| u.to_string()), Ok("https://pds.dev/".into()));
        }
    }

    #[test]
    fn an_error_shows_no_query_and_no_password() {
        let text = policy()
            .admit(&Url::parse("https://me:secret@a.dev/x?token=t").unwrap())
            .unwrap_err()
            .to_string();
        assert!(!text.contains("secret") && !text.contains("token"), "{text}");
    }
}
