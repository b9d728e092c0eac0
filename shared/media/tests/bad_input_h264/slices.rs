//! Slices, and samples of many units.

use std::iter::repeat_n;

use streamhut_media::h264::{MAX_SLICES, MAX_UNIT_BYTES};

use crate::{idr, looked_at, outcome, sets, stream::*};

#[test]
fn bad_input_22_slices_of_other_pictures() {
    const REFERS: &str = "H.264: a slice of a keyframe that refers to other pictures";
    const SWITCHING: &str = "H.264 with switching slices is not decoded here";
    for (slice_type, expect) in [
        (0, REFERS),
        (1, REFERS),
        (2, "64x32"),
        (3, REFERS),
        (4, SWITCHING),
        (5, REFERS),
        (6, REFERS),
        (7, "64x32"),
        (8, REFERS),
        (9, SWITCHING),
        (10, REFERS),
    ] {
        let slice = idr(slice_header(0, slice_type, 0), 8);
        assert_eq!(outcome(&sets(Sequence::default()), &sample(&[slice])), expect, "{slice_type}");
    }
    // A P slice after a good one.
    let second = idr(slice_header(4, 0, 0), 4);
    assert_eq!(outcome(&sets(Sequence::default()), &sample(&[grey_slice(0, 4), second])), REFERS);
}

#[test]
fn bad_input_22_quantisers_out_of_range() {
    let deep = Sequence { profile: 110, depth: 10, chroma_depth: 10, ..Sequence::default() };
    for (sequence, quantiser, good) in [
        (Sequence::default(), -26, true),
        (Sequence::default(), -27, false),
        (Sequence::default(), 25, true),
        (Sequence::default(), 26, false),
        (Sequence::default(), -(1 << 29), false),
        (Sequence::default(), 1 << 29, false),
        (deep, -38, true),
        (deep, -39, false),
        (deep, 25, true),
        (deep, 26, false),
    ] {
        let slice = idr(quantised_slice_header(0, 7, 0, quantiser), 8);
        let expect = if good { "64x32" } else { "H.264: a slice's quantiser out of range" };
        assert_eq!(outcome(&sets(sequence), &sample(&[slice])), expect, "{quantiser}");
    }
}

#[test]
fn bad_input_22_slices_in_numbers() {
    let hd = sets(Sequence::sized(120, 68));
    let slices = |count: u32, all: u32| {
        let each = all / count;
        let slice = |n| grey_slice(n * each, if n + 1 == count { all - n * each } else { each });
        sample(&(0..count).map(slice).collect::<Vec<_>>())
    };
    assert_eq!(MAX_SLICES, 128);
    for (sets, sample, expect) in [
        (&hd, slices(128, 8160), "1920x1088"),
        (&hd, slices(129, 8160), "129 slices, and at most 128 are decoded"),
        (
            &sets(Sequence::default()),
            sample(&vec![grey_slice(0, 8); 4000]),
            "4000 slices, and at most 128 are decoded",
        ),
        (&sets(Sequence::sized(256, 144)), slices(28, 36_864), "4096x2304"),
        (&sets(Sequence::sized(256, 144)), slices(29, 36_864), "29 slices, and at most 28 are decoded"),
    ] {
        assert_eq!(looked_at(sets, &sample), expect);
    }
    assert_eq!(outcome(&hd, &slices(128, 8160)), "1920x1088");
}

#[test]
fn bad_input_22_samples_of_thousands_of_units_or_of_megabytes() {
    let sets = sets(Sequence::default());
    let slice = grey_slice(0, 8);
    let filled =
        |units: usize| sample(&repeat_n(vec![6, 5], units).chain([slice.clone()]).collect::<Vec<_>>());
    assert_eq!(outcome(&sets, &filled(4095)), "64x32");
    assert_eq!(outcome(&sets, &filled(4096)), "H.264: a sample of too many NAL units");
    // Units of no bytes are padding, as many as there are.
    let padded = [vec![0; 4 * 100_000], sample(&[&slice]), vec![0; 4 * 100_000]].concat();
    assert_eq!(outcome(&sets, &padded), "64x32");
    let padded = [vec![0; MAX_UNIT_BYTES - slice.len() - 4], sample(&[&slice])].concat();
    assert_eq!(outcome(&sets, &padded), "64x32");
    let padded = [vec![0; MAX_UNIT_BYTES - slice.len() - 3], sample(&[&slice])].concat();
    assert_eq!(outcome(&sets, &padded), "keyframe would need 4194305 bytes, and at most 4194304 are read");
}

