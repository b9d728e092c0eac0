//! What a bundle has to say for the log. Its lines stand beside the runner's own, so they are held to a form.

/// Most bytes of a request to log.
pub const MAX_LOG_BYTES: usize = 64 * 1024;
/// Most lines of one request.
const MAX_LINES: usize = 500;
/// Most characters of a line.
const MAX_CHARS: usize = 2_000;

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// Worth knowing.
    Info,
    /// Went wrong and was dealt with.
    Warn,
    /// Has to be looked at.
    Error,
}

/// The lines of a text, each with the level that its first word says, without control characters, and cut.
pub fn log_lines(text: &str) -> impl Iterator<Item = (LogLevel, String)> {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).take(MAX_LINES);
    lines.map(|line| {
        let level = match line.split(' ').next() {
            Some("error") => LogLevel::Error,
            Some("warn") => LogLevel::Warn,
            _ => LogLevel::Info,
        };
        (level, line.chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_held_to_a_form() {
        let text =
            "info 0123 one\n\n  \r\nwarn 0123 two\u{1b}[31m\u{0}\r\nerror 0123 three\nerrors are four\nwarn";
        let expect = [
            (LogLevel::Info, "info 0123 one"),
            (LogLevel::Warn, "warn 0123 two[31m"),
            (LogLevel::Error, "error 0123 three"),
            (LogLevel::Info, "errors are four"),
            (LogLevel::Warn, "warn"),
        ];
        assert!(log_lines(text).eq(expect.map(|(level, line)| (level, line.to_owned()))));
    }

    #[test]
    fn bad_input_11_a_flood_of_lines_is_cut() {
        assert_eq!(log_lines(&"x\n".repeat(10_000)).count(), MAX_LINES);
        let (_, line) = log_lines(&"ü".repeat(10_000)).next().unwrap();
        assert_eq!(line.chars().count(), MAX_CHARS);
    }
}
