//! Media playlists, read as they arrive.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod bad_input;
mod contract;
mod oracle;
mod playlists;
mod properties;
mod stored;

use streamhut_hls::{ByteRange, MediaIndex, MediaReader, PlaylistError, Segment};
use url::Url;

fn playlist_url() -> Url {
    Url::parse("https://stream.example/xrpc/place.stream.playback.getVideoPlaylist?sid=S&track=1").unwrap()
}

fn read(body: &[u8]) -> Result<MediaIndex, PlaylistError> {
    read_in(std::iter::once(body))
}

fn read_in<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<MediaIndex, PlaylistError> {
    let mut reader = MediaReader::new(&playlist_url());
    for piece in pieces {
        reader.push(piece)?;
    }
    reader.finish()
}

fn segments(index: &MediaIndex) -> Vec<Segment<'_>> {
    (0..index.len()).map(|i| index.segment(i).unwrap()).collect()
}

/// One line for each segment: `start+duration url range <map range> !gap ~discontinuity`.
fn shown(index: &MediaIndex) -> Vec<String> {
    let part =
        |range: Option<ByteRange>| range.map_or(String::new(), |r| format!(" {}@{}", r.length, r.offset));
    let one = |s: Segment<'_>| {
        let mut text = format!("{}+{} {}{}", s.start_us, s.duration_us, s.url, part(s.range));
        if let Some(map) = s.map {
            text += &format!(" <{}{}>", map.url, part(map.range));
        }
        text + if s.gap { " !" } else { "" } + if s.discontinuity { " ~" } else { "" }
    };
    segments(index).into_iter().map(one).collect()
}

/// What holds for every index, whatever it was made from.
fn assert_sound(index: &MediaIndex) {
    use streamhut_hls::{MAX_DURATION_US, MAX_SEGMENT_US, MAX_SEGMENTS};
    assert!(index.len() <= MAX_SEGMENTS && index.duration_us() <= MAX_DURATION_US);
    assert_eq!(index.segment(index.len()), None);
    assert_eq!(index.at(index.duration_us()), None);
    assert_eq!(index.at(u64::MAX), None);
    let mut end_us = 0;
    for (i, segment) in segments(index).into_iter().enumerate() {
        assert_eq!((segment.index, segment.start_us), (i, end_us));
        assert!(segment.duration_us <= MAX_SEGMENT_US);
        end_us += segment.duration_us;
        if segment.duration_us > 0 {
            assert_eq!(index.at(segment.start_us), Some(segment));
            assert_eq!(index.at(end_us - 1), Some(segment));
        }
        let map = segment.map.map(|map| (map.url, map.range));
        for (text, range) in map.into_iter().chain([(segment.url, segment.range)]) {
            let url = Url::parse(text).unwrap();
            assert_eq!(url.as_str(), text);
            assert!(matches!(url.scheme(), "http" | "https"), "{text}");
            assert!(range.is_none_or(|r| r.length > 0 && r.offset.checked_add(r.length) == Some(r.end())));
        }
    }
    assert_eq!(end_us, index.duration_us());
    assert_eq!(MediaIndex::from_bytes(&index.to_bytes()).as_ref(), Ok(index));
}
