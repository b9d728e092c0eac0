//! Why a string is not the identifier that it was taken for.

use std::fmt;

/// How many characters of a refused value an error repeats: enough to recognise it,
/// too few for a caller to fill a log with.
const QUOTED_CHARS: usize = 128;

/// A string that is not an identifier of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not a valid {kind}: {reason}")]
pub struct IdentifierError {
    /// What the string was parsed as.
    pub kind: IdentifierKind,
    /// The refused string, cut after 128 characters.
    pub value: String,
    /// The first rule that it breaks.
    pub reason: Reason,
}

impl IdentifierError {
    pub(crate) fn new(kind: IdentifierKind, value: &str, reason: Reason) -> Self {
        Self { kind, value: value.chars().take(QUOTED_CHARS).collect(), reason }
    }
}

/// The kinds of identifier in this module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdentifierKind {
    /// A decentralised identifier of the methods `plc` or `web`.
    Did,
    /// A domain name that names an account.
    Handle,
    /// A namespaced identifier, such as `place.stream.video`.
    Nsid,
    /// The last part of a record's address.
    RecordKey,
    /// `at://authority/collection/rkey`.
    AtUri,
    /// A timestamp identifier: 13 sortable characters.
    Tid,
}

impl fmt::Display for IdentifierKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Did => "DID",
            Self::Handle => "handle",
            Self::Nsid => "NSID",
            Self::RecordKey => "record key",
            Self::AtUri => "at-uri",
            Self::Tid => "TID",
        })
    }
}

/// The rule that a refused identifier breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Nothing there, or nothing after the prefix.
    #[error("it is empty")]
    Empty,
    /// Longer than the specification allows, in bytes.
    #[error("it is longer than {max} characters")]
    TooLong {
        /// The longest length allowed.
        max: usize,
    },
    /// Of another length than the only one allowed, in bytes.
    #[error("it must have exactly {expected} characters")]
    Length {
        /// The only length allowed.
        expected: usize,
    },
    /// It does not begin as all of its kind do.
    #[error("it must begin with {0:?}")]
    Prefix(&'static str),
    /// A character that may not stand where it stands.
    #[error("the character {0:?} is not allowed there")]
    Character(char),
    /// A DID method that nobody here can resolve.
    #[error("the DID method {0:?} is not supported")]
    UnsupportedMethod(String),
    /// Two dots in a row, or a dot at an end.
    #[error("it has an empty part between dots")]
    EmptyLabel,
    /// A part between dots over 63 characters.
    #[error("it has a part of more than 63 characters")]
    LongLabel,
    /// Too few parts between dots.
    #[error("it needs at least {0} parts between dots")]
    TooFewLabels(usize),
    /// A whole value that is reserved, such as `.` as a record key.
    #[error("this value is reserved")]
    Reserved,
    /// More parts between slashes than there is meaning for, or an empty one.
    #[error("it must have the form at://authority/collection/rkey")]
    Path,
    /// A part of an at-uri that is itself no valid identifier.
    #[error("its {0}: {1}")]
    Part(IdentifierKind, Box<Reason>),
}
