//! The pen: size and weight of text, its measures, and the drawing of clusters.

use super::cluster::Cluster;
use crate::draw::mask::Mask;
use crate::draw::path::{Point, flatten};
use crate::font::mark::{Anchor, hook, middle, top};
use crate::font::{CAPITALS, REGULAR, kerning};

/// Size and weight of text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pen {
    /// Pixels for 1000 units; capitals are 0.7 of it high.
    pub size: f32,
    /// Width of the pen in units.
    pub weight: f32,
}

/// Height of the highest ink above the baseline, against the size: a capital with two marks.
pub(crate) const ASCENT: f32 = 1.12;
/// Depth of the deepest ink below the baseline, against the size.
pub(crate) const DESCENT: f32 = 0.32;

/// Height of a capital's outline.
const CAPITAL_OUTLINE: f32 = 700.0;
/// Width of the bold pen.
const BOLD: f32 = 130.0;
/// Weight of marks against the letter's: they are small, and would clog.
const MARK_WEIGHT: f32 = 0.86;

impl Pen {
    /// The regular weight.
    pub(crate) const fn regular(size: f32) -> Self {
        Self { size, weight: REGULAR }
    }

    /// The bold weight, for titles.
    pub(crate) const fn bold(size: f32) -> Self {
        Self { size, weight: BOLD }
    }

    fn scale(self) -> f32 {
        self.size / 1000.0
    }

    /// A heavier pen needs wider letters, or their counters close.
    fn stretch(self) -> f32 {
        1.0 + (self.weight - REGULAR) / REGULAR * 0.1
    }

    fn side(self, space: i16) -> f32 {
        f32::from(space) - (self.weight - REGULAR) * 0.45
    }

    /// How much room the marks of a cluster need beyond the letter's own space, in units.
    fn room(self, cluster: &Cluster) -> (f32, f32) {
        let (left, right) = cluster.overhang();
        let room = |reach: i16, side: i16| {
            if reach <= 0 {
                0.0
            } else {
                (f32::from(reach) * self.stretch() - self.side(side) + 24.0).max(0.0)
            }
        };
        (room(left, cluster.glyph.left), room(right, cluster.glyph.right))
    }

    /// From the start of a cluster to that of the next, in pixels.
    fn advance(self, cluster: &Cluster) -> f32 {
        let glyph = cluster.glyph;
        let (left, right) = self.room(cluster);
        let ink =
            if glyph.path.is_empty() { 0.0 } else { f32::from(glyph.width) * self.stretch() + self.weight };
        (left + self.side(glyph.left) + ink + self.side(glyph.right) + right) * self.scale()
    }

    /// Where each cluster starts, in pixels from the first, and where the last one ends.
    pub(crate) fn starts(self, clusters: &[Cluster]) -> Vec<f32> {
        let mut starts = Vec::with_capacity(clusters.len() + 1);
        let mut at = 0.0;
        let mut last = None;
        for cluster in clusters {
            if let Some(last) = last {
                at += f32::from(kerning::between(last, cluster.glyph.ch)) * self.scale();
            }
            starts.push(at);
            at += self.advance(cluster);
            last = Some(cluster.glyph.ch);
        }
        starts.push(at);
        starts
    }

    /// Width of a line in pixels.
    pub(crate) fn width(self, clusters: &[Cluster]) -> f32 {
        self.starts(clusters).last().copied().unwrap_or(0.0)
    }

    /// A line as a mask, with its start at `x` and its baseline at `baseline`. `margin` pixels around it stay free,
    /// for a blur.
    pub(crate) fn line(self, clusters: &[Cluster], x: f32, baseline: f32, margin: f32) -> Mask {
        let upper = Point::new(x, baseline - ASCENT * self.size);
        let lower = Point::new(x + self.width(clusters), baseline + DESCENT * self.size);
        let mut mask = Mask::around(upper, lower, margin);
        self.draw(clusters, x, baseline, &mut mask);
        mask
    }

    /// Draws a line into a mask.
    pub(crate) fn draw(self, clusters: &[Cluster], x: f32, baseline: f32, mask: &mut Mask) {
        for (cluster, start) in clusters.iter().zip(self.starts(clusters)) {
            self.cluster(cluster, x + start, baseline, mask);
        }
    }

    fn cluster(self, cluster: &Cluster, x: f32, baseline: f32, mask: &mut Mask) {
        let glyph = cluster.glyph;
        let (scale, stretch, half) = (self.scale(), self.stretch(), self.weight / 2.0);
        let rise = (CAPITAL_OUTLINE - self.weight) / f32::from(CAPITALS);
        let left = self.room(cluster).0 + self.side(glyph.left) + half;
        let place = |at: Point| {
            Point::new(x + (left + at.x * stretch) * scale, baseline - (half + at.y * rise) * scale)
        };
        let radius = half * scale;
        flatten(glyph.path, place, |piece| mask.line(piece.from, piece.to, radius * piece.weight));

        // Capitals have less room above them.
        let low = if top(glyph.ch) > 500 { 0.84 } else { 1.0 };
        let mut above = f32::from(top(glyph.ch)) + (self.weight + 18.0) * low;
        for mark in cluster.marks.iter().flatten() {
            let (path, anchor, _, _) = mark.shape();
            let (dx, dy, tall) = match anchor {
                Anchor::Above(height) => {
                    let at = above;
                    above += f32::from(height) * low + self.weight * 0.34;
                    (f32::from(middle(glyph)), at, low)
                }
                Anchor::Below => (f32::from(middle(glyph)), (REGULAR - self.weight) * 0.9, 1.0),
                Anchor::TopRight => (f32::from(glyph.width), f32::from(top(glyph.ch)), 1.0),
                Anchor::TopLeft => (0.0, f32::from(top(glyph.ch)), 1.0),
                Anchor::Hook => (f32::from(hook(glyph).0), f32::from(hook(glyph).1), 1.0),
            };
            let place = |at: Point| place(Point::new(dx + at.x, dy + at.y * tall));
            flatten(path, place, |piece| {
                mask.line(piece.from, piece.to, radius * piece.weight * MARK_WEIGHT);
            });
        }
    }
}
