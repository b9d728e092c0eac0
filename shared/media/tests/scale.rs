//! Sizes, and that what is seen is where it was.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod frames;

use frames::{four_two_two, grey, ten_bits};
use streamhut_media::{Frame, Orientation, Picture, Range, Target, render};

#[test]
fn sizes() {
    use Orientation::{Clockwise90, Clockwise270, Half, Upright};
    use Target::{Exact, Inside, Width};
    for (stored, aspect, orientation, target, shown) in [
        ((192, 108), (1, 1), Upright, Width(32), (32, 18)),
        ((192, 108), (1, 1), Half, Width(33), (33, 18)),
        ((192, 108), (1, 1), Upright, Width(34), (34, 20)),
        ((192, 108), (1, 1), Upright, Width(1), (1, 2)),
        ((192, 108), (1, 1), Upright, Width(192), (192, 108)),
        ((192, 108), (1, 1), Upright, Width(1280), (192, 108)),
        ((192, 108), (1, 1), Upright, Width(u32::MAX), (192, 108)),
        ((192, 108), (1, 1), Clockwise90, Width(54), (54, 96)),
        ((192, 108), (1, 1), Clockwise270, Width(160), (108, 192)),
        // PAL, wide: 64:45.
        ((72, 58), (64, 45), Upright, Width(51), (51, 30)),
        ((72, 58), (64, 45), Upright, Width(640), (102, 58)),
        ((72, 58), (64, 45), Clockwise90, Width(640), (58, 102)),
        // Samples that are taller than wide make the picture taller, not narrower.
        ((72, 48), (8, 9), Upright, Width(640), (72, 54)),
        ((72, 48), (0, 0), Upright, Width(640), (72, 48)),
        ((72, 48), (65535, 1), Upright, Width(640), (72, 48)),
        ((192, 108), (1, 1), Upright, Inside(64, 64), (64, 36)),
        ((192, 108), (1, 1), Upright, Inside(64, 18), (32, 18)),
        ((192, 108), (1, 1), Clockwise90, Inside(64, 64), (36, 64)),
        ((192, 108), (1, 1), Upright, Inside(192, 1000), (192, 108)),
        ((192, 108), (1, 1), Upright, Inside(1000, 1000), (192, 108)),
        ((192, 2), (1, 1), Upright, Inside(10, 10), (10, 1)),
        ((2, 192), (1, 1), Upright, Inside(10, 10), (1, 10)),
        ((192, 108), (1, 1), Upright, Exact(16, 90), (16, 90)),
        ((192, 108), (1, 1), Clockwise90, Exact(16, 90), (16, 90)),
        ((192, 108), (1, 1), Upright, Exact(300, 1), (300, 1)),
    ] {
        let frame = Frame { aspect, orientation, ..grey(stored.0, stored.1, |_, _| 90) };
        let picture = render(&frame, target).unwrap();
        assert_eq!(
            (picture.width, picture.height),
            shown,
            "{stored:?} {aspect:?} {orientation:?} {target:?}"
        );
        assert_eq!(picture.rgb.len() as u32, shown.0 * shown.1 * 3);
    }
}

/// Red at a place given in hundredths of width and height.
fn at(picture: &Picture, x: u32, y: u32) -> u8 {
    let (x, y) = (picture.width * x / 100, picture.height * y / 100);
    picture.rgb[((y * picture.width + x) * 3) as usize]
}

