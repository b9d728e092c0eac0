//! From the URIs of a playlist to absolute http(s) URLs.

use url::Url;

use crate::error::{excerpt, without_query};

/// The longest URL that is passed on, in bytes. Signed CDN URLs reach about two thousand.
pub const MAX_URI_BYTES: usize = 8 * 1024;

/// Why a URI of a playlist is refused. The offending text is cut to a readable length and
/// before its query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// Nothing stands where a URI is expected.
    #[error("an empty URI")]
    Empty,
    /// Not a URI reference.
    #[error("{uri:?} is not a URI")]
    Invalid {
        /// As it stands in the playlist.
        uri: String,
    },
    /// Only http and https can be fetched by a player from a web page.
    #[error("{uri:?} has the scheme {scheme:?}")]
    Scheme {
        /// As it stands in the playlist.
        uri: String,
        /// Its scheme, or that of the playlist's own URL.
        scheme: String,
    },
    /// `user:password@`; browsers refuse to fetch such URLs.
    #[error("a URI at {host:?} holds credentials")]
    Credentials {
        /// Its host; the rest would show what they are.
        host: String,
    },
    /// Over [`MAX_URI_BYTES`] once resolved.
    #[error("a URI of {size} bytes, beginning {uri:?}")]
    TooLong {
        /// As it stands in the playlist.
        uri: String,
        /// Bytes of the absolute URL.
        size: usize,
    },
}

/// Resolves a URI of a playlist against the URL that the playlist came from (RFC 3986 section 5,
/// as browsers do it): root-relative, relative, scheme-relative and absolute ones.
/// Resolving the result again gives the result.
///
/// # Errors
/// [`UriError`] unless the result is http or https, without credentials and not too long.
pub fn absolute(playlist: &Url, uri: &str) -> Result<Url, UriError> {
    if uri.is_empty() {
        return Err(UriError::Empty);
    }
    let url = playlist.join(uri).map_err(|_| UriError::Invalid { uri: without_query(uri) })?;
    of_the_web(&url, uri)?;
    Ok(url)
}

/// Whether a text is what [`absolute`] gives.
pub(crate) fn is_absolute(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.as_str() == text && of_the_web(&url, text).is_ok())
}

fn of_the_web(url: &Url, uri: &str) -> Result<(), UriError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(UriError::Scheme { uri: without_query(uri), scheme: excerpt(url.scheme()) });
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UriError::Credentials { host: excerpt(url.host_str().unwrap_or_default()) });
    }
    let size = url.as_str().len();
    if size > MAX_URI_BYTES {
        return Err(UriError::TooLong { uri: without_query(uri), size });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(uri: &str, expect: &str) {
        let playlist = Url::parse("https://stream.example/xrpc/place.playlist?uri=x").unwrap();
        let got = match absolute(&playlist, uri) {
            Ok(url) => url.to_string(),
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(got, expect, "{uri}");
    }

    #[test]
    fn every_style_becomes_absolute() {
        check("/xrpc/a?b=at%3A%2F%2Fc", "https://stream.example/xrpc/a?b=at%3A%2F%2Fc");
        check("a?b=c", "https://stream.example/xrpc/a?b=c");
        check("../a", "https://stream.example/a");
        check("//cdn.example/a", "https://cdn.example/a");
        check("https://cdn.example/a", "https://cdn.example/a");
        check("HTTP://127.0.0.1:8080/a", "http://127.0.0.1:8080/a");
        check("/a b\"c", "https://stream.example/a%20b%22c");
    }

    #[test]
    fn what_no_player_may_fetch_is_refused() {
        check("", "error: an empty URI");
        check("file:///etc/passwd", r#"error: "file:///etc/passwd" has the scheme "file""#);
        check("data:,x", r#"error: "data:,x" has the scheme "data""#);
        check("JavaScript:alert(1)", r#"error: "JavaScript:alert(1)" has the scheme "javascript""#);
        check("blob:https://a/b", r#"error: "blob:https://a/b" has the scheme "blob""#);
        check("https://u:p@a.example/", r#"error: a URI at "a.example" holds credentials"#);
        check("https://u:p@a.example/?signature=s", r#"error: a URI at "a.example" holds credentials"#);
        check("ftp://u:p@a.example/k", r#"error: "ftp://a.example/k" has the scheme "ftp""#);
        check("https://u:p@a.example:99999/", r#"error: "https://a.example:99999/" is not a URI"#);
        check("https://u:p@x@[::1/", r#"error: "https://[::1/" is not a URI"#);
        check("https://[::1/", r#"error: "https://[::1/" is not a URI"#);
        let long = format!("/{}", "a".repeat(MAX_URI_BYTES));
        let begins = &long[..80];
        check(&long, &format!("error: a URI of 8215 bytes, beginning {begins:?}"));
    }

    #[test]
    fn a_playlist_from_elsewhere_than_the_web_resolves_nothing() {
        let playlist = Url::parse("file:///srv/master.m3u8").unwrap();
        assert!(matches!(absolute(&playlist, "a.m3u8"), Err(UriError::Scheme { .. })));
    }
}
