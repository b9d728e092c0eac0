//! The canvas: RGB bytes on which masks, pictures and gradients are laid.

use super::mask::Mask;
use crate::rgb::Rgb;

/// A colour, as R, G, B in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// The colour at `share` (0 to 1) of the way to `other`.
    pub(crate) fn towards(self, other: Colour, share: f32) -> Colour {
        let mix =
            |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * share.clamp(0.0, 1.0) + 0.5) as u8;
        Colour(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }
}

/// A picture that is being drawn. What lies outside of it is left out.
pub(crate) struct Canvas {
    picture: Rgb,
}

impl Canvas {
    /// A canvas of one colour.
    pub(crate) fn new(width: u32, height: u32, colour: Colour) -> Self {
        let pixels = width as usize * height as usize;
        let rgb = [colour.0, colour.1, colour.2].repeat(pixels);
        Self { picture: Rgb { width, height, rgb } }
    }

    /// A canvas that begins with a picture.
    pub(crate) fn of(picture: Rgb) -> Self {
        Self { picture }
    }

    /// The picture that was drawn.
    pub(crate) fn into_rgb(self) -> Rgb {
        self.picture
    }

    /// An empty mask as large as the canvas.
    pub(crate) fn mask_of_all(&self) -> Mask {
        Mask::new(0, 0, self.picture.width as usize, self.picture.height as usize)
    }

    /// Lays a colour over every pixel, in the strength (0 to 1) that `strength` gives for its row.
    pub(crate) fn scrim(&mut self, colour: Colour, strength: impl Fn(f32) -> f32) {
        let stride = self.picture.width as usize * 3;
        for (row, pixels) in self.picture.rgb.chunks_exact_mut(stride.max(1)).enumerate() {
            let alpha = (strength(row as f32 + 0.5).clamp(0.0, 1.0) * 256.0 + 0.5) as u32;
            if alpha == 0 {
                continue;
            }
            for pixel in pixels.chunks_exact_mut(3) {
                lay_fine(pixel, colour, alpha);
            }
        }
    }

    /// Gives every pixel the colour that `colour` has for its centre, in shares (0 to 1) of width and height.
    pub(crate) fn shade(&mut self, colour: impl Fn(f32, f32) -> Colour) {
        let (width, height) = (self.picture.width as f32, self.picture.height as f32);
        let stride = self.picture.width as usize * 3;
        for (row, pixels) in self.picture.rgb.chunks_exact_mut(stride.max(1)).enumerate() {
            let y = (row as f32 + 0.5) / height;
            for (column, pixel) in pixels.chunks_exact_mut(3).enumerate() {
                let Colour(r, g, b) = colour((column as f32 + 0.5) / width, y);
                pixel.copy_from_slice(&[r, g, b]);
            }
        }
    }

    /// Lays a colour where the mask covers, in the given strength (0 to 1).
    pub(crate) fn paint(&mut self, mask: &Mask, colour: Colour, strength: f32) {
        let strength = (strength.clamp(0.0, 1.0) * 256.0 + 0.5) as u32;
        self.through(mask, |pixel, cover, _, _| lay_fine(pixel, colour, strength * cover / 255));
    }

    /// Lays a picture with its upper left corner at (`left`, `top`), where the mask covers.
    pub(crate) fn blit(&mut self, picture: &Rgb, left: i32, top: i32, mask: &Mask) {
        let stride = picture.width as usize * 3;
        self.through(mask, |pixel, cover, x, y| {
            let (Ok(column), Ok(row)) = (usize::try_from(x - left), usize::try_from(y - top)) else { return };
            if column * 3 >= stride {
                return;
            }
            let from = row * stride + column * 3;
            if let Some(&[r, g, b]) = picture.rgb.get(from..from + 3) {
                lay_fine(pixel, Colour(r, g, b), cover * 256 / 255);
            }
        });
    }

    fn through(&mut self, mask: &Mask, mut lay: impl FnMut(&mut [u8], u32, i32, i32)) {
        let stride = self.picture.width as usize * 3;
        for (row, cover) in mask.alpha.chunks_exact(mask.width).enumerate() {
            let y = mask.top + row as i32;
            let Ok(line) = usize::try_from(y) else { continue };
            let Some(pixels) = self.picture.rgb.get_mut(line * stride..(line + 1) * stride) else { continue };
            let (skip_pixels, skip_cover) =
                (mask.left.max(0) as usize, mask.left.min(0).unsigned_abs() as usize);
            let pixels = pixels.chunks_exact_mut(3).skip(skip_pixels);
            for (column, (pixel, &cover)) in pixels.zip(cover.iter().skip(skip_cover)).enumerate() {
                if cover > 0 {
                    lay(pixel, u32::from(cover), (skip_pixels + column) as i32, y);
                }
            }
        }
    }
}

/// Lays a colour over one pixel; `alpha` is of 256.
fn lay_fine(pixel: &mut [u8], colour: Colour, alpha: u32) {
    let [r, g, b] = pixel else { return };
    let mix = |below: u8, above: u8| {
        ((u32::from(below) * (256 - alpha) + u32::from(above) * alpha + 128) >> 8) as u8
    };
    (*r, *g, *b) = (mix(*r, colour.0), mix(*g, colour.1), mix(*b, colour.2));
}
