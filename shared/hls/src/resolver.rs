//! URIs that mostly begin as the one before did.

use url::Url;

use crate::uri::MAX_URI_BYTES;
use crate::{PlaylistError, absolute};

/// Resolves the URIs of a playlist one after the other, and remembers the last.
///
/// Up to the last slash of its path, a URI that begins alike resolves alike; and what follows there stays as it is where
/// it is plain. So most URIs take two copies in place of a parser.
pub(crate) struct Resolver {
    playlist: Url,
    /// As it stood in the playlist.
    text: String,
    /// What it became.
    url: String,
    /// Bytes of `text` and `url` up to the slash; absent where it isn't as simple as that.
    begin: Option<(usize, usize)>,
}

impl Resolver {
    pub fn new(playlist: &Url) -> Resolver {
        Resolver { playlist: playlist.clone(), text: String::new(), url: String::new(), begin: None }
    }

    /// The absolute URL of a URI, as [`absolute`] gives it.
    ///
    /// # Errors
    /// [`PlaylistError`] `Uri`, and `Nested` for the playlist itself, which would make a player go round in circles.
    pub fn resolve(&mut self, uri: &str, line: usize) -> Result<&str, PlaylistError> {
        // No text is remembered before the first, and an empty one is none.
        if uri.is_empty() || uri != self.text {
            if !self.goes_on(uri) {
                self.parse(uri, line)?;
            }
            self.text.clear();
            self.text.push_str(uri);
        }
        Ok(&self.url)
    }

    /// Whether a URI is like the last one: `url` is then what it becomes. What must be refused is left to the parser.
    fn goes_on(&mut self, uri: &str) -> bool {
        let Some((begin, base)) = self.begin else { return false };
        let rest = self.text.get(..begin).and_then(|begin| uri.strip_prefix(begin));
        let Some(rest) = rest.filter(|rest| stays(begin, rest.as_bytes())) else { return false };
        let (url, known) = (self.playlist.as_str(), self.url.get(..base).unwrap_or_default());
        if base + rest.len() > MAX_URI_BYTES || url.strip_prefix(known) == Some(rest) {
            return false;
        }
        self.url.truncate(base);
        self.url.push_str(rest);
        true
    }

    fn parse(&mut self, uri: &str, line: usize) -> Result<(), PlaylistError> {
        let url = absolute(&self.playlist, uri).map_err(|source| PlaylistError::Uri { line, source })?;
        if url == self.playlist {
            return Err(PlaylistError::Nested { line });
        }
        self.url.clear();
        self.url.push_str(url.as_str());
        self.begin = beginning(uri, url.as_str());
        Ok(())
    }
}

/// Bytes of a URI and of its URL up to the last slash of the path.
///
/// A slash before a host is none of the path: what follows it ends in a slash in the URL, or in the query, where `stays`
/// has it otherwise.
fn beginning(uri: &str, url: &str) -> Option<(usize, usize)> {
    let path = uri.split(['?', '#']).next().unwrap_or_default();
    let begin = path.rfind('/').map_or(0, |slash| slash + 1);
    let rest = uri.get(begin..).filter(|rest| stays(begin, rest.as_bytes()))?;
    let base = url.strip_suffix(rest)?;
    base.ends_with('/').then_some((begin, base.len()))
}

/// Whether a URL's parser leaves these bytes as they are behind a slash of the path that ends the first `begin` bytes of
/// a URI: a path without dot segments, and a query. Too strict rather than too lax.
fn stays(begin: usize, rest: &[u8]) -> bool {
    let first = match rest.first() {
        // Another authority, or a dot segment.
        None | Some(b'/' | b'.' | b'%') => false,
        // Nothing before it: it may be a query alone, or have a scheme.
        Some(b'?') => begin > 0,
        Some(_) => begin > 0 || !rest.contains(&b':'),
    };
    // Every byte is looked at, so that the compiler can take many at once.
    let plain = rest.iter().fold(true, |plain, byte| plain & is_plain(*byte));
    let pairs = rest.iter().zip(rest.iter().skip(1));
    first && plain && pairs.fold(true, |good, (a, b)| good & !((*a == b'/') & ((*b == b'.') | (*b == b'%'))))
}

