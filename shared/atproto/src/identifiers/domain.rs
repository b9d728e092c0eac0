//! The rules of domain names that handles, NSIDs and `did:web` share.

use super::Reason;

/// The longest domain name, in characters (RFC 1035 without the root dot).
pub(super) const MAX_DOMAIN: usize = 253;
const MAX_LABEL: usize = 63;

/// Checks one part between dots: 1 to 63 letters, digits and inner hyphens.
pub(super) fn check_label(label: &str) -> Result<(), Reason> {
    if label.is_empty() {
        return Err(Reason::EmptyLabel);
    }
    if let Some(odd) = label.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-') {
        return Err(Reason::Character(odd));
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err(Reason::Character('-'));
    }
    if label.len() > MAX_LABEL {
        return Err(Reason::LongLabel);
    }
    Ok(())
}
