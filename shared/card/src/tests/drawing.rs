//! Masks, canvas, scaling and blurring.

use proptest::prelude::*;

use crate::draw::blur::{blur_mask, blur_rgb};
use crate::draw::canvas::{Canvas, Colour};
use crate::draw::mask::Mask;
use crate::draw::path::Point;
use crate::draw::scale::{Region, scale};
use crate::rgb::{Rgb, RgbRef};

#[test]
fn a_line_covers_its_length_and_half_pixels_at_its_edge() {
    let mut mask = Mask::new(0, 0, 20, 10);
    mask.line(Point::new(5.0, 5.0), Point::new(15.0, 5.0), 2.5);
    // Rows 3 and 4 are inside, row 2 half: the edge is at 2.5.
    assert_eq!([1, 2, 3, 4].map(|y| mask.at(10, y)), [0, 128, 255, 255]);
    // The end is round.
    assert_eq!((mask.at(16, 4), mask.at(18, 4), mask.at(17, 2)), (255, 0, 0));
    let area: u32 = mask.alpha.iter().map(|&cover| u32::from(cover)).sum();
    let expected = (10.0 * 5.0 + 2.5f32 * 2.5 * std::f32::consts::PI) * 255.0;
    assert!((area as f32 - expected).abs() < expected * 0.02, "{area} {expected}");
}

#[test]
fn thin_lines_are_faint_rather_than_lost() {
    let mut mask = Mask::new(0, 0, 20, 10);
    mask.line(Point::new(2.0, 5.5), Point::new(18.0, 5.5), 0.2);
    assert_eq!(mask.at(10, 5), 102);
}

#[test]
fn a_polygon_is_filled_with_its_area() {
    let mut mask = Mask::new(0, 0, 40, 40);
    mask.polygon(&[Point::new(5.0, 5.0), Point::new(35.0, 5.0), Point::new(5.0, 35.0)]);
    let area = mask.alpha.iter().map(|&cover| f32::from(cover) / 255.0).sum::<f32>();
    assert!((area - 450.0).abs() < 2.0, "{area}");
    let mut hole = Mask::new(0, 0, 40, 40);
    hole.polygon(&[
        Point::new(5.0, 5.0),
        Point::new(15.0, 5.0),
        Point::new(15.0, 15.0),
        Point::new(5.0, 15.0),
    ]);
    mask.without(&hole);
    assert_eq!((mask.at(10, 10), mask.at(18, 8)), (0, 255));
}

#[test]
fn scaling_keeps_flat_colours_and_means() {
    let flat = Rgb { width: 37, height: 23, rgb: [201, 0, 255].repeat(37 * 23) };
    for (width, height) in [(1, 1), (5, 80), (37, 23), (200, 3), (120, 63)] {
        let scaled = scale(flat.as_ref(), Region::whole(flat.as_ref()), width, height);
        assert_eq!(scaled.rgb, [201, 0, 255].repeat((width * height) as usize), "{width}x{height}");
    }
    let halves =
        Rgb { width: 64, height: 1, rgb: [[0, 0, 0].repeat(32), [255, 255, 255].repeat(32)].concat() };
    let scaled = scale(halves.as_ref(), Region::whole(halves.as_ref()), 4, 1);
    assert_eq!([scaled.rgb[0], scaled.rgb[9]], [0, 255]);
    let same = scale(halves.as_ref(), Region::whole(halves.as_ref()), 64, 1);
    assert_eq!(same, halves);
}

#[test]
fn covering_cuts_the_sides_or_more_of_the_bottom() {
    let part = |width, height| {
        let region = Region::cover(RgbRef { width, height, rgb: &[] }, 1200, 600);
        (region.x, region.y, region.width, region.height)
    };
    assert_eq!(part(800, 400), (0.0, 0.0, 800.0, 400.0));
    assert_eq!(part(1000, 400), (100.0, 0.0, 800.0, 400.0));
    assert_eq!(part(800, 700), (0.0, 100.0, 800.0, 400.0));
}

#[test]
fn a_blur_keeps_flat_colours_and_spreads_a_dot() {
    for (width, height) in [(1, 1), (3, 9), (40, 20)] {
        let mut flat = [9, 99, 199].repeat(width * height);
        blur_rgb(&mut flat, width, height, 6);
        assert_eq!(flat, [9, 99, 199].repeat(width * height));
    }
    let mut dot = Mask::new(0, 0, 41, 41);
    dot.line(Point::new(20.5, 20.5), Point::new(20.5, 20.5), 5.0);
    let before: u64 = dot.alpha.iter().map(|&cover| u64::from(cover)).sum();
    blur_mask(&mut dot, 3);
    let after: u64 = dot.alpha.iter().map(|&cover| u64::from(cover)).sum();
    assert!(before.abs_diff(after) < before / 50, "{before} {after}");
    assert!(dot.at(20, 20) > dot.at(26, 20) && dot.at(26, 20) > 0);
    assert_eq!(dot.at(26, 20), dot.at(14, 20));
    assert_eq!(dot.at(20, 26), dot.at(26, 20));
}

proptest! {
    #[test]
    fn what_is_drawn_stays_inside_the_canvas(
        left in -60i32..60, top in -60i32..60, width in 1usize..50, height in 1usize..50,
        x in -40.0f32..80.0, y in -40.0f32..80.0, radius in 0.0f32..20.0,
    ) {
        let mut canvas = Canvas::new(32, 24, Colour(0, 0, 0));
        let mut mask = Mask::new(left, top, width, height);
        mask.line(Point::new(x, y), Point::new(y, x), radius);
        mask.rounded(Point::new(x - 9.0, y - 9.0), Point::new(x + 9.0, y + 9.0), radius);
        canvas.paint(&mask, Colour(255, 255, 255), 1.0);
        let drawn = canvas.into_rgb();
        for row in 0..24i32 {
            for column in 0..32i32 {
                let pixel = drawn.rgb[(row * 32 + column) as usize * 3];
                prop_assert!(pixel.abs_diff(mask.at(column, row)) <= 1);
            }
        }
    }

    #[test]
    fn a_picture_lies_where_it_is_laid(left in -60i32..60, top in -60i32..60) {
        let picture = Rgb { width: 8, height: 8, rgb: vec![255; 192] };
        let mut canvas = Canvas::new(32, 24, Colour(0, 0, 0));
        let mut all = Mask::new(-100, -100, 200, 200);
        all.alpha.fill(255);
        canvas.blit(&picture, left, top, &all);
        let drawn = canvas.into_rgb();
        for row in 0..24i32 {
            for column in 0..32i32 {
                let inside = (left..left + 8).contains(&column) && (top..top + 8).contains(&row);
                prop_assert_eq!(drawn.rgb[(row * 32 + column) as usize * 3] == 255, inside);
            }
        }
    }
}
