//! Every keyframe of every fixture, against what ffmpeg's decoder made of it (`scripts/picture-fixtures`).

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod expected;

use expected::{Fixture, fixtures, planes, sha256};
use streamhut_media::{
    Fidelity, Matrix, Orientation, Range, Target, decode,
    mp4::{InitLook, Look, Segment, VideoTrack, read_init},
    render,
};

fn track(fixture: &Fixture) -> VideoTrack {
    match read_init(&fixture.bytes[..fixture.init_bytes]) {
        Ok(InitLook::Track(track)) => track,
        other => panic!("{}: {other:?}", fixture.name),
    }
}

#[test]
fn every_keyframe_is_decoded_as_by_ffmpeg() {
    let mut decoded = 0;
    for fixture in fixtures().iter().filter(|fixture| fixture.refused.is_none()) {
        let track = track(fixture);
        for keyframe in &fixture.keyframes {
            let sample = &fixture.bytes[keyframe.offset..keyframe.offset + keyframe.size];
            assert_eq!(sha256(sample), keyframe.sample, "{}", fixture.name);
            let frame = decode(&track, sample, Fidelity::Exact);
            let frame = frame.unwrap_or_else(|error| panic!("{}: {error}", fixture.name));
            assert_eq!(sha256(&planes(&frame)), keyframe.planes, "{} at {}", fixture.name, keyframe.offset);
            decoded += 1;
        }
    }
    assert!(decoded > 100, "{decoded}");
}

#[test]
fn colour_aspect_and_rotation_are_those_of_the_headers() {
    for fixture in fixtures().iter().filter(|fixture| fixture.refused.is_none()) {
        let picture = fixture.picture.as_ref().unwrap();
        let keyframe = &fixture.keyframes[0];
        let sample = &fixture.bytes[keyframe.offset..keyframe.offset + keyframe.size];
        let frame = decode(&track(fixture), sample, Fidelity::Exact).unwrap();
        let name = &fixture.name;
        assert_eq!([frame.width, frame.height], picture.cropped, "{name}");
        let range = if picture.range == "full" { Range::Full } else { Range::Limited };
        assert_eq!(frame.range, range, "{name}");
        let matrix = match picture.matrix.as_deref() {
            Some("bt709") => Some(Matrix::Bt709),
            Some("smpte170m" | "bt470bg") => Some(Matrix::Bt601),
            Some("bt2020nc") => Some(Matrix::Bt2020),
            _ => None,
        };
        match matrix {
            Some(matrix) => assert_eq!(frame.matrix, matrix, "{name}"),
            // What nobody says is taken from the size.
            None if name == "untagged" => assert_eq!(frame.matrix, Matrix::Bt601),
            None => {}
        }
        assert_eq!(
            frame.aspect.0 * picture.aspect[1],
            frame.aspect.1 * picture.aspect[0],
            "{name}: {:?} {:?}",
            frame.aspect,
            picture.aspect
        );
        let turned = match picture.rotation {
            0 => Orientation::Upright,
            90 => Orientation::Clockwise90,
            180 => Orientation::Half,
            270 => Orientation::Clockwise270,
            other => panic!("{name}: {other}"),
        };
        assert_eq!(frame.orientation, turned, "{name}");
    }
}

