//! A decoded picture before it is anybody's colours.

/// Chroma sampling of a [`Frame`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chroma {
    /// 4:2:0: planes of half the width and half the height.
    Yuv420,
    /// 4:2:2: planes of half the width and the whole height.
    Yuv422,
}

/// Which sample values stand for black and white (H.264 Annex E, `video_full_range_flag`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// Luma 16 to 235, chroma 16 to 240 (at 8 bits).
    Limited,
    /// 0 to 255.
    Full,
}

/// The matrix between YCbCr and RGB (H.264 table E-5, `matrix_coefficients`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matrix {
    /// ITU-R BT.601: standard definition.
    Bt601,
    /// ITU-R BT.709: high definition.
    Bt709,
    /// ITU-R BT.2020, non-constant luminance.
    Bt2020,
}

/// How a stored picture has to be turned to stand upright: clockwise, in quarter turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Orientation {
    /// As it is.
    #[default]
    Upright,
    /// A quarter turn clockwise.
    Clockwise90,
    /// Half a turn.
    Half,
    /// Three quarter turns clockwise.
    Clockwise270,
}

/// A decoded picture: planes without padding, cropped as its sequence says.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Luma samples in a row.
    pub width: u32,
    /// Rows of luma.
    pub height: u32,
    /// Luma, `width * height` samples.
    pub y: Vec<u8>,
    /// Cb, `width / 2` samples (rounded down) a row.
    pub u: Vec<u8>,
    /// Cr, as Cb.
    pub v: Vec<u8>,
    /// Sampling of Cb and Cr.
    pub chroma: Chroma,
    /// 8, or 10: then each sample takes two bytes, the low one first.
    pub depth: u8,
    /// Value range.
    pub range: Range,
    /// Colour matrix.
    pub matrix: Matrix,
    /// Width to height of one sample, as it is shown; both at least 1.
    pub aspect: (u32, u32),
    /// How it has to be turned, after the aspect is seen to.
    pub orientation: Orientation,
}

/// A sample that claims to be wider or taller than this many to one is taken for square: no camera and no standard
/// goes beyond 2:1 (H.264 table E-1), and a picture would grow with the claim.
const WIDEST_SAMPLE: u32 = 4;

impl Frame {
    /// Width and height in pixels as shown: the side along which samples are longer is stretched, none is shrunk, and
    /// a quarter turn swaps them.
    pub fn display_size(&self) -> (u32, u32) {
        let (wide, tall) = (u64::from(self.aspect.0), u64::from(self.aspect.1));
        let most = u64::from(WIDEST_SAMPLE);
        let stretched =
            |side: u32, by: u64, of: u64| u32::try_from((u64::from(side) * by + of / 2) / of).unwrap_or(side);
        let (width, height) = if wide == 0 || tall == 0 || wide > tall * most || tall > wide * most {
            (self.width, self.height)
        } else if wide > tall {
            (stretched(self.width, wide, tall), self.height)
        } else {
            (self.width, stretched(self.height, tall, wide))
        };
        self.orientation.turned(width, height)
    }
}

impl Orientation {
    /// The sides after the turn. Turning them once more gives the ones before.
    pub(crate) fn turned(self, width: u32, height: u32) -> (u32, u32) {
        match self {
            Orientation::Upright | Orientation::Half => (width, height),
            Orientation::Clockwise90 | Orientation::Clockwise270 => (height, width),
        }
    }
}
