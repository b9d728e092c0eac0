//! The bundle's pictures on the native platform, against a node that is scripted from fixtures.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod alone;
mod choice;
mod fallback;
mod flight;
mod job;
mod moment;
mod own_thumb;
mod ready;
mod share_image;
mod slices;
mod stage;
mod storage;
mod storyboard;
mod storyboard_faults;
mod thumbnail;
