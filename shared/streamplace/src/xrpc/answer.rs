//! What every answer has: JSON, and mostly a list inside.

use serde_json::Value;

use super::ViewError;
use crate::text::single_line;

/// Why an answer as a whole is unusable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// An HTML page or a truncated body, for instance.
    #[error("the answer is not JSON ({reason}), beginning {begins:?}")]
    NotJson {
        /// The parser's words.
        reason: String,
        /// The first characters.
        begins: String,
    },
    /// JSON without the list that it is about.
    #[error("the answer holds no array {name:?}, beginning {begins:?}")]
    NoArray {
        /// The list's name: `videos`, `comments`, `records`, `tracks` or `profiles`.
        name: &'static str,
        /// The first characters.
        begins: String,
    },
    /// A single view that is no video.
    #[error(transparent)]
    View(#[from] ViewError),
}

/// A list, and where it goes on.
pub(super) struct Listed {
    pub(super) items: Vec<Value>,
    /// Never empty.
    pub(super) cursor: Option<String>,
}

pub(super) fn json(body: &[u8]) -> Result<Value, AnswerError> {
    let read = serde_json::from_slice(body).or_else(|error| {
        // Half a surrogate in one title must not lose a whole list.
        whole_characters(body).map_or(Err(error), |body| serde_json::from_slice(&body))
    });
    read.map_err(|error| AnswerError::NotJson { reason: error.to_string(), begins: begins(body) })
}

/// The body with U+FFFD for escapes of half a character; `None` when it has none.
fn whole_characters(body: &[u8]) -> Option<Vec<u8>> {
    const REPLACEMENT: &[u8] = b"\\ufffd";
    let escape = |at: usize| -> Option<u16> {
        let digits = body.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut mended = Vec::with_capacity(body.len());
    let mut at = 0;
    let mut found = false;
    while let Some(byte) = body.get(at) {
        let length = match (byte, escape(at)) {
            (b'\\', Some(0xD800..=0xDBFF)) if matches!(escape(at + 6), Some(0xDC00..=0xDFFF)) => 12,
            (b'\\', Some(0xD800..=0xDFFF)) => {
                mended.extend_from_slice(REPLACEMENT);
                found = true;
                at += 6;
                continue;
            }
            // What is escaped begins no escape.
            (b'\\', _) => 2,
            _ => 1,
        };
        mended.extend_from_slice(body.get(at..(at + length).min(body.len())).unwrap_or_default());
        at += length;
    }
    found.then_some(mended)
}

/// The list `name` of an answer.
pub(super) fn list(body: &[u8], name: &'static str) -> Result<Listed, AnswerError> {
    let mut answer = json(body)?;
    let cursor = answer.get("cursor").and_then(Value::as_str).filter(|cursor| !cursor.is_empty());
    let cursor = cursor.map(str::to_owned);
    match answer.get_mut(name).map(Value::take) {
        Some(Value::Array(items)) => Ok(Listed { items, cursor }),
        _ => Err(AnswerError::NoArray { name, begins: begins(body) }),
    }
}

fn begins(body: &[u8]) -> String {
    let start = body.get(..160).unwrap_or(body);
    single_line(&String::from_utf8_lossy(start), 80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_input_25_half_a_surrogate_loses_no_list() {
        for (body, expect) in [
            (r#"["\ud83d"]"#, Some("\u{FFFD}")),
            (r#"["a\ude00b"]"#, Some("a\u{FFFD}b")),
            (r#"["\ud83d\ud83d\ude00"]"#, Some("\u{FFFD}\u{1F600}")),
            (r#"["\ud83d\ude00 \\ud83d"]"#, Some("\u{1F600} \\ud83d")),
            (r#"["\\\ud83d"]"#, Some("\\\u{FFFD}")),
            (r#"["\ud83"]"#, None),
            (r#"["\ud83d"#, None),
        ] {
            let read = json(body.as_bytes()).ok();
            assert_eq!(read.as_ref().and_then(|json| json.get(0)?.as_str()), expect, "{body}");
        }
    }
}
