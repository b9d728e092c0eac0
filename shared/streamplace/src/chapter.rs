use serde::{Deserialize, Serialize};

use crate::text::single_line;

/// The most chapters that a video has.
pub const MAX_CHAPTERS: usize = 100;

const MAX_TITLE_BYTES: usize = 256;
/// What may open a timestamp, with what closes it.
const BRACKETS: [(char, char); 5] = [('(', ')'), ('[', ']'), ('{', '}'), ('（', '）'), ('【', '】')];
/// What may stand between a timestamp and its title, beside spaces.
const SEPARATORS: [char; 18] =
    ['-', '‐', '‑', '–', '—', '−', ':', '|', '·', '•', '.', ',', '~', '→', '=', '>', '»', '*'];

/// A part of a video that its description names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Chapter {
    /// Milliseconds from the video's beginning.
    pub start_ms: u64,
    /// One line of at most 256 bytes; never empty.
    pub title: String,
}

/// The chapters that a description lists, by the rules that YouTube made common: lines that begin with a
/// timestamp, such as `0:00 Intro`, `(01:02:03) - Title`, `• 12:34 | Title`, `[1:00] Title` or
/// `2. 1:00–2:00 Title`. The first is at 0, each is later than the one before, and there are two at least;
/// a list that breaks a rule gives none. What starts at or behind the video's end is left out.
///
/// At most [`MAX_CHAPTERS`]. `duration_ms` is `None` when unknown.
pub fn chapters(description: &str, duration_ms: Option<u64>) -> Vec<Chapter> {
    let mut found: Vec<Chapter> = Vec::new();
    for chapter in description.lines().filter_map(chapter).take(MAX_CHAPTERS) {
        let in_order = match found.last() {
            None => chapter.start_ms == 0,
            Some(before) => before.start_ms < chapter.start_ms,
        };
        if !in_order {
            return Vec::new();
        }
        found.push(chapter);
    }
    found.retain(|chapter| duration_ms.is_none_or(|end| chapter.start_ms < end));
    if found.len() < 2 { Vec::new() } else { found }
}

fn chapter(line: &str) -> Option<Chapter> {
    let line = behind_decoration(line);
    let line = behind_ordinal(line).map_or(line, behind_decoration);
    let bracket = BRACKETS.into_iter().find(|(open, _)| line.starts_with(*open));
    let line = bracket.map_or(line, |(open, _)| line.trim_start_matches(open).trim_start());
    let (start_ms, rest) = timestamp(line)?;
    let rest = behind_end_of_range(rest).unwrap_or(rest);
    let rest = match bracket {
        Some((_, close)) => rest.trim_start().strip_prefix(close)?,
        // "1:00pm" is none of the video's times.
        None if rest.starts_with(char::is_alphanumeric) => return None,
        None => rest,
    };
    let title = rest.trim_start_matches(|c: char| c.is_whitespace() || SEPARATORS.contains(&c));
    let title = single_line(title, MAX_TITLE_BYTES);
    (!title.is_empty()).then_some(Chapter { start_ms, title })
}

/// Without bullets, pictograms and spaces.
fn behind_decoration(line: &str) -> &str {
    line.trim_start_matches(|c: char| !c.is_alphanumeric() && BRACKETS.iter().all(|(open, _)| *open != c))
}

/// Without a number such as `12.` or `3)`.
fn behind_ordinal(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = (rest.len() < line.len()).then_some(rest)?.strip_prefix(['.', ')'])?;
    rest.starts_with(char::is_whitespace).then_some(rest)
}

/// Without the second half of `0:00 - 1:30`.
fn behind_end_of_range(rest: &str) -> Option<&str> {
    let rest = rest.trim_start().strip_prefix(['-', '–', '—', '−', '~', '→'])?;
    timestamp(rest.trim_start()).map(|(_, rest)| rest)
}

/// `M:SS` or `H:MM:SS` in milliseconds, and what follows. Minutes and hours that come first have up to three
/// digits.
fn timestamp(text: &str) -> Option<(u64, &str)> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let first = text.strip_suffix(rest).filter(|digits| (1..=3).contains(&digits.len()))?;
    let mut seconds: u64 = first.parse().ok()?;
    let (second, mut rest) = sixtieth(rest)?;
    seconds = seconds * 60 + second;
    if let Some((third, behind)) = sixtieth(rest) {
        (seconds, rest) = (seconds * 60 + third, behind);
    }
    sixtieth(rest).is_none().then_some((seconds * 1000, rest))
}

