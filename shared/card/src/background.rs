//! Grounds of our own: the hut, and roofs that go out from it like waves.

use crate::brand::{EMBER, GLOW, HUT, INK_SOFT, LINE, NIGHT, PLAY, Place, SURFACE};
use crate::draw::canvas::{Canvas, Colour};

/// What is in the hut; paths are in the mark's grid.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sign {
    /// The lines of the sign.
    pub path: &'static str,
    /// Whether they enclose a solid shape.
    pub solid: bool,
    /// A line that strikes the sign out.
    pub strike: &'static str,
}

/// Something to play.
pub(crate) const SCREEN: Sign = Sign { path: PLAY, solid: true, strike: "" };

/// Weight of the hut's lines, in the mark's grid.
const WEIGHT: f32 = 11.0;

/// The ground of cards without a picture, with the hut on its right.
pub(crate) fn warm(width: u32, height: u32, sign: Sign) -> Canvas {
    let mut canvas = Canvas::new(width, height, NIGHT);
    let ember = NIGHT.towards(EMBER, 0.42);
    canvas.shade(|x, y| {
        // Light falls from the hut.
        let (dx, dy) = ((x - 0.76) * 1.4, (y - 0.36) * 1.0);
        let near = (1.0 - (dx * dx + dy * dy)).max(0.0);
        NIGHT.towards(ember, near * near)
    });
    let (w, h) = (width as f32, height as f32);
    let (centre, side) = ((w - h * 0.45, h * 0.375), h * 0.56);
    roofs(&mut canvas, centre, side, GLOW, 0.17);
    hut(&mut canvas, centre, side, sign, (GLOW, NIGHT.towards(EMBER, 0.28)));
    canvas
}

/// The quiet ground of stand-ins, with the hut at `centre`, in a square of the given side.
pub(crate) fn quiet(width: u32, height: u32, centre: (f32, f32), side: f32, sign: Sign) -> Canvas {
    let mut canvas = Canvas::new(width, height, NIGHT);
    canvas.shade(|x, y| {
        let (dx, dy) = (x - 0.5, y - 0.4);
        NIGHT.towards(SURFACE, 1.0 - (dx * dx + dy * dy) * 2.2)
    });
    roofs(&mut canvas, centre, side, LINE, 0.4);
    hut(&mut canvas, centre, side, sign, (LINE.towards(INK_SOFT, 0.55), SURFACE));
    canvas
}

/// Roofs above the hut, each wider and fainter, down to the edges of the canvas.
fn roofs(canvas: &mut Canvas, centre: (f32, f32), side: f32, colour: Colour, strength: f32) {
    for ring in 1..=6u8 {
        let ring = f32::from(ring);
        let rise = side * (0.13 * ring + 0.022 * ring * ring);
        let place = Place { y: around(centre, side).y - rise, ..around(centre, side) };
        let mut mask = canvas.mask_of_all();
        place.stroke("M-3040 2620L160 60L3360 2620", WEIGHT * 0.8, &mut mask);
        canvas.paint(&mask, colour, strength * (1.0 - ring / 7.0));
    }
}

fn hut(canvas: &mut Canvas, centre: (f32, f32), side: f32, sign: Sign, (line, ground): (Colour, Colour)) {
    let place = around(centre, side);
    let mut inside = place.mask();
    place.fill(HUT, WEIGHT, &mut inside);
    canvas.paint(&inside, ground, 1.0);
    let mut lines = place.mask();
    if sign.solid {
        place.fill(sign.path, WEIGHT, &mut lines);
    } else {
        place.stroke(sign.path, WEIGHT, &mut lines);
    }
    if !sign.strike.is_empty() {
        let mut gap = place.mask();
        place.stroke(sign.strike, WEIGHT * 2.8, &mut gap);
        lines.without(&gap);
        place.stroke(sign.strike, WEIGHT, &mut lines);
    }
    place.stroke(HUT, WEIGHT, &mut lines);
    canvas.paint(&lines, line, 1.0);
}

/// The square whose hut has its middle at `centre`.
fn around(centre: (f32, f32), side: f32) -> Place {
    Place { x: centre.0 - side / 2.0, y: centre.1 - side / 2.0, side }
}
