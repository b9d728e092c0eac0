//! Host names that may be reached from the public internet.

use std::fmt;

/// A DNS name that is public by its spelling: lower case, at least two labels, no IP address in any
/// notation, no name reserved for private or special use (RFC 6761, RFC 6762, RFC 8375, RFC 9476).
///
/// Workers can't pin the address a name resolves to, so the name is all there is to judge; wildcard DNS
/// services that turn names into private addresses are refused too.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublicHost(String);

/// Why a host is not a [`PublicHost`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// Not a DNS name of lower-case letters, digits and hyphens.
    #[error("`{0}` is not a host name")]
    Syntax(String),
    /// An IP address, in whatever notation.
    #[error("`{0}` is an IP address, and only names are admitted")]
    Address(String),
    /// A single label, such as `localhost` or `intranet`.
    #[error("`{0}` is not a fully qualified name")]
    Unqualified(String),
    /// A name that is reserved or known to lead into a private network.
    #[error("`{host}` is under `{suffix}`, which is not public")]
    Reserved {
        /// The refused host.
        host: String,
        /// The suffix that refuses it.
        suffix: &'static str,
    },
}

/// Suffixes that never name a public host: special-use domains, names that routers and clouds use inside,
/// and DNS services that answer with whatever address the name spells.
const NOT_PUBLIC: &[&str] = &[
    "alt",
    "arpa",
    "corp",
    "domain",
    "example",
    "home",
    "host",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "mail",
    "onion",
    "private",
    "router",
    "test",
    "workgroup",
    "example.com",
    "example.net",
    "example.org",
    "in-addr.arpa",
    "home.arpa",
    "metadata.google.internal",
    "lvh.me",
    "localtest.me",
    "nip.io",
    "sslip.io",
    "xip.io",
    "vcap.me",
    "localhost.direct",
    "traefik.me",
    "backname.io",
    "1u.ms",
    "rbndr.us",
];

impl PublicHost {
    /// Reads a host as a record or a user wrote it. Upper case is refused rather than folded: a name has one
    /// spelling here, and so one cache key.
    pub fn parse(host: &str) -> Result<Self, HostError> {
        let syntax = || HostError::Syntax(shorten(host));
        if host.is_empty() || host.len() > 253 {
            return Err(syntax());
        }
        if host.contains(':') || host.starts_with('[') {
            return Err(HostError::Address(shorten(host)));
        }
        let labels: Vec<&str> = host.split('.').collect();
        if !labels.iter().all(|label| is_label(label)) {
            return Err(syntax());
        }
        // A last label that starts with a digit is an IPv4 address to a URL parser (WHATWG URL, "ends in a number").
        let last = labels.last().copied().unwrap_or_default();
        if last.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(HostError::Address(shorten(host)));
        }
        if let Some(suffix) = NOT_PUBLIC.iter().find(|suffix| is_under(host, suffix)) {
            return Err(HostError::Reserved { host: host.to_owned(), suffix });
        }
        if labels.len() < 2 {
            return Err(HostError::Unqualified(host.to_owned()));
        }
        Ok(Self(host.to_owned()))
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PublicHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= 63
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

pub(crate) fn is_under(host: &str, suffix: &str) -> bool {
    host.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Foreign text in an error stays short enough for a log line.
fn shorten(text: &str) -> String {
    text.chars().take(96).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_names_pass() {
        let (label, name) = (format!("{}.dev", "a".repeat(63)), format!("{}dev", "a.".repeat(125)));
        for host in [
            "stream.place",
            "bsky.social",
            "xn--bcher-kva.ch",
            "a-b.c0.example-site.dev",
            "2.pool.ntp.org",
            &label,
            &name,
        ] {
            assert_eq!(PublicHost::parse(host).map(|h| h.to_string()), Ok(host.to_owned()));
        }
    }

    #[test]
    fn bad_input_01_private_hosts_by_every_spelling() {
        for host in [
            "localhost",
            "127.0.0.1",
            "[::1]",
            "::1",
            "169.254.169.254",
            "10.0.0.1",
            "100.64.1.1",
            "0x7f000001",
            "2130706433",
            "[::ffff:10.0.0.1]",
            "[64:ff9b::7f00:1]",
            "0177.0.0.1",
            "127.1",
            "a.0x7f",
            "app.localhost",
            "printer.local",
            "db.internal",
            "metadata.google.internal",
            "127.0.0.1.nip.io",
            "x.test",
            "router.lan",
            "localtest.me",
            "lvh.me",
            "home.arpa",
            "com",
            "kubernetes",
        ] {
            assert!(PublicHost::parse(host).is_err(), "{host} must be refused");
        }
    }

    #[test]
    fn bad_input_02_odd_spellings() {
        let long = "a".repeat(2049);
        let long_label = format!("{}.dev", "a".repeat(64));
        let long_name = format!("{}dev", "a.".repeat(126));
        for host in [
            "",
            ".",
            "a..b",
            "example.dev.",
            ".example.dev",
            "Example.dev",
            "a_b.dev",
            "a b.dev",
            "é.dev",
            "-a.dev",
            "a-.dev",
            "user@host.dev",
            "host.dev#x",
            "host.dev/x",
            "host.dev:8080",
            "a%2Fb.dev",
            &long,
            &long_label,
            &long_name,
        ] {
            assert!(PublicHost::parse(host).is_err(), "{host} must be refused");
        }
    }

    proptest::proptest! {
        /// Whatever passes is what a URL parser will call the host, unchanged and as a domain.
        #[test]
        fn a_public_host_is_a_domain_to_a_url_parser(host in "[a-z0-9.\\-x:\\[\\]]{1,40}") {
            if let Ok(host) = PublicHost::parse(&host) {
                let url = url::Url::parse(&format!("https://{host}/")).unwrap();
                proptest::prop_assert_eq!(url.domain(), Some(host.as_str()));
            }
        }
    }
}
