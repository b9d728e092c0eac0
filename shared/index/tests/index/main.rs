//! The index over SQLite in this process, and over the real server.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod creators;
mod lists;
mod paging;
mod plans;
mod records;
mod schema;
mod searches;
mod server;
mod states;
mod store;
mod streams;
mod syncs;
mod tables;
