use std::fmt;

use url::Url;

use crate::DbError;

/// Where requests go: the pipeline of a database, and the token that opens it.
#[derive(Clone, Debug)]
pub struct Endpoint {
    url: Url,
    token: Option<AuthToken>,
}

/// A database's token. Printed, it is `[token]`.
#[derive(Clone)]
pub struct AuthToken(String);

impl Endpoint {
    /// Reads the URL of a database as Turso gives it (`libsql://name.turso.io`, which stands for https), or an
    /// http(s) one; a path in it comes before `/v3/pipeline`. An empty `token` is none.
    ///
    /// ```
    /// use streamhut_hrana::Endpoint;
    ///
    /// let endpoint = Endpoint::parse("libsql://films.turso.io", Some("secret"))?;
    /// assert_eq!(endpoint.url().as_str(), "https://films.turso.io/v3/pipeline");
    /// # Ok::<(), streamhut_hrana::DbError>(())
    /// ```
    ///
    /// # Errors
    /// [`DbError::Endpoint`] for what is no such URL, for one with credentials or a query, and for a token that no
    /// header can carry. The error repeats nothing of either.
    pub fn parse(url: &str, token: Option<&str>) -> Result<Self, DbError> {
        let fault = |reason| DbError::Endpoint { reason };
        let text = url.trim();
        let url = match split_scheme(text) {
            Some(("libsql", rest)) => Url::parse(&format!("https://{rest}")),
            Some(("http" | "https", _)) => Url::parse(text),
            Some(_) => return Err(fault("its scheme is none of libsql, https and http")),
            None => return Err(fault("it does not begin with libsql://, https:// or http://")),
        };
        let mut url = url.map_err(|_| fault("it is not a URL"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(fault("it holds a name or a password; the token is a setting of its own"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(fault("it holds a query or a fragment; the token is a setting of its own"));
        }
        url.set_path(&format!("{}/v3/pipeline", url.path().trim_end_matches('/')));
        let token = token.map(str::trim).filter(|token| !token.is_empty());
        if token.is_some_and(|token| !token.bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(fault("its token holds characters that no token has"));
        }
        Ok(Self { url, token: token.map(|token| AuthToken(token.to_owned())) })
    }

    /// Where to POST; without any secret.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The token, when there is one.
    pub fn token(&self) -> Option<&AuthToken> {
        self.token.as_ref()
    }
}

/// The scheme in lower case, and what stands behind its `://`.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let known = ["libsql", "https", "http"].into_iter().find(|known| known.eq_ignore_ascii_case(scheme));
    Some((known.unwrap_or("another"), rest))
}

impl AuthToken {
    /// The value of the header `authorization`.
    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }

    /// `text` with `[token]` wherever the token stands in it.
    pub(crate) fn scrub(&self, text: &str) -> String {
        text.replace(&self.0, "[token]")
    }
}

impl fmt::Debug for AuthToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[token]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_database_is() {
        for (url, expect) in [
            ("libsql://films-me.turso.io", "https://films-me.turso.io/v3/pipeline"),
            ("LIBSQL://films.turso.io/", "https://films.turso.io/v3/pipeline"),
            (" https://db.example:8443/a/b/ \n", "https://db.example:8443/a/b/v3/pipeline"),
            ("http://127.0.0.1:18080", "http://127.0.0.1:18080/v3/pipeline"),
        ] {
            assert_eq!(Endpoint::parse(url, None).unwrap().url().as_str(), expect, "{url}");
        }
    }

    #[test]
    fn what_is_no_database_and_no_secret_in_the_error() {
        let long = format!("https://db.example/{}", "SECRET".repeat(3));
        assert!(Endpoint::parse(&long, None).is_ok());
        for (url, token, word) in [
            ("", None, "begin"),
            ("SECRET", None, "begin"),
            ("ws://SECRET.example", None, "scheme"),
            ("file:///SECRET", None, "scheme"),
            ("https://[SECRET", None, "not a URL"),
            ("libsql://", None, "not a URL"),
            ("libsql://me:SECRET@db.example", None, "password"),
            ("https://SECRET@db.example", None, "password"),
            ("libsql://db.example?authToken=SECRET", None, "query"),
            ("libsql://db.example/#SECRET", None, "fragment"),
            ("libsql://db.example", Some("SECRET\r\nx: y"), "characters"),
            ("libsql://db.example", Some("SECRÈT"), "characters"),
        ] {
            let error = Endpoint::parse(url, token).unwrap_err();
            let told = format!("{error} {error:?}");
            assert!(told.contains(word), "{url}: {told}");
            assert!(!told.contains("SECR"), "{url}: {told}");
        }
    }

    #[test]
    fn a_token_is_never_printed() {
        let endpoint = Endpoint::parse("libsql://db.example", Some(" SECRET ")).unwrap();
        assert!(!format!("{endpoint:?}").contains("SECRET"), "{endpoint:?}");
        let token = endpoint.token().unwrap();
        assert_eq!(token.bearer(), "Bearer SECRET");
        assert_eq!(token.scrub("no SECRET for SECRETs"), "no [token] for [token]s");
        assert!(Endpoint::parse("libsql://db.example", Some(" ")).unwrap().token().is_none());
    }
}
