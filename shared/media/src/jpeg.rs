//! JPEG (ITU-T T.81, baseline, 4:4:4).

use photon_rs::PhotonImage;

use crate::{Picture, PictureError};

/// The picture as JPEG.
///
/// `quality` is libjpeg's, 1 to 100; others are taken for the nearer end.
///
/// # Errors
/// [`PictureError::Pixels`] and [`PictureError::JpegSide`].
pub fn jpeg(picture: &Picture, quality: u8) -> Result<Vec<u8>, PictureError> {
    Ok(opaque(picture)?.get_bytes_jpeg(quality))
}

/// What [`jpeg_at_most`] tries, in turn. Below the last, blocks show more than the picture does.
const QUALITIES: [u8; 6] = [85, 75, 65, 50, 35, 20];

/// The picture as JPEG of at most so many bytes, in the best of a few qualities that fits.
///
/// # Errors
/// [`PictureError::JpegBytes`] when none fits, and those of [`jpeg`].
pub fn jpeg_at_most(picture: &Picture, bytes: usize) -> Result<Vec<u8>, PictureError> {
    let picture = opaque(picture)?;
    let mut least = usize::MAX;
    for quality in QUALITIES {
        let jpeg = picture.get_bytes_jpeg(quality);
        if jpeg.len() <= bytes {
            return Ok(jpeg);
        }
        least = jpeg.len();
    }
    Err(PictureError::JpegBytes { bytes: least, at_most: bytes })
}

/// The picture as the encoder takes it, which panics at sizes that don't fit.
fn opaque(picture: &Picture) -> Result<PhotonImage, PictureError> {
    picture.check()?;
    let Picture { width, height, .. } = *picture;
    let rgba = picture.rgb.as_chunks().0.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect();
    encodable(rgba, width, height)
}

/// An image of `width * height * 4` bytes whose sides a JPEG can hold.
pub(crate) fn encodable(rgba: Vec<u8>, width: u32, height: u32) -> Result<PhotonImage, PictureError> {
    if width > u32::from(u16::MAX) || height > u32::from(u16::MAX) {
        return Err(PictureError::JpegSide { width, height });
    }
    Ok(PhotonImage::new(rgba, width, height))
}
