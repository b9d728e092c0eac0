//! Pictures of a video, made from the bytes of its keyframes: no ffmpeg, no I/O, no clock.
//!
//! Bytes come in ([`mp4`], [`h264`]), a [`Frame`] comes out of the decoder, and [`Picture`]s, sheets and their WebVTT
//! go out.

mod colour;
mod decode;
mod error;
mod fit;
mod frame;
pub mod h264;
mod jpeg;
pub mod mp4;
mod orient;
mod picture;
mod plane;
mod scale;
mod shrink;
pub mod storyboard;
mod uniform;
mod widths;

pub use decode::{Fidelity, decode};
pub use error::MediaError;
pub use fit::fit;
pub use frame::{Chroma, Frame, Matrix, Orientation, Range};
pub use jpeg::{jpeg, jpeg_at_most};
pub use picture::{Picture, PictureError};
pub use plane::MAX_FRAME_SIDE;
pub use scale::{MAX_EXACT_SIDE, Target, render};
pub use uniform::is_nearly_uniform;
pub use widths::{UnknownWidth, WIDTHS, Width};
