//! What pages are told of a creator.

use streamhut_atproto::{Did, Handle};

/// A creator, as a page tells of them. Texts are as they came; pages clean and cut them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creator {
    /// The account.
    pub did: Did,
    /// When known.
    pub handle: Option<Handle>,
    /// The display name, when known.
    pub name: Option<String>,
    /// Several lines, when known.
    pub description: Option<String>,
    /// The address of a picture; used where it is an https URL.
    pub avatar: Option<String>,
}
