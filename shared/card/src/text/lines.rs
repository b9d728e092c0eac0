//! Breaking text into lines.

use std::ops::Range;

use super::cluster::Cluster;
use super::pen::Pen;

/// Breaks `clusters` into at most `most` lines of at most `width` pixels.
///
/// Lines break at spaces, and after hyphens, dashes and strokes; a word that is wider than a line breaks anywhere.
/// Lines are balanced: as narrow as their number allows. What is too long for them ends with an ellipsis. Clusters
/// keep their order, and nothing but the spaces at breaks is lost before the ellipsis.
pub(crate) fn break_lines(clusters: &[Cluster], pen: Pen, width: f32, most: usize) -> Vec<Vec<Cluster>> {
    let text = Measured { clusters, starts: pen.starts(clusters) };
    let mut ranges = text.greedy(width);
    if ranges.len() > most {
        return text.cut(&ranges, pen, width, most);
    }
    if ranges.len() > 1 && text.widest_word() <= width {
        let (mut low, mut high) = (text.widest_word(), width);
        for _ in 0..12 {
            let middle = (low + high) / 2.0;
            let tried = text.greedy(middle);
            if tried.len() == ranges.len() {
                (ranges, high) = (tried, middle);
            } else {
                low = middle;
            }
        }
    }
    ranges.into_iter().filter_map(|range| clusters.get(range)).map(<[Cluster]>::to_vec).collect()
}

/// Whether the text goes into `most` lines of `width` pixels without breaking a word.
pub(crate) fn fits(clusters: &[Cluster], pen: Pen, width: f32, most: usize) -> bool {
    let text = Measured { clusters, starts: pen.starts(clusters) };
    text.widest_word() <= width && text.greedy(width).len() <= most
}

/// One line of at most `width` pixels; what is too long ends with an ellipsis.
pub(crate) fn one_line(clusters: &[Cluster], pen: Pen, width: f32) -> Vec<Cluster> {
    if pen.width(clusters) <= width { clusters.to_vec() } else { ellipsis(clusters, pen, width) }
}

struct Measured<'a> {
    clusters: &'a [Cluster],
    starts: Vec<f32>,
}

impl Measured<'_> {
    fn width(&self, range: &Range<usize>) -> f32 {
        let at = |index| self.starts.get(index).copied().unwrap_or(0.0);
        at(range.end) - at(range.start)
    }

    /// Words with the spaces that follow them left out.
    fn words(&self) -> Vec<Range<usize>> {
        let mut words = Vec::new();
        let mut start = 0;
        for (index, cluster) in self.clusters.iter().enumerate() {
            let here = cluster.glyph.ch;
            if cluster.is_space() {
                words.push(start..index);
                start = index + 1;
            } else if "-–—/".contains(here) && index > start {
                words.push(start..index + 1);
                start = index + 1;
            }
        }
        words.push(start..self.clusters.len());
        words.retain(|word| !word.is_empty());
        words
    }

    fn widest_word(&self) -> f32 {
        self.words().iter().map(|word| self.width(word)).fold(0.0, f32::max)
    }

    /// Fills line after line.
    fn greedy(&self, width: f32) -> Vec<Range<usize>> {
        let mut lines: Vec<Range<usize>> = Vec::new();
        for word in self.words() {
            let joined = lines.last().map(|line| line.start..word.end);
            if let (Some(line), Some(joined)) = (lines.last_mut(), joined)
                && self.width(&joined) <= width
            {
                *line = joined;
                continue;
            }
            let mut rest = word;
            while self.width(&rest) > width && rest.len() > 1 {
                let fits =
                    (rest.start + 1..rest.end).rev().find(|&end| self.width(&(rest.start..end)) <= width);
                let end = fits.unwrap_or(rest.start + 1);
                lines.push(rest.start..end);
                rest.start = end;
            }
            lines.push(rest);
        }
        lines
    }

    /// The first `most` lines, the last of which takes as much of the rest as it can hold.
    fn cut(&self, ranges: &[Range<usize>], pen: Pen, width: f32, most: usize) -> Vec<Vec<Cluster>> {
        let whole = ranges.iter().take(most.saturating_sub(1)).cloned();
        let mut lines: Vec<Vec<Cluster>> =
            whole.filter_map(|range| self.clusters.get(range)).map(<[Cluster]>::to_vec).collect();
        if let Some(rest) =
            ranges.get(most.saturating_sub(1)).and_then(|last| self.clusters.get(last.start..))
        {
            lines.push(ellipsis(rest, pen, width));
        }
        lines
    }
}

/// As much of `clusters` as fits before an ellipsis. A word is left whole when little is lost by that.
fn ellipsis(clusters: &[Cluster], pen: Pen, width: f32) -> Vec<Cluster> {
    let Some(dots) = Cluster::of('…') else { return Vec::new() };
    let starts = pen.starts(clusters);
    let room = width - pen.width(&[dots]);
    let fits = starts.iter().skip(1).take_while(|&&end| end <= room).count();
    let mut line = clusters.get(..fits).unwrap_or_default().to_vec();
    let inside = clusters.get(fits).is_some_and(|next| !next.is_space());
    let word = line.iter().rev().take_while(|cluster| !cluster.is_space()).count();
    if inside && word < 10 && word * 2 < line.len() {
        line.truncate(line.len() - word);
    }
    while line.last().is_some_and(|last| " ,.;:-–—·|/(".contains(last.glyph.ch)) {
        line.pop();
    }
    line.push(dots);
    // Some letters keep more of a distance from the dots than their widths together say.
    while line.len() > 1 && pen.width(&line) > width {
        line.remove(line.len() - 2);
    }
    line
}
