//! Fragmented MP4 (ISO/IEC 14496-12), as far as one keyframe needs it: the initialisation segment's video track, and
//! where in a media segment a sample lies.
//!
//! Walks by hand: mp4-atom and its like want whole boxes, and a media segment is never here as a whole.

mod avc_config;
mod boxes;
mod fields;
mod fragment;
mod init;
mod segment;
mod track;

pub use avc_config::AvcConfig;
pub use boxes::FourCc;
pub use init::{InitLook, MAX_INIT_BYTES, read_init};
pub use segment::{HEAD_BYTES, Look, MAX_REACH_BYTES, Segment};
pub use track::{Colour, VideoTrack};
