//! Where the words of a search stand in a text.

use serde::Serialize;

/// What is put around words by the database. Characters for private use: a text that has them itself is shown without
/// highlights.
pub(super) const OPEN: char = '\u{E000}';
pub(super) const CLOSE: char = '\u{E001}';
/// What stands where a snippet was cut.
pub(super) const ELLIPSIS: char = '…';

/// Where a search found its words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Highlights {
    /// Parts of the title.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub title: Vec<Range>,
    /// The part of the description that shows them best.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Snippet>,
}

/// A part of a text, in bytes of its UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Range {
    /// The first byte.
    pub start_byte: usize,
    /// The first byte behind it.
    pub end_byte: usize,
}

/// A part of a text, with parts of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Snippet {
    /// Plain text, with an ellipsis where it was cut.
    pub text: String,
    /// Parts of it.
    pub ranges: Vec<Range>,
}

/// The text without marks, and what they stood around; `None` when nothing was marked, or not clearly.
pub(super) fn unmark(marked: &str) -> Option<Snippet> {
    let mut text = String::with_capacity(marked.len());
    let mut ranges = Vec::new();
    let mut open = None;
    for character in marked.chars() {
        match (character, open) {
            (OPEN, None) => open = Some(text.len()),
            (CLOSE, Some(start_byte)) => {
                ranges.push(Range { start_byte, end_byte: text.len() });
                open = None;
            }
            (OPEN | CLOSE, _) => return None,
            (character, _) => text.push(character),
        }
    }
    (open.is_none() && !ranges.is_empty()).then_some(Snippet { text, ranges })
}

impl Highlights {
    /// From what the database marked in a title and in a part of a description.
    pub(super) fn of(
        title: &str,
        marked_title: Option<&str>,
        description: Option<&str>,
        snippet: Option<&str>,
    ) -> Highlights {
        let title_parts = marked_title.and_then(unmark).filter(|marked| marked.text == title);
        let part = snippet.and_then(unmark).filter(|part| {
            let bare = part.text.strip_prefix(ELLIPSIS).unwrap_or(&part.text);
            let bare = bare.strip_suffix(ELLIPSIS).unwrap_or(bare);
            description.is_some_and(|whole| whole.contains(bare))
        });
        Highlights { title: title_parts.map(|marked| marked.ranges).unwrap_or_default(), description: part }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.title.is_empty() && self.description.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_ranges() {
        let check = |marked: &str, expect: Option<(&str, &[(usize, usize)])>| {
            let found = unmark(marked);
            let found = found.as_ref().map(|found| {
                let ranges: Vec<_> = found.ranges.iter().map(|r| (r.start_byte, r.end_byte)).collect();
                (found.text.as_str(), ranges)
            });
            assert_eq!(found, expect.map(|(text, ranges)| (text, ranges.to_vec())), "{marked:?}");
        };
        check(
            "\u{E000}Ein\u{E001} Film über \u{E000}Käse\u{E001}",
            Some(("Ein Film über Käse", &[(0, 3), (15, 20)])),
        );
        check("<b>\u{E000}x\u{E001}", Some(("<b>x", &[(3, 4)])));
        for marked in [
            "",
            "plain",
            "\u{E000}a",
            "a\u{E001}",
            "\u{E000}\u{E000}a\u{E001}\u{E001}",
            "\u{E000}a\u{E001}\u{E001}",
        ] {
            check(marked, None);
        }
    }

    #[test]
    fn a_text_with_marks_of_its_own_is_not_highlighted() {
        let own = "a \u{E000}b\u{E001} c";
        let marked = "a \u{E000}b\u{E001} \u{E000}c\u{E001}";
        assert!(Highlights::of(own, Some(marked), Some(own), Some(marked)).is_empty());
        let found = Highlights::of(
            "a c",
            Some("a \u{E000}c\u{E001}"),
            Some("x a c y"),
            Some("…a \u{E000}c\u{E001}…"),
        );
        assert_eq!(found.title.len(), 1);
        assert_eq!(found.description.map(|part| part.text).as_deref(), Some("…a c…"));
    }
}
