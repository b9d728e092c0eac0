//! HLS playlists (RFC 8216): parse, select, rewrite.
//!
//! [`Master`] reads the master playlist that Streamplace answers, makes every URI in it
//! absolute, keeps the renditions of one [`Quality`], and writes the text that players read.
//! Foreign bytes are first brought into a strict form ([`text`], [`lines`], [`attributes`],
//! [`uri`]), and only that form reaches m3u8-rs. These four know nothing of master or media
//! playlists.
//!
//! No I/O: the caller fetches, and says from which URL the bytes came.

pub mod attributes;
mod error;
pub mod lines;
mod master;
mod normalise;
mod quality;
mod select;
pub mod text;
pub mod uri;
mod variants;

pub use error::PlaylistError;
pub use master::{MAX_MASTER_BYTES, MAX_RENDITIONS, Master};
pub use quality::{Quality, UnknownQuality};
pub use uri::{UriError, absolute};
pub use variants::{AudioTrack, Variant};
