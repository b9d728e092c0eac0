//! A picture in RGB.

use crate::Target;

/// Rows from the top, pixels from the left, three bytes each: red, green, blue.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width * height * 3` bytes.
    pub rgb: Vec<u8>,
}

impl Picture {
    /// A picture of stored bytes, such as a tile that was saved.
    ///
    /// # Errors
    /// [`PictureError::Pixels`] when there are not `width * height * 3` of them, or none at all.
    pub fn new(width: u32, height: u32, rgb: Vec<u8>) -> Result<Self, PictureError> {
        let picture = Self { width, height, rgb };
        picture.check()?;
        Ok(picture)
    }

    /// The fields are public, so whoever counts on them asks first.
    pub(crate) fn check(&self) -> Result<(), PictureError> {
        let bytes = u64::from(self.width) * u64::from(self.height) * 3;
        if bytes == 0 || bytes != self.rgb.len() as u64 {
            return Err(PictureError::Pixels {
                width: self.width,
                height: self.height,
                bytes: self.rgb.len(),
            });
        }
        Ok(())
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({}x{})", self.width, self.height)
    }
}

/// Why a frame gives no picture, or a picture no JPEG.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The sides of a frame have to lie between 2 and [`MAX_FRAME_SIDE`](crate::MAX_FRAME_SIDE).
    #[error("a frame of {width}x{height} samples can't be shown")]
    FrameSize {
        /// Luma samples in a row.
        width: u32,
        /// Rows of luma.
        height: u32,
    },
    /// Samples of neither 8 nor 10 bits.
    #[error("samples of {depth} bits can't be shown, only of 8 or 10")]
    Depth {
        /// As the frame says.
        depth: u8,
    },
    /// A plane of another length than the size of the frame asks for.
    #[error("plane {plane} has {actual} bytes instead of {expected}")]
    Plane {
        /// `Y`, `U` or `V`.
        plane: char,
        /// Bytes that the size, the sampling and the depth ask for.
        expected: usize,
        /// Bytes there are.
        actual: usize,
    },
    /// A target without width or height, or an exact one beyond
    /// [`MAX_EXACT_SIDE`](crate::MAX_EXACT_SIDE).
    #[error("no picture has the size {target:?}")]
    Target {
        /// As asked for.
        target: Target,
    },
    /// A picture without pixels, or whose bytes are not three for each pixel.
    #[error("{bytes} bytes don't make a picture of {width}x{height} pixels")]
    Pixels {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Bytes there are.
        bytes: usize,
    },
    /// JPEG counts sides in 16 bits (ITU-T T.81, B.2.2).
    #[error("a JPEG can't be {width}x{height} pixels large")]
    JpegSide {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// Even the lowest quality takes more bytes than allowed.
    #[error("the picture takes {bytes} bytes at the lowest quality, {at_most} are allowed")]
    JpegBytes {
        /// Bytes at the lowest quality.
        bytes: usize,
        /// Bytes allowed.
        at_most: usize,
    },
}
