//! A media playlist from a video server, and the index of one from a cache.

use streamhut_hls::{MAX_DURATION_US, MAX_SEGMENTS, MediaIndex, MediaReader, PlaylistError};
use url::Url;

const PLAYLIST: &str = "https://stream.example/xrpc/place.stream.playback.getVideoPlaylist?uri=u";
/// The longest body that is also read byte by byte.
const BYTEWISE: usize = 4096;

/// A body reads the same however it is cut, up to its error too. Whatever became of it, and whatever was stored, is an
/// index whose segments follow each other without a gap, with ranges and web URLs that can be asked for, and comes back
/// from its own bytes.
pub fn media_playlist(data: &[u8]) -> bool {
    let stored = MediaIndex::from_bytes(data);
    if let Ok(index) = &stored {
        sound(index);
    }
    let (so_far, read) = read_in([data]);
    sound(&so_far);
    assert_eq!(read_in(pieces(data)), (so_far.clone(), read.clone()));
    if data.len() <= BYTEWISE {
        assert_eq!(read_in(data.chunks(1)), (so_far.clone(), read.clone()));
    }
    if let Ok(index) = &read {
        sound(index);
        assert!(index.len() - so_far.len() <= 1, "only a last line without its end is left to the end");
    }
    read.is_ok() || stored.is_ok()
}

/// What was there before the end of the body, and what became of it.
type Outcome = (MediaIndex, Result<MediaIndex, PlaylistError>);

fn read_in<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
    let mut reader = MediaReader::new(&url(PLAYLIST));
    let mut pushed = Ok(());
    for piece in pieces {
        pushed = reader.push(piece);
    }
    let so_far = reader.so_far().clone();
    let read = reader.finish();
    if let Err(error) = pushed {
        assert_eq!(read, Err(error));
    }
    (so_far, read)
}

/// The bytes cut at places that they themselves name, with an empty piece between.
pub(crate) fn pieces(mut data: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    let mut state = data.len() as u64;
    while !data.is_empty() {
        let next = |state: u64, byte: &u8| (state ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        state = data.iter().take(8).fold(state, next);
        let (piece, rest) = data.split_at(data.len().min(1 + (state >> 32) as usize % 64));
        pieces.extend([piece, b""]);
        data = rest;
    }
    pieces
}

fn sound(index: &MediaIndex) {
    assert!(index.len() <= MAX_SEGMENTS && index.duration_us() <= MAX_DURATION_US);
    assert_eq!(index.segment(index.len()), None);
    assert_eq!(index.at(index.duration_us()), None);
    let mut end_us = 0;
    for i in 0..index.len() {
        let segment = index.segment(i).expect("a segment");
        assert_eq!((segment.index, segment.start_us), (i, end_us));
        end_us += segment.duration_us;
        if segment.duration_us > 0 {
            assert_eq!(index.at(segment.start_us), Some(segment));
            assert_eq!(index.at(end_us - 1), Some(segment));
        }
        let map = segment.map.map(|map| (map.url, map.range));
        for (text, range) in map.into_iter().chain([(segment.url, segment.range)]) {
            assert_eq!(url(text).as_str(), text);
            assert!(matches!(url(text).scheme(), "http" | "https"), "{text}");
            let end = range.map_or(Some(0), |range| range.offset.checked_add(range.length));
            assert!(end.is_some() && range.is_none_or(|range| range.length > 0));
        }
    }
    assert_eq!(end_us, index.duration_us());
    assert_eq!(MediaIndex::from_bytes(&index.to_bytes()).as_ref(), Ok(index));
}

fn url(text: &str) -> Url {
    Url::parse(text).expect("a URL")
}
