//! A line of a bundle's log. Whatever a bundle writes is held to this form before it is kept or printed.

use serde::{Deserialize, Serialize};

/// Most characters of a line's text.
pub const MAX_CHARS: usize = 2_000;

/// How much a line matters, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// For whoever looks for a fault.
    Debug,
    /// Worth knowing.
    Info,
    /// Went wrong and was dealt with.
    Warn,
    /// Has to be looked at.
    Error,
}

impl Level {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }

    /// Reads what [`Level::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Debug, Self::Info, Self::Warn, Self::Error].into_iter().find(|level| level.as_str() == text)
    }

    /// How a console names it: `log` is `info`, and what is unknown as well.
    pub fn of_console(method: &str) -> Self {
        Self::parse(method).unwrap_or(match method {
            "trace" => Self::Debug,
            _ => Self::Info,
        })
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// Milliseconds since 1970.
    pub at: u64,
    /// How much it matters.
    pub level: Level,
    /// The id of the request, as answers carry it in `x-request-id`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub request: Option<String>,
    /// What was called, such as `endpoint listVideos` or `job sync`; empty where that isn't known.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub call: String,
    /// The release that wrote it.
    pub version: String,
    /// What it says: one line, without control characters, at most [`MAX_CHARS`] characters.
    pub text: String,
}

impl Line {
    /// About how many bytes it takes to keep.
    pub fn bytes(&self) -> usize {
        64 + self.text.len() + self.call.len() + self.request.as_deref().map_or(0, str::len)
    }
}

/// The lines of a text that are not empty, in the form that [`Line::text`] has.
pub fn lines_of(text: &str) -> impl Iterator<Item = String> {
    text.lines()
        .map(|line| line.chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect::<String>())
        .filter(|line| !line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_read_as_they_are_written() {
        for level in [Level::Debug, Level::Info, Level::Warn, Level::Error] {
            assert_eq!(Level::parse(level.as_str()), Some(level));
            assert_eq!(serde_json::to_value(level).unwrap(), level.as_str());
        }
        let consoles = ["log", "info", "debug", "trace", "warn", "error", "table", ""].map(Level::of_console);
        let [info, debug, warn, error] = [Level::Info, Level::Debug, Level::Warn, Level::Error];
        assert_eq!(consoles, [info, info, debug, debug, warn, error, info, info]);
        assert!(Level::Debug < Level::Info && Level::Warn < Level::Error);
    }

    #[test]
    fn bad_input_11_what_is_written_can_not_look_like_another_line() {
        let lines: Vec<_> = lines_of("one\u{1b}[31m\u{0}\r\n\n \t \r\ntwo\rthree").collect();
        assert_eq!(lines, ["one[31m", "twothree"]);
        let cut = lines_of(&"ü".repeat(10_000)).next().unwrap();
        assert_eq!(cut.chars().count(), MAX_CHARS);
    }
}
