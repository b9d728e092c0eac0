//! Namespaced identifiers: a reversed domain name and a name.

use super::domain::{MAX_DOMAIN, check_label};
use super::text::reads_as_text;
use super::{IdentifierError, IdentifierKind, Reason};

const MAX_NSID: usize = MAX_DOMAIN + 1 + 63;

/// The name of a lexicon, such as `place.stream.video`; also a collection's name.
///
/// Case is kept: the last part is case-sensitive, and a repository's keys hold it as written.
///
/// Source: <https://atproto.com/specs/nsid>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nsid(String);

impl Nsid {
    /// Parses an NSID.
    ///
    /// # Errors
    /// The rule of the syntax that the string breaks.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        check(text).map_err(|reason| IdentifierError::new(IdentifierKind::Nsid, text, reason))?;
        Ok(Self(text.to_owned()))
    }

    /// The whole NSID.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part: `video` of `place.stream.video`.
    pub fn name(&self) -> &str {
        self.0.rsplit('.').next().unwrap_or_default()
    }
}

reads_as_text!(Nsid);

fn check(text: &str) -> Result<(), Reason> {
    if text.is_empty() {
        return Err(Reason::Empty);
    }
    if text.len() > MAX_NSID {
        return Err(Reason::TooLong { max: MAX_NSID });
    }
    text.split('.').try_for_each(check_label)?;
    let (authority, name) = text.rsplit_once('.').ok_or(Reason::TooFewLabels(3))?;
    if !authority.contains('.') {
        return Err(Reason::TooFewLabels(3));
    }
    if authority.len() > MAX_DOMAIN {
        return Err(Reason::TooLong { max: MAX_DOMAIN });
    }
    for part in [authority, name] {
        if let Some(digit) = part.chars().next().filter(char::is_ascii_digit) {
            return Err(Reason::Character(digit));
        }
    }
    if name.contains('-') {
        return Err(Reason::Character('-'));
    }
    Ok(())
}
