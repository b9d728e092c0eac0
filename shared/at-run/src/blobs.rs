//! `ctx.blobs()`.

use std::rc::Rc;

use crate::{
    Blob, BlobError, BlobInfo, BlobPage, BlobsPort, Body, ByteRange, Context, Error, IntoResponse, Put,
    Response, Result, blob::check_key, etag,
};

/// Most blobs of one page of a listing.
pub const MAX_PAGE: u32 = 1_000;

/// The bundle's own storage: bytes under keys, within the `blobs` permission of its release.
///
/// ```
/// use at_run::{Blob, BlobError, Bundle, Context, NoInput, Put, Response, Result, testing::Harness};
///
/// async fn picture(ctx: Context, _: NoInput) -> Result<Response> {
///     let blobs = ctx.blobs();
///     if blobs.head("pictures/1").await?.is_none() {
///         let put = Put::new().content_type("image/png").if_absent();
///         match blobs.put_with("pictures/1", b"\x89PNG".to_vec(), put).await {
///             // Somebody else was quicker: theirs is as good.
///             Ok(_) | Err(BlobError::PreconditionFailed { .. }) => {}
///             Err(error) => return Err(error.into()),
///         }
///     }
///     blobs.respond(&ctx, "pictures/1").await
/// }
///
/// let bundle = Bundle::new("pictures", "1.0.0").blobs(1 << 20).get("picture", picture);
/// let harness = Harness::new(bundle);
/// assert_eq!(harness.get("picture").header("content-type"), Some("image/png"));
/// assert_eq!(harness.request().header("range", "bytes=1-3").get("picture").text(), "PNG");
/// ```
#[derive(Clone)]
pub struct Blobs(Rc<dyn BlobsPort>);

impl Blobs {
    pub(crate) fn new(port: Rc<dyn BlobsPort>) -> Self {
        Self(port)
    }

    /// The blob under that key; its bytes come when they are read.
    ///
    /// # Errors
    /// As [`BlobError`] says; a blob that isn't there is no error.
    pub async fn get(&self, key: &str) -> Result<Option<Blob>, BlobError> {
        check_key(key)?;
        self.0.get(key.to_owned(), None).await
    }

    /// A part of the blob under that key.
    ///
    /// # Errors
    /// As [`BlobError`] says; `RangeNotSatisfiable` when the range holds no byte of it.
    pub async fn get_range(&self, key: &str, range: ByteRange) -> Result<Option<Blob>, BlobError> {
        check_key(key)?;
        self.0.get(key.to_owned(), Some(range)).await
    }

    /// What is known of the blob under that key.
    ///
    /// # Errors
    /// As [`BlobError`] says.
    pub async fn head(&self, key: &str) -> Result<Option<BlobInfo>, BlobError> {
        check_key(key)?;
        self.0.head(key.to_owned()).await
    }

    /// Stores bytes under that key, all or nothing, whatever is there.
    ///
    /// # Errors
    /// As [`BlobError`] says.
    pub async fn put(&self, key: &str, bytes: impl Into<Vec<u8>>) -> Result<BlobInfo, BlobError> {
        self.put_with(key, bytes, Put::new()).await
    }

    /// Stores bytes under that key with a media type, or under a condition.
    ///
    /// # Errors
    /// As [`BlobError`] says; `PreconditionFailed` when the condition doesn't hold.
    pub async fn put_with(
        &self,
        key: &str,
        bytes: impl Into<Vec<u8>>,
        how: Put,
    ) -> Result<BlobInfo, BlobError> {
        check_key(key)?;
        self.0.put(key.to_owned(), bytes.into(), how).await
    }

    /// Forgets the blob under that key, if there is one.
    ///
    /// # Errors
    /// As [`BlobError`] says.
    pub async fn delete(&self, key: &str) -> Result<(), BlobError> {
        check_key(key)?;
        self.0.delete(key.to_owned()).await
    }

    /// The first blobs whose keys begin with `prefix`, or those after `cursor`; `limit` is held to 1 to
    /// [`MAX_PAGE`].
    ///
    /// # Errors
    /// As [`BlobError`] says.
    pub async fn list(&self, prefix: &str, cursor: Option<&str>, limit: u32) -> Result<BlobPage, BlobError> {
        if !prefix.is_empty() {
            check_key(prefix)?;
        }
        self.0.list(prefix.to_owned(), cursor.map(str::to_owned), limit.clamp(1, MAX_PAGE)).await
    }

    /// Answers the request that `ctx` is about with that blob, as a file server would: the part that it asks for
    /// with `Range` and `If-Range`, and 416 with the size when there is no such part.
    ///
    /// # Errors
    /// 404 `NoSuchBlob`; else as [`BlobError`] says.
    pub async fn respond(&self, ctx: &Context, key: &str) -> Result<Response> {
        let missing = || Error::not_found("NoSuchBlob", format!("nothing is stored under `{key}`"));
        let mut range = ctx.range()?;
        if let (Some(_), Some(validator)) = (range, ctx.header("if-range")) {
            let info = self.head(key).await?.ok_or_else(missing)?;
            // Only a strong tag names the same bytes; dates are too coarse to be trusted.
            if !etag::matches_strongly(&validator, &info.etag) {
                range = None;
            }
        }
        if ctx.method() == "HEAD" {
            let info = self.head(key).await?.ok_or_else(missing)?;
            let size = info.size.to_string();
            let blob = Blob { info, part: None, body: Body::empty() };
            return Ok(blob.into_response()?.header("content-length", &size));
        }
        let asked = match range {
            None => self.get(key).await,
            Some(range) => self.get_range(key, range).await,
        };
        match asked {
            Ok(blob) => blob.ok_or_else(missing)?.into_response(),
            Err(error @ BlobError::RangeNotSatisfiable { size, .. }) => {
                let response = Response::from_error(&error.into());
                Ok(match size {
                    Some(size) => response.header("content-range", &format!("bytes */{size}")),
                    None => response,
                })
            }
            Err(error) => Err(error.into()),
        }
    }
}
