//! HLS playlists (RFC 8216): parse, select, rewrite, look up.
//!
//! [`Master`] reads the master playlist that Streamplace answers, makes every URI in it
//! absolute, keeps the renditions of one [`Quality`], and writes the text that players read.
//! Foreign bytes are first brought into a strict form ([`text`], [`lines`], [`attributes`],
//! [`uri`]), and only that form reaches m3u8-rs. These four know nothing of master or media
//! playlists.
//!
//! [`MediaReader`] reads a media playlist while it arrives, of any size that is not absurd, and
//! never holds its text. It makes a [`MediaIndex`], which knows for every time the [`Segment`]
//! that shows: its URL, its [`ByteRange`], and the [`Map`] to decode it with. Reading may stop as
//! soon as the index reaches the time that is looked for.
//!
//! [`Rewriter`] passes a playlist of either kind on, piece by piece, with every URI absolute and the rest as it was.
//!
//! No I/O: the caller fetches, and says from which URL the bytes came. URLs are http or https;
//! whether a host may be asked at all is the caller's to decide.

pub mod attributes;
mod error;
pub mod lines;
mod master;
mod media;
mod normalise;
mod pieces;
mod quality;
mod resolver;
mod rewrite;
mod select;
mod tags;
pub mod text;
pub mod uri;
mod variants;

pub use error::PlaylistError;
pub use master::{MAX_MASTER_BYTES, MAX_RENDITIONS, Master};
pub use media::{
    ByteRange, MAX_DURATION_US, MAX_MEDIA_BYTES, MAX_SEGMENT_US, MAX_SEGMENTS, MAX_TOTAL_URI_BYTES, MAX_URIS,
    Map, MediaIndex, MediaReader, Segment, StoredIndexError,
};
pub use pieces::MAX_LINE_BYTES;
pub use quality::{Quality, UnknownQuality};
pub use rewrite::{MAX_LINES, MAX_REWRITTEN_BYTES, Rewriter, rewrite};
pub use uri::{UriError, absolute};
pub use variants::{AudioTrack, Streams, Subtitles, Variant};
