use serde_json::Value;
use streamhut_atproto::{Did, Handle};
use url::Url;

use crate::text::single_line;

const MAX_NAME_BYTES: usize = 640;
const MAX_AVATAR_BYTES: usize = 2048;

/// Who made a video, as Bluesky's `profileViewBasic` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The account.
    pub did: Did,
    /// `None` when upstream couldn't verify it (`handle.invalid`).
    pub handle: Option<Handle>,
    /// One line of at most 640 bytes.
    pub display_name: Option<String>,
    /// An http or https URL.
    pub avatar: Option<String>,
}

impl Profile {
    /// Reads a `profileViewBasic`; `None` without a valid DID.
    pub fn from_value(value: &Value) -> Option<Profile> {
        let string = |key| value.get(key).and_then(Value::as_str);
        Some(Profile {
            did: Did::parse(string("did")?).ok()?,
            handle: string("handle")
                .and_then(|text| Handle::parse(text).ok())
                .filter(|handle| !handle.has_reserved_tld()),
            display_name: string("displayName")
                .map(|text| single_line(text, MAX_NAME_BYTES))
                .filter(|text| !text.is_empty()),
            avatar: string("avatar").and_then(picture_url),
        })
    }
}

fn picture_url(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let fine = matches!(url.scheme(), "http" | "https") && url.as_str().len() <= MAX_AVATAR_BYTES;
    fine.then(|| url.into())
}
