//! The colours and the mark of Streamhut: a hut with a screen in it.

use crate::draw::canvas::{Canvas, Colour};
use crate::draw::mask::Mask;
use crate::draw::path::{Point, flatten};
use crate::text::pen::Pen;
use crate::text::read::read;

/// The darkest ground, and what scrims and shadows are made of.
pub(crate) const NIGHT: Colour = Colour(0x14, 0x10, 0x0e);
/// Surfaces in the dark theme.
pub(crate) const SURFACE: Colour = Colour(0x21, 0x1b, 0x17);
/// Lines in the dark theme.
pub(crate) const LINE: Colour = Colour(0x37, 0x2e, 0x28);
/// Text in the dark theme.
pub(crate) const INK: Colour = Colour(0xf5, 0xee, 0xe6);
/// Text of less weight in the dark theme.
pub(crate) const INK_SOFT: Colour = Colour(0xb5, 0xa7, 0x99);
/// The ground of the mark.
pub(crate) const EMBER: Colour = Colour(0xd9, 0x48, 0x0f);
/// The accent in the dark theme.
pub(crate) const GLOW: Colour = Colour(0xff, 0x8a, 0x4f);
/// The hut in the mark.
pub(crate) const WHITE: Colour = Colour(0xff, 0xff, 0xff);

/// Side of the square in which the paths of the mark stand, with y downwards.
const GRID: f32 = 320.0;
/// The hut: roof with eaves, and walls.
pub(crate) const HUT: &str = "M160 60L45 152H82V250H238V152H275Z";
/// The screen: something to play.
pub(crate) const PLAY: &str = "M134 146L202 186L134 226Z";

/// A square of the canvas in which paths of the mark are drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Side.
    pub side: f32,
}

impl Place {
    fn at(self, at: Point) -> Point {
        Point::new(self.x + at.x / GRID * self.side, self.y + at.y / GRID * self.side)
    }

    /// An empty mask for the square.
    pub(crate) fn mask(self) -> Mask {
        let (upper, lower) = (Point::new(self.x, self.y), Point::new(self.x + self.side, self.y + self.side));
        Mask::around(upper, lower, 0.0)
    }

    /// Joins the lines of a path, drawn by a pen of `weight` units of the grid.
    pub(crate) fn stroke(self, path: &str, weight: f32, mask: &mut Mask) {
        let radius = weight / 2.0 / GRID * self.side;
        flatten(path, |at| self.at(at), |piece| mask.line(piece.from, piece.to, radius * piece.weight));
    }

    /// Joins a closed path with its inside; `weight` rounds its corners.
    pub(crate) fn fill(self, path: &str, weight: f32, mask: &mut Mask) {
        let mut corners = Vec::new();
        flatten(path, |at| self.at(at), |piece| corners.push(piece.to));
        mask.polygon(&corners);
        self.stroke(path, weight, mask);
    }
}

/// Draws the mark: the hut on a rounded square.
pub(crate) fn mark(canvas: &mut Canvas, place: Place) {
    let mut ground = place.mask();
    let lower = Point::new(place.x + place.side, place.y + place.side);
    ground.rounded(Point::new(place.x, place.y), lower, place.side / 4.0);
    canvas.paint(&ground, EMBER, 1.0);
    let mut hut = place.mask();
    place.fill(HUT, 12.0, &mut hut);
    let mut screen = place.mask();
    place.fill(PLAY, 8.0, &mut screen);
    hut.without(&screen);
    canvas.paint(&hut, WHITE, 1.0);
}

/// Where a wordmark stands.
pub(crate) enum Side {
    /// Its left edge.
    Left(f32),
    /// Its right edge.
    Right(f32),
}

/// Draws the mark with the name beside it.
pub(crate) fn wordmark(canvas: &mut Canvas, side: Side, baseline: f32, size: f32) {
    let (pen, name) = (Pen::bold(size), read("Streamhut").clusters);
    let (mark_side, gap) = (size * 1.16, size * 0.32);
    let width = mark_side + gap + pen.width(&name);
    let x = match side {
        Side::Left(x) => x,
        Side::Right(x) => x - width,
    };
    // Centred on the capital's height.
    let place = Place {
        x: x.round(),
        y: (baseline - size * 0.35 - mark_side / 2.0).round(),
        side: mark_side.round(),
    };
    mark(canvas, place);
    canvas.paint(&pen.line(&name, x + mark_side + gap, baseline, 0.0), INK, 1.0);
}
