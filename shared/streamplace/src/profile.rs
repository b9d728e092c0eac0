use serde::{Deserialize, Serialize};
use serde_json::Value;
use streamhut_atproto::{BlobRef, Did, Handle};

use crate::nsid;
use crate::pixel_image::pixel_image;
use crate::text::{paragraphs, single_line, web_url};

const MAX_NAME_BYTES: usize = 640;
const MAX_DESCRIPTION_BYTES: usize = 2560;
const MAX_AVATAR_BYTES: usize = 2048;

/// An account as Bluesky's profile views tell of it: `profileViewBasic`, `profileView` and `profileViewDetailed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The account.
    pub did: Did,
    /// `None` when upstream couldn't verify it (`handle.invalid`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<Handle>,
    /// One line of at most 640 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// An http or https URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    /// Several lines of at most 2560 bytes; basic views have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// What an account says of itself (`app.bsky.actor.profile`, key `self`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileRecord {
    /// One line of at most 640 bytes.
    pub display_name: Option<String>,
    /// Several lines of at most 2560 bytes.
    pub description: Option<String>,
    /// A pixel image of the types that every browser shows, in the account's repository.
    pub avatar: Option<BlobRef>,
}

impl Profile {
    /// Reads a profile view; `None` without a valid DID.
    pub fn from_value(value: &Value) -> Option<Profile> {
        let string = |key| value.get(key).and_then(Value::as_str);
        Some(Profile {
            did: Did::parse(string("did")?).ok()?,
            handle: string("handle")
                .and_then(|text| Handle::parse(text).ok())
                .filter(|handle| !handle.has_reserved_tld()),
            display_name: string("displayName").and_then(display_name),
            avatar: string("avatar").and_then(|text| web_url(text, MAX_AVATAR_BYTES)),
            description: string("description").and_then(description),
        })
    }
}

impl ProfileRecord {
    /// Reads a record; `None` when it is no object, or of another `$type`. Every field is optional.
    pub fn from_value(record: &Value) -> Option<ProfileRecord> {
        let fields = record.as_object()?;
        if fields.get("$type").is_some_and(|own| own != nsid::APP_BSKY_ACTOR_PROFILE) {
            return None;
        }
        let string = |key| fields.get(key).and_then(Value::as_str);
        Some(ProfileRecord {
            display_name: string("displayName").and_then(display_name),
            description: string("description").and_then(description),
            avatar: fields.get("avatar").and_then(pixel_image),
        })
    }
}

fn display_name(text: &str) -> Option<String> {
    Some(single_line(text, MAX_NAME_BYTES)).filter(|text| !text.is_empty())
}

fn description(text: &str) -> Option<String> {
    Some(paragraphs(text, MAX_DESCRIPTION_BYTES)).filter(|text| !text.is_empty())
}
