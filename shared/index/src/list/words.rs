//! What somebody typed, as an expression of FTS5.

/// Words of a search; what is typed behind them is not looked at.
const MAX_WORDS: usize = 16;
const MAX_WORD_CHARS: usize = 64;

/// The words of a search, in the syntax of FTS5: strings, all of which are to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words(Vec<String>);

impl Words {
    /// Takes what was typed apart. Punctuation within a word stands for words that follow each other: `at-uri` finds
    /// "at uri". What has no letter and no digit finds nothing by itself, and would make all the rest find nothing.
    pub(super) fn of(text: &str) -> Words {
        let words = text.split(|c: char| c.is_whitespace() || c.is_control());
        let words = words.filter(|word| word.chars().any(char::is_alphanumeric)).take(MAX_WORDS);
        Words(words.map(plain).filter(|word| word.chars().any(char::is_alphanumeric)).collect())
    }

    /// The expression; `None` when there is no word. The last word may be the beginning of one, unless it is a single
    /// letter of the Latin alphabet, with which too many begin.
    pub(super) fn expression(&self) -> Option<String> {
        let (last, before) = self.0.split_last()?;
        let mut expression: String = before.iter().map(|word| format!("\"{word}\" ")).collect();
        expression.push_str(&format!("\"{last}\""));
        if last.len() > 1 {
            expression.push('*');
        }
        Some(expression)
    }
}

/// Without ASCII's punctuation, and above all without quotes. Marks outside of ASCII may be parts of letters: they stay.
fn plain(word: &str) -> String {
    let kept = word.chars().take(MAX_WORD_CHARS);
    let spaced: String =
        kept.map(|c| if c.is_ascii() && !c.is_ascii_alphanumeric() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed() {
        for (text, expect) in [
            ("rust", Some("\"rust\"*")),
            ("  Rust\tand\u{3000}wasm ", Some("\"Rust\" \"and\" \"wasm\"*")),
            ("x", Some("\"x\"")),
            ("日", Some("\"日\"*")),
            ("at-uri at://did:plc:abc", Some("\"at uri\" \"at did plc abc\"*")),
            ("say \"hi\" OR NEAR(x, 1) title:*", Some("\"say\" \"hi\" \"OR\" \"NEAR x\" \"1\" \"title\"*")),
            ("a\0b", Some("\"a\" \"b\"")),
            ("cafe\u{301} 🎬 …", Some("\"cafe\u{301}\"*")),
            ("🎬live", Some("\"🎬live\"*")),
            ("", None),
            ("\" ' * -- 🎬", None),
        ] {
            assert_eq!(Words::of(text).expression().as_deref(), expect, "{text:?}");
        }
        let many = Words::of(&"word ".repeat(1000));
        assert_eq!(many.0.len(), MAX_WORDS);
        assert_eq!(Words::of(&"é".repeat(1000)).0, ["é".repeat(MAX_WORD_CHARS)]);
    }
}
