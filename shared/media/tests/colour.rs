//! Colours come out as they went in.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod frames;

use frames::{four_two_two, frame, ten_bits};
use streamhut_media::{Frame, Matrix, Range, Target, render};

/// Y, Cb, Cr of primary colours at 75 % and full, as the recommendations' own tables of colour bars give them (ITU-R
/// BT.801 for BT.601, SMPTE RP 219 for BT.709), with the RGB that they stand for.
const BARS: &[(Matrix, [u8; 3], [u8; 3])] = &[
    (Matrix::Bt601, [235, 128, 128], [255, 255, 255]),
    (Matrix::Bt601, [162, 44, 142], [191, 191, 0]),
    (Matrix::Bt601, [131, 156, 44], [0, 191, 191]),
    (Matrix::Bt601, [112, 72, 58], [0, 191, 0]),
    (Matrix::Bt601, [84, 184, 198], [191, 0, 191]),
    (Matrix::Bt601, [65, 100, 212], [191, 0, 0]),
    (Matrix::Bt601, [35, 212, 114], [0, 0, 191]),
    (Matrix::Bt709, [168, 44, 136], [191, 191, 0]),
    (Matrix::Bt709, [145, 147, 44], [0, 191, 191]),
    (Matrix::Bt709, [133, 63, 52], [0, 191, 0]),
    (Matrix::Bt709, [63, 193, 204], [191, 0, 191]),
    (Matrix::Bt709, [51, 109, 212], [191, 0, 0]),
    (Matrix::Bt709, [28, 212, 120], [0, 0, 191]),
    (Matrix::Bt2020, [16, 128, 128], [0, 0, 0]),
    (Matrix::Bt2020, [74, 97, 240], [255, 0, 0]),
];

/// Widths at which planes are read as they are, shrunk by one, two, three and four, and resampled.
const WIDTHS: [u32; 6] = [48, 30, 24, 16, 12, 11];

fn each_pixel(frame: &Frame, check: impl Fn(&[u8], &str)) {
    for width in WIDTHS {
        let picture = render(frame, Target::Width(width)).unwrap();
        for pixel in picture.rgb.chunks(3) {
            check(pixel, &format!("{width} wide, {} bits, {:?}", frame.depth, frame.chroma));
        }
    }
}

#[test]
fn bars_at_every_depth_and_sampling() {
    for &(matrix, [y, u, v], rgb) in BARS {
        let bar = || Frame { matrix, ..frame(48, 24, |_, _| y, |_, _| u, |_, _| v) };
        for frame in [bar(), ten_bits(bar()), four_two_two(bar()), four_two_two(ten_bits(bar()))] {
            each_pixel(&frame, |pixel, what| {
                let off = pixel.iter().zip(rgb).map(|(&ours, bar)| ours.abs_diff(bar)).max().unwrap();
                // The tables are rounded to 8 bits themselves.
                assert!(off <= 2, "{matrix:?} {rgb:?}: {pixel:?}, {what}");
            });
        }
    }
}

#[test]
fn greys_stay_neutral() {
    for range in [Range::Limited, Range::Full] {
        for matrix in [Matrix::Bt601, Matrix::Bt709, Matrix::Bt2020] {
            let ramp = Frame { range, matrix, ..frames::grey(48, 24, |x, y| (x * 5 + y) as u8) };
            for frame in [ramp.clone(), ten_bits(ramp)] {
                each_pixel(&frame, |pixel, what| {
                    assert!(pixel[0] == pixel[1] && pixel[1] == pixel[2], "{pixel:?}, {what}");
                });
            }
        }
    }
}

#[test]
fn ten_bits_are_rounded_not_cut() {
    for (sample, shown) in [(0, 0), (1, 0), (2, 1), (510, 128), (1021, 255), (1022, 255), (1023, 255)] {
        let mut frame = Frame { range: Range::Full, ..ten_bits(frames::grey(8, 8, |_, _| 0)) };
        frame.y = u16::to_le_bytes(sample).repeat(64);
        for width in [8, 4] {
            let picture = render(&frame, Target::Width(width)).unwrap();
            assert_eq!(picture.rgb, vec![shown; picture.rgb.len()], "{sample} at {width}");
        }
    }
}

/// Two halves of one luma, blue and red: across the border chroma goes from one to the other at the place where H.264
/// puts its samples.
#[test]
fn chroma_lies_at_the_left_of_its_pair() {
    let halves = frame(16, 8, |_, _| 100, |_, _| 128, |x, _| if x < 4 { 108 } else { 148 });
    for frame in [halves.clone(), four_two_two(halves)] {
        let picture = render(&frame, Target::Width(16)).unwrap();
        for row in picture.rgb.chunks(3 * 16) {
            let reds: Vec<u8> = row.chunks(3).map(|pixel| pixel[0]).collect();
            let [left, between, right] = [62, 98, 134];
            assert_eq!(reds[..7], [left; 7]);
            assert_eq!(reds[7], between);
            assert_eq!(reds[8..], [right; 8]);
        }
    }
}

/// The same from above to below: in 4:2:0 samples lie between two rows, in 4:2:2 in each.
#[test]
fn chroma_lies_between_its_rows() {
    let halves = frame(8, 16, |_, _| 100, |_, _| 128, |_, y| if y < 4 { 108 } else { 148 });
    for (frame, near) in [(halves.clone(), [80, 116]), (four_two_two(halves), [62, 134])] {
        let picture = render(&frame, Target::Width(8)).unwrap();
        let reds: Vec<u8> = picture.rgb.chunks(3 * 8).map(|row| row[0]).collect();
        assert_eq!(reds[..7], [62; 7]);
        assert_eq!(reds[7..9], near, "{:?}", frame.chroma);
        assert_eq!(reds[9..], [134; 7]);
    }
}
