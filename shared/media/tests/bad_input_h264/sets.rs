//! Parameter sets.

use crate::{idr, looked_at, outcome, sets, stream::*};

#[test]
fn bad_input_22_sizes_up_to_the_caps_and_above() {
    let sized = |width, height| Sequence { width_mbs: width, map_units: height, ..Sequence::default() };
    let kind = |chroma, depth, width, height| Sequence {
        profile: 122,
        chroma,
        depth,
        chroma_depth: depth,
        ..Sequence::sized(width, height)
    };
    let too_large =
        |width: u64, height: u64| format!("{width}x{height} samples are more than is decoded here");
    for (sequence, expect) in [
        (sized(1024, 1024), too_large(16384, 16384)),
        (sized(512, 512), too_large(8192, 8192)),
        (sized(512, 1), "8192x16".into()),
        (sized(513, 1), too_large(8208, 16)),
        (sized(1, 512), "16x8192".into()),
        (sized(1, 513), too_large(16, 8208)),
        (sized(512, 72), "8192x1152".into()),
        (sized(512, 73), too_large(8192, 1168)),
        (sized(256, 144), "4096x2304".into()),
        (sized(256, 145), too_large(4096, 2320)),
        (sized(0, 1), "H.264: an Exp-Golomb code of more than 63 bits".into()),
        (sized(u32::MAX, u32::MAX), too_large(u64::from(u32::MAX) * 16, u64::from(u32::MAX) * 16)),
        (Sequence { frames_only: false, ..sized(1, 256) }, "16x8192".into()),
        (Sequence { frames_only: false, ..sized(1, 257) }, too_large(16, 8224)),
        (Sequence { frames_only: false, ..sized(256, 72) }, "4096x2304".into()),
        (Sequence { frames_only: false, ..sized(256, 73) }, too_large(4096, 2336)),
        // Of what takes more room, fewer macroblocks.
        (kind(1, 10, 256, 108), "4096x1728".into()),
        (kind(1, 10, 256, 109), too_large(4096, 1744)),
        (kind(2, 8, 240, 135), "3840x2160".into()),
        (kind(2, 8, 256, 130), "4096x2080".into()),
        (kind(2, 8, 256, 131), too_large(4096, 2096)),
        (kind(2, 10, 256, 93), "4096x1488".into()),
        (kind(2, 10, 256, 94), too_large(4096, 1504)),
        (kind(0, 8, 256, 144), "4096x2304".into()),
        (kind(0, 8, 256, 145), too_large(4096, 2320)),
        (kind(0, 10, 256, 109), too_large(4096, 1744)),
    ] {
        let slices = if sequence.frames_only {
            vec![grey_slice(0, 1)]
        } else {
            [false, true].map(|bottom| idr(field_slice_header(0, bottom), 1)).to_vec()
        };
        assert_eq!(looked_at(&sets(sequence), &sample(&slices)), expect);
    }
}

#[test]
fn bad_input_22_cropping_that_leaves_nothing() {
    const NOTHING: &str = "H.264: cropping that leaves nothing";
    for (crop, expect) in [
        ([0, 31, 0, 0], "2x32"),
        ([0, 32, 0, 0], NOTHING),
        ([31, 0, 0, 15], "2x2"),
        ([16, 16, 0, 0], NOTHING),
        ([0, 0, 16, 0], NOTHING),
        ([0, 0, 15, 1], NOTHING),
        ([u32::MAX - 1, 0, 0, 0], NOTHING),
        ([1 << 31, 1 << 31, 0, 0], NOTHING),
        ([0, 0, 1 << 31, 1 << 31], NOTHING),
    ] {
        let sequence = Sequence { crop: Some(crop), ..Sequence::default() };
        assert_eq!(outcome(&sets(sequence), &sample(&[grey_slice(0, 8)])), expect, "{crop:?}");
    }
}