/// Printable ASCII that neither a path nor a query escapes, without `#`.
fn is_plain(byte: u8) -> bool {
    let within = |low: u8, high: u8| (byte >= low) & (byte <= high);
    within(b'a', b'z')
        | within(b'?', b'Z')
        | within(b'(', b';')
        | within(b'$', b'&')
        | (byte == b'!')
        | (byte == b'=')
        | (byte == b'_')
        | (byte == b'~')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn playlist() -> Url {
        Url::parse("https://a.example/xrpc/p?q=1").unwrap()
    }

    /// Resolves one after the other and compares with the parser, and gives how many didn't need it.
    fn check(uris: &[String]) -> usize {
        let mut resolver = Resolver::new(&playlist());
        let mut quick = 0;
        for uri in uris {
            quick += usize::from(
                !uri.is_empty() && *uri == resolver.text
                    || Resolver {
                        playlist: playlist(),
                        text: resolver.text.clone(),
                        url: resolver.url.clone(),
                        begin: resolver.begin,
                    }
                    .goes_on(uri),
            );
            let got = resolver.resolve(uri, 7).map(str::to_owned);
            let expect = match absolute(&playlist(), uri) {
                Ok(url) if url == playlist() => Err(PlaylistError::Nested { line: 7 }),
                Ok(url) => Ok(url.into()),
                Err(source) => Err(PlaylistError::Uri { line: 7, source }),
            };
            assert_eq!(got, expect, "{uri:?} in {uris:?}");
        }
        quick
    }

    #[test]
    fn all_but_the_first_of_a_kind_go_without_a_parser() {
        for uris in [
            [
                "/xrpc/blob?cid=a&did=did%3Aplc%3Ax.m4s",
                "/xrpc/blob?cid=b",
                "/xrpc/other?x=/y?z",
                "/xrpc/a:b/c",
            ],
            ["blob?cid=a", "blob?cid=b", "other", "deep/er?c=d"],
            ["../blob/a", "../blob/b", "../blob/c/d", "../blob/?e"],
            ["//cdn.example/a/b", "//cdn.example/a/c?d", "//cdn.example/a/e@f", "//cdn.example/a/b"],
            [
                "HTTPS://cdn.example:443/a",
                "HTTPS://cdn.example:443/b",
                "HTTPS://cdn.example:443/c/~d",
                "HTTPS://cdn.example:443/b",
            ],
            ["/a b/c", "/a b/d", "/a b/e!", "/a b/$&()*+,;="],
        ] {
            assert_eq!(check(&uris.map(str::to_owned)), 3, "{uris:?}");
        }
    }

    #[test]
    fn whatever_is_not_plain_takes_the_parser() {
        for first in [
            "/a/b",
            "b",
            "//a/b",
            "https://h.example/b",
            "https:/b",
            "https:b",
            "https:///b",
            "/a/../b",
            "?a/b",
            "/b?c",
        ] {
            for next in [
                "",
                "/",
                "//",
                "///",
                "?",
                "#",
                ".",
                "..",
                "%2e",
                "%2E%2e/x",
                "x/../y",
                "x/%2e%2E/y",
                "x/./y",
                "x/.",
                "x//y",
                "\\x",
                "x\\..\\y",
                "a b",
                "a\"b",
                "a'b",
                "a<b>",
                "a`b{c}|d^e[f]",
                "é",
                "a#b",
                "a:b",
                "a?b:c",
                "?a/../b",
                "a?/../b",
                "%",
                "%zz",
                "a?b'c",
                "a?b\"c",
                "a?b<c>",
                "a?b`{c}|d^e[f]",
                "a?b\\c",
                "data:x",
                "x\ty",
                "u:p@h.example/",
                "p?q=1",
                "xrpc/p?q=1",
                "../xrpc/p?q=1",
            ] {
                let begin = &first[..first.rfind('/').map_or(0, |slash| slash + 1)];
                check(&[first.to_owned(), format!("{begin}{next}"), next.to_owned(), first.to_owned()]);
            }
        }
    }

    #[test]
    fn the_longest_url_is_as_long_as_ever() {
        let long = |size: usize| format!("/{}", "x".repeat(size - "https://a.example/".len()));
        check(&[
            "/x".to_owned(),
            long(MAX_URI_BYTES),
            "/x".to_owned(),
            long(MAX_URI_BYTES + 1),
            "/x".to_owned(),
        ]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_sequence_resolves_as_by_the_parser(
            uris in prop::collection::vec(
                prop_oneof![
                    4 => r"(/|//|\.\./|https:|https:/|https://|http://|\?)?([ab.%2e:@?/\\]|a\.example){1,8}",
                    4 => "(/a/|a/|/|//a/|)[ab.%2eE:@?/#]{0,5}",
                    1 => r"(/a/|)\PC{0,6}",
                ],
                1..12,
            ),
        ) {
            check(&uris);
        }
    }
}
