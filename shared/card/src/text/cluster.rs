//! A cluster: one glyph with the marks on it.

use crate::font::compose::apart;
use crate::font::mark::Mark;
use crate::font::{Glyph, find};

/// The most marks that one letter carries; Vietnamese has two.
const MARKS: usize = 2;

/// One glyph with its marks, the innermost first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cluster {
    /// The letter itself.
    pub glyph: &'static Glyph,
    /// What stands on it.
    pub marks: [Option<Mark>; MARKS],
}

impl Cluster {
    /// The glyph alone.
    pub(crate) const fn bare(glyph: &'static Glyph) -> Self {
        Self { glyph, marks: [None; MARKS] }
    }

    /// The cluster that draws a character; `None` if the font has none.
    pub(crate) fn of(ch: char) -> Option<Self> {
        if let Some(glyph) = find(ch) {
            return Some(Self::bare(glyph));
        }
        let (base, mark) = apart(ch)?;
        // No letter of the tables is deeper than three: ấ, â, a.
        let mut cluster = match (find(base), apart(base)) {
            (Some(glyph), _) => Self::bare(glyph),
            (None, Some((base, inner))) => {
                let mut cluster = Self::bare(find(base)?);
                cluster.add(inner);
                cluster
            }
            (None, None) => return None,
        };
        cluster.add(mark);
        Some(cluster)
    }

    /// Sets another mark on the letter, if it has room for one.
    pub(crate) fn add(&mut self, mark: Mark) {
        let mark = match (mark, self.glyph.ch) {
            (Mark::Caron, 'd' | 'l' | 't' | 'L') => Mark::Apostrophe,
            (Mark::Cedilla, 'g') => Mark::CommaAbove,
            (Mark::Cedilla, 'G' | 'K' | 'k' | 'L' | 'l' | 'N' | 'n' | 'R' | 'r') => Mark::CommaBelow,
            (mark, _) => mark,
        };
        let Some(free) = self.marks.iter_mut().find(|place| place.is_none()) else { return };
        *free = Some(mark);
        if mark.is_above() {
            let dotless = match self.glyph.ch {
                'i' => find('ı'),
                'j' => find('ȷ'),
                _ => None,
            };
            self.glyph = dotless.unwrap_or(self.glyph);
        }
    }

    /// Whether this is a space.
    pub(crate) fn is_space(&self) -> bool {
        self.glyph.ch == ' '
    }

    /// How far the skeleton of the marks reaches beyond the letter's own, to the left and to the right.
    pub(crate) fn overhang(&self) -> (i16, i16) {
        let (mut left, mut right) = (0, 0);
        for mark in self.marks.iter().flatten() {
            let (at, before, after) = mark.reach(self.glyph);
            left = left.max(before - at);
            right = right.max(at + after - self.glyph.width);
        }
        (left, right)
    }
}
