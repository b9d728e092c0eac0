//! Fixtures that give no picture, and good ones with bytes or slices taken out of them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod expected;
mod quiet;
mod stream;

use expected::{Fixture, fixture, fixtures, planes, sha256};
use stream::is_slice;
use streamhut_media::{
    Fidelity, Frame, MediaError, decode,
    mp4::{Look, Segment},
};

/// Why each refused fixture gives no picture.
const REFUSALS: [(&str, &str); 17] = [
    ("lossless", "H.264 with lossless macroblocks is not decoded here"),
    ("yuv444", "H.264 with 4:4:4 chroma is not decoded here"),
    ("hevc", "the codec `hvc1` is not decoded here"),
    ("av1", "the codec `av01` is not decoded here"),
    ("vp9", "the codec `vp09` is not decoded here"),
    ("no-keyframe", "no keyframe within the first 2127 bytes of the segment"),
    ("truncated", "keyframe is cut off after 1439 of 2755 bytes"),
    ("slice-cut", "macroblock 28 and 31 more were not decoded"),
    ("missing-slice", "macroblock 20 and 9 more were not decoded"),
    ("missing-last-slice", "macroblock 50 and 9 more were not decoded"),
    ("missing-first-slice", "no first slice of the keyframe"),
    ("swapped-slices", "H.264: slices out of their order"),
    ("repeated-slice", "H.264: slices out of their order"),
    ("corrupted-cavlc", "the decoder refused: invalid syntax: CAVLC coefficient position out of range"),
    ("no-slice", "no slice in the keyframe"),
    ("no-pps", "no picture parameter set 0"),
    ("no-sps", "no sequence parameter set 0"),
];
const TOO_LARGE: (&str, &str) = ("sps-16384", "16384x16384 samples are more than is decoded here");
/// Damage that is legal syntax: nobody can tell it from a picture.
const LEGAL_DAMAGE: &str = "corrupted-cabac";

/// From the bytes of a file to the picture of its first keyframe, as it is asked for.
fn picture(fixture: &Fixture, fidelity: Fidelity) -> Result<Frame, MediaError> {
    let track = fixture.track()?;
    let media = &fixture.bytes[fixture.init_bytes..];
    let segment =
        Segment { track: &track, offset: fixture.init_bytes as u64, length: Some(media.len() as u64) };
    match segment.look(media)? {
        Look::Sample { sample, .. } => decode(&track, sample, fidelity),
        Look::More(more) => panic!("{}: {more}", fixture.name),
    }
}

#[test]
fn bad_input_22_each_refused_fixture_for_its_own_reason() {
    quiet::decoder();
    let mut seen = 0;
    for fixture in fixtures().iter().filter(|fixture| fixture.refused.is_some()) {
        let all = || REFUSALS.iter().chain([&TOO_LARGE]);
        for fidelity in [Fidelity::Exact, Fidelity::Shrunk { width: 1 }] {
            let outcome = picture(fixture, fidelity);
            if fixture.name == LEGAL_DAMAGE {
                assert!(outcome.is_ok_and(|frame| (frame.width, frame.height) == (160, 96)));
                continue;
            }
            let (_, expect) = all().find(|(name, _)| *name == fixture.name).unwrap();
            assert_eq!(outcome.unwrap_err().to_string(), *expect, "{}", fixture.name);
        }
        // Each of its keyframes, not just the one that a segment begins with.
        let whole = |at: &usize| fixture.sample(*at).len() == fixture.keyframes[*at].size;
        for keyframe in (0..fixture.keyframes.len()).filter(whole) {
            let outcome =
                fixture.track().and_then(|track| decode(&track, fixture.sample(keyframe), Fidelity::Exact));
            assert_eq!(outcome.is_ok(), fixture.name == LEGAL_DAMAGE, "{} {keyframe}", fixture.name);
        }
        seen += 1;
    }
    assert_eq!(seen, REFUSALS.len() + 2);
}

/// A file that ends anywhere before the last byte of its keyframe gives no keyframe, and its bytes no picture.
#[test]
fn bad_input_21_files_cut_at_every_byte() {
    quiet::decoder();
    for name in
        ["one-macroblock", "nal-length-1", "high-qp", "field-pictures", "slice-per-row", "intra-pcm-cavlc"]
    {
        let fixture = fixture(name);
        let track = fixture.track().unwrap();
        let media = &fixture.bytes[fixture.init_bytes..];
        let end = fixture.keyframes[0].offset + fixture.keyframes[0].size - fixture.init_bytes;
        for cut in 0..end {
            let ended = Segment { track: &track, offset: 0, length: Some(cut as u64) };
            match ended.look(&media[..cut]) {
                Err(MediaError::NoKeyframe(_) | MediaError::Truncated { what: "keyframe", .. }) => {}
                other => panic!("{name} of {cut}: {other:?}"),
            }
            let going_on = Segment { length: None, ..ended };
            assert!(
                matches!(going_on.look(&media[..cut]), Ok(Look::More(more)) if more > cut as u64),
                "{name} of {cut}"
            );
        }
        let sample = fixture.sample(0);
        for cut in 0..sample.len() {
            let outcome = decode(&track, &sample[..cut], Fidelity::Exact);
            let Err(error) = outcome else { panic!("{name}: a picture of {cut} of {} bytes", sample.len()) };
            // Between two units nothing is cut, and a slice is missing.
            let between = matches!(error, MediaError::Missing { .. } | MediaError::Holes { .. });
            assert!(
                between || matches!(error, MediaError::Truncated { what: "a NAL unit", .. }),
                "{name}: {error}"
            );
        }
    }
}

