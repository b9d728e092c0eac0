//! Plain-http origins on this machine, for the local network.

use url::Url;

/// The exact origins (`http://127.0.0.1:4402`) that a local network admits beside public hosts.
///
/// There is no way to fill it without the cargo feature `loopback`, and the deployed dispatcher is built
/// without that feature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoopbackOrigins(Vec<String>);

impl LoopbackOrigins {
    /// Admits nothing: the only value that a production build can make.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Reads a list of origins parted by white space. What is not exactly `http://` + loopback host + port is
    /// returned as the error, because a setting that is half understood would admit less than its author thinks.
    #[cfg(feature = "loopback")]
    pub fn parse(setting: &str) -> Result<Self, String> {
        let origins = setting.split_whitespace().map(|text| {
            let url = Url::parse(text).map_err(|_| text.to_owned())?;
            let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
            let exact = url.origin().ascii_serialization() == text;
            if url.scheme() == "http" && loopback && exact && url.port().is_some() {
                Ok(text.to_owned())
            } else {
                Err(text.to_owned())
            }
        });
        origins.collect::<Result<_, _>>().map(Self)
    }

    /// Whether nothing is admitted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the URL's origin is one of these, spelled exactly so.
    pub fn contains(&self, url: &Url) -> bool {
        !self.0.is_empty() && {
            let origin = url.origin().ascii_serialization();
            self.0.contains(&origin)
        }
    }
}

#[cfg(all(test, feature = "loopback"))]
mod tests {
    use super::*;

    #[test]
    fn only_exact_loopback_origins_are_read() {
        let origins = LoopbackOrigins::parse("http://localhost:4402 http://127.0.0.1:4403").unwrap();
        for (url, admitted) in [
            ("http://localhost:4402/xrpc/x", true),
            ("http://127.0.0.1:4403/", true),
            ("http://127.0.0.1:4402/", false),
            ("https://localhost:4402/", false),
            ("http://localhost:4404/", false),
        ] {
            assert_eq!(origins.contains(&Url::parse(url).unwrap()), admitted, "{url}");
        }
        for bad in [
            "https://localhost:1",
            "http://10.0.0.1:80",
            "http://10.0.0.1:8080",
            "http://a.dev:8080",
            "http://localhost",
            "http://localhost:1/x",
            "x",
            "http://u@localhost:1",
        ] {
            assert_eq!(LoopbackOrigins::parse(bad), Err(bad.to_owned()));
        }
    }
}

#[cfg(all(test, not(feature = "loopback")))]
mod tests {
    use super::*;

    /// The production build has one constructor, and it admits nothing.
    #[test]
    fn production_admits_no_loopback_origin() {
        let none = LoopbackOrigins::default();
        assert_eq!(none, LoopbackOrigins::none());
        for url in ["http://localhost:4402/", "http://127.0.0.1/", "http://[::1]:1/"] {
            assert!(!none.contains(&Url::parse(url).unwrap()));
        }
    }
}
