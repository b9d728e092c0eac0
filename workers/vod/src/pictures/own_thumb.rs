//! The picture that the creator chose: a blob in their repo.

use std::io::Cursor;

use at_run::{Context, Error};
use image::{ImageFormat, io::Reader};
use streamhut_atproto::{BlobRef, Did};
use streamhut_media::Picture;
use streamhut_streamplace::nsid;

use super::known::Known;
use streamhut_accounts::{identity, refuse_other_status};

/// The lexicon lets a thumbnail have a million bytes.
const MAX_BYTES: usize = 1_048_576;
const MAX_SIDE: u32 = 4_096;
/// Pixels of 4K. A progressive JPEG takes twelve bytes for each while it is decoded, which is most of what an isolate has.
const MAX_PIXELS: u64 = 3840 * 2160;
/// Most bytes that the decoder may take: twice what a picture of 12 megapixels has.
const MAX_DECODED: u64 = 72 * 1024 * 1024;
const DEADLINE_MS: u32 = 5_000;

/// The record's own thumbnail.
pub(super) enum OwnThumb {
    There(Picture),
    /// It has none, or none that can be read: then a frame is as good.
    None,
    /// Nobody can say now: a frame will do for a while.
    Away,
}

pub(super) async fn own_thumb(ctx: &Context, known: &Known) -> OwnThumb {
    let did = known.uri.record().map(|(did, ..)| did);
    let Some((blob, did)) = known.thumb.as_ref().zip(did) else { return OwnThumb::None };
    let not_used = |reason: String| {
        ctx.log().warn(format!("the thumbnail of {} is not used: {reason}", known.uri));
    };
    match fetch(ctx, did, blob).await.map(|bytes| decode(&bytes)) {
        Ok(Ok(picture)) => OwnThumb::There(picture),
        Ok(Err(reason)) => {
            not_used(reason);
            OwnThumb::None
        }
        Err(error) => {
            not_used(error.to_string());
            if matches!(error.status, 503 | 504) { OwnThumb::Away } else { OwnThumb::None }
        }
    }
}

/// The blob's bytes, which have to be those that the record names.
///
/// # Errors
/// 503 and 504 when that may pass.
async fn fetch(ctx: &Context, did: &Did, blob: &BlobRef) -> Result<Vec<u8>, Error> {
    let mut url = identity(ctx, did).await?.pds;
    url.set_path(&format!("/xrpc/{}", nsid::COM_ATPROTO_SYNC_GET_BLOB));
    url.query_pairs_mut().append_pair("did", did.as_str()).append_pair("cid", &blob.cid().to_string());
    let request = ctx.http().get(&url).deadline_ms(DEADLINE_MS).max_bytes(MAX_BYTES);
    let answer = request.send().await?;
    refuse_other_status(&answer)?;
    blob.cid().verify(answer.bytes()).map_err(|error| Error::upstream(error.to_string()))?;
    Ok(answer.into_bytes())
}

/// JPEG and PNG, whatever the record says that it is; SVG, which can hold script, and others are not read.
fn decode(bytes: &[u8]) -> Result<Picture, String> {
    let open = || Reader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| error.to_string());
    let mut reader = open()?;
    if !matches!(reader.format(), Some(ImageFormat::Jpeg | ImageFormat::Png)) {
        return Err("it is neither JPEG nor PNG".to_owned());
    }
    let (width, height) = open()?.into_dimensions().map_err(|error| error.to_string())?;
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(format!("it has {width}x{height} pixels"));
    }
    let mut limits = image::io::Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED);
    reader.limits(limits);
    let decoded = reader.decode().map_err(|error| error.to_string())?.into_rgb8();
    let (width, height) = decoded.dimensions();
    if width < 2 || height < 2 {
        return Err(format!("it has {width}x{height} pixels"));
    }
    Ok(Picture { width, height, rgb: decoded.into_raw() })
}
