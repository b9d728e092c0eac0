//! Entity tags compared (RFC 9110, sections 8.8.3 and 13.1).

/// Whether an `If-None-Match` header names `tag` (with or without quotes), or `*`. Weak comparison: `W/` is of no
/// weight.
pub(crate) fn none_match_names(header: &str, tag: &str) -> bool {
    let tag = opaque(tag);
    header.trim() == "*" || tags(header).any(|(_, other)| other == tag)
}

/// Whether an `If-Range` header is `tag` itself, and strong.
pub(crate) fn matches_strongly(header: &str, tag: &str) -> bool {
    let mut tags = tags(header);
    let first = tags.next();
    first == Some((false, opaque(tag))) && tags.next().is_none()
}

/// A tag without `W/` and quotes.
fn opaque(tag: &str) -> &str {
    tag.trim().trim_start_matches("W/").trim_matches('"')
}

/// The tags of a list: whether each is weak, and what stands between its quotes. A comma may stand inside a tag,
/// so the list is not split at commas. It ends where it breaks the grammar.
fn tags(header: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = header;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let (weak, quoted) = match rest.strip_prefix("W/") {
            Some(quoted) => (true, quoted),
            None => (false, rest),
        };
        let (tag, after) = quoted.strip_prefix('"')?.split_once('"')?;
        rest = after;
        Some((weak, tag))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_comparison_of_a_list() {
        for (header, tag, expect) in [
            (r#""a""#, "\"a\"", true),
            (r#""a""#, "a", true),
            (r#"W/"a""#, "a", true),
            (r#""a""#, "W/\"a\"", true),
            (r#" "b" , W/"a""#, "a", true),
            (r#""b,a", "c""#, "a", false),
            (r#""b,a", "c""#, "b,a", true),
            ("*", "anything", true),
            (" * ", "anything", true),
            ("a", "a", false),
            ("", "a", false),
            (r#""a"#, "a", false),
            (r#"w/"a""#, "a", false),
        ] {
            assert_eq!(none_match_names(header, tag), expect, "{header} against {tag}");
        }
    }

    #[test]
    fn strong_comparison() {
        for (header, expect) in [
            (r#""a""#, true),
            (r#"W/"a""#, false),
            (r#""b""#, false),
            (r#""a", "b""#, false),
            ("*", false),
            ("Sun, 06 Nov 1994 08:49:37 GMT", false),
            ("", false),
        ] {
            assert_eq!(matches_strongly(header, "a"), expect, "{header}");
        }
    }
}
