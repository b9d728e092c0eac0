//! The pill with a video's duration.

use crate::brand::{INK, NIGHT};
use crate::draw::canvas::Canvas;
use crate::draw::mask::Mask;
use crate::draw::path::Point;
use crate::text::pen::Pen;
use crate::text::read::read;

const SIZE: f32 = 30.0;
const HEIGHT: f32 = 46.0;
const PADDING: f32 = 18.0;

/// Draws figures on a dark pill whose upper right corner is at `corner`.
pub(super) fn draw(canvas: &mut Canvas, figures: &str, corner: Point) {
    let (pen, clusters) = (Pen::regular(SIZE), read(figures).clusters);
    let width = pen.width(&clusters) + 2.0 * PADDING;
    let (upper, lower) = (Point::new(corner.x - width, corner.y), Point::new(corner.x, corner.y + HEIGHT));
    let mut ground = Mask::around(upper, lower, 1.0);
    ground.rounded(upper, lower, HEIGHT / 2.0);
    canvas.paint(&ground, NIGHT, 0.82);
    let baseline = corner.y + (HEIGHT + SIZE * 0.7) / 2.0;
    canvas.paint(&pen.line(&clusters, upper.x + PADDING, baseline, 0.0), INK, 1.0);
}
