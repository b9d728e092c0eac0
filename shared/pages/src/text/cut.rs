//! Text that ends where it must, between two graphemes.

use super::{Max, is_unseen};

const ELLIPSIS: char = '…';
/// Joins what stands around it into one picture.
const JOINER: char = '\u{200D}';

/// A text that grows until it is full.
pub(super) struct Cut {
    text: String,
    size: usize,
    max: Max,
    /// Length up to the last boundary between graphemes behind which `…` has room.
    end: usize,
    is_full: bool,
    /// The last character is the first half of a flag.
    half_flag: bool,
}

impl Cut {
    pub(super) fn new(max: Max) -> Self {
        Self { text: String::new(), size: 0, max, end: 0, is_full: false, half_flag: false }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Adds a character, or says that there is no room for it.
    pub(super) fn push(&mut self, character: char) -> bool {
        if !self.joins(character) && self.size + self.size_of(ELLIPSIS) <= self.limit() {
            self.end = self.text.len();
        }
        self.is_full = self.size + self.size_of(character) > self.limit();
        if !self.is_full {
            self.half_flag = is_regional(character) && !self.half_flag;
            self.size += self.size_of(character);
            self.text.push(character);
        }
        !self.is_full
    }

    /// The text; when something had no room, its beginning and `…`. Nothing at all when there is no room for that either.
    pub(super) fn finish(mut self) -> String {
        if !self.is_full {
            return self.text;
        }
        if self.end > 0 {
            self.text.truncate(self.end);
        } else {
            // One grapheme that is longer than the whole: nothing but a cut through it is left.
            while self.size + self.size_of(ELLIPSIS) > self.limit() {
                let Some(last) = self.text.pop() else { return String::new() };
                self.size -= self.size_of(last);
            }
        }
        self.text.truncate(self.text.trim_end().len());
        self.text.push(ELLIPSIS);
        self.text
    }

    /// Whether a character belongs to the grapheme before it: Unicode's annex 29, as far as it goes without tables.
    fn joins(&self, character: char) -> bool {
        let skin = matches!(character, '\u{1F3FB}'..='\u{1F3FF}');
        let flag = self.half_flag && is_regional(character);
        let joined = self.text.ends_with(JOINER);
        !self.text.is_empty() && (skin || flag || joined || is_unseen(character))
    }

    fn limit(&self) -> usize {
        match self.max {
            Max::Bytes(limit) | Max::Characters(limit) => limit,
        }
    }

    fn size_of(&self, character: char) -> usize {
        match self.max {
            Max::Bytes(_) => character.len_utf8(),
            Max::Characters(_) => 1,
        }
    }
}

/// Two of them are a flag.
fn is_regional(character: char) -> bool {
    matches!(character, '\u{1F1E6}'..='\u{1F1FF}')
}

#[cfg(test)]
mod tests {
    use super::super::line;
    use super::*;

    #[test]
    fn texts_end_between_graphemes() {
        let check = |text: &str, max, expect: &str| assert_eq!(line(text, max), expect, "{text:?} {max:?}");
        check("abcdef", Max::Characters(6), "abcdef");
        check("abcdefg", Max::Characters(6), "abcde…");
        check("abcdef", Max::Bytes(6), "abcdef");
        check("abcdefg", Max::Bytes(6), "abc…");
        check("äöüäöü", Max::Bytes(8), "äö…");
        check("ab cd ef", Max::Characters(4), "ab…");
        check("ab   ", Max::Characters(2), "ab");
        check("ab   c", Max::Characters(3), "ab…");
        check("xe\u{301}e\u{301}", Max::Characters(4), "xe\u{301}…");
        check("xe\u{301}e\u{301}", Max::Characters(3), "x…");
        check("a👩\u{200D}🚀b", Max::Characters(4), "a…");
        check("a👍🏽bc", Max::Characters(3), "a…");
        check("🇩🇪🇫🇷🇮🇹", Max::Characters(5), "🇩🇪🇫🇷…");
        check("🇩🇪🇫🇷🇮🇹", Max::Characters(4), "🇩🇪…");
        check("abc", Max::Bytes(3), "abc");
        check("abcd", Max::Bytes(3), "…");
        check("abcd", Max::Bytes(2), "");
        check("abcd", Max::Characters(0), "");
    }

    #[test]
    fn a_grapheme_of_any_length_is_cut() {
        let stack = format!("Z{}", "\u{301}".repeat(1000));
        assert_eq!(line(&stack, Max::Characters(5)), "Z\u{301}\u{301}\u{301}…");
        assert_eq!(line(&stack, Max::Bytes(6)), "Z\u{301}…");
    }
}
