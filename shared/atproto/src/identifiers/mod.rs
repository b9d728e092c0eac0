//! Identifiers by the AT Protocol specification, each a checked string.
//!
//! `T::parse` is the only way in; deserialising goes through it too. A value of one of these
//! types can be put into a URL path, a log line or a repository key without further escaping.

mod at_uri;
mod did;
mod domain;
mod error;
mod handle;
mod nsid;
mod record_key;
mod text;
mod tid;

pub use at_uri::{AtUri, Authority};
pub use did::{Did, DidMethod};
pub use error::{IdentifierError, IdentifierKind, Reason};
pub use handle::Handle;
pub use nsid::Nsid;
pub use record_key::RecordKey;
pub use tid::Tid;
