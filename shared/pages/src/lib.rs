//! Pages for other people's sites: share pages, embeds, oEmbed, RSS and sitemaps.
//!
//! From what is known of a [`Video`] or a [`Creator`] to whole documents, as strings. [`Site`] says where they live:
//! at the web player, or, without one, at the bundle's own endpoints. All addresses are spelled in [`paths`].
//!
//! No I/O and no clock. Every text is foreign: it is cleaned, cut, and escaped by the templates, and no input makes any
//! of these functions fail or a page grow beyond 100 KB.

mod creator;
mod csp;
mod duration;
mod embed;
mod error_page;
mod feed;
mod head;
mod instant;
mod json_ld;
mod oembed;
pub mod paths;
mod rendered;
mod share;
mod site;
mod sitemap;
mod size;
mod text;
mod video;
mod words;

pub use creator::Creator;
pub use csp::{Frames, csp};
pub use embed::embed_page;
pub use error_page::{PageError, error_page};
pub use feed::{Channel, rss};
pub use head::{Head, Link, Meta, MetaKey, creator_head, video_head};
pub use oembed::{OEmbed, creator_oembed, oembed};
pub use paths::{Named, named};
pub use share::{creator_page, video_page};
pub use site::{Site, SiteError};
pub use sitemap::{SITEMAP_VIDEOS, sitemap, sitemap_index};
pub use size::{Bounds, pixels};
pub use video::Video;
