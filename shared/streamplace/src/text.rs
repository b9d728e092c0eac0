//! Foreign text made fit to show: bounded, cut on a character boundary, without the characters
//! that only do harm. Escaping is left to whoever puts it into a page.

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
    let mut out = Bounded::new(max_bytes);
    let mut characters = text.trim().chars().peekable();
    while let Some(character) = characters.next() {
        let kept = match character {
            '\r' if characters.peek() == Some(&'\n') => continue,
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => '\n',
            '\t' => ' ',
            harm if harmful(harm) => continue,
            other => other,
        };
        if !out.push_all(&[kept]) {
            break;
        }
    }
    out.text.truncate(out.text.trim_end().len());
    out.text
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
}
