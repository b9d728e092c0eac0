//! Streamplace's videos: records of three generations read into one [`Video`], and the XRPC
//! methods that list and play them.
//!
//! Everything here is tolerant of what others wrote: a field that is missing, or not of its type,
//! is absent, and only what can't be a video at all is an error. No I/O and no clock.

pub mod datetime;
mod item;
pub mod nsid;
mod profile;
mod source;
mod strong_ref;
mod text;
mod video;
pub mod xrpc;

pub use item::VideoItem;
pub use profile::Profile;
pub use source::Source;
pub use strong_ref::StrongRef;
pub use video::{MAX_DURATION_MS, RecordError, Video};
