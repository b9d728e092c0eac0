//! `at://` addresses of repositories, collections and records.

use super::text::reads_as_text;
use super::{Did, Handle, IdentifierError, IdentifierKind, Nsid, Reason, RecordKey};

const MAX_AT_URI: usize = 8192;

/// `at://authority[/collection[/rkey]]`, by the strict syntax of records: no query, no
/// fragment, no trailing slash.
///
/// Source: <https://atproto.com/specs/at-uri-scheme>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AtUri {
    text: String,
    authority: Authority,
    collection: Option<Nsid>,
    rkey: Option<RecordKey>,
}

/// Whose repository an at-uri points into.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Authority {
    /// The lasting form.
    Did(Did),
    /// A name that has to be resolved to a DID first.
    Handle(Handle),
}

impl AtUri {
    /// Parses an at-uri. A handle in it is folded to lower case; the rest is kept.
    ///
    /// # Errors
    /// `Reason::Part` names the part at fault; `Reason::Path` the wrong number of parts.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        split(text).map_err(|reason| IdentifierError::new(IdentifierKind::AtUri, text, reason))
    }

    /// The address of one record.
    pub fn of_record(did: &Did, collection: &Nsid, rkey: &RecordKey) -> Self {
        Self {
            text: format!("at://{did}/{collection}/{rkey}"),
            authority: Authority::Did(did.clone()),
            collection: Some(collection.clone()),
            rkey: Some(rkey.clone()),
        }
    }

    /// The whole at-uri.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whose repository this points into.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The authority when it is a DID.
    pub fn did(&self) -> Option<&Did> {
        match &self.authority {
            Authority::Did(did) => Some(did),
            Authority::Handle(_) => None,
        }
    }

    /// The collection, when there is one.
    pub fn collection(&self) -> Option<&Nsid> {
        self.collection.as_ref()
    }

    /// The record key, when there is one.
    pub fn rkey(&self) -> Option<&RecordKey> {
        self.rkey.as_ref()
    }

    /// All three parts of a record's lasting address; `None` when it names less than a record,
    /// or its owner by handle.
    pub fn record(&self) -> Option<(&Did, &Nsid, &RecordKey)> {
        Some((self.did()?, self.collection()?, self.rkey()?))
    }
}

reads_as_text!(AtUri);

fn split(text: &str) -> Result<AtUri, Reason> {
    if text.len() > MAX_AT_URI {
        return Err(Reason::TooLong { max: MAX_AT_URI });
    }
    let rest = text.strip_prefix("at://").ok_or(Reason::Prefix("at://"))?;
    let mut parts = rest.split('/');
    let authority = authority(parts.next().unwrap_or_default()).map_err(part)?;
    let collection = not_empty(parts.next())?.map(Nsid::parse).transpose().map_err(part)?;
    let rkey = not_empty(parts.next())?.map(RecordKey::parse).transpose().map_err(part)?;
    if parts.next().is_some() {
        return Err(Reason::Path);
    }
    let mut text = match &authority {
        Authority::Did(did) => format!("at://{did}"),
        Authority::Handle(handle) => format!("at://{handle}"),
    };
    let rest = [collection.as_ref().map(Nsid::as_str), rkey.as_ref().map(RecordKey::as_str)];
    for part in rest.into_iter().flatten() {
        text.push('/');
        text.push_str(part);
    }
    Ok(AtUri { text, authority, collection, rkey })
}

fn authority(text: &str) -> Result<Authority, IdentifierError> {
    if text.starts_with("did:") {
        Did::parse(text).map(Authority::Did)
    } else {
        Handle::parse(text).map(Authority::Handle)
    }
}

fn part(error: IdentifierError) -> Reason {
    Reason::Part(error.kind, Box::new(error.reason))
}

/// An absent part is fine, an empty one (`//`, a trailing slash) is not.
fn not_empty(part: Option<&str>) -> Result<Option<&str>, Reason> {
    if part == Some("") { Err(Reason::Path) } else { Ok(part) }
}
