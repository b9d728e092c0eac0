//! Small pages for people: no script, no request to anywhere, everything foreign escaped.

mod command;
mod home;
mod release;
mod versions;

use askama::Template;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use sha2::{Digest, Sha256};

use crate::Fault;

pub use home::home_page;
pub use release::release_page;
pub use versions::versions_page;

/// Stands in the page itself, under its hash in the page's policy.
const CSS: &str = include_str!("../../templates/page.css");

/// The Content-Security-Policy of every page: its own style, and nothing else.
pub fn page_policy() -> String {
    let hash = BASE64.encode(Sha256::digest(CSS));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// The host and port of an origin, for reading.
fn host(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, host)| host)
}

fn rendered(page: &impl Template) -> Result<String, Fault> {
    page.render().map_err(|error| Fault::Internal(error.to_string()))
}
