//! Frames that are made up, sample by sample.
#![allow(dead_code)]

use streamhut_media::{Chroma, Frame, Matrix, Orientation, Range};

/// Width and height of the chroma planes.
fn chroma_size(chroma: Chroma, width: u32, height: u32) -> (u32, u32) {
    match chroma {
        Chroma::Yuv420 => (width / 2, height / 2),
        Chroma::Yuv422 => (width / 2, height),
    }
}

/// A plane of what the function says for each place.
pub fn plane((width, height): (u32, u32), sample: impl Fn(u32, u32) -> u8) -> Vec<u8> {
    (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| sample(x, y)).collect()
}

/// A frame of limited range and BT.709, upright, with square samples, 8 bits and 4:2:0. Chroma is told by its own
/// places.
pub fn frame(
    width: u32,
    height: u32,
    y: impl Fn(u32, u32) -> u8,
    u: impl Fn(u32, u32) -> u8,
    v: impl Fn(u32, u32) -> u8,
) -> Frame {
    let chroma = chroma_size(Chroma::Yuv420, width, height);
    Frame {
        width,
        height,
        y: plane((width, height), y),
        u: plane(chroma, u),
        v: plane(chroma, v),
        chroma: Chroma::Yuv420,
        depth: 8,
        range: Range::Limited,
        matrix: Matrix::Bt709,
        aspect: (1, 1),
        orientation: Orientation::Upright,
    }
}

/// A frame without colours.
pub fn grey(width: u32, height: u32, y: impl Fn(u32, u32) -> u8) -> Frame {
    frame(width, height, y, |_, _| 128, |_, _| 128)
}

/// The frame with the same samples in 10 bits.
pub fn ten_bits(frame: Frame) -> Frame {
    let widened = |plane: &[u8]| plane.iter().flat_map(|&s| (u16::from(s) * 4).to_le_bytes()).collect();
    Frame { y: widened(&frame.y), u: widened(&frame.u), v: widened(&frame.v), depth: 10, ..frame }
}

/// The frame in 4:2:2, each row of chroma twice.
pub fn four_two_two(frame: Frame) -> Frame {
    let row = (frame.width / 2) as usize * if frame.depth == 8 { 1 } else { 2 };
    let doubled = |plane: &[u8]| plane.chunks(row).flat_map(|row| [row, row].concat()).collect();
    assert_eq!(frame.height % 2, 0);
    Frame { u: doubled(&frame.u), v: doubled(&frame.v), chroma: Chroma::Yuv422, ..frame }
}

/// Numbers that look random and are always the same (SplitMix64).
pub fn noise(x: u32, y: u32) -> u32 {
    let mut z = (u64::from(x) << 32 | u64::from(y)).wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(1);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (z ^ (z >> 31)) as u32
}
