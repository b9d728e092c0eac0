//! Addresses that a password or a token may go to.

use url::Url;

use crate::fault::Fault;

/// The origin of a service: `https`, or `http` on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    origin: String,
    loopback: bool,
}

impl Service {
    /// Parses an origin, with or without a closing slash.
    ///
    /// # Errors
    /// `Fault::Service` with the rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let broken = |rule| Fault::Service { url: text.chars().take(256).collect(), rule };
        let url = Url::parse(text).map_err(|_| broken("it is not an absolute URL"))?;
        let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err(broken("http would show your password to everybody on the way")),
            _ => return Err(broken("it is not https")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(broken("user and password don't belong into it"));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(broken("a path, query or fragment doesn't belong to it"));
        }
        Ok(Self { origin: url.origin().ascii_serialization(), loopback })
    }

    /// `https://host`, without a closing slash.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Its host, with a port that isn't the scheme's own.
    pub fn host(&self) -> &str {
        self.origin.split_once("://").map_or(&self.origin, |(_, host)| host)
    }

    /// Whether it is on this machine, where no proxy leads to.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins() {
        for (text, origin, loopback) in [
            ("https://pds.example.com", "https://pds.example.com", false),
            ("https://pds.example.com/", "https://pds.example.com", false),
            ("https://PDS.example.com:443", "https://pds.example.com", false),
            ("http://localhost:4402", "http://localhost:4402", true),
            ("http://127.0.0.1:4402/", "http://127.0.0.1:4402", true),
            ("http://[::1]:4402", "http://[::1]:4402", true),
        ] {
            let service = Service::parse(text).unwrap();
            assert_eq!((service.origin(), service.is_loopback()), (origin, loopback), "{text}");
            assert!(origin.ends_with(&format!("://{}", service.host())), "{text}");
        }
        for (bad, rule) in [
            ("pds.example.com", "absolute"),
            ("http://pds.example.com", "everybody"),
            ("http://127.0.0.1.example.com", "everybody"),
            ("http://10.0.0.1", "everybody"),
            ("ftp://localhost", "not https"),
            ("https://u:p@pds.example.com", "password"),
            ("https://pds.example.com/xrpc", "path"),
            ("https://pds.example.com/?x", "query"),
        ] {
            let message = Service::parse(bad).unwrap_err().to_string();
            assert!(message.contains(rule), "{bad}: {message}");
        }
    }
}
