//! Record keys: what names a record inside its collection.

use super::text::reads_as_text;
use super::{IdentifierError, IdentifierKind, Reason};

const MAX_RECORD_KEY: usize = 512;

/// A record's key: 1 to 512 characters of `A-Z a-z 0-9 . - _ : ~`, and neither `.` nor `..`.
///
/// Source: <https://atproto.com/specs/record-key>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey(String);

impl RecordKey {
    /// Parses a record key; case is kept.
    ///
    /// # Errors
    /// The rule of the syntax that the string breaks.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        check(text).map_err(|reason| IdentifierError::new(IdentifierKind::RecordKey, text, reason))?;
        Ok(Self(text.to_owned()))
    }

    /// The whole key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

reads_as_text!(RecordKey);

fn check(text: &str) -> Result<(), Reason> {
    if text.is_empty() {
        return Err(Reason::Empty);
    }
    if text.len() > MAX_RECORD_KEY {
        return Err(Reason::TooLong { max: MAX_RECORD_KEY });
    }
    let allowed = |c: &char| c.is_ascii_alphanumeric() || ".-_:~".contains(*c);
    if let Some(odd) = text.chars().find(|c| !allowed(c)) {
        return Err(Reason::Character(odd));
    }
    if text == "." || text == ".." {
        return Err(Reason::Reserved);
    }
    Ok(())
}
