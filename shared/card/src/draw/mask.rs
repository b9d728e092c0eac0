//! A mask: how much of each pixel in a rectangle of the canvas is covered by a shape.

use super::path::Point;

/// Coverage of a rectangle of the canvas, 0 to 255 for each pixel. Shapes join: where two overlap, the larger
/// coverage counts.
pub(crate) struct Mask {
    /// Column of the canvas at which it begins.
    pub left: i32,
    /// Row of the canvas at which it begins.
    pub top: i32,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Coverage, row by row.
    pub alpha: Vec<u8>,
}

impl Mask {
    /// An empty mask for the rectangle.
    pub(crate) fn new(left: i32, top: i32, width: usize, height: usize) -> Self {
        Self {
            left,
            top,
            width: width.max(1),
            height: height.max(1),
            alpha: vec![0; width.max(1) * height.max(1)],
        }
    }

    /// The empty mask that a shape within `reach` of both corners needs.
    pub(crate) fn around(from: Point, to: Point, reach: f32) -> Self {
        let left = (from.x.min(to.x) - reach).floor() as i32 - 1;
        let top = (from.y.min(to.y) - reach).floor() as i32 - 1;
        let right = (from.x.max(to.x) + reach).ceil() as i32 + 1;
        let bottom = (from.y.max(to.y) + reach).ceil() as i32 + 1;
        Self::new(
            left,
            top,
            right.saturating_sub(left).max(1) as usize,
            bottom.saturating_sub(top).max(1) as usize,
        )
    }

    /// Joins a line from `from` to `to` with round ends, drawn by a pen of the given radius.
    pub(crate) fn line(&mut self, from: Point, to: Point, radius: f32) {
        let reach = radius + 0.5;
        let (solid, clear) = ((radius - 0.5).max(0.0), reach * reach);
        let (solid, most) = (if radius > 0.5 { solid * solid } else { -1.0 }, (radius * 2.0).min(1.0));
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let length = dx * dx + dy * dy;
        let inverse = if length > 0.0 { 1.0 / length } else { 0.0 };
        let rows = self.rows(from.y.min(to.y) - reach, from.y.max(to.y) + reach);
        for row in rows {
            let y = (self.top + row as i32) as f32 + 0.5;
            // Only the part of the line that is near this row can reach it.
            let (mut low, mut high) = (0.0f32, 1.0f32);
            if dy.abs() > 1e-3 {
                let (a, b) = ((y - reach - from.y) / dy, (y + reach - from.y) / dy);
                low = a.min(b).clamp(0.0, 1.0);
                high = a.max(b).clamp(0.0, 1.0);
            }
            let (a, b) = (from.x + dx * low, from.x + dx * high);
            let columns = self.columns(a.min(b) - reach, a.max(b) + reach);
            let first = columns.start;
            let py = y - from.y;
            let Some(pixels) =
                self.alpha.get_mut(row * self.width + columns.start..row * self.width + columns.end)
            else {
                continue;
            };
            for (column, pixel) in pixels.iter_mut().enumerate() {
                let px = (self.left + (first + column) as i32) as f32 + 0.5 - from.x;
                let along = ((px * dx + py * dy) * inverse).clamp(0.0, 1.0);
                let (ex, ey) = (px - dx * along, py - dy * along);
                let square = ex * ex + ey * ey;
                if square >= clear {
                    continue;
                }
                let cover = if square <= solid { 1.0 } else { (reach - square.sqrt()).min(most) };
                *pixel = (*pixel).max((cover * 255.0 + 0.5) as u8);
            }
        }
    }

