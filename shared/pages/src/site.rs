//! Where pages live.

use url::{Origin, Url};

/// How many characters of a refused setting an error repeats.
const QUOTED_CHARACTERS: usize = 128;

/// Where the web player is, and where the bundle's endpoints are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    frontend: Option<Url>,
    bundle: Url,
}

/// Why a setting names no place for pages. Texts are cut after 128 characters; one with credentials is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SiteError {
    /// No absolute URL.
    #[error("{text:?} is no absolute URL")]
    NotAUrl {
        /// The setting.
        text: String,
    },
    /// Neither http nor https.
    #[error("{text:?} is not an http or https URL")]
    Scheme {
        /// The setting.
        text: String,
    },
    /// A user name or a password, which would stand in every page.
    #[error("the URL of {host} holds credentials")]
    Credentials {
        /// The host of the setting.
        host: String,
    },
    /// The web player is named by its origin alone, the bundle by origin and path.
    #[error("{text:?} has a part after its {expected}")]
    Beyond {
        /// The setting.
        text: String,
        /// The last part that it may have: `origin` or `path`.
        expected: &'static str,
    },
}

impl Site {
    /// `frontend` is the origin of the web player, such as `https://streamhut.example`; `bundle` the base of the
    /// bundle's endpoints, such as `https://run.example/bundle/did:plc:…/atmosphereconf-vod/latest`.
    ///
    /// # Errors
    /// [`SiteError`], for either.
    pub fn new(frontend: Option<&str>, bundle: &str) -> Result<Self, SiteError> {
        let frontend = frontend.map(|text| web_url(text, "origin")).transpose()?;
        Ok(Self { frontend, bundle: web_url(bundle, "path")? })
    }

    /// The origin of the web player, without a slash at its end.
    pub fn frontend(&self) -> Option<&str> {
        Some(self.frontend.as_ref()?.as_str().trim_end_matches('/'))
    }

    /// The base of the bundle's endpoints, without a slash at its end.
    pub fn bundle(&self) -> &str {
        // A URL without a path is written with a slash.
        self.bundle.as_str().trim_end_matches('/')
    }

    /// Where a person finds all of it: the web player, else the bundle.
    pub(crate) fn home(&self) -> String {
        self.frontend().map_or_else(|| self.bundle().to_owned(), |origin| format!("{origin}/"))
    }

    pub(crate) fn frontend_origin(&self) -> Option<Origin> {
        self.frontend.as_ref().map(Url::origin)
    }

    pub(crate) fn bundle_url(&self) -> &Url {
        &self.bundle
    }
}

fn web_url(text: &str, last_part: &'static str) -> Result<Url, SiteError> {
    let quoted = || text.chars().take(QUOTED_CHARACTERS).collect();
    let url = Url::parse(text.trim_end_matches('/')).map_err(|_| SiteError::NotAUrl { text: quoted() })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(SiteError::Credentials { host: url.host_str().unwrap_or_default().to_owned() });
    }
    if !matches!(url.scheme(), "http" | "https") {
        return Err(SiteError::Scheme { text: quoted() });
    }
    let longer = url.query().is_some() || url.fragment().is_some();
    if longer || (last_part == "origin" && url.path() != "/") {
        return Err(SiteError::Beyond { text: quoted(), expected: last_part });
    }
    Ok(url)
}
