//! Something stored: its bytes, what is known of it, and what can go wrong.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Body, Error, IntoResponse, Part, Response, Result};

/// Most bytes of a key, in UTF-8.
pub const MAX_KEY_BYTES: usize = 512;

/// What is known of a stored blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlobInfo {
    /// Its key.
    pub key: String,
    /// Bytes of the whole.
    pub size: u64,
    /// Names this content of the key, without quotes; another after each put.
    pub etag: String,
    /// When it was stored: milliseconds since 1970.
    pub uploaded: u64,
    /// Its media type, when one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
}

/// A blob, or a part of one, with its bytes not read yet. Returned by a handler, they pass on untouched.
///
/// ```
/// use at_run::{Blob, Bundle, Context, Error, NoInput, Result, testing::Harness};
///
/// async fn cover(ctx: Context, _: NoInput) -> Result<Blob> {
///     let blob = ctx.blobs().get("cover").await?;
///     blob.ok_or_else(|| Error::not_found("NoCover", "it has no cover"))
/// }
///
/// let harness = Harness::new(Bundle::new("covers", "1.0.0").blobs(1 << 20).get("cover", cover));
/// assert_eq!(harness.get("cover").status(), 404);
/// harness.put_blob("cover", b"picture");
/// assert_eq!(harness.get("cover").text(), "picture");
/// ```
#[derive(Debug)]
pub struct Blob {
    /// What is known of the whole.
    pub info: BlobInfo,
    /// Which bytes of it the body holds; `None` for all of them.
    pub part: Option<Part>,
    /// The bytes.
    pub body: Body,
}

/// A page of a listing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobPage {
    /// In the order of their keys.
    pub blobs: Vec<BlobInfo>,
    /// Where the next page goes on; `None` at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// How a blob is stored.
///
/// ```
/// use at_run::{Put, PutCondition};
///
/// let put = Put::new().content_type("image/jpeg").if_absent();
/// assert_eq!(put.condition, PutCondition::IfAbsent);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Put {
    /// Whether what is stored now matters.
    pub condition: PutCondition,
    /// The media type.
    pub content_type: Option<String>,
}

/// On what a put depends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PutCondition {
    /// Nothing.
    #[default]
    None,
    /// The content under the key has this etag, without quotes.
    IfMatch(String),
    /// Nothing is stored under the key.
    IfAbsent,
}

impl Put {
    /// Whatever is there, and of no known type.
    pub fn new() -> Self {
        Self::default()
    }

    /// Of that media type.
    #[must_use]
    pub fn content_type(mut self, content_type: &str) -> Self {
        self.content_type = Some(content_type.to_owned());
        self
    }

    /// Only when nothing is stored under the key.
    #[must_use]
    pub fn if_absent(mut self) -> Self {
        self.condition = PutCondition::IfAbsent;
        self
    }

    /// Only when the content under the key is still the one of that etag.
    #[must_use]
    pub fn if_match(mut self, etag: &str) -> Self {
        self.condition = PutCondition::IfMatch(etag.trim_matches('"').to_owned());
        self
    }
}

/// Why storage did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// The release has no `blobs` permission.
    #[error("the release declares no storage of its own")]
    NotPermitted,
    /// A key that can't be one.
    #[error("`{key}` is not a key: {reason}")]
    InvalidKey {
        /// The key, cut to a line.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The condition of a put does not hold.
    #[error("what is stored under `{key}` is not what the put depends on")]
    PreconditionFailed {
        /// The key.
        key: String,
    },
    /// The put would pass the most that the release may keep.
    #[error("no room: {} of {} bytes are used", shown(.used), shown(.max))]
    QuotaExceeded {
        /// Bytes in use, when known.
        used: Option<u64>,
        /// Most bytes, when known.
        max: Option<u64>,
    },
    /// The range picks no byte of the blob.
    #[error("the range asked of `{key}` holds no byte of it")]
    RangeNotSatisfiable {
        /// The key.
        key: String,
        /// Bytes of the whole, when known.
        size: Option<u64>,
    },
    /// The storage could not be asked, or broke off.
    #[error("the storage is not available: {reason}")]
    Unavailable {
        /// What the platform said.
        reason: String,
    },
}

fn shown(bytes: &Option<u64>) -> String {
    bytes.map_or_else(|| "an unknown number".to_owned(), |bytes| bytes.to_string())
}

impl From<BlobError> for Error {
    fn from(error: BlobError) -> Self {
        let text = error.to_string();
        match error {
            BlobError::NotPermitted => Self::new(500, "NotPermitted", text),
            BlobError::InvalidKey { .. } => Self::invalid("InvalidKey", text),
            BlobError::PreconditionFailed { .. } => Self::new(412, "PreconditionFailed", text),
            BlobError::QuotaExceeded { .. } => Self::new(507, "QuotaExceeded", text),
            BlobError::RangeNotSatisfiable { .. } => Self::new(416, "RangeNotSatisfiable", text),
            BlobError::Unavailable { .. } => {
                Self { name: "StorageUnavailable".into(), ..Self::unavailable(text, 5) }
            }
        }
    }
}

/// Whether a key of storage, cache or leases can be one: 1 to [`MAX_KEY_BYTES`] bytes without control characters,
/// and neither `.` nor `..`, which no URL can carry.
///
/// # Errors
/// [`BlobError::InvalidKey`] with the reason.
pub fn check_key(key: &str) -> Result<(), BlobError> {
    let reason = match key {
        "" => "it is empty".to_owned(),
        "." | ".." => "it names a folder".to_owned(),
        _ if key.len() > MAX_KEY_BYTES => format!("it is longer than {MAX_KEY_BYTES} bytes"),
        _ if key.chars().any(char::is_control) => "it holds a control character".to_owned(),
        _ => return Ok(()),
    };
    Err(BlobError::InvalidKey { key: key.chars().take(96).collect(), reason })
}

impl Blob {
    /// Reads its bytes, at most `max`.
    ///
    /// # Errors
    /// `Unavailable` when it is longer, or breaks off.
    pub async fn bytes(self, max: usize) -> Result<Vec<u8>, BlobError> {
        let key = self.info.key;
        let unavailable = |error| BlobError::Unavailable { reason: format!("`{key}`: {error}") };
        self.body.bytes(max).await.map_err(unavailable)
    }

    /// Reads JSON of that shape, at most `max` bytes of it.
    ///
    /// # Errors
    /// `Unavailable` when it is longer, breaks off, or has another shape.
    pub async fn json<T: DeserializeOwned>(self, max: usize) -> Result<T, BlobError> {
        let key = self.info.key.clone();
        let bytes = self.bytes(max).await?;
        serde_json::from_slice(&bytes).map_err(|e| BlobError::Unavailable { reason: format!("`{key}`: {e}") })
    }
}

impl IntoResponse for Blob {
    /// The blob's body goes out untouched: 206 with `content-range` for a part, else 200; with its type, etag and
    /// `accept-ranges`.
    fn into_response(self) -> Result<Response> {
        let kind = self.info.content_type.as_deref().unwrap_or("application/octet-stream");
        let response = Response::new(kind, self.body).etag(&self.info.etag).header("accept-ranges", "bytes");
        Ok(match self.part {
            None => response,
            Some(part) => {
                response.with_status(206).header("content-range", &part.content_range(self.info.size))
            }
        })
    }
}
