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
        /// The list's name: `videos`, `records`, `tracks` or `profiles`.
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
    serde_json::from_slice(body)
        .map_err(|error| AnswerError::NotJson { reason: error.to_string(), begins: begins(body) })
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
