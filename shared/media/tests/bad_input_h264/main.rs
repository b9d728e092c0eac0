//! H.264 that no picture is made of, and what is looked at before the decoder sees any of it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "../quiet/mod.rs"]
mod quiet;
mod sets;
mod slices;
#[path = "../stream/mod.rs"]
mod stream;

use stream::*;
use streamhut_media::{Fidelity, MediaError, decode, h264::AccessUnit};

/// What becomes of a sample with those parameter sets: its picture's size, or why there is none.
fn outcome(sets: &[Vec<u8>], sample: &[u8]) -> String {
    quiet::decoder();
    match decode(&track(sets), sample, Fidelity::Exact) {
        Ok(frame) => format!("{}x{}", frame.width, frame.height),
        Err(error) => error.to_string(),
    }
}

/// What becomes of the picture in its first looks, before the decoder is asked.
fn looked_at(sets: &[Vec<u8>], sample: &[u8]) -> String {
    match AccessUnit::parse(&track(sets).config, sample) {
        Ok(unit) => format!("{}x{}", unit.sequence.width, unit.sequence.height),
        Err(error) => error.to_string(),
    }
}

fn sets(sequence: Sequence) -> [Vec<u8>; 2] {
    [sequence.unit(), Pictures::default().unit()]
}

fn idr(header: Bits, macroblocks: u32) -> Vec<u8> {
    unit(3, IDR_SLICE, &grey(header, macroblocks).ended())
}

#[test]
fn grey_made_in_code_is_a_picture() {
    let frame =
        decode(&track(&sets(Sequence::default())), &sample(&[grey_slice(0, 8)]), Fidelity::Exact).unwrap();
    assert_eq!((frame.width, frame.height), (64, 32));
    assert!([frame.y, frame.u, frame.v].iter().flatten().all(|sample| *sample == 128));
    // In two slices, in two fields, and in fields of two slices.
    let two = sample(&[grey_slice(0, 5), grey_slice(5, 3)]);
    assert_eq!(outcome(&sets(Sequence::default()), &two), "64x32");
    let fields = sets(Sequence { frames_only: false, ..Sequence::sized(4, 2) });
    let field = |first, bottom, macroblocks| idr(field_slice_header(first, bottom), macroblocks);
    assert_eq!(outcome(&fields, &sample(&[field(0, false, 8), field(0, true, 8)])), "64x64");
    let four = [field(0, true, 4), field(4, true, 4), field(0, false, 7), field(7, false, 1)];
    assert_eq!(outcome(&fields, &sample(&four)), "64x64");
}

#[test]
fn bad_input_22_lasting_refusals_are_told_from_damage() {
    for (error, lasting) in [
        (MediaError::Unsupported("slice groups"), true),
        (MediaError::TooLarge { width: 16_384, height: 16_384 }, true),
        (MediaError::Syntax("slices out of their order"), false),
        (MediaError::Holes { first: 0, more: 0 }, false),
        (MediaError::NoKeyframe(0), false),
        (MediaError::Decoder(String::new()), false),
    ] {
        assert_eq!(error.is_lasting(), lasting, "{error}");
    }
}
