//! Share cards and stand-ins as wholes.

use crate::brand::{EMBER, INK, INK_SOFT, WHITE};
use crate::draw::canvas::Colour;
use crate::{CARD_HEIGHT, CARD_WIDTH, Rgb, ShareCard, StandIn, neutral_card, share_card, stand_in};

fn flat(width: u32, height: u32, value: u8) -> Rgb {
    Rgb { width, height, rgb: vec![value; (width * height * 3) as usize] }
}

fn card<'a>(picture: Option<&'a Rgb>, title: &'a str) -> ShareCard<'a> {
    let picture = picture.map(Rgb::as_ref);
    ShareCard {
        picture,
        title,
        creator: "Ana María",
        handle: Some("ana.example.com"),
        duration_ms: Some(3_723_000),
    }
}

fn pixel(picture: &Rgb, x: u32, y: u32) -> Colour {
    let at = (y * picture.width + x) as usize * 3;
    Colour(picture.rgb[at], picture.rgb[at + 1], picture.rgb[at + 2])
}

/// WCAG 2.2, relative luminance and contrast ratio.
fn contrast(one: Colour, other: Colour) -> f64 {
    let linear = |value: u8| {
        let share = f64::from(value) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    let light = |c: Colour| 0.2126 * linear(c.0) + 0.7152 * linear(c.1) + 0.0722 * linear(c.2) + 0.05;
    let (a, b) = (light(one), light(other));
    a.max(b) / a.min(b)
}

/// Pixels of exactly this colour: the inside of letters.
fn pixels(picture: &Rgb, colour: Colour) -> Vec<(u32, u32)> {
    let all = picture.rgb.chunks_exact(3).enumerate();
    let same = all.filter(|(_, pixel)| **pixel == [colour.0, colour.1, colour.2]);
    same.map(|(index, _)| (index as u32 % picture.width, index as u32 / picture.width)).collect()
}

#[test]
fn text_stands_out_from_a_white_picture() {
    let handle = Colour(0xd8, 0xcc, 0xbf);
    for (width, height) in [(1280, 720), (640, 480), (720, 1280), (700, 700), (1600, 300)] {
        let white = flat(width, height, 255);
        let drawn = share_card(&card(
            Some(&white),
            "ÊÅ title that is long enough to go on to a second line, at any size",
        ));
        // The same without text: what the letters stand on, but for the shadow, which only helps.
        for colour in [WHITE, INK, handle] {
            let inside: Vec<_> =
                pixels(&drawn, colour).into_iter().filter(|(_, y)| *y > CARD_HEIGHT / 2).collect();
            let text: Vec<_> = inside.iter().filter(|(x, _)| *x < 420).collect();
            assert!(!text.is_empty() || colour == handle, "{width}x{height} {colour:?}");
            for (_, y) in text {
                // Left of all text.
                let ground = pixel(&drawn, 20, *y);
                assert!(contrast(colour, ground) >= 4.5, "{width}x{height} row {y}: {ground:?}");
            }
        }
    }
}

#[test]
fn wordmark_and_pill_stand_out_from_a_white_picture() {
    let drawn = share_card(&card(Some(&flat(1280, 720, 255)), "Title"));
    let name: Vec<_> = pixels(&drawn, INK).into_iter().filter(|(x, y)| *x > 900 && *y > 500).collect();
    assert!(name.len() > 200);
    for (_, y) in name {
        assert!(contrast(INK, pixel(&drawn, 1180, y)) >= 4.5);
    }
    let figures: Vec<_> = pixels(&drawn, INK).into_iter().filter(|(x, y)| *x > 900 && *y < 120).collect();
    assert!(figures.len() > 100);
    let right = figures.iter().map(|(x, _)| *x).max().unwrap();
    for (_, y) in figures {
        assert!(contrast(INK, pixel(&drawn, right + 6, y)) >= 4.5);
    }
}

#[test]
fn a_picture_fills_the_card_or_stands_whole() {
    // A picture with a green frame: what is cut off loses it.
    for (width, height, whole) in [
        (1280u32, 720u32, false),
        (640, 480, false),
        (1200, 500, false),
        (1300, 500, true),
        (500, 500, true),
        (360, 640, true),
    ] {
        let mut picture = flat(width, height, 90);
        for (index, pixel) in picture.rgb.chunks_exact_mut(3).enumerate() {
            let (x, y) = (index as u32 % width, index as u32 / width);
            if x.min(y).min(width - 1 - x).min(height - 1 - y) < 12 {
                pixel.copy_from_slice(&[0, 255, 0]);
            }
        }
        let drawn = share_card(&ShareCard { duration_ms: None, ..card(Some(&picture), "") });
        let green = pixels(&drawn, Colour(0, 255, 0));
        let columns = green.iter().map(|(x, _)| *x);
        let (left, right) = (columns.clone().min().unwrap(), columns.max().unwrap());
        let rows = green.iter().map(|(_, y)| *y);
        let (top, bottom) = (rows.clone().min().unwrap(), rows.max().unwrap());
        if whole {
            let seen = (right - left + 1) as f32 / (bottom - top + 1) as f32;
            let aspect = width as f32 / height as f32;
            assert!((seen / aspect - 1.0).abs() < 0.03, "{width}x{height}: {left} {right} {top} {bottom}");
            assert!(
                left > 40 && top > 30 && right < CARD_WIDTH - 40 && bottom < CARD_HEIGHT - 8,
                "{width}x{height}"
            );
        } else {
            assert!((left, top) == (0, 0) || (left, top) == (0, 1), "{width}x{height}: {left} {top}");
        }
    }
}

#[test]
fn each_part_shows_on_the_card() {
    let picture = flat(1280, 720, 120);
    let full = share_card(&card(Some(&picture), "Title"));
    let without = [
        ShareCard { title: "", ..card(Some(&picture), "Title") },
        ShareCard { creator: "", ..card(Some(&picture), "Title") },
        ShareCard { handle: None, ..card(Some(&picture), "Title") },
        ShareCard { duration_ms: None, ..card(Some(&picture), "Title") },
        card(None, "Title"),
    ];
    for (index, less) in without.iter().enumerate() {
        assert_ne!(share_card(less), full, "part {index}");
    }
    assert_eq!((full.width, full.height, full.rgb.len()), (1200, 630, 1200 * 630 * 3));
}

#[test]
fn a_title_that_cannot_be_drawn_gives_way_to_the_handle() {
    let titles = ["東京の夜景を歩く", "🎉🎉", "", "\u{202e}", "ab東京の夜"];
    let cards = titles.map(|title| share_card(&card(None, title)));
    for (title, drawn) in titles.iter().zip(&cards) {
        assert_eq!(drawn, &cards[0], "{title}");
    }
    // The handle is large then: more white than with nothing but the name.
    let nameless = ShareCard { handle: None, creator: "山田", ..card(None, "東京") };
    let white = |picture: &Rgb| pixels(picture, WHITE).len();
    assert!(white(&cards[0]) > white(&share_card(&nameless)) + 2000);
}

#[test]
fn a_handle_is_not_written_twice() {
    let twice = ShareCard { creator: "@ana.example.com", ..card(None, "Title") };
    let once = ShareCard { creator: "", handle: Some("@ana.example.com"), ..card(None, "Title") };
    assert_eq!(share_card(&twice), share_card(&once));
}

#[test]
fn the_neutral_card_is_a_card() {
    let drawn = neutral_card();
    assert_eq!((drawn.width, drawn.height, drawn.rgb.len()), (1200, 630, 1200 * 630 * 3));
    assert_eq!(pixel(&drawn, 600, 629), EMBER);
    assert!(pixels(&drawn, WHITE).len() > 5000);
}

#[test]
fn stand_ins() {
    for (width, height) in [(160, 90), (320, 180), (640, 360), (90, 160), (360, 640)] {
        let all = [StandIn::NotYet, StandIn::Unsupported, StandIn::Unavailable]
            .map(|why| stand_in(width, height, why));
        all.iter().for_each(|drawn| calm(drawn, width, height));
        assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2], "{width}x{height}");
    }
    for (width, height) in [(1920, 1080), (1080, 1920)] {
        calm(&stand_in(width, height, StandIn::Unavailable), width, height);
    }
}

fn calm(drawn: &Rgb, width: u32, height: u32) {
    assert_eq!((drawn.width, drawn.height), (width, height));
    assert_eq!(drawn.rgb.len(), (width * height * 3) as usize);
    let mean = drawn.rgb.iter().map(|&byte| u64::from(byte)).sum::<u64>() / drawn.rgb.len() as u64;
    assert!((14..60).contains(&mean), "{width}x{height} is dark: {mean}");
    // Only the line of text has this colour.
    let text = pixels(drawn, INK_SOFT).len();
    assert_eq!(text > 20, width.min(height) >= 180, "{width}x{height}: {text}");
}
