//! Text from elsewhere, such as a release's message, without what a terminal would obey.

use std::borrow::Cow;

/// `text` with each control character but the line break and the tab shown as `�`, and so each character that turns
/// the direction of writing.
pub fn plain(text: &str) -> Cow<'_, str> {
    let obeyed = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(obeyed) { text.replace(obeyed, "\u{fffd}").into() } else { text.into() }
}

/// The first line of a text in at most `most` characters.
pub fn line(text: &str, most: usize) -> String {
    let first = text.lines().next().unwrap_or_default();
    if first.chars().count() <= most {
        return first.to_owned();
    }
    let kept: String = first.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys() {
        for (text, expect) in [
            ("plain, a\ttab\nand ünïcode", "plain, a\ttab\nand ünïcode"),
            ("\x1b[2Jgone\x07", "\u{fffd}[2Jgone\u{fffd}"),
            ("a\rb\u{9b}31m", "a\u{fffd}b\u{fffd}31m"),
            ("\u{202e}txt.exe", "\u{fffd}txt.exe"),
        ] {
            assert_eq!(plain(text), expect);
        }
    }

    #[test]
    fn one_line_of_a_text() {
        for (text, expect) in [
            ("", ""),
            ("short", "short"),
            ("first\nsecond", "first"),
            ("ten characters", "ten chara…"),
            ("ten chars ü", "ten chars…"),
        ] {
            assert_eq!(line(text, 10), expect);
        }
    }
}
