//! Pictures as RGB bytes, owned and borrowed.

/// A picture: `width * height` pixels of three bytes, R, G, B in sRGB, row by row from the top, without padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rgb {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `3 * width * height` bytes.
    pub rgb: Vec<u8>,
}

/// A picture that somebody else owns, laid out as [`Rgb`] is.
#[derive(Clone, Copy, Debug)]
pub struct RgbRef<'a> {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `3 * width * height` bytes. A picture with another number of bytes, or with an empty side, counts as none.
    pub rgb: &'a [u8],
}

/// The longest side of a picture that is read.
const MAX_SIDE: u32 = 8192;

impl<'a> RgbRef<'a> {
    /// The same picture if it can be read: sides of 1 to 8192 pixels, and as many bytes as they ask for.
    pub(crate) fn readable(self) -> Option<RgbRef<'a>> {
        let sides = (1..=MAX_SIDE).contains(&self.width) && (1..=MAX_SIDE).contains(&self.height);
        (sides && self.rgb.len() as u64 == u64::from(self.width) * u64::from(self.height) * 3).then_some(self)
    }

    /// Width over height.
    pub(crate) fn aspect(self) -> f32 {
        self.width as f32 / self.height.max(1) as f32
    }
}

impl Rgb {
    /// The picture, borrowed.
    pub fn as_ref(&self) -> RgbRef<'_> {
        RgbRef { width: self.width, height: self.height, rgb: &self.rgb }
    }
}
