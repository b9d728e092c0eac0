//! Foreign text made fit for a page: without the characters that only do harm, and cut to size between graphemes.
//! Escaping is left to the templates.

mod cut;

use cut::Cut;

/// How long a text may be, the `…` of a cut one among it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Max {
    /// Of UTF-8.
    Bytes(usize),
    /// Unicode scalar values.
    Characters(usize),
}

/// One line: white space and line ends become single spaces.
pub(crate) fn line(text: &str, max: Max) -> String {
    let mut cut = Cut::new(max);
    let mut gap = false;
    for character in text.chars() {
        if character.is_whitespace() {
            gap = true;
        } else if !harmful(character) {
            let parted = !gap || cut.is_empty() || cut.push(' ');
            if !parted || !cut.push(character) {
                break;
            }
            gap = false;
        }
    }
    cut.finish()
}

/// Several lines, parted by LF, with at most one empty line between two; within a line as [`line`].
pub(crate) fn paragraphs(text: &str, max: Max) -> String {
    let mut cut = Cut::new(max);
    let (mut gap, mut ends) = (false, 0);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => ends += 1,
            space if space.is_whitespace() => gap = true,
            harm if harmful(harm) => {}
            seen => {
                let between = match (cut.is_empty(), ends, gap) {
                    (false, 2.., _) => "\n\n",
                    (false, 1, _) => "\n",
                    (false, 0, true) => " ",
                    _ => "",
                };
                if !between.chars().all(|space| cut.push(space)) || !cut.push(seen) {
                    break;
                }
                (gap, ends) = (false, 0);
            }
        }
    }
    cut.finish()
}

/// Whether there is anything to see in a text.
pub(crate) fn is_visible(text: &str) -> bool {
    text.chars().any(|character| !character.is_whitespace() && !harmful(character) && !is_unseen(character))
}

/// Control characters (NUL among them), what reorders the text around it, so that a title could pass for another, and
/// what is no character, which XML forbids. Marks that right-to-left scripts need stay.
fn harmful(character: char) -> bool {
    let number = u32::from(character);
    character.is_control()
        || matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
        || matches!(character, '\u{FDD0}'..='\u{FDEF}')
        || number & 0xFFFE == 0xFFFE
}

/// Whether a character shows nothing by itself: marks that combine with the one before, joiners, selectors.
fn is_unseen(character: char) -> bool {
    // The standard library knows these, and tells it by writing them as escapes.
    !character.is_ascii() && character.escape_debug().len() > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_line() {
        let check = |text: &str, expect: &str| assert_eq!(line(text, Max::Bytes(99)), expect, "{text:?}");
        check("  Talk\r\n\tone  ", "Talk one");
        check("a\0b\u{1b}[31mc", "ab[31mc");
        check("user\u{202E}gpj.exe\u{2066}x", "usergpj.exex");
        check("\"><script>", "\"><script>");
        check("שלום\u{200F} 👩\u{200D}🚀", "שלום\u{200F} 👩\u{200D}🚀");
        check("a\u{FFFE}b\u{10FFFF}c\u{FDD0}d\u{FFFD}", "abcd\u{FFFD}");
        check("\0 \n\u{2028}", "");
    }

    #[test]
    fn several_lines() {
        let check =
            |text: &str, expect: &str| assert_eq!(paragraphs(text, Max::Bytes(99)), expect, "{text:?}");
        check("\n0:00 Intro\r\n1:00\tMain\rEnd\u{2028}.\0 ", "0:00 Intro\n1:00 Main\nEnd\n.");
        check("one\n\n \n\n\ntwo", "one\n\ntwo");
        check("one \n  two\u{3000} three", "one\ntwo three");
        check("a\r\n\r\nb", "a\n\nb");
        check(" \n ", "");
    }

    #[test]
    fn what_can_be_seen() {
        for (text, expect) in [
            ("a", true),
            ("\u{1F468}", true),
            ("", false),
            (" \u{3000}\n", false),
            ("\u{200B}\u{200D}\u{FEFF}\u{AD}", false),
            ("\u{202E}\0", false),
            ("\u{301}", false),
        ] {
            assert_eq!(is_visible(text), expect, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_bounded_and_clean(text in any::<String>(), max in 0usize..40) {
            for max in [Max::Bytes(max), Max::Characters(max)] {
                let (one, several) = (line(&text, max), paragraphs(&text, max));
                for found in [&one, &several] {
                    match max {
                        Max::Bytes(max) => prop_assert!(found.len() <= max, "{found:?}"),
                        Max::Characters(max) => prop_assert!(found.chars().count() <= max, "{found:?}"),
                    }
                    prop_assert!(found.chars().all(|c| c == '\n' || !harmful(c)));
                    prop_assert_eq!(found.trim(), found.as_str());
                }
                prop_assert!(!one.contains('\n'));
                prop_assert!(!several.contains("\n\n\n"));
            }
        }

        #[test]
        fn what_fits_is_not_cut(text in "[a-zäöü]{0,20}( [a-z]{1,9}){0,3}") {
            prop_assert_eq!(line(&text, Max::Bytes(200)), text.trim());
        }
    }
}
