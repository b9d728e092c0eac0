//! What a page may load.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use sha2::{Digest, Sha256};

use crate::Site;

/// The style of share pages and errors; it stands in the page itself, under its hash in the policy.
pub(crate) const PAGE_CSS: &str = include_str!("../templates/page.css");
/// The style of embeds.
pub(crate) const EMBED_CSS: &str = include_str!("../templates/embed.css");

/// Who may show a page in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frames {
    /// Nobody: share pages, errors.
    Nobody,
    /// Everybody: embeds.
    Everybody,
}

/// The Content-Security-Policy of a page of this crate: its own style, pictures from the bundle, no script. An embed
/// may be framed, and plays media from wherever a creator keeps it.
pub fn csp(site: &Site, frames: Frames) -> String {
    let (css, media, ancestors) = match frames {
        Frames::Nobody => (PAGE_CSS, "", "'none'"),
        Frames::Everybody => (EMBED_CSS, " media-src *;", "*"),
    };
    let hash = BASE64.encode(Sha256::digest(css));
    let pictures = site.bundle_url().origin().ascii_serialization();
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src {pictures};{media} base-uri 'none'; \
         form-action 'none'; frame-ancestors {ancestors}"
    )
}