#[test]
fn corners_stay_where_they_were() {
    let quarters = |x, y| match (x < 96, y < 54) {
        (true, true) => 40,
        (false, true) => 90,
        (true, false) => 140,
        (false, false) => 190,
    };
    let quarters = Frame { range: Range::Full, ..grey(192, 108, quarters) };
    for (orientation, expected) in [
        (Orientation::Upright, [40, 90, 140, 190]),
        (Orientation::Clockwise90, [140, 40, 190, 90]),
        (Orientation::Half, [190, 140, 90, 40]),
        (Orientation::Clockwise270, [90, 190, 40, 140]),
    ] {
        let turned = Frame { orientation, ..quarters.clone() };
        for frame in [turned.clone(), ten_bits(turned.clone()), four_two_two(turned)] {
            for target in [
                Target::Width(4096),
                Target::Width(96),
                Target::Width(50),
                Target::Width(32),
                Target::Width(8),
                Target::Exact(64, 64),
                Target::Exact(300, 300),
            ] {
                let picture = render(&frame, target).unwrap();
                let corners = [(20, 20), (80, 20), (20, 80), (80, 80)].map(|(x, y)| at(&picture, x, y));
                let off = corners.iter().zip(expected).map(|(&a, b)| a.abs_diff(b)).max().unwrap();
                // Sharpening next to an edge may overshoot in a picture of eight pixels.
                let allowed = if target == Target::Width(8) { 12 } else { 1 };
                assert!(off <= allowed, "{orientation:?} {target:?} {corners:?}");
            }
        }
    }
}

/// Without shrinking, each pixel is the sample at its place.
#[test]
fn full_size_is_exact() {
    let sample = |x: u32, y: u32| frames::noise(x, y) as u8;
    let frame = Frame { range: Range::Full, ..grey(37, 23, sample) };
    let expected: Vec<u8> = frames::plane((37, 23), sample).iter().flat_map(|&s| [s; 3]).collect();
    assert_eq!(render(&frame, Target::Width(37)).unwrap().rgb, expected);
    assert_eq!(render(&frame, Target::Exact(37, 23)).unwrap().rgb, expected);
    assert_eq!(render(&ten_bits(frame), Target::Width(37)).unwrap().rgb, expected);
}

/// Shrunk by whole factors, each pixel is the mean of the samples it stands for.
#[test]
fn whole_factors_are_means() {
    let sample = |x: u32, y: u32| frames::noise(x, y) as u8;
    for (across, down) in [(2, 2), (3, 3), (4, 4), (6, 6), (3, 5), (1, 2), (8, 1)] {
        let frame = Frame { range: Range::Full, ..grey(7 * across, 5 * down, sample) };
        let mean = |x, y| {
            let block = frames::plane((across, down), |i, j| sample(x * across + i, y * down + j));
            let sum: u32 = block.iter().map(|&s| u32::from(s)).sum();
            ((sum + across * down / 2) / (across * down)) as u8
        };
        let expected: Vec<u8> = frames::plane((7, 5), mean).iter().flat_map(|&s| [s; 3]).collect();
        assert_eq!(render(&frame, Target::Exact(7, 5)).unwrap().rgb, expected, "{across} {down}");
    }
}

/// A gradient is one still after resampling, without a shift.
#[test]
fn a_gradient_doesnt_move() {
    let frame = Frame { range: Range::Full, ..grey(250, 100, |x, _| x as u8) };
    for width in [30, 47, 64, 99, 125, 200, 249] {
        let picture = render(&frame, Target::Exact(width, 20)).unwrap();
        for (x, pixel) in
            picture.rgb.chunks(3).take(width as usize).enumerate().skip(3).take(width as usize - 6)
        {
            let expected = (x as f64 + 0.5) * 250.0 / f64::from(width) - 0.5;
            // What doesn't fill a whole sample of the shrunk planes is dropped at the end: at most one small pixel.
            let allowed = 1.5 + 250.0 / f64::from(width);
            assert!(
                (f64::from(pixel[0]) - expected).abs() < allowed,
                "{width}: {x} is {} not {expected}",
                pixel[0]
            );
        }
    }
}

/// Sums of many bright samples don't overflow, however small the picture.
#[test]
fn a_large_frame_becomes_a_speck() {
    let white = Frame { range: Range::Full, ..grey(400, 300, |_, _| 255) };
    for frame in [white.clone(), four_two_two(ten_bits(white))] {
        for (width, height) in [(1, 1), (2, 1), (3, 2), (400, 1), (1, 300)] {
            let picture = render(&frame, Target::Exact(width, height)).unwrap();
            let darkest = picture.rgb.iter().min().unwrap();
            assert!(*darkest >= 254, "{width}x{height}: {darkest}");
        }
    }
}