/// The last slice cut at any byte, with a length that hides it: what is left of its syntax tells, nearly always. Where
/// it doesn't, the picture is right up to the macroblocks of the slice's last bytes.
#[test]
fn bad_input_22_slices_cut_at_every_byte() {
    quiet::decoder();
    for (name, unnoticed_at_most) in [
        ("baseline-cavlc", 0),
        ("high-8x8-cavlc", 0),
        ("interlaced-mbaff-cavlc", 0),
        ("field-pictures", 0),
        ("main-cabac", 2),
        ("high-8x8-cabac", 2),
        ("yuv422-8bit", 2),
        ("10bit-high10", 2),
        ("monochrome", 3),
        ("interlaced-mbaff", 3),
        ("very-low-qp", 5),
        ("cropping-small", 12),
    ] {
        let fixture = fixture(name);
        let track = fixture.track().unwrap();
        let mut units = stream::units(fixture.sample(0), track.config.length_size);
        let slice = units.pop().unwrap();
        assert!(is_slice(slice));
        let exact = decode(&track, fixture.sample(0), Fidelity::Exact).unwrap();
        let (mut cuts, mut unnoticed) = (0, 0);
        for cut in (0..slice.len()).step_by(slice.len() / 200) {
            let cut = [units.as_slice(), &[&slice[..cut]]].concat();
            if let Ok(frame) = decode(&track, &stream::sample(&cut), Fidelity::Exact) {
                assert_eq!((frame.width, frame.height), (exact.width, exact.height), "{name}");
                unnoticed += usize::from(planes(&frame) != planes(&exact));
            }
            cuts += 1;
        }
        assert!(unnoticed * 100 <= cuts * unnoticed_at_most, "{name}: {unnoticed} of {cuts} cuts unnoticed");
    }
}

/// Any one slice taken out, of fields too.
#[test]
fn bad_input_22_any_slice_missing() {
    quiet::decoder();
    let mut taken = 0;
    for fixture in fixtures().iter().filter(|fixture| fixture.refused.is_none()) {
        let track = fixture.track().unwrap();
        for keyframe in 0..fixture.keyframes.len() {
            let units = stream::units(fixture.sample(keyframe), track.config.length_size);
            let slices: Vec<usize> = (0..units.len()).filter(|at| is_slice(units[*at])).collect();
            for &at in slices.iter().filter(|_| slices.len() > 1) {
                let left = [&units[..at], &units[at + 1..]].concat();
                let outcome = decode(&track, &framed(&left, track.config.length_size), Fidelity::Exact);
                let first = at == slices[0];
                match outcome {
                    Err(MediaError::Missing { what: "first slice of the keyframe" }) => {}
                    Err(MediaError::Holes { .. }) if !first => {}
                    other => panic!(
                        "{} without {at}: {:?}",
                        fixture.name,
                        other.map(|frame| sha256(&planes(&frame)))
                    ),
                }
                taken += 1;
            }
        }
    }
    assert!(taken > 40, "{taken}");
}

fn framed(units: &[&[u8]], length_size: u8) -> Vec<u8> {
    let length = |unit: &[u8]| (unit.len() as u32).to_be_bytes()[4 - usize::from(length_size)..].to_vec();
    units.iter().flat_map(|unit| [length(unit), unit.to_vec()].concat()).collect()
}

/// One byte of a slice changed: a picture of the right size, or an error, and no panic.
#[test]
fn bad_input_22_any_byte_of_a_slice_changed() {
    quiet::decoder();
    for name in ["one-macroblock", "high-qp", "deblock-off", "field-pictures", "monochrome", "nal-length-1"] {
        let fixture = fixture(name);
        let track = fixture.track().unwrap();
        let size = fixture.picture.as_ref().unwrap().cropped;
        for at in (0..fixture.sample(0).len()).step_by(if fixture.sample(0).len() > 500 { 5 } else { 1 }) {
            for change in [0x01, 0x80, 0xff] {
                let mut sample = fixture.sample(0).to_vec();
                sample[at] ^= change;
                if let Ok(frame) = decode(&track, &sample, Fidelity::Exact) {
                    assert_eq!([frame.width, frame.height], size, "{name} at {at}");
                }
            }
        }
    }
}