/// `:` and two digits up to 59.
fn sixtieth(text: &str) -> Option<(u64, &str)> {
    let (digits, rest) = text.strip_prefix(':')?.split_at_checked(2)?;
    let fine =
        digits.bytes().all(|byte| byte.is_ascii_digit()) && !rest.starts_with(|c: char| c.is_ascii_digit());
    let value: u64 = digits.parse().ok().filter(|_| fine)?;
    (value < 60).then_some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(description: &str, duration_ms: u64, expect: &[(u64, &str)]) {
        let found = chapters(description, Some(duration_ms));
        let found: Vec<_> = found.iter().map(|one| (one.start_ms, one.title.as_str())).collect();
        assert_eq!(found, expect, "{description:?}");
    }

    #[test]
    fn a_list_as_authors_write_it() {
        check("0:00 Intro\n0:07 Main\n0:14 End", 20_000, &[(0, "Intro"), (7_000, "Main"), (14_000, "End")]);
        check("Words.\n\n00:00:00 - A\n(01:02:03) - B\n", 4_000_000, &[(0, "A"), (3_723_000, "B")]);
        check("See:\r\n0:00 A\r\nmore of it\r\n1:00 B\r\nBye 2:00", 90_000, &[(0, "A"), (60_000, "B")]);
        check("0:00 A\n999:59 B", u64::MAX, &[(0, "A"), (59_999_000, "B")]);
    }

    #[test]
    fn every_way_to_write_a_line() {
        for (line, title) in [
            ("• 12:34 | x", "x"),
            ("[12:34] x", "x"),
            ("(12:34)x", "x"),
            ("12:34: x", "x"),
            ("12:34 – “x” (live)", "“x” (live)"),
            ("12:34\t#x", "#x"),
            ("- 12:34 — x", "x"),
            ("2. 12:34 x", "x"),
            ("02) (12:34) x", "x"),
            ("🎬 12:34 🎤 x", "🎤 x"),
            ("12:34-13:00 x", "x"),
            ("[12:34 – 13:00] x", "x"),
            ("【12:34】x", "x"),
            ("0:12:34 > x\u{202E}y\0", "xy"),
            ("**12:34** x", "x"),
            ("12:34 12 ways", "12 ways"),
        ] {
            check(&format!("0:00 first\n{line}"), 2_000_000, &[(0, "first"), (754_000, title)]);
        }
    }

    #[test]
    fn lines_that_are_no_chapters_are_passed_over() {
        for line in [
            "12:34",
            "12:34 -",
            "12:34pm meeting",
            "1:2 x",
            "1:60 x",
            "1:99:00 x",
            "1234:00 x",
            "1:00:00:00 x",
            "1:000 x",
            ":30 x",
            "12:34é",
            "[12:34 x",
            "at 12:34 x",
            "2026 12:34 x",
            "１:00 x",
        ] {
            check(&format!("0:00 A\n{line}\n1:00 B"), 2_000_000, &[(0, "A"), (60_000, "B")]);
        }
    }

    #[test]
    fn a_list_that_breaks_a_rule_gives_none() {
        for description in ["", "0:00 A", "0:01 A\n0:02 B", "0:00 A\n0:00 B", "0:00 A\n0:09 B\n0:08 C"] {
            check(description, 20_000, &[]);
        }
        check("0:00 A\n0:10 B\n0:20 C\n0:30 D", 20_000, &[(0, "A"), (10_000, "B")]);
        check("0:00 A\n0:20 B", 20_000, &[]);
        assert_eq!(chapters("0:00 A\n0:20 B", None).len(), 2);
    }

    #[test]
    fn bad_input_27_many_lines_and_long_titles_are_bounded() {
        let many: String =
            (0..5000).map(|n| format!("{}:{:02} {}\n", n / 60, n % 60, "é".repeat(200))).collect();
        let found = chapters(&many, None);
        assert_eq!(found.len(), MAX_CHAPTERS);
        assert!(found.iter().all(|chapter| chapter.title == "é".repeat(128)));
    }
}
