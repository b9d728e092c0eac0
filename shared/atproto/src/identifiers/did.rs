//! Decentralised identifiers: `did:plc:…` and `did:web:…`.

use super::domain::{MAX_DOMAIN, check_label};
use super::text::reads_as_text;
use super::{IdentifierError, IdentifierKind, Reason};

const MAX_DID: usize = 2048;
const PLC_CHARS: usize = 24;

/// A DID of one of the two methods that the AT Protocol blesses.
///
/// `did:plc` has exactly 24 characters of lower-case base32. `did:web` is a bare lower-case
/// host name: no port, no path, no percent-encoding, no trailing dot. Whether that host may be
/// called (an IP address, a reserved name) is the business of the crate `outbound`.
///
/// Source: <https://atproto.com/specs/did>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Did(String);

/// How a DID is resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DidMethod {
    /// By a PLC directory.
    Plc,
    /// By `https://{host}/.well-known/did.json`.
    Web,
}

impl Did {
    /// Parses a DID.
    ///
    /// # Errors
    /// `Reason::UnsupportedMethod` for a well-formed DID of another method, else the rule of
    /// the syntax that it breaks.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        check(text).map_err(|reason| IdentifierError::new(IdentifierKind::Did, text, reason))?;
        Ok(Self(text.to_owned()))
    }

    /// The whole DID.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The method, which says who is to be asked for the document.
    pub fn method(&self) -> DidMethod {
        if self.web_host().is_some() { DidMethod::Web } else { DidMethod::Plc }
    }

    /// The host name of a `did:web`; `None` for other methods.
    pub fn web_host(&self) -> Option<&str> {
        self.0.strip_prefix("did:web:")
    }
}

reads_as_text!(Did);

fn check(text: &str) -> Result<(), Reason> {
    if text.len() > MAX_DID {
        return Err(Reason::TooLong { max: MAX_DID });
    }
    let rest = text.strip_prefix("did:").ok_or(Reason::Prefix("did:"))?;
    let (method, id) = rest.split_once(':').ok_or(Reason::Empty)?;
    if let Some(odd) = method.chars().find(|c| !c.is_ascii_lowercase()) {
        return Err(Reason::Character(odd));
    }
    if method.is_empty() || id.is_empty() {
        return Err(Reason::Empty);
    }
    let allowed = |c: &char| c.is_ascii_alphanumeric() || "._:%-".contains(*c);
    if let Some(odd) = id.chars().find(|c| !allowed(c)) {
        return Err(Reason::Character(odd));
    }
    if let Some(last) = id.chars().last().filter(|c| ":%".contains(*c)) {
        return Err(Reason::Character(last));
    }
    match method {
        "plc" => check_plc(id),
        "web" => check_web(id),
        other => Err(Reason::UnsupportedMethod(other.to_owned())),
    }
}

fn check_plc(id: &str) -> Result<(), Reason> {
    if let Some(odd) = id.chars().find(|c| !matches!(c, 'a'..='z' | '2'..='7')) {
        return Err(Reason::Character(odd));
    }
    if id.len() != PLC_CHARS {
        return Err(Reason::Length { expected: "did:plc:".len() + PLC_CHARS });
    }
    Ok(())
}

fn check_web(host: &str) -> Result<(), Reason> {
    if let Some(odd) = host.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-' | '.')) {
        return Err(Reason::Character(odd));
    }
    host.split('.').try_for_each(check_label)?;
    if host.len() > MAX_DOMAIN {
        return Err(Reason::TooLong { max: "did:web:".len() + MAX_DOMAIN });
    }
    Ok(())
}