/// The decoder looks for the end of a CAVLC slice after each macroblock, over all zeros at its end: a million of them,
/// and as many macroblocks as fit, would take it minutes.
#[test]
fn bad_input_22_a_million_zeros_after_a_slice() {
    let zeros = vec![0; 1_000_000];
    let hd = [Sequence::sized(256, 144).unit(), Pictures::default().unit()];
    let slice = [grey_slice(0, 36_864), zeros.clone()].concat();
    assert_eq!(outcome(&hd, &sample(&[slice])), "4096x2304");
    // With emulation prevention, as it has to be written.
    let slice = [grey_slice(0, 36_864), [0, 0, 3].repeat(300_000)].concat();
    assert_eq!(outcome(&hd, &sample(&[slice])), "4096x2304");
    let nothing_else = [slice_header(0, 7, 0).ended(), zeros].concat();
    let nothing_else = unit(3, IDR_SLICE, &nothing_else);
    let outcome = outcome(&hd, &sample(&[nothing_else]));
    assert_eq!(outcome, "macroblock 0 and 36863 more were not decoded");
}

#[test]
fn bad_input_22_several_pictures_in_one_sample() {
    const ORDER: &str = "H.264: slices out of their order";
    const FIRST: &str = "no first slice of the keyframe";
    let frames = sets(Sequence::default());
    let slice = |first, macroblocks| grey_slice(first, macroblocks);
    for (slices, expect) in [
        (vec![slice(0, 8), slice(0, 8)], ORDER),
        (vec![slice(0, 4), slice(4, 4), slice(0, 8)], ORDER),
        (vec![slice(0, 4), slice(4, 4), slice(4, 4)], ORDER),
        (vec![slice(4, 4), slice(0, 4)], FIRST),
        (vec![slice(1, 7)], FIRST),
        (vec![slice(0, 8), slice(8, 1)], "H.264: a slice that begins after the picture's end"),
        (vec![slice(0, 8), slice(u32::MAX - 1, 1)], "H.264: a slice that begins after the picture's end"),
        (vec![slice(0, 4)], "macroblock 4 and 3 more were not decoded"),
        (vec![slice(0, 4), slice(5, 3)], "macroblock 4 and 0 more were not decoded"),
        (vec![slice(0, 4), slice(4, 3)], "macroblock 7 and 0 more were not decoded"),
    ] {
        assert_eq!(outcome(&frames, &sample(&slices)), expect);
    }
    let fields = sets(Sequence { frames_only: false, ..Sequence::sized(4, 2) });
    let field = |first, bottom, macroblocks| idr(field_slice_header(first, bottom), macroblocks);
    let frame = idr(Bits::default().ue(0).ue(7).ue(0).bits(4, 0).flag(false).ue(0).bits(2, 0).se(0), 16);
    for (slices, expect) in [
        (vec![frame.clone()], "64x64"),
        (vec![field(0, false, 8)], FIRST),
        (vec![field(0, true, 8)], FIRST),
        (vec![field(0, false, 8), field(0, false, 8)], ORDER),
        (vec![field(0, false, 8), field(0, true, 8), field(0, false, 8)], ORDER),
        (vec![field(0, false, 4), field(0, true, 8), field(4, false, 4)], ORDER),
        (vec![field(0, false, 8), field(1, true, 7)], FIRST),
        (
            vec![field(0, false, 8), field(0, true, 4), field(8, true, 4)],
            "H.264: a slice that begins after the picture's end",
        ),
        (vec![field(0, false, 8), field(0, true, 7)], "macroblock 7 and 0 more were not decoded"),
        (vec![field(0, false, 7), field(0, true, 8)], "macroblock 7 and 0 more were not decoded"),
        (vec![frame.clone(), field(0, true, 8)], "H.264: a frame and a field in one picture"),
        (vec![field(0, true, 8), frame], ORDER),
    ] {
        assert_eq!(outcome(&fields, &sample(&slices)), expect);
    }
}

/// The arithmetic decoder reads zeros past the end of its bytes, and of zeros it makes the likeliest of everything. What
/// is no slice but its header would be a picture.
#[test]
fn bad_input_22_arithmetic_coding_that_ends_early() {
    let sets = [Sequence::sized(40, 23).unit(), Pictures { cabac: true, ..Pictures::default() }.unit()];
    for data in
        [&[][..], &[0x80], &[0, 0, 0, 0, 1], &[0x12, 0x34, 0x56, 0x78, 0x9a], &[0xaa; 40], &[0x55; 200]]
    {
        let payload = [slice_header(0, 7, 0).aligned().bytes(), data.to_vec()].concat();
        let error = outcome(&sets, &sample(&[unit(3, IDR_SLICE, &payload)]));
        assert!(error.ends_with("more were not decoded"), "{error}");
    }
}
