//! What the bundle answers beside pictures, on the native platform: a node, a directory, PDSes and a server of profiles
//! are scripted.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod bad_inputs;
mod catalogue;
mod comments;
mod deleted;
mod feeds;
mod handles;
mod lists;
mod markup;
mod oembed;
mod playlists;
mod profiles;
mod repos;
mod retries;
mod share_pages;
mod stage;
mod stale;
mod streams;
mod video;
mod warned;
