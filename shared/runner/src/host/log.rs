//! What a bundle has to say for the log. Its lines stand beside the runner's own, so they are held to a form.

use streamhut_journal::{Level, lines_of};

/// Most bytes of a request to log.
pub const MAX_LOG_BYTES: usize = 64 * 1024;
/// Most lines of one request.
const MAX_LINES: usize = 500;

/// The lines of a text as the SDK writes them, `level request-id words`: the level, the id and the words. A line of
/// another form is all words.
pub fn log_lines(text: &str) -> impl Iterator<Item = (Level, Option<String>, String)> {
    lines_of(text).take(MAX_LINES).map(|line| {
        let mut parts = line.splitn(3, ' ');
        match (parts.next().and_then(Level::parse), parts.next(), parts.next()) {
            (Some(level), Some(id), words) if is_id(id) => {
                (level, (id != "-").then(|| id.to_owned()), words.unwrap_or_default().to_owned())
            }
            (level, ..) => (level.unwrap_or(Level::Info), None, line),
        }
    })
}

/// Whether it can be a request's id, or stands for none.
fn is_id(text: &str) -> bool {
    text == "-"
        || (!text.is_empty() && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_held_to_a_form() {
        let text = "info 0123 one\n\n  \r\nwarn - two\u{1b}[31m\u{0}\r\nerror 0123 three words\nerrors are four\nwarn\ninfo no-id five";
        let expect = [
            (Level::Info, Some("0123"), "one"),
            (Level::Warn, None, "two[31m"),
            (Level::Error, Some("0123"), "three words"),
            (Level::Info, None, "errors are four"),
            (Level::Warn, None, "warn"),
            (Level::Info, None, "info no-id five"),
        ];
        let expect = expect.map(|(level, id, words)| (level, id.map(str::to_owned), words.to_owned()));
        assert_eq!(log_lines(text).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn bad_input_11_a_flood_of_lines_is_cut() {
        assert_eq!(log_lines(&"x\n".repeat(10_000)).count(), MAX_LINES);
    }
}
