//! Media playlists, RFC 8216 sections 4.3.2 and 4.3.3: which bytes show what time.
//!
//! m3u8-rs, which reads master playlists here, is of no use for these: it wants the whole text at once, and keeps
//! for each segment a structure of 552 bytes and strings of its own. Eight hours are 28,800 segments and 10 MB of text,
//! and they are read inside of an isolate's memory. It is the oracle of the tests instead.

mod bytes;
mod draft;
mod index;
mod range;
mod reader;
mod seconds;
mod stored;
mod urls;

pub use bytes::StoredIndexError;
pub use index::{Map, MediaIndex, Segment};
pub use range::ByteRange;
pub use reader::MediaReader;

/// The largest media playlist that is read, in bytes. Eight hours in segments of one second reach 10 MB.
pub const MAX_MEDIA_BYTES: usize = 16 * 1024 * 1024;

/// The most segments of a media playlist: 55 hours in segments of one second.
pub const MAX_SEGMENTS: usize = 200_000;

/// The most distinct URIs of segments and maps in a media playlist. It bounds the work of resolving them.
pub const MAX_URIS: usize = 100_000;

/// The most bytes of all distinct URIs of a media playlist together, once absolute.
pub const MAX_TOTAL_URI_BYTES: usize = 8 * 1024 * 1024;

/// The longest segment, in microseconds: a day.
pub const MAX_SEGMENT_US: u64 = 24 * 60 * 60 * 1_000_000;

/// The longest media playlist, in microseconds: 31 days.
pub const MAX_DURATION_US: u64 = 31 * MAX_SEGMENT_US;
