//! A picture that is one already, to another size.

use photon_rs::PhotonImage;
use photon_rs::transform::{SamplingFilter, resize};

use crate::{Picture, PictureError, Target};

/// The picture in the size of `target`, as [`render`](crate::render) makes it of a frame.
///
/// # Errors
/// [`PictureError`] for a picture whose bytes don't fit its size, and for sizes that can't be.
pub fn fit(picture: &Picture, target: Target) -> Result<Picture, PictureError> {
    picture.check()?;
    let (width, height) = target.size((picture.width, picture.height))?;
    if (width, height) == (picture.width, picture.height) {
        return Ok(picture.clone());
    }
    // The filter's cost is that of the source's pixels, so most of them are averaged away first.
    let shrunk = averaged(picture, picture.width / width.max(1), picture.height / height.max(1));
    let rgba = shrunk.rgb.as_chunks().0.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect();
    let image = PhotonImage::new(rgba, shrunk.width, shrunk.height);
    let resized = resize(&image, width, height, SamplingFilter::Lanczos3).get_raw_pixels();
    let rgb = resized.as_chunks().0.iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect();
    Ok(Picture { width, height, rgb })
}

/// Each block of `across` by `down` pixels as one; a rest at the edges is left out.
fn averaged(picture: &Picture, across: u32, down: u32) -> Picture {
    if across < 2 && down < 2 {
        return picture.clone();
    }
    let (across, down) = (across.max(1) as usize, down.max(1) as usize);
    let (width, height) = (picture.width as usize / across, picture.height as usize / down);
    let count = across * down;
    let pixels = picture.rgb.as_chunks::<3>().0;
    let rows: Vec<&[[u8; 3]]> = pixels.chunks_exact(picture.width.max(1) as usize).collect();
    let mut rgb = Vec::with_capacity(width * height * 3);
    for block in rows.chunks_exact(down).take(height) {
        for column in 0..width {
            let mut sum = [0usize; 3];
            for row in block {
                for pixel in row.iter().skip(column * across).take(across) {
                    sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += usize::from(*value));
                }
            }
            rgb.extend(sum.map(|sum| u8::try_from((sum + count / 2) / count).unwrap_or(u8::MAX)));
        }
    }
    let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    Picture { width: side(width), height: side(height), rgb }
}
