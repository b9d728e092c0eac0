//! Foreign text made fit to show: bounded, cut on a character boundary, without the characters
//! that only do harm. Escaping is left to whoever puts it into a page.

use url::Url;

/// One line: line ends and runs of spaces become one space. At most `max_bytes` bytes.
pub(crate) fn single_line(text: &str, max_bytes: usize) -> String {
    let mut out = Bounded::new(max_bytes);
    let mut gap = false;
    for character in text.chars() {
        if character.is_whitespace() {
            gap = true;
        } else if !harmful(character) {
            let room = match gap && !out.text.is_empty() {
                true => out.push_all(&[' ', character]),
                false => out.push_all(&[character]),
            };
            if !room {
                break;
            }
            gap = false;
        }
    }
    out.text
}

/// Several lines: line ends become LF, tabs a space. At most `max_bytes` bytes, without spaces
/// around the whole.
pub(crate) fn paragraphs(text: &str, max_bytes: usize) -> String {
    paragraphs_with_places(text, max_bytes, &[]).0
}

/// As [`paragraphs`], and where bytes of `text` come to lie in it: one answer for each of `places`,
/// which rise. `None` is said of a byte inside a character, behind the end, or behind a cut.
pub(crate) fn paragraphs_with_places(
    text: &str,
    max_bytes: usize,
    places: &[usize],
) -> (String, Vec<Option<usize>>) {
    let mut out = Bounded::new(max_bytes);
    let mut found = Vec::with_capacity(places.len());
    let start = text.len() - text.trim_start().len();
    let mut cut = false;
    let mut characters = text.trim().char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        while let Some(&place) = places.get(found.len()).filter(|place| **place <= start + at) {
            found.push(text.is_char_boundary(place).then_some(out.text.len()));
        }
        let kept = match character {
            '\r' if matches!(characters.peek(), Some((_, '\n'))) => continue,
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => '\n',
            '\t' => ' ',
            harm if harmful(harm) => continue,
            other => other,
        };
        cut = !out.push_all(&[kept]);
        if cut {
            break;
        }
    }
    let rest = places.iter().skip(found.len());
    found.extend(rest.map(|place| (!cut && text.is_char_boundary(*place)).then_some(out.text.len())));
    out.text.truncate(out.text.trim_end().len());
    let end = out.text.len();
    (out.text, found.into_iter().map(|place| place.map(|place| place.min(end))).collect())
}

/// An http or https URL without credentials, as a URL is written: of at most `max_bytes` bytes.
pub(crate) fn web_url(text: &str, max_bytes: usize) -> Option<String> {
    let url = Url::parse(text.get(..=max_bytes).map_or(text, |_| "")).ok()?;
    let fine =
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    (fine && url.as_str().len() <= max_bytes).then(|| url.into())
}

/// A language tag by the syntax of BCP 47, as it is written: of at most 64 bytes.
pub(crate) fn language_tag(text: &str) -> Option<String> {
    let tag = text.trim();
    let mut parts = tag.split('-');
    let language = parts.next().is_some_and(|part| {
        (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    let rest = parts
        .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    (language && rest && tag.len() <= 64).then(|| tag.to_owned())
}

/// Control characters (NUL among them), and the invisible ones that reorder the text around them,
/// so that a title could pass for another. Marks that right-to-left scripts need stay.
fn harmful(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

struct Bounded {
    text: String,
    max_bytes: usize,
}

impl Bounded {
    fn new(max_bytes: usize) -> Self {
        Self { text: String::new(), max_bytes }
    }

    /// Adds all of them, or says that there is no room.
    fn push_all(&mut self, characters: &[char]) -> bool {
        let size: usize = characters.iter().map(|c| c.len_utf8()).sum();
        let room = self.text.len() + size <= self.max_bytes;
        if room {
            self.text.extend(characters);
        }
        room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line() {
        let check = |text: &str, max, expect: &str| assert_eq!(single_line(text, max), expect, "{text:?}");
        check("  Talk\r\n\tone  ", 99, "Talk one");
        check("a\0b\u{1b}[31mc", 99, "ab[31mc");
        check("user\u{202E}gpj.exe\u{2066}x", 99, "usergpj.exex");
        check("\"><script>", 99, "\"><script>");
        check("שלום\u{200F} 👩\u{200D}🚀", 99, "שלום\u{200F} 👩\u{200D}🚀");
        check("äöü", 5, "äö");
        check("ab cd", 3, "ab");
        check("\0 \n", 99, "");
    }

    #[test]
    fn several_lines() {
        let check = |text: &str, max, expect: &str| assert_eq!(paragraphs(text, max), expect, "{text:?}");
        check("\n0:00 Intro\r\n1:00\tMain\rEnd\u{2028}.\0 ", 99, "0:00 Intro\n1:00 Main\nEnd\n.");
        check("äöü", 3, "ä");
        check("ab  cd", 4, "ab");
    }

    #[test]
    fn places_in_several_lines() {
        let check = |text: &str, max, places: &[usize], expect: &[Option<usize>]| {
            assert_eq!(paragraphs_with_places(text, max, places).1, expect, "{text:?}");
        };
        check("abc", 99, &[0, 1, 3, 4], &[Some(0), Some(1), Some(3), None]);
        check("ä\0b", 99, &[0, 1, 2, 3, 4], &[Some(0), None, Some(2), Some(2), Some(3)]);
        check("  a\r\nb  ", 99, &[0, 2, 3, 4, 5, 6, 8], &[0, 0, 1, 1, 2, 3, 3].map(Some));
        check("a  b", 2, &[1, 2, 3, 4], &[Some(1), Some(1), None, None]);
        check("", 9, &[0, 1], &[Some(0), None]);
        check(" \0 ", 9, &[0, 1, 2, 3], &[Some(0), Some(0), Some(0), Some(0)]);
    }

    #[test]
    fn urls_of_the_web() {
        let check = |text: &str, max, expect: Option<&str>| {
            assert_eq!(web_url(text, max).as_deref(), expect, "{text:?}");
        };
        check("HTTPS://Ä.example/a b", 99, Some("https://xn--4ca.example/a%20b"));
        check("http://a.example", 17, Some("http://a.example/"));
        check("http://a.example", 16, None);
        check("http://a.example/é", 17, None);
        for text in [
            "",
            "a.example",
            "ftp://a.example/",
            "javascript:x",
            "https://u@a.example/",
            "https://:p@a.example/",
        ] {
            check(text, 99, None);
        }
    }

    #[test]
    fn language_tags() {
        for text in ["en", "pt-BR", "zh-Hant-TW", "de-1996", "sl-rozaj-biske", " und "] {
            assert_eq!(language_tag(text).as_deref(), Some(text.trim()));
        }
        for text in [
            "",
            "e",
            "-",
            "en-",
            "en--US",
            "en_US",
            "12",
            "deutschland",
            "en-ä",
            &"en-aa".repeat(20),
            "\"><script>",
        ] {
            assert_eq!(language_tag(text), None, "{text}");
        }
    }
}
