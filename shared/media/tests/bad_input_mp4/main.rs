//! Boxes that can't be, and tables that claim more than there is.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "../boxes/mod.rs"]
mod boxes;
mod init;
mod segment;
#[path = "../stream/mod.rs"]
mod stream;

use boxes::*;
use streamhut_media::mp4::{FourCc, InitLook, Look, Segment, VideoTrack, read_init};

fn init(bytes: &[u8]) -> String {
    match read_init(bytes) {
        Ok(InitLook::Track(track)) => format!("track {}", track.id),
        Ok(InitLook::More(bytes)) => format!("more {bytes}"),
        Err(error) => error.to_string(),
    }
}

fn track() -> VideoTrack {
    match read_init(&moov()) {
        Ok(InitLook::Track(track)) => track,
        other => panic!("{other:?}"),
    }
}

/// What a segment that begins at byte 1,000 of its file, and has so many bytes, tells by its first.
fn look_at(length: Option<u64>, head: &[u8]) -> String {
    let track = track();
    match (Segment { track: &track, offset: 1000, length }).look(head) {
        Ok(Look::Sample { sample, end }) => format!("{} bytes to {end}", sample.len()),
        Ok(Look::More(bytes)) => format!("more {bytes}"),
        Err(error) => error.to_string(),
    }
}

fn look(head: &[u8]) -> String {
    look_at(Some(head.len() as u64), head)
}

#[test]
fn bad_input_21_boxes_a_thousand_deep() {
    for kind in [b"moov", b"trak", b"mdia", b"minf", b"moof", b"traf", b"uuid"] {
        let deep = (0..1000).fold(boxed(kind, []), |inner, _| boxed(kind, inner));
        for expect in [init(&deep), init(&boxed(b"moov", &deep)), look(&deep), look(&boxed(b"moof", &deep))] {
            assert!(!expect.starts_with("track") && !expect.contains("bytes to"), "{expect}");
        }
    }
    // Around the track, where its own boxes have to be.
    let path = [b"traf", b"moof"].into_iter().cycle().take(1000);
    let deep = path
        .fold(moof(1, (0, &[]), &[full(b"trun", FIRST_FLAGS, &[1, SYNC])]), |inner, kind| boxed(kind, inner));
    assert_eq!(look(&deep), "no tfhd");
}

#[test]
fn bad_input_21_foreign_types_are_shown_in_four_letters() {
    for (kind, shown) in
        [(b"avc1", "avc1"), (b"\0\x1b[m", "\\x00\\x1b[m"), (b"\xff\x7f\r\n", "\\xff\\x7f\\x0d\\x0a")]
    {
        assert_eq!(FourCc(*kind).to_string(), shown);
    }
}
