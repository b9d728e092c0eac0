//! Where a search found its words, as an AppView tells it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Parts of one text; of more, those behind are left out.
const MAX_PARTS: usize = 100;
const MAX_SNIPPET_BYTES: usize = 2_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Highlights {
    /// Parts of the title.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    title: Vec<Part>,
    /// The part of the description that shows them best.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<Snippet>,
}

/// A part of a text, in bytes of its UTF-8, between characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    start_byte: usize,
    end_byte: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Snippet {
    text: String,
    /// In order, none over another.
    ranges: Vec<Part>,
}

impl Highlights {
    /// As much of it as fits the video; `None` where nothing does.
    pub(super) fn read(told: &Value, title: &str) -> Option<Self> {
        let title = told.get("title").map(|ranges| parts(ranges, title)).unwrap_or_default();
        let description = told.get("description").and_then(Snippet::read);
        (!title.is_empty() || description.is_some()).then_some(Self { title, description })
    }
}

impl Snippet {
    fn read(told: &Value) -> Option<Self> {
        let text = told.get("text")?.as_str()?;
        let shows = text.len() <= MAX_SNIPPET_BYTES && text.chars().all(|c| c == '\n' || !c.is_control());
        let ranges = parts(told.get("ranges")?, text);
        (shows && !ranges.is_empty()).then(|| Self { text: text.to_owned(), ranges })
    }
}

/// Those that lie in the text, one behind the other.
fn parts(told: &Value, text: &str) -> Vec<Part> {
    let mut until = 0;
    let told = told.as_array().into_iter().flatten().take(MAX_PARTS);
    let parts = told.filter_map(|part| serde_json::from_value::<Part>(part.clone()).ok());
    let fits = |part: &Part| {
        let fits = until <= part.start_byte
            && part.start_byte < part.end_byte
            && text.get(part.start_byte..part.end_byte).is_some();
        if fits {
            until = part.end_byte;
        }
        fits
    };
    parts.filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bad_input_27_what_fits_the_text_is_kept() {
        let part = |start: i64, end: i64| json!({"startByte": start, "endByte": end});
        let ranges = |told: Value| {
            let found = parts(&told, "Käse und Brot");
            found.iter().map(|part| (part.start_byte, part.end_byte)).collect::<Vec<_>>()
        };
        for (told, expect) in [
            (json!([part(0, 5), part(10, 14)]), &[(0, 5), (10, 14)][..]),
            (json!([part(1, 3), part(3, 5)]), &[(1, 3), (3, 5)]),
            // In the middle of the ä, behind the end, before the one before, of no length.
            (json!([part(0, 2), part(10, 15), part(6, 9), part(5, 6), part(9, 9), part(12, 10)]), &[(6, 9)]),
            (json!([part(-1, 2), {"startByte": 0}, {"startByte": "0", "endByte": 1}, 5, null, []]), &[]),
            (json!([part(i64::MAX, i64::MAX)]), &[]),
            (json!({"0": part(0, 1)}), &[]),
        ] {
            assert_eq!(ranges(told.clone()), expect, "{told}");
        }
        let text = "x".repeat(500);
        let many: Vec<_> = (0..500).map(|at| part(at, at + 1)).collect();
        assert_eq!(parts(&json!(many), &text).len(), MAX_PARTS);
    }

    #[test]
    fn bad_input_27_a_snippet_that_shows_nothing_is_none() {
        let of =
            |text: &str| json!({"description": {"text": text, "ranges": [{"startByte": 0, "endByte": 1}]}});
        let shown = |told: &Value| Highlights::read(told, "T").map(|found| json!(found));
        for told in [of("a <b>\nc…"), json!({"title": [{"startByte": 0, "endByte": 1}]})] {
            assert_eq!(shown(&told), Some(told));
        }
        for told in [
            of(""),
            of("a\0"),
            of("a\u{1b}[31m"),
            of(&"x".repeat(MAX_SNIPPET_BYTES + 1)),
            json!({"description": {"text": "a", "ranges": []}}),
            json!({"description": {"text": "a"}}),
            json!({"description": {"text": 1, "ranges": 1}}),
            json!({"description": "a", "title": "T"}),
            json!({}),
            json!([]),
            json!(null),
        ] {
            assert_eq!(shown(&told), None, "{told}");
        }
    }
}
