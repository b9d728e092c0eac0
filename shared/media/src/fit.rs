//! A picture that is one already, to another size.

use photon_rs::PhotonImage;
use photon_rs::transform::resize;

use crate::{Picture, PictureError, Target, scale::FINISH};

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
    let resized = resize(&image, width, height, FINISH).get_raw_pixels();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 3]) -> Picture {
        let rgb = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .flat_map(|(x, y)| pixel(x, y))
            .collect();
        Picture { width, height, rgb }
    }

    #[test]
    fn sizes_follow_the_target_and_none_grows() {
        for (from, target, to) in [
            ((1000, 500), Target::Width(320), (320, 160)),
            ((300, 200), Target::Width(640), (300, 200)),
            ((2400, 1600), Target::Width(160), (160, 106)),
            ((500, 1000), Target::Inside(200, 200), (100, 200)),
            ((7, 5), Target::Exact(14, 3), (14, 3)),
        ] {
            let fitted = fit(&picture(from.0, from.1, |_, _| [9, 8, 7]), target).unwrap();
            assert_eq!((fitted.width, fitted.height), to, "{from:?} {target:?}");
            assert!(fitted.rgb.as_chunks::<3>().0.iter().all(|pixel| *pixel == [9, 8, 7]), "{target:?}");
        }
    }

    #[test]
    fn halves_keep_their_places() {
        let halves = picture(1203, 601, |x, _| if x < 601 { [200, 0, 0] } else { [0, 0, 200] });
        let fitted = fit(&halves, Target::Exact(100, 50)).unwrap();
        let row = &fitted.rgb.as_chunks::<3>().0[2500..2600];
        assert!(row[..46].iter().all(|pixel| *pixel == [200, 0, 0]), "{row:?}");
        assert!(row[54..].iter().all(|pixel| *pixel == [0, 0, 200]), "{row:?}");
    }

    #[test]
    fn a_picture_whose_bytes_dont_fit_is_refused() {
        assert!(fit(&Picture { width: 4, height: 4, rgb: vec![0; 47] }, Target::Width(2)).is_err());
    }
}
