//! Pages that say why there is none.

use askama::Template;

use crate::Site;
use crate::csp::PAGE_CSS;
use crate::rendered::rendered;

/// Why a page can't be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageError {
    /// There is no such video or creator.
    NotFound,
    /// It was taken down.
    Gone,
    /// Whoever knows of it doesn't answer now.
    Unavailable,
}

impl PageError {
    /// The status that goes with the page: 404, 410 or 503.
    pub fn status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Gone => 410,
            Self::Unavailable => 503,
        }
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    css: &'static str,
    /// Where to go instead, when there is a web player.
    frontend: Option<&'a str>,
    title: &'static str,
    text: &'static str,
}

/// The page of an error, as HTML: nothing for search engines to keep, and nothing to make a card of.
pub fn error_page(error: PageError, site: &Site) -> String {
    let (title, text) = match error {
        PageError::NotFound => ("Nothing here", "There is no video or creator at this address."),
        PageError::Gone => ("No longer here", "This was taken down."),
        PageError::Unavailable => {
            ("Not now", "This can't be shown at the moment. Please try again in a minute.")
        }
    };
    rendered(&ErrorPage { css: PAGE_CSS, frontend: site.frontend(), title, text })
}
