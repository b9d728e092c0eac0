//! Initialisation segments.

use streamhut_media::{
    MediaError,
    mp4::{InitLook, MAX_INIT_BYTES, read_init},
};

use crate::{boxes::*, init};

#[test]
fn bad_input_21_sizes_of_boxes_in_an_initialisation_segment() {
    let moov = moov();
    let free = |size: u64| [large(b"free", size, [0; 9]), moov.clone()].concat();
    assert_eq!(init(&moov), "track 1");
    for (bytes, expect) in [
        (sized(b"free", 0, &moov), "no moov"),
        (sized(b"moov", 0, &moov[8..]), "no moov"),
        (sized(b"free", 2, &moov), "box `free` at byte 0 says it has 2 bytes"),
        (sized(b"free", 7, &moov), "box `free` at byte 0 says it has 7 bytes"),
        (free(0), "box `free` at byte 0 says it has 0 bytes"),
        (free(1), "box `free` at byte 0 says it has 1 bytes"),
        (free(15), "box `free` at byte 0 says it has 15 bytes"),
        (free(25), "track 1"),
        (free(MAX_INIT_BYTES), "moov would need 1048584 bytes, and at most 1048576 are read"),
        (free(1 << 63), "moov would need 9223372036854775816 bytes, and at most 1048576 are read"),
        (free(u64::MAX), "moov would need 18446744073709551615 bytes, and at most 1048576 are read"),
        (
            sized(b"moov", u32::MAX, &moov[8..]),
            "moov would need 4294967295 bytes, and at most 1048576 are read",
        ),
        (boxed(b"moof", []), "no moov"),
        ([boxed(b"mdat", [0; 99]), moov.clone()].concat(), "no moov"),
        (
            b"<html>no such file</html>".to_vec(),
            "moov would need 1013478517 bytes, and at most 1048576 are read",
        ),
        (vec![], "more 8"),
    ] {
        assert_eq!(init(&bytes), expect, "{}", bytes.escape_ascii());
    }
}

#[test]
fn bad_input_21_boxes_that_reach_out_of_the_one_around_them() {
    let whole = moov();
    for kind in
        [b"trak", b"tkhd", b"mdia", b"hdlr", b"minf", b"stbl", b"stsd", b"avc1", b"avcC", b"mvex", b"trex"]
    {
        let at = whole.windows(4).position(|four| four == kind).unwrap() - 4;
        for size in [0, 1, 2, 7, 0x7fff_ffff, u32::MAX, whole.len() as u32] {
            let mut moov = whole.clone();
            moov[at..at + 4].copy_from_slice(&size.to_be_bytes());
            match (size, read_init(&moov)) {
                // To the end of the box around it, which may be right.
                (0, Ok(InitLook::Track(_)) | Err(_)) => {}
                (_, Err(MediaError::BoxSize { .. })) => {}
                // A `trex` that can't be read is none: nothing else tells what fragments leave out.
                (_, other) => panic!("{} of {size}: {other:?}", kind.escape_ascii()),
            }
        }
    }
}

#[test]
fn bad_input_21_only_a_part_of_an_initialisation_segment() {
    let whole = [boxed(b"ftyp", b"isom0000"), boxed(b"free", [0; 30]), moov()].concat();
    for length in 0..whole.len() {
        match read_init(&whole[..length]) {
            Ok(InitLook::More(more)) => {
                assert!(more > length as u64 && more <= whole.len() as u64, "{length}: {more}")
            }
            other => panic!("{length}: {other:?}"),
        }
    }
    // Each box of it cut, with sizes that fit.
    for length in 0..moov().len() - 8 {
        let cut = boxed(b"moov", &moov()[8..8 + length]);
        match read_init(&cut) {
            Ok(InitLook::Track(track)) => {
                assert!(length > 150 && track.config.parameter_sets.len() == 2, "{length}")
            }
            Ok(InitLook::More(more)) => panic!("{length}: {more}"),
            Err(_) => {}
        }
    }
}

#[test]
fn bad_input_21_no_moov_and_nothing_in_it() {
    let entry = |boxes: &[u8]| stsd(&sample_entry(b"avc1", boxes));
    let with = |stsd: &[u8]| boxed(b"moov", trak(1, b"vide", stsd));
    for (bytes, expect) in [
        (boxed(b"moov", []), "no video track"),
        (boxed(b"moov", [0; 7]), "no video track"),
        (boxed(b"moov", boxed(b"trak", [])), "no video track"),
        (boxed(b"moov", trak(1, b"soun", &entry(&avc_config()))), "no video track"),
        (boxed(b"moov", boxed(b"trak", boxed(b"mdia", boxed(b"hdlr", [0; 11])))), "no video track"),
        (boxed(b"moov", boxed(b"trak", boxed(b"mdia", boxed(b"hdlr", b"00000000vide")))), "no tkhd"),
        (with(&[]), "no stsd"),
        (with(&boxed(b"stsd", [0; 7])), "box `stsd` ends within its fields"),
        (with(&boxed(b"stsd", [0; 8])), "no sample entry"),
        (with(&boxed(b"stsd", [0, 0, 0, 0, 255, 255, 255, 255])), "no sample entry"),
        (with(&stsd(&boxed(b"avc1", [0; 77]))), "box `avc1` ends within its fields"),
        (with(&entry(&[])), "no avcC"),
        (with(&stsd(&sample_entry(b"hvc1", &[]))), "the codec `hvc1` is not decoded here"),
        (with(&stsd(&sample_entry(b"encv", &avc_config()))), "the codec `encv` is not decoded here"),
        (with(&stsd(&sample_entry(b"\0\xff\n\"", &[]))), "the codec `\\x00\\xff\\x0a\"` is not decoded here"),
        (with(&entry(&[avc_config(), boxed(b"pasp", [0; 7])].concat())), "box `pasp` ends within its fields"),
        (with(&entry(&[avc_config(), boxed(b"colr", b"nclx")].concat())), "track 1"),
    ] {
        assert_eq!(init(&bytes), expect, "{}", bytes.escape_ascii());
    }
}

#[test]
fn bad_input_21_parameter_sets_by_the_hundred() {
    let config =
        |body: &[u8]| boxed(b"moov", trak(1, b"vide", &stsd(&sample_entry(b"avc1", &boxed(b"avcC", body)))));
    for (body, expect) in [
        (&[][..], "box `avcC` ends within its fields"),
        (&[1, 100, 0, 40, 255], "box `avcC` ends within its fields"),
        (&[1, 100, 0, 40, 255, 255], "box `avcC` ends within its fields"),
        (&[1, 100, 0, 40, 255, 1, 255, 255, 7], "box `avcC` ends within its fields"),
        (&[1, 100, 0, 40, 255, 0, 255], "box `avcC` ends within its fields"),
        (&[1, 100, 0, 40, 255, 0, 1, 255, 255], "box `avcC` ends within its fields"),
        (
            &[0, 100, 0, 40, 255, 0, 0],
            "H.264 with an unknown version of its configuration is not decoded here",
        ),
        (&[1, 100, 0, 40, 255, 0, 0], "track 1"),
    ] {
        assert_eq!(init(&config(body)), expect, "{body:?}");
    }
    // 31 and 255 empty ones.
    let sets = [&[1, 100, 0, 40, 255, 31][..], &[0; 62], &[255], &[0; 510]].concat();
    assert_eq!(init(&config(&sets)), "track 1");
}
