//! Which frames are worth a thumbnail.

mod frames;

use frames::{four_two_two, frame, grey, noise, ten_bits};
use streamhut_media::{Frame, is_nearly_uniform};

const WIDTH: u32 = 640;
const HEIGHT: u32 = 360;

fn grainy(level: u8, by: u32) -> impl Fn(u32, u32) -> u8 {
    move |x, y| level.saturating_add((noise(x, y) % (2 * by + 1)) as u8).saturating_sub(by as u8)
}

/// Bars above and below and at the sides, in per cent of the sides, around something.
fn barred(rows: u32, columns: u32, bar: u8, inner: impl Fn(u32, u32) -> u8) -> impl Fn(u32, u32) -> u8 {
    move |x, y| {
        let (rows, columns) = (HEIGHT * rows / 100, WIDTH * columns / 100);
        let inside = (rows..HEIGHT - rows).contains(&y) && (columns..WIDTH - columns).contains(&x);
        if inside { inner(x, y) } else { bar }
    }
}

/// Strokes and gaps, as letters have, in a box given in per cent of the sides.
fn lettered(left: u32, top: u32, right: u32, bottom: u32) -> impl Fn(u32, u32) -> u8 {
    move |x, y| {
        let within = (WIDTH * left / 100..WIDTH * right / 100).contains(&x)
            && (HEIGHT * top / 100..HEIGHT * bottom / 100).contains(&y);
        if within && (x / 4).is_multiple_of(2) && !(y / 4).is_multiple_of(3) { 220 } else { 17 }
    }
}

/// Dim shapes: a floor, a wall, and a figure, no sample above 52.
fn night(x: u32, y: u32) -> u8 {
    let wall = 18 + x * 10 / WIDTH;
    let floor = 22 + y * 12 / HEIGHT;
    let figure = (200..280).contains(&x) && (80..300).contains(&y);
    let level = if figure {
        40
    } else if y > 240 {
        floor
    } else {
        wall
    };
    (level + noise(x, y) % 5) as u8
}

#[test]
fn what_is_uniform() {
    let black = |_, _| 16;
    for (what, frame, uniform) in [
        ("black", grey(WIDTH, HEIGHT, black), true),
        ("white", grey(WIDTH, HEIGHT, |_, _| 235), true),
        ("grey with noise", grey(WIDTH, HEIGHT, grainy(120, 3)), true),
        ("black with film grain", grey(WIDTH, HEIGHT, grainy(20, 10)), true),
        ("one colour", frame(WIDTH, HEIGHT, grainy(81, 2), |_, _| 90, |_, _| 240), true),
        ("a colour between letterbox bars", grey(WIDTH, HEIGHT, barred(13, 0, 16, grainy(110, 2))), true),
        ("a colour between pillarbox bars", grey(WIDTH, HEIGHT, barred(0, 13, 16, grainy(110, 2))), true),
        (
            "a phone's picture of nothing in a wide frame",
            grey(WIDTH, HEIGHT, barred(0, 32, 16, |_, _| 70)),
            true,
        ),
        ("black with thin bars", grey(WIDTH, HEIGHT, barred(2, 0, 90, black)), true),
        ("black with a thin frame", grey(WIDTH, HEIGHT, barred(2, 2, 180, black)), true),
        ("black with a logo in the corner", grey(WIDTH, HEIGHT, lettered(86, 88, 95, 95)), true),
        ("a gradient from left to right", grey(WIDTH, HEIGHT, |x, _| (16 + x * 219 / WIDTH) as u8), false),
        ("a gradient from top to bottom", grey(WIDTH, HEIGHT, |_, y| (16 + y * 219 / HEIGHT) as u8), false),
        ("a faint gradient", grey(WIDTH, HEIGHT, |_, y| (100 + y * 25 / HEIGHT) as u8), false),
        ("light in the middle", grey(WIDTH, HEIGHT, |_, y| (16 + y.min(HEIGHT - y)) as u8), false),
        ("a gradient between bars", grey(WIDTH, HEIGHT, barred(13, 0, 16, |x, _| (x / 3) as u8)), false),
        ("a band of one colour on black", grey(WIDTH, HEIGHT, barred(38, 0, 16, |_, _| 90)), false),
        (
            "a coarse checkerboard",
            grey(WIDTH, HEIGHT, |x, y| if (x / 80 + y / 60) % 2 == 0 { 30 } else { 200 }),
            false,
        ),
        (
            "a fine checkerboard",
            grey(WIDTH, HEIGHT, |x, y| if (x / 2 + y / 2) % 2 == 0 { 30 } else { 200 }),
            false,
        ),
        ("stripes", grey(WIDTH, HEIGHT, |x, _| if (x / 5) % 2 == 0 { 30 } else { 60 }), false),
        ("a scene at night", grey(WIDTH, HEIGHT, night), false),
        ("a scene at night between bars", grey(WIDTH, HEIGHT, barred(13, 0, 16, night)), false),
        ("a title of one line", grey(WIDTH, HEIGHT, lettered(25, 47, 75, 54)), false),
        ("a title of three lines", grey(WIDTH, HEIGHT, lettered(20, 35, 80, 65)), false),
        ("credits in small print", grey(WIDTH, HEIGHT, lettered(40, 5, 60, 95)), false),
        (
            "colours of one brightness",
            frame(WIDTH, HEIGHT, |_, _| 100, |x, _| (x / 2) as u8, |_, y| y as u8),
            false,
        ),
    ] {
        assert_eq!(is_nearly_uniform(&frame), uniform, "{what}");
        assert_eq!(is_nearly_uniform(&four_two_two(ten_bits(frame))), uniform, "{what}, in 10 bits of 4:2:2");
    }
}

#[test]
fn small_frames_and_no_frames() {
    for side in [2, 3, 16, 17, 33] {
        assert!(is_nearly_uniform(&grey(side, side, |_, _| 60)), "{side}");
    }
    assert!(!is_nearly_uniform(&grey(32, 32, |x, _| (x * 7) as u8)));
    let black = grey(64, 64, |_, _| 16);
    assert!(!is_nearly_uniform(&Frame { y: Vec::new(), ..black.clone() }));
    assert!(!is_nearly_uniform(&Frame { depth: 9, ..black }));
}
