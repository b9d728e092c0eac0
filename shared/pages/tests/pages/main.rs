//! Pages as other people's sites read them: by parsers, not by looking for strings.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod addresses;
mod checklist;
mod creators;
mod embeds;
mod feeds;
mod hostile;
mod html;
mod made;
mod oembeds;
mod policy;
mod sitemaps;
mod warned;
