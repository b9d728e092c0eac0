//! What holds for every frame.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod frames;

use proptest::prelude::*;
use streamhut_media::{
    Chroma, Frame, Matrix, Orientation, Picture, Range, Target, is_nearly_uniform, jpeg, render,
};

fn frame() -> impl Strategy<Value = Frame> {
    let kinds = (
        prop::sample::select(vec![Chroma::Yuv420, Chroma::Yuv422]),
        prop::sample::select(vec![8_u8, 10]),
        prop::sample::select(vec![Range::Limited, Range::Full]),
        prop::sample::select(vec![Matrix::Bt601, Matrix::Bt709, Matrix::Bt2020]),
        prop::sample::select(vec![
            Orientation::Upright,
            Orientation::Clockwise90,
            Orientation::Half,
            Orientation::Clockwise270,
        ]),
    );
    let aspect = prop_oneof![Just((1, 1)), (0..20_u32, 0..20_u32), any::<(u32, u32)>()];
    (2..80_u32, 2..80_u32, kinds, aspect, any::<u32>()).prop_map(
        |(width, height, (chroma, depth, range, matrix, orientation), aspect, seed)| {
            let bytes = if depth == 8 { 1 } else { 2 };
            let rows = if chroma == Chroma::Yuv420 { height / 2 } else { height };
            let plane = |of, width, height| {
                frames::plane((width * bytes, height), |x, y| frames::noise(x ^ seed, y + of) as u8)
            };
            Frame {
                width,
                height,
                y: plane(0, width, height),
                u: plane(100, width / 2, rows),
                v: plane(200, width / 2, rows),
                chroma,
                depth,
                range,
                matrix,
                aspect,
                orientation,
            }
        },
    )
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        (1..100_u32).prop_map(Target::Width),
        (1..100_u32, 1..100_u32).prop_map(|(w, h)| Target::Inside(w, h)),
        (1..60_u32, 1..60_u32).prop_map(|(w, h)| Target::Exact(w, h)),
        (1..u32::MAX, 1..u32::MAX).prop_map(|(w, h)| Target::Inside(w, h)),
    ]
}

fn whole(picture: &Picture) -> bool {
    picture.rgb.len() as u32 == picture.width * picture.height * 3
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_frame_gives_a_picture_of_the_target(frame in frame(), target in target()) {
        let (width, height) = frame.display_size();
        let picture = render(&frame, target).unwrap();
        prop_assert!(whole(&picture));
        match target {
            Target::Width(w) => {
                prop_assert_eq!(picture.width, w.min(width));
                if w < width {
                    prop_assert!(picture.height.is_multiple_of(2));
                    let exact = f64::from(w) * f64::from(height) / f64::from(width);
                    prop_assert!((f64::from(picture.height) - exact).abs() <= 1.0 || picture.height == 2);
                } else {
                    prop_assert_eq!(picture.height, height);
                }
            }
            Target::Inside(w, h) => {
                prop_assert!(picture.width <= w.min(width) && picture.height <= h.min(height));
                let fills = picture.width == w.min(width) || picture.height == h.min(height);
                prop_assert!(fills && picture.width > 0 && picture.height > 0);
            }
            Target::Exact(w, h) => prop_assert_eq!((picture.width, picture.height), (w, h)),
        }
        is_nearly_uniform(&frame);
        prop_assert!(jpeg(&picture, 50).is_ok());
    }

    /// Without colour in it, no colour comes out; and nothing brighter or darker than what went in, where no
    /// resampling sharpens.
    #[test]
    fn greys_come_out_grey(frame in frame(), target in target()) {
        let neutral = |plane: &[u8]| match frame.depth {
            8 => vec![128; plane.len()],
            _ => [0, 2].repeat(plane.len() / 2),
        };
        let frame = Frame { u: neutral(&frame.u), v: neutral(&frame.v), ..frame };
        let picture = render(&frame, target).unwrap();
        prop_assert!(picture.rgb.chunks(3).all(|p| p[0] == p[1] && p[1] == p[2]));
    }

    /// Four quarter turns by way of the frame's orientation are what the picture itself, turned, would be.
    #[test]
    fn opposite_turns_are_mirrors_of_each_other(frame in frame()) {
        let shown = |orientation| {
            let frame = Frame { orientation, aspect: (1, 1), ..frame.clone() };
            render(&frame, Target::Width(100)).unwrap()
        };
        for (one, other) in [
            (Orientation::Upright, Orientation::Half),
            (Orientation::Clockwise90, Orientation::Clockwise270),
        ] {
            let (one, other) = (shown(one), shown(other));
            prop_assert_eq!((one.width, one.height), (other.width, other.height));
            prop_assert!(one.rgb.chunks(3).eq(other.rgb.chunks(3).rev()));
        }
    }
}