    /// Joins a rectangle with rounded corners, given by two corners and the radius.
    pub(crate) fn rounded(&mut self, from: Point, to: Point, radius: f32) {
        let (cx, cy) = ((from.x + to.x) / 2.0, (from.y + to.y) / 2.0);
        let (half_x, half_y) = ((to.x - from.x).abs() / 2.0, (to.y - from.y).abs() / 2.0);
        let radius = radius.min(half_x).min(half_y);
        let rows = self.rows(from.y - 1.0, to.y + 1.0);
        let columns = self.columns(from.x - 1.0, to.x + 1.0);
        for row in rows {
            let qy = ((self.top + row as i32) as f32 + 0.5 - cy).abs() - half_y + radius;
            let Some(pixels) =
                self.alpha.get_mut(row * self.width + columns.start..row * self.width + columns.end)
            else {
                continue;
            };
            for (column, pixel) in pixels.iter_mut().enumerate() {
                let qx =
                    ((self.left + (columns.start + column) as i32) as f32 + 0.5 - cx).abs() - half_x + radius;
                let outside = if qx > 0.0 && qy > 0.0 { (qx * qx + qy * qy).sqrt() } else { qx.max(qy) };
                let cover = (radius + 0.5 - outside).clamp(0.0, 1.0);
                *pixel = (*pixel).max((cover * 255.0 + 0.5) as u8);
            }
        }
    }

    /// Joins a closed polygon (even-odd rule).
    pub(crate) fn polygon(&mut self, corners: &[Point]) {
        const PARTS: u8 = 8;
        let mut sums = vec![0.0f32; self.width];
        let mut crossings: Vec<f32> = Vec::new();
        for row in 0..self.height {
            sums.fill(0.0);
            for part in 0..PARTS {
                let y = (self.top + row as i32) as f32 + (f32::from(part) + 0.5) / f32::from(PARTS);
                crossings.clear();
                let ends = corners.iter().cycle().skip(1);
                for (a, b) in corners.iter().zip(ends) {
                    if (a.y <= y) != (b.y <= y) {
                        crossings.push(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x) - self.left as f32);
                    }
                }
                crossings.sort_by(f32::total_cmp);
                for pair in crossings.chunks_exact(2) {
                    let &[from, to] = pair else { continue };
                    for (column, sum) in sums.iter_mut().enumerate() {
                        let column = column as f32;
                        *sum += (to.min(column + 1.0) - from.max(column)).max(0.0);
                    }
                }
            }
            let pixels = self.alpha.iter_mut().skip(row * self.width);
            for (pixel, sum) in pixels.zip(&sums) {
                *pixel = (*pixel).max((sum / f32::from(PARTS) * 255.0 + 0.5).min(255.0) as u8);
            }
        }
    }

    /// Takes coverage away where `other` covers.
    pub(crate) fn without(&mut self, other: &Mask) {
        for row in 0..self.height {
            let y = self.top + row as i32;
            for column in 0..self.width {
                let cover = other.at(self.left + column as i32, y);
                if let Some(pixel) = self.alpha.get_mut(row * self.width + column) {
                    *pixel = (u16::from(*pixel) * u16::from(255 - cover) / 255) as u8;
                }
            }
        }
    }

    /// Coverage of the pixel at (`x`, `y`) of the canvas; 0 outside.
    pub(crate) fn at(&self, x: i32, y: i32) -> u8 {
        let (Ok(column), Ok(row)) = (usize::try_from(x - self.left), usize::try_from(y - self.top)) else {
            return 0;
        };
        if column >= self.width {
            return 0;
        }
        self.alpha.get(row * self.width + column).copied().unwrap_or(0)
    }

    fn rows(&self, from: f32, to: f32) -> std::ops::Range<usize> {
        between(from - self.top as f32, to - self.top as f32, self.height)
    }

    fn columns(&self, from: f32, to: f32) -> std::ops::Range<usize> {
        between(from - self.left as f32, to - self.left as f32, self.width)
    }
}

/// The whole pixels that `from..to` touches, within `0..size`.
fn between(from: f32, to: f32, size: usize) -> std::ops::Range<usize> {
    let start = (from.max(0.0) as usize).min(size);
    let end = if to > 0.0 { (to as usize + 1).min(size) } else { 0 };
    start..end.max(start)
}
