//! Media segments.

use streamhut_media::{
    MediaError,
    mp4::{HEAD_BYTES, Look, MAX_REACH_BYTES, Segment},
};

use crate::{boxes::*, look, look_at, track};

#[test]
fn bad_input_21_runs_of_billions_of_samples() {
    let most = u32::MAX;
    let run = |flags: u32, fields: &[u32]| moof(1, (BASE_IS_MOOF, &[]), &[full(b"trun", flags, fields)]);
    for (head, expect) in [
        // All alike and none of them a sync sample, of 100 bytes: nothing is read for each.
        (run(0, &[most]), "no keyframe within the first 48 bytes of the segment"),
        (run(FIRST_FLAGS, &[most, NO_SYNC]), "no keyframe within the first 52 bytes of the segment"),
        (run(DURATIONS | TIMES, &[most]), "no keyframe within the first 48 bytes of the segment"),
        // Where each has fields, those end.
        (run(SIZES, &[most]), "box `trun` ends within its fields"),
        (run(FLAGS, &[most, NO_SYNC, NO_SYNC]), "box `trun` ends within its fields"),
        (run(SIZES | FLAGS | TIMES, &[most, 1, NO_SYNC, 0]), "box `trun` ends within its fields"),
        (run(SIZES, &[]), "box `trun` ends within its fields"),
        (run(DATA_OFFSET, &[0]), "box `trun` ends within its fields"),
        (run(FIRST_FLAGS, &[1]), "box `trun` ends within its fields"),
        (run(0, &[0]), "no keyframe within the first 48 bytes of the segment"),
    ] {
        assert_eq!(look(&head), expect);
    }
    // A table of half a million, without a sync sample.
    let table = [vec![500_000], vec![NO_SYNC; 500_000]].concat();
    assert_eq!(look(&run(FLAGS, &table)), "no keyframe within the first 2000048 bytes of the segment");
}

#[test]
fn bad_input_21_fragments_without_their_boxes_or_of_another_track() {
    let keyframe = full(b"trun", FIRST_FLAGS, &[1, SYNC]);
    let fragment = |id: u32| full(b"tfhd", BASE_IS_MOOF, &[id]);
    for (head, expect) in [
        (boxed(b"moof", []), "no keyframe within the first 8 bytes of the segment"),
        (boxed(b"moof", [0; 7]), "no keyframe within the first 15 bytes of the segment"),
        (boxed(b"moof", boxed(b"traf", [])), "no tfhd"),
        (boxed(b"moof", boxed(b"traf", &keyframe)), "no tfhd"),
        (boxed(b"moof", boxed(b"traf", boxed(b"tfhd", [0; 7]))), "box `tfhd` ends within its fields"),
        (moof(1, (BASE_OFFSET, &[0]), &[]), "box `tfhd` ends within its fields"),
        (
            moof(1, (0x2 | 0x8 | DEFAULT_SIZE | DEFAULT_FLAGS, &[1, 2, 3]), &[]),
            "box `tfhd` ends within its fields",
        ),
        (boxed(b"moof", boxed(b"traf", fragment(1))), "no keyframe within the first 32 bytes of the segment"),
        (
            moof(2, (0, &[]), std::slice::from_ref(&keyframe)),
            "no keyframe within the first 52 bytes of the segment",
        ),
        (
            moof(0, (0, &[]), std::slice::from_ref(&keyframe)),
            "no keyframe within the first 52 bytes of the segment",
        ),
        (boxed(b"moof", sized(b"traf", 99, fragment(1))), "box `traf` at byte 0 says it has 99 bytes"),
        (boxed(b"moof", sized(b"traf", 7, fragment(1))), "box `traf` at byte 0 says it has 7 bytes"),
        (boxed(b"moof", boxed(b"traf", sized(b"tfhd", 64, []))), "box `tfhd` at byte 0 says it has 64 bytes"),
    ] {
        assert_eq!(look(&head), expect);
    }
}

#[test]
fn bad_input_21_samples_outside_of_their_segment() {
    const OUTSIDE: &str = "H.264: a sample lies outside its segment";
    let at = |offset: i32| {
        moof(1, (BASE_IS_MOOF, &[]), &[full(b"trun", DATA_OFFSET | FIRST_FLAGS, &[1, offset as u32, SYNC])])
    };
    let based = |base: u64, size: u32| {
        let fields = [(base >> 32) as u32, base as u32, size];
        moof(1, (BASE_OFFSET | DEFAULT_SIZE, &fields), &[full(b"trun", FIRST_FLAGS, &[1, SYNC])])
    };
    let sizes = |sizes: [u32; 2]| {
        let run = full(b"trun", SIZES | FLAGS, &[2, sizes[0], NO_SYNC, sizes[1], SYNC]);
        moof(1, (0, &[]), &[run])
    };
    let data = [0; 150];
    for (moof, expect) in [
        (at(64), "100 bytes to 164"),
        (at(-1), OUTSIDE),
        (at(i32::MIN), OUTSIDE),
        (at(i32::MAX), "keyframe is cut off after 206 of 2147483747 bytes"),
        // Bytes of its own description: nothing that a decoder would take.
        (at(0), "100 bytes to 100"),
        // From the start of the file, in which the segment begins at 1,000.
        (based(0, 100), OUTSIDE),
        (based(999, 100), OUTSIDE),
        (based(1072, 100), "100 bytes to 172"),
        (based(u64::MAX, 100), "keyframe is cut off after 214 of 18446744073709550715 bytes"),
        (based(u64::MAX, u32::MAX), OUTSIDE),
        (based(1072, u32::MAX), "keyframe is cut off after 214 of 4294967367 bytes"),
        (based(1072, 0), "0 bytes to 72"),
        (sizes([u32::MAX, 100]), "keyframe is cut off after 214 of 4294967467 bytes"),
        (sizes([10, u32::MAX]), "keyframe is cut off after 214 of 4294967377 bytes"),
    ] {
        assert_eq!(look(&[moof, data.to_vec()].concat()), expect);
    }
    // Without an end that is known, it is further than anything is read.
    let head = [based(1072, u32::MAX), data.to_vec()].concat();
    assert_eq!(look_at(None, &head), "keyframe would need 4294967367 bytes, and at most 6291456 are read");
}

