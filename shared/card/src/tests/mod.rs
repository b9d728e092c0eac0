//! Tests that look at what is drawn.

mod bad_input;
mod cards;
mod drawing;
mod glyphs;
mod lines;
mod reading;
mod specimen;

use crate::draw::mask::Mask;
use crate::text::cluster::Cluster;
use crate::text::pen::{ASCENT, DESCENT, Pen};
use crate::text::read::read;

/// The text of clusters, by what draws each of them; marks are left out.
fn plain(clusters: &[Cluster]) -> String {
    clusters.iter().map(|cluster| cluster.glyph.ch).collect()
}

/// A line on a mask of its own.
fn drawn(text: &str, pen: Pen) -> Mask {
    pen.line(&read(text).clusters, 0.0, 0.0, 4.0)
}

/// All coverage of a mask.
fn ink(mask: &Mask) -> u64 {
    mask.alpha.iter().map(|&cover| u64::from(cover)).sum()
}

/// Where ink lies outside of the box that a line promises to stay in.
fn outside(clusters: &[Cluster], pen: Pen) -> Option<(i32, i32)> {
    let mask = pen.line(clusters, 0.0, 0.0, 20.0);
    let (right, top, bottom) = (pen.width(clusters), -ASCENT * pen.size, DESCENT * pen.size);
    let pixels = mask.alpha.iter().enumerate().filter(|(_, cover)| **cover > 0);
    let mut places = pixels
        .map(|(index, _)| (mask.left + (index % mask.width) as i32, mask.top + (index / mask.width) as i32));
    places.find(|&(x, y)| {
        let (x, y) = (x as f32, y as f32);
        x < -1.0 || x > right || y < top - 1.0 || y > bottom
    })
}
