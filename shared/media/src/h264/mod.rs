//! H.264 (ITU-T Rec. H.264): what is read of an access unit before the decoder sees it.
//!
//! The decoder trusts its input further than foreign bytes may be trusted: it makes room for what a parameter set says,
//! and it gives a picture when slices are missing. So each parameter set and slice header is read here first, and what
//! was decoded is looked at afterwards.

mod access_unit;
mod bits;
mod nal;
mod picture_set;
mod sequence_set;
mod slice_header;
mod unfiltered;

pub use access_unit::{AccessUnit, MAX_SLICES, MAX_UNIT_BYTES};
pub use sequence_set::SequenceSet;
pub(crate) use unfiltered::without_loop_filter;
