use serde::{Deserialize, Serialize};
use serde_json::Value;
use streamhut_atproto::{AtUri, RecordCid};

/// A record in one version of it (`com.atproto.repo.strongRef`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrongRef {
    /// Which record.
    pub uri: AtUri,
    /// Which version.
    pub cid: RecordCid,
}

impl StrongRef {
    /// Reads `{"uri", "cid"}`; `None` when either is missing or malformed.
    pub fn from_value(value: &Value) -> Option<Self> {
        Some(Self {
            uri: AtUri::parse(value.get("uri")?.as_str()?).ok()?,
            cid: RecordCid::parse(value.get("cid")?.as_str()?).ok()?,
        })
    }
}
