//! The text of a card: title, or what takes its place, and below it the creator.

use super::ShareCard;
use crate::brand::{INK, NIGHT, WHITE};
use crate::draw::blur::blur_mask;
use crate::draw::canvas::{Canvas, Colour};
use crate::text::cluster::Cluster;
use crate::text::lines::{break_lines, fits, one_line};
use crate::text::pen::Pen;
use crate::text::read::{MAX_CHARACTERS, Read, read};

/// Sizes of the title, the largest first.
const SIZES: [f32; 5] = [74.0, 64.0, 54.0, 46.0, 40.0];
/// From one line of the title to the next, against its size.
const LEADING: f32 = 1.16;
/// Size of the creator's line.
const CREATOR: f32 = 34.0;
/// The creator's handle beside a name.
const HANDLE: Colour = Colour(0xd8, 0xcc, 0xbf);

/// The lines of a card, broken and cut.
#[derive(Default)]
pub(super) struct Caption {
    pen: Option<Pen>,
    large: Vec<Vec<Cluster>>,
    small: Vec<Cluster>,
    /// How many clusters of the small line are the name; the rest is the handle.
    name: usize,
}

impl Caption {
    /// What a card says, in lines of at most `width` pixels, and in a lowest one of at most `lowest`.
    pub(super) fn of(card: &ShareCard<'_>, width: f32, lowest: f32) -> Self {
        let title = read(card.title);
        let plain =
            card.handle.map(|handle| handle.trim_start_matches('@')).filter(|handle| !handle.is_empty());
        let handle = plain.map(|handle| read(&at(handle))).filter(|read| read.clusters.len() > 1);
        let handle = handle.filter(Read::is_legible).map(|read| read.clusters);
        let is_handle = plain == Some(card.creator.trim_start_matches('@'));
        let name =
            Some(read(card.creator)).filter(|name| name.is_legible() && !is_handle).map(|read| read.clusters);
        if title.is_legible() {
            let (pen, large) = sized(&title.clusters, width, 2);
            let (small, name) = creator(name, handle, lowest);
            return Self { pen: Some(pen), large, small, name };
        }
        let (large, small) = match (handle, name) {
            (Some(handle), name) => (handle, name.unwrap_or_default()),
            (None, Some(name)) => (name, Vec::new()),
            (None, None) => return Self::default(),
        };
        let (pen, large) = sized(&large, if small.is_empty() { lowest } else { width }, 1);
        let small = one_line(&small, Pen::regular(CREATOR), lowest);
        Self { pen: Some(pen), large, name: small.len(), small }
    }

    /// Lines that are our own.
    pub(super) fn own(title: &str, line: &str, width: f32) -> Self {
        let (pen, large) = sized(&read(title).clusters, width, 2);
        let small = one_line(&read(line).clusters, Pen::regular(CREATOR), width);
        Self { pen: Some(pen), large, name: 0, small }
    }

    /// The row at which the text begins, when its lowest baseline is at `baseline`.
    pub(super) fn top(&self, baseline: f32) -> f32 {
        let Some(pen) = self.pen else { return baseline - CREATOR };
        let above = self.large.len().saturating_sub(1) as f32 * pen.size * LEADING;
        self.last(baseline) - above - pen.size * 0.86
    }

    /// The last baseline of the large lines.
    fn last(&self, baseline: f32) -> f32 {
        let size = self.pen.map_or(CREATOR, |pen| pen.size);
        // Descenders of a larger title reach deeper.
        if self.small.is_empty() { baseline } else { baseline - 40.0 - size * 0.34 }
    }

    /// Draws the lines with their starts at `x`.
    pub(super) fn draw(&self, canvas: &mut Canvas, x: f32, baseline: f32) {
        if let Some(pen) = self.pen {
            let last = self.last(baseline);
            for (index, line) in self.large.iter().rev().enumerate() {
                // Letters begin a little to the right of their line's start.
                write(
                    canvas,
                    line,
                    pen,
                    (x - pen.size * 0.05, last - index as f32 * pen.size * LEADING),
                    WHITE,
                );
            }
        }
        let pen = Pen::regular(CREATOR);
        let (name, handle) = self.small.split_at(self.name.min(self.small.len()));
        let x = x - pen.size * 0.04;
        write(canvas, name, pen, (x, baseline), INK);
        let start = pen.starts(&self.small).get(name.len()).copied().unwrap_or(0.0);
        write(canvas, handle, pen, (x + start, baseline), HANDLE);
    }
}

/// The largest size at which the text fits into `most` lines with whole words, and its lines; the smallest if none.
fn sized(clusters: &[Cluster], width: f32, most: usize) -> (Pen, Vec<Vec<Cluster>>) {
    let pens = SIZES.map(Pen::bold);
    let [.., smallest] = pens;
    let pen = pens.into_iter().find(|pen| fits(clusters, *pen, width, most)).unwrap_or(smallest);
    (pen, break_lines(clusters, pen, width, most))
}

/// The line of name and handle, and how many clusters of it are the name.
fn creator(name: Option<Vec<Cluster>>, handle: Option<Vec<Cluster>>, width: f32) -> (Vec<Cluster>, usize) {
    let pen = Pen::regular(CREATOR);
    let handle = handle.unwrap_or_default();
    let Some(mut line) = name else {
        let line = one_line(&handle, pen, width);
        return (line.clone(), line.len());
    };
    let name = line.len();
    let mut both = line.clone();
    both.extend(Cluster::of(' ').filter(|_| !handle.is_empty()).into_iter().cycle().take(2));
    both.extend(handle);
    // Half a handle is worth nothing.
    if pen.width(&both) <= width {
        return (both, name);
    }
    line = one_line(&line, pen, width);
    let name = line.len();
    (line, name)
}

/// A handle with its sign; the rest of an overlong one isn't copied.
fn at(handle: &str) -> String {
    ['@'].into_iter().chain(handle.chars().take(MAX_CHARACTERS)).collect()
}

/// Writes a line with a soft shadow, which lifts it off a busy picture.
fn write(canvas: &mut Canvas, line: &[Cluster], pen: Pen, start: (f32, f32), colour: Colour) {
    if line.is_empty() {
        return;
    }
    const BLUR: usize = 4;
    let mut mask = pen.line(line, start.0, start.1, BLUR as f32 * 2.0 + 2.0);
    let sharp = mask.alpha.clone();
    blur_mask(&mut mask, BLUR);
    mask.top += 2;
    canvas.paint(&mask, NIGHT, 0.6);
    mask.top -= 2;
    mask.alpha = sharp;
    canvas.paint(&mask, colour, 1.0);
}
