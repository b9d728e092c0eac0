//! What other people's sites ask of us: share pages, heads, embeds, oEmbed, feeds, sitemaps.

mod document;
mod embed;
mod feed;
mod head;
mod oembed;
mod page;
mod shown;
mod sitemap;

pub(crate) use embed::embed;
pub(crate) use feed::rss;
pub(crate) use head::get_share_head;
pub(crate) use oembed::oembed;
pub(crate) use page::{share_creator, share_video};
pub(crate) use sitemap::sitemap;
