//! The bundle's pictures on the native platform, against a node that is scripted from fixtures.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod stage;
mod thumbnail;
