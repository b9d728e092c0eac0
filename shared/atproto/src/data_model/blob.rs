//! References from records to blobs.

use serde::{Deserialize, Serialize};

use crate::BlobCid;

/// A blob as a record names it, in the JSON spelling:
/// `{"$type": "blob", "ref": {"$link": "bafkrei…"}, "mimeType": "…", "size": 1}`.
///
/// The old form `{"cid", "mimeType"}` is refused. Source:
/// <https://atproto.com/specs/data-model#blob-type>.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobRef {
    #[serde(rename = "$type")]
    kind: BlobKind,
    #[serde(rename = "ref")]
    link: Link,
    /// The type that the uploader declared.
    #[serde(rename = "mimeType")]
    pub mime_type: String,
    /// The stored bytes' number, as declared.
    pub size: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum BlobKind {
    Blob,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    #[serde(rename = "$link")]
    cid: BlobCid,
}

impl BlobRef {
    /// A reference to a blob of `size` bytes.
    pub fn new(cid: BlobCid, mime_type: impl Into<String>, size: u64) -> Self {
        Self { kind: BlobKind::Blob, link: Link { cid }, mime_type: mime_type.into(), size }
    }

    /// The id that covers the stored bytes.
    pub fn cid(&self) -> BlobCid {
        self.link.cid
    }
}
