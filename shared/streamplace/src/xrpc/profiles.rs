use super::answer::list;
use super::{AnswerError, MAX_PROFILES};
use crate::Profile;

/// Reads an answer of `getProfiles`, at most [`MAX_PROFILES`] of it. Accounts that the server doesn't know are
/// missing, and the order is the server's: find each by its DID.
///
/// # Errors
/// [`AnswerError`] `NotJson` or `NoArray`.
pub fn parse_profiles(body: &[u8]) -> Result<Vec<Profile>, AnswerError> {
    let profiles = list(body, "profiles")?.items;
    Ok(profiles.iter().filter_map(Profile::from_value).take(MAX_PROFILES).collect())
}