/// Mean colours of a four by four grid, as ffmpeg converts them with the fixture's own matrix and range.
#[test]
fn colours_are_those_of_ffmpeg() {
    for fixture in fixtures().iter().filter(|fixture| fixture.refused.is_none()) {
        for keyframe in fixture.keyframes.iter().filter(|keyframe| !keyframe.cells.is_empty()) {
            let sample = &fixture.bytes[keyframe.offset..keyframe.offset + keyframe.size];
            let frame = decode(&track(fixture), sample, Fidelity::Exact).unwrap();
            let (width, height) = frame.display_size();
            if width.min(height) < 64 {
                // A cell of a few pixels is all edges, at which converters spread chroma differently.
                continue;
            }
            let picture = render(&frame, Target::Exact(width, height)).unwrap();
            // Converters spread chroma differently over edges and noise; another matrix or range moves all of a picture.
            let mut bias = [0.0; 3];
            for (index, colour) in keyframe.cells.iter().enumerate() {
                let mean = expected::cell(&picture, index % 4, index / 4);
                let off: [f64; 3] = std::array::from_fn(|channel| mean[channel] - colour[channel]);
                assert!(
                    off.iter().all(|off| off.abs() < 16.0),
                    "{} cell {index}: {mean:?} for {colour:?}",
                    fixture.name
                );
                bias.iter_mut().zip(off).for_each(|(bias, off)| *bias += off / 16.0);
            }
            assert!(bias.iter().all(|bias| bias.abs() < 2.5), "{}: {bias:.1?} over all", fixture.name);
        }
    }
}

/// The planner finds the first keyframe of each fixture, whatever number of bytes it is given to begin with.
#[test]
fn the_first_keyframe_is_found_from_any_number_of_bytes() {
    for fixture in fixtures().iter().filter(|fixture| !fixture.keyframes.is_empty()) {
        if fixture
            .refused
            .as_deref()
            .is_some_and(|refused| refused == "truncated" || refused.starts_with("codec"))
        {
            continue;
        }
        let track = track(fixture);
        let media = &fixture.bytes[fixture.init_bytes..];
        let length = Some(media.len() as u64);
        let segment = Segment { track: &track, offset: fixture.init_bytes as u64, length };
        let keyframe = &fixture.keyframes[0];
        for begin in [0, 7, 8, 100, 1_000, media.len()] {
            let mut have = begin.min(media.len());
            let mut rounds = 0;
            loop {
                match segment.look(&media[..have]).unwrap_or_else(|error| panic!("{}: {error}", fixture.name))
                {
                    Look::Sample { sample, end } => {
                        let at = keyframe.offset - fixture.init_bytes;
                        assert_eq!(sample.len(), keyframe.size, "{}", fixture.name);
                        assert_eq!(end as usize, at + keyframe.size, "{}", fixture.name);
                        assert_eq!(sha256(sample), keyframe.sample, "{}", fixture.name);
                        break;
                    }
                    Look::More(need) => {
                        assert!(need as usize > have && need as usize <= media.len(), "{}", fixture.name);
                        have = need as usize;
                    }
                }
                rounds += 1;
                assert!(rounds < 4, "{}: {have}", fixture.name);
            }
        }
    }
}

/// What the loop filter does is lost in the shrinking: `Fidelity::Shrunk` stays within 40 dB of the exact picture.
#[test]
fn without_the_loop_filter_small_pictures_stay_the_same() {
    let mut left_out = 0;
    for fixture in fixtures().iter().filter(|fixture| fixture.refused.is_none()) {
        let keyframe = &fixture.keyframes[0];
        let track = track(fixture);
        let sample = &fixture.bytes[keyframe.offset..keyframe.offset + keyframe.size];
        let exact = decode(&track, sample, Fidelity::Exact).unwrap();
        let (width, height) = exact.display_size();
        for by in [1, 4, 6, 8, 12] {
            let target = Target::Exact((width / by).max(2), (height / by).max(2));
            let frame = decode(&track, sample, Fidelity::Shrunk { width: width / by }).unwrap();
            if frame.y == exact.y {
                continue;
            }
            assert!(
                by >= 6 && width * height >= 1280 * 720,
                "{}: full and small pictures are exact",
                fixture.name
            );
            let small = render(&frame, target).unwrap();
            let psnr = expected::psnr(&small.rgb, &render(&exact, target).unwrap().rgb);
            assert!(psnr >= 40.0, "{} by {by}: {psnr:.1} dB", fixture.name);
            left_out += 1;
        }
    }
    assert!(left_out >= 3, "the filter is left out of {left_out}");
}
