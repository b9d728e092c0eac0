//! The page of a bundle's versions.

use askama::Template;

use super::{CSS, rendered};
use crate::{Fault, Versions};

#[derive(Template)]
#[template(path = "versions.html")]
struct VersionsPage<'a> {
    css: &'static str,
    list: &'a Versions,
    url: &'a str,
}

/// The page of `list`, which stands at `url`.
///
/// # Errors
/// None that a list could cause.
pub fn versions_page(list: &Versions, url: &str) -> Result<String, Fault> {
    rendered(&VersionsPage { css: CSS, list, url })
}
