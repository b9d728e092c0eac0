//! Streamplace's videos: records of three generations read into one [`Video`], what nodes and profiles tell beside
//! them, and the XRPC methods that list and play them.
//!
//! Everything here is tolerant of what others wrote: a field that is missing, or not of its type,
//! is absent, and only what can't be a video at all is an error. No I/O and no clock.

mod activity;
mod caption;
mod chapter;
mod comment;
pub mod datetime;
mod detail;
mod facet;
mod item;
pub mod nsid;
mod pixel_image;
mod profile;
mod rights;
mod source;
mod strong_ref;
mod text;
mod track;
mod video;
pub mod xrpc;

pub use caption::{Caption, CaptionTrack};
pub use chapter::{Chapter, MAX_CHAPTERS, chapters};
pub use comment::{Comment, RepliedTo};
pub use detail::{Clip, SourceKind, VideoDetail};
pub use facet::{Facet, FacetTarget};
pub use item::VideoItem;
pub use profile::{Profile, ProfileRecord};
pub use rights::ContentRights;
pub use source::Source;
pub use strong_ref::StrongRef;
pub use track::Track;
pub use video::{MAX_DURATION_MS, RecordError, Video};
