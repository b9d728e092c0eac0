//! Reading foreign text: what of it can be drawn, and what is left out.

use super::cluster::Cluster;
use crate::font::UNKNOWN;
use crate::font::compose::written_out;
use crate::font::mark::Mark;

/// How many characters of a text are looked at.
pub(crate) const MAX_CHARACTERS: usize = 300;

/// A text that was read.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// What can be drawn, without space at either end and with single spaces between words.
    pub clusters: Vec<Cluster>,
    letters: usize,
    drawn: usize,
}

impl Read {
    /// Which share of the letters and figures can be drawn, 0 to 1.
    pub(crate) fn coverage(&self) -> f32 {
        match self.letters {
            0 if self.clusters.is_empty() => 0.0,
            0 => 1.0,
            letters => self.drawn as f32 / letters as f32,
        }
    }

    /// Whether enough of the text can be drawn for it to be worth reading.
    pub(crate) fn is_legible(&self) -> bool {
        !self.clusters.is_empty() && self.coverage() >= 0.5
    }
}

/// Which share of the letters and figures of `text` the font can draw, 0 to 1. Marks, emoji, spaces and punctuation
/// don't count; of a text without letters and figures, all is drawn (1) or nothing is left (0). Only the first 300
/// characters are looked at.
pub fn coverage(text: &str) -> f32 {
    read(text).coverage()
}

/// Reads a text. Letters of scripts that the font doesn't have, emoji, controls and marks without a letter are left
/// out; a single unknown letter of a script that it has becomes a box.
pub(crate) fn read(text: &str) -> Read {
    let mut reading = Reading::default();
    for ch in text.chars().take(MAX_CHARACTERS) {
        let ch = folded(ch);
        match written_out(ch) {
            Some(others) => others.chars().for_each(|ch| reading.take(ch)),
            None => reading.take(ch),
        }
    }
    reading.end()
}

#[derive(Default)]
struct Reading {
    read: Read,
    /// A space waits for the next thing that is drawn.
    space: bool,
    /// What came last was left out, so a mark has nothing to stand on.
    gap: bool,
    /// Anything was left out.
    lossy: bool,
}

impl Reading {
    fn take(&mut self, ch: char) {
        if ch.is_whitespace() {
            self.space = true;
            self.gap = true;
            return;
        }
        if matches!(ch, '\u{300}'..='\u{36f}') {
            let last = self.read.clusters.last_mut().filter(|last| last.glyph.ch.is_alphabetic());
            if let (Some(mark), Some(letter), false) = (Mark::of_combining(ch), last, self.gap) {
                letter.add(mark);
            }
            return;
        }
        if is_invisible(ch) {
            return;
        }
        let letter = ch.is_alphanumeric();
        self.read.letters += usize::from(letter);
        match Cluster::of(ch) {
            Some(cluster) => {
                self.read.drawn += usize::from(letter);
                self.push(cluster, letter);
            }
            None if ch == '\u{fffd}' || (letter && has_script(ch)) => {
                if self.gap || self.read.clusters.last().is_none_or(|last| last.glyph.ch != UNKNOWN.ch) {
                    self.push(Cluster::bare(&UNKNOWN), false);
                }
            }
            None => {
                self.gap = true;
                self.lossy = true;
            }
        }
    }

    fn push(&mut self, cluster: Cluster, letter: bool) {
        let joins = self.read.clusters.last().is_some_and(|last| last.glyph.ch.is_alphanumeric());
        // Two words that only a run left out had parted stay apart.
        let space = self.space || (self.gap && letter && joins);
        if let (true, false, Some(space)) = (space, self.read.clusters.is_empty(), Cluster::of(' ')) {
            self.read.clusters.push(space);
        }
        (self.space, self.gap) = (false, false);
        self.read.clusters.push(cluster);
    }

    fn end(mut self) -> Read {
        if self.lossy {
            tidy(&mut self.read.clusters);
        }
        self.read
    }
}

/// Takes away what makes no sense without what was left out: empty brackets, and separators at the ends.
fn tidy(clusters: &mut Vec<Cluster>) {
    let mut kept: Vec<Cluster> = Vec::with_capacity(clusters.len());
    for cluster in clusters.drain(..) {
        let open = match cluster.glyph.ch {
            ')' => Some('('),
            ']' => Some('['),
            '}' => Some('{'),
            _ => None,
        };
        if open.is_some() && kept.last().map(|last| last.glyph.ch) == open {
            kept.pop();
            continue;
        }
        if cluster.is_space() && kept.last().is_none_or(Cluster::is_space) {
            continue;
        }
        kept.push(cluster);
    }
    let loose = |cluster: &Cluster| " -–—|/·•,:;&+".contains(cluster.glyph.ch);
    while kept.last().is_some_and(loose) {
        kept.pop();
    }
    let start = kept.iter().position(|cluster| !loose(cluster)).unwrap_or(0);
    clusters.extend(kept.into_iter().skip(start));
}

/// Full-width forms, letters in circles and the letters of mathematics, as plain ones.
fn folded(ch: char) -> char {
    const LETTERS: &[u8; 52] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let code = u32::from(ch);
    let letter =
        |index: u32| LETTERS.get(index as usize % LETTERS.len()).map_or(ch, |&byte| char::from(byte));
    match ch {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(code - 0xfee0).unwrap_or(ch),
        '\u{24b6}'..='\u{24e9}' => letter(code - 0x24b6),
        '\u{1d400}'..='\u{1d6a3}' => letter(code - 0x1d400),
        '\u{1d7ce}'..='\u{1d7ff}' => char::from_digit((code - 0x1d7ce) % 10, 10).unwrap_or(ch),
        ch => ch,
    }
}

/// Controls, joiners, selectors, tags, and marks that can't be placed: they don't part what stands around them.
fn is_invisible(ch: char) -> bool {
    ch.is_control()
        || matches!(ch, '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{64b}'..='\u{65f}')
        || matches!(ch, '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{fe20}'..='\u{fe2f}')
        || matches!(ch, '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}')
        || matches!(ch, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{20d0}'..='\u{20ff}')
        || matches!(ch, '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a letter is of a script that the font has in part.
fn has_script(ch: char) -> bool {
    matches!(ch, '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{52f}' | '\u{1e00}'..='\u{1fff}')
}
