//! The planes of a frame, once they are known to have the size that it states.

use crate::{Chroma, Frame, PictureError};

/// The longest side of a frame that is shown, in samples: what H.264's level 6.2 can hold.
pub const MAX_FRAME_SIDE: u32 = 16_384;

/// How the samples of a plane are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// One byte.
    Eight,
    /// Two bytes, the low one first, of which the lower ten bits count.
    Ten,
}

impl Depth {
    /// Bytes of a sample.
    pub(crate) const fn bytes(self) -> usize {
        match self {
            Depth::Eight => 1,
            Depth::Ten => 2,
        }
    }

    /// What a sample has to be divided by to be one of 8 bits.
    pub(crate) const fn scale(self) -> u32 {
        match self {
            Depth::Eight => 1,
            Depth::Ten => 4,
        }
    }
}

/// Samples in rows from the top, without padding.
#[derive(Clone, Copy)]
pub(crate) struct Plane<'a> {
    pub(crate) samples: &'a [u8],
    /// At least 1.
    pub(crate) width: usize,
    /// At least 1.
    pub(crate) height: usize,
    pub(crate) depth: Depth,
}

impl<'a> Plane<'a> {
    /// The bytes of a row; of the last one for rows beyond it.
    pub(crate) fn row(&self, y: usize) -> &'a [u8] {
        let bytes = self.width * self.depth.bytes();
        let start = y.min(self.height - 1) * bytes;
        self.samples.get(start..start + bytes).unwrap_or_default()
    }

    /// A sample, as one of 8 bits.
    pub(crate) fn sample(&self, x: usize, y: usize) -> Option<u8> {
        let row = self.row(y);
        match self.depth {
            Depth::Eight => row.get(x).copied(),
            Depth::Ten => match row.get(2 * x..2 * x + 2)? {
                [low, high] => Some((ten_bits(*low, *high) / 4) as u8),
                _ => None,
            },
        }
    }
}

/// A sample of 10 bits.
pub(crate) fn ten_bits(low: u8, high: u8) -> u16 {
    u16::from_le_bytes([low, high]) & 0x3FF
}

/// The three planes of a frame.
pub(crate) struct Planes<'a> {
    pub(crate) y: Plane<'a>,
    pub(crate) u: Plane<'a>,
    pub(crate) v: Plane<'a>,
}

impl Frame {
    /// The planes, or why they can't be read: what follows counts on their sizes.
    pub(crate) fn planes(&self) -> Result<Planes<'_>, PictureError> {
        let side = 2..=MAX_FRAME_SIDE;
        if !side.contains(&self.width) || !side.contains(&self.height) {
            return Err(PictureError::FrameSize { width: self.width, height: self.height });
        }
        let depth = match self.depth {
            8 => Depth::Eight,
            10 => Depth::Ten,
            depth => return Err(PictureError::Depth { depth }),
        };
        let (width, height) = (self.width as usize, self.height as usize);
        let (chroma_width, chroma_height) = match self.chroma {
            Chroma::Yuv420 => (width / 2, height / 2),
            Chroma::Yuv422 => (width / 2, height),
        };
        let plane = |plane, samples, width, height| checked(plane, Plane { samples, width, height, depth });
        Ok(Planes {
            y: plane('Y', self.y.as_slice(), width, height)?,
            u: plane('U', self.u.as_slice(), chroma_width, chroma_height)?,
            v: plane('V', self.v.as_slice(), chroma_width, chroma_height)?,
        })
    }
}

fn checked(name: char, plane: Plane<'_>) -> Result<Plane<'_>, PictureError> {
    let expected = plane.width * plane.height * plane.depth.bytes();
    let actual = plane.samples.len();
    if actual == expected { Ok(plane) } else { Err(PictureError::Plane { plane: name, expected, actual }) }
}
