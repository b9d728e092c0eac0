//! The lines of a playlist, RFC 8216 section 4.1.

/// A line that says something: blank lines and comments are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Counts from 1 and includes the lines left out.
    pub number: usize,
    /// Its content.
    pub content: Content<'a>,
}

/// What a line holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content<'a> {
    /// `#EXT…` with what follows its first colon.
    Tag {
        /// The name without `#`, such as `EXT-X-MEDIA`.
        name: &'a str,
        /// The text behind the colon, `None` when there is no colon.
        value: Option<&'a str>,
    },
    /// A URI on a line of its own.
    Uri(&'a str),
}

/// The lines of a checked text ([`crate::text::playlist_text`]), spaces around them removed.
pub fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    text.lines().enumerate().filter_map(|(index, text)| line(index + 1, text))
}

/// One line, spaces around it removed; `None` when it is blank or a comment.
pub(crate) fn line(number: usize, text: &str) -> Option<Line<'_>> {
    Some(Line { number, content: content(text.trim())? })
}

fn content(line: &str) -> Option<Content<'_>> {
    let Some(after_hash) = line.strip_prefix('#') else {
        return (!line.is_empty()).then_some(Content::Uri(line));
    };
    if !after_hash.starts_with("EXT") {
        return None;
    }
    Some(match after_hash.split_once(':') {
        Some((name, value)) => Content::Tag { name, value: Some(value) },
        None => Content::Tag { name: after_hash, value: None },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_blank_lines_are_left_out_but_counted() {
        let text = "#EXTM3U\r\n\r\n# a comment\n  #EXT-X-VERSION:6 \nhttps://a.example/b:c\n#EXT-X-ENDLIST";
        let found: Vec<_> = lines(text).collect();
        let tag = |number, name, value| Line { number, content: Content::Tag { name, value } };
        assert_eq!(
            found,
            [
                tag(1, "EXTM3U", None),
                tag(4, "EXT-X-VERSION", Some("6")),
                Line { number: 5, content: Content::Uri("https://a.example/b:c") },
                tag(6, "EXT-X-ENDLIST", None),
            ]
        );
    }
}