#[test]
fn bad_input_21_sizes_of_boxes_in_a_segment() {
    let keyframe = [
        moof(1, (BASE_IS_MOOF, &[]), &[full(b"trun", DATA_OFFSET | FIRST_FLAGS, &[1, 56, SYNC])]),
        vec![0; 100],
    ]
    .concat();
    let after = |size: u64| [large(b"uuid", size, []), keyframe.clone()].concat();
    for (head, expect) in [
        (after(16), "100 bytes to 172"),
        (after(0), "box `uuid` at byte 0 says it has 0 bytes"),
        (after(15), "box `uuid` at byte 0 says it has 15 bytes"),
        (after(17), "no keyframe within the first 14462 bytes of the segment"),
        (after(1 << 63), "no keyframe within the first 9223372036854775808 bytes of the segment"),
        (after(u64::MAX), "no keyframe within the first 18446744073709551615 bytes of the segment"),
        (sized(b"uuid", 0, &keyframe), "no keyframe within the first 0 bytes of the segment"),
        (sized(b"moof", 0, &keyframe[8..]), "no keyframe within the first 0 bytes of the segment"),
        (sized(b"moof", 1000, &keyframe[8..]), "no keyframe within the first 156 bytes of the segment"),
        (sized(b"moof", 7, &keyframe[8..]), "box `moof` at byte 0 says it has 7 bytes"),
        (vec![], "no keyframe within the first 0 bytes of the segment"),
    ] {
        assert_eq!(look(&head), expect, "{}", head.escape_ascii());
    }
    for (head, expect) in [
        (after(MAX_REACH_BYTES), "moof would need 6291464 bytes, and at most 6291456 are read"),
        (after(1 << 63), "moof would need 9223372036854775816 bytes, and at most 6291456 are read"),
        (sized(b"moof", u32::MAX, []), "moof would need 4294967295 bytes, and at most 6291456 are read"),
        (vec![], "more 49152"),
    ] {
        assert_eq!(look_at(None, &head), expect);
    }
}

/// Asks for what a segment of those bytes wants, as often as it wants, and says how often that was and for how much.
fn asked(file: &[u8], length: Option<u64>) -> (usize, u64, Result<u64, MediaError>) {
    let track = track();
    let segment = Segment { track: &track, offset: 0, length };
    let mut have = file.len().min(HEAD_BYTES as usize);
    for rounds in 1.. {
        match segment.look(&file[..have]) {
            Ok(Look::Sample { end, .. }) => return (rounds, have as u64, Ok(end)),
            Err(error) => return (rounds, have as u64, Err(error)),
            Ok(Look::More(more)) => {
                assert!(more > have as u64 && more <= MAX_REACH_BYTES, "{have}: {more}");
                if file.len() as u64 <= have as u64 {
                    return (rounds, have as u64, Err(MediaError::NoKeyframe(have as u64)));
                }
                have = file.len().min(more as usize);
            }
        }
    }
    unreachable!()
}

#[test]
fn bad_input_21_nothing_asks_for_more_than_is_read() {
    let reach = MAX_REACH_BYTES as usize;
    let small = |size: usize| boxed(b"uuid", vec![0; size - 8]).repeat(2 * reach / size);
    for (file, name) in [
        (small(1000), "small boxes"),
        (small(HEAD_BYTES as usize / 4 + 1), "boxes longer than what is asked for at once"),
        (moof(2, (0, &[]), &[boxed(b"free", [0; 992])]).repeat(2 * reach / 1000), "other tracks' fragments"),
    ] {
        for length in [None, Some(file.len() as u64)] {
            let (rounds, bytes, end) = asked(&file, length);
            assert!(rounds <= 129 && bytes <= MAX_REACH_BYTES, "{name}: {rounds} rounds, {bytes} bytes");
            assert!(matches!(end, Err(MediaError::TooFar { what: "moof", .. })), "{name}: {end:?}");
        }
    }
    // A keyframe whose last byte is the last that is read, and one that ends after it.
    let keyframe = |size: usize| {
        let run = full(b"trun", DATA_OFFSET | FIRST_FLAGS, &[1, 60, SYNC]);
        let moof = moof(1, (BASE_IS_MOOF | DEFAULT_SIZE, &[size as u32]), &[run]);
        [moof, vec![0; size]].concat()
    };
    assert_eq!(asked(&keyframe(reach - 60), None), (2, MAX_REACH_BYTES, Ok(MAX_REACH_BYTES)));
    let (bytes, limit) = (MAX_REACH_BYTES + 1, MAX_REACH_BYTES);
    assert_eq!(
        asked(&keyframe(reach - 59), None),
        (1, HEAD_BYTES, Err(MediaError::TooFar { what: "keyframe", bytes, limit }))
    );
}
