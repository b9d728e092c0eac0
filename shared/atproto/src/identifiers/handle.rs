//! Handles: domain names that name accounts.

use super::domain::{MAX_DOMAIN, check_label};
use super::text::reads_as_text;
use super::{IdentifierError, IdentifierKind, Reason};

/// Top-level domains that no account can be reached under, by the handle specification.
const RESERVED_TLDS: [&str; 8] =
    ["alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion"];

/// An account's handle, in lower case.
///
/// Source: <https://atproto.com/specs/handle>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(String);

impl Handle {
    /// Parses a handle; upper case is folded to lower case, which names the same account.
    ///
    /// # Errors
    /// The rule of domain names that the string breaks. Reserved top-level domains parse:
    /// ask [`Handle::has_reserved_tld`].
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        check(text).map_err(|reason| IdentifierError::new(IdentifierKind::Handle, text, reason))?;
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// The handle in lower case, without `@`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the handle ends in a name that can't exist on the public network
    /// (`handle.invalid` among them). `.test` is not one of them.
    pub fn has_reserved_tld(&self) -> bool {
        RESERVED_TLDS.contains(&self.tld())
    }

    /// Whether the handle is one for tests and development (`.test`), which no public
    /// deployment should resolve.
    pub fn is_test(&self) -> bool {
        self.tld() == "test"
    }

    fn tld(&self) -> &str {
        self.0.rsplit('.').next().unwrap_or_default()
    }
}

reads_as_text!(Handle);

fn check(text: &str) -> Result<(), Reason> {
    if text.is_empty() {
        return Err(Reason::Empty);
    }
    if text.len() > MAX_DOMAIN {
        return Err(Reason::TooLong { max: MAX_DOMAIN });
    }
    text.split('.').try_for_each(check_label)?;
    let (_, tld) = text.rsplit_once('.').ok_or(Reason::TooFewLabels(2))?;
    match tld.chars().next() {
        Some(first) if !first.is_ascii_alphabetic() => Err(Reason::Character(first)),
        _ => Ok(()),
    }
}