#[test]
fn bad_input_22_kinds_that_are_not_decoded() {
    let kind = |profile, chroma, depth, chroma_depth, lossless| Sequence {
        profile,
        chroma,
        depth,
        chroma_depth,
        lossless,
        ..Sequence::default()
    };
    let unsupported = |what: &str| format!("H.264 with {what} is not decoded here");
    let depths = || unsupported("samples of neither 8 nor 10 bits");
    for (sequence, expect) in [
        (kind(244, 3, 8, 8, false), unsupported("4:4:4 chroma")),
        (kind(244, 1, 8, 8, true), unsupported("lossless macroblocks")),
        (kind(110, 1, 9, 9, false), depths()),
        (kind(110, 1, 12, 12, false), depths()),
        (kind(244, 2, 14, 14, false), depths()),
        (kind(110, 1, 8, 10, false), depths()),
        (kind(110, 1, 10, 8, false), depths()),
        (kind(110, 0, 12, 12, false), depths()),
        (kind(110, 1, 15, 15, false), "H.264: samples of more than 14 bits".into()),
        (kind(110, 4, 8, 8, false), "H.264: a chroma format over 3".into()),
    ] {
        let outcome = outcome(&sets(sequence), &sample(&[grey_slice(0, 8)]));
        assert_eq!(outcome, expect);
    }
    for (pictures, expect) in [
        (Pictures { slice_groups: 1, ..Pictures::default() }, unsupported("slice groups")),
        (Pictures { redundant: true, ..Pictures::default() }, unsupported("redundant pictures")),
    ] {
        let sets = [Sequence::default().unit(), pictures.unit()];
        assert_eq!(outcome(&sets, &sample(&[grey_slice(0, 8)])), expect);
    }
    for kind in 2..=4 {
        let partition = unit(3, kind, &grey(slice_header(0, 7, 0), 8).ended());
        assert_eq!(
            outcome(&sets(Sequence::default()), &sample(&[partition])),
            unsupported("data partitions")
        );
    }
    // Without chroma, what is said of its depth counts for nothing.
    let grey = |header: Bits| (0..8).fold(header, |bits, _| bits.ue(3).se(0).flag(true)).ended();
    let monochrome = sample(&[unit(3, IDR_SLICE, &grey(slice_header(0, 7, 0)))]);
    assert_eq!(outcome(&sets(kind(110, 0, 8, 14, false)), &monochrome), "64x32");
}

#[test]
fn bad_input_22_parameter_sets_that_are_not_there() {
    let [sequence, pictures] = sets(Sequence::default());
    let other_sequence = Pictures { sequence: 31, ..Pictures::default() }.unit();
    let slice = grey_slice(0, 8);
    for (sets, expect) in [
        (vec![], "no picture parameter set 0"),
        (vec![sequence.clone()], "no picture parameter set 0"),
        (vec![pictures.clone()], "no sequence parameter set 0"),
        (vec![sequence.clone(), other_sequence], "no sequence parameter set 31"),
        (
            vec![sequence.clone(), Pictures { id: 255, ..Pictures::default() }.unit()],
            "no picture parameter set 0",
        ),
        (vec![vec![0x67]], "H.264: a parameter set or slice header ends within its fields"),
        (vec![vec![0x67, 100, 0, 40]], "H.264: a parameter set or slice header ends within its fields"),
        (vec![sequence.clone(), vec![0x68]], "H.264: a parameter set or slice header ends within its fields"),
        (vec![vec![0xe7; 99]], "H.264: a NAL unit with its forbidden bit set"),
        (vec![vec![], sequence.clone(), vec![], pictures.clone()], "64x32"),
        // The order of either doesn't matter to what is looked for, and what nobody knows is passed over.
        (vec![pictures.clone(), sequence.clone()], "64x32"),
        (vec![vec![0x7f; 9], vec![0xff], sequence.clone(), pictures.clone()], "64x32"),
    ] {
        assert_eq!(outcome(&sets, &sample(&[&slice])), expect, "{sets:?}");
    }
    for (samples, expect) in [
        (vec![], "no slice in the keyframe"),
        (vec![vec![]], "no slice in the keyframe"),
        (vec![vec![9, 0x10]], "no slice in the keyframe"),
        (vec![vec![0x65]], "H.264: a parameter set or slice header ends within its fields"),
        (vec![vec![0xe5, 0x88]], "H.264: a NAL unit with its forbidden bit set"),
        (vec![idr(slice_header(0, 7, 9), 8)], "no picture parameter set 9"),
        // Those of the sample take the place of those of the configuration.
        (vec![Sequence::sized(8, 1).unit(), slice.clone()], "128x16"),
        (
            vec![Sequence::sized(1024, 1024).unit(), slice.clone()],
            "16384x16384 samples are more than is decoded here",
        ),
        (vec![slice.clone(), Sequence::sized(8, 1).unit()], "128x16"),
    ] {
        assert_eq!(outcome(&[sequence.clone(), pictures.clone()], &sample(&samples)), expect, "{samples:?}");
    }
}

#[test]
fn bad_input_22_slices_of_several_sequences() {
    let sets = [
        Sequence::default().unit(),
        Sequence { id: 1, ..Sequence::sized(2, 4) }.unit(),
        Pictures::default().unit(),
        Pictures { id: 1, sequence: 1, ..Pictures::default() }.unit(),
    ];
    let second = idr(slice_header(4, 7, 1), 4);
    let both = sample(&[grey_slice(0, 4), second]);
    assert_eq!(outcome(&sets, &both), "H.264: slices of several sequences in one picture");
}
