//! Sequence parameter sets (section 7.3.2.1.1), with their usability information (section E.1.1) as far as pictures need it.

use super::bits::BitReader;
use crate::MediaError;

/// What a sequence parameter set says of each of its pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SequenceSet {
    pub(crate) id: u32,
    pub(crate) separate_planes: bool,
    pub(crate) frame_num_bits: u32,
    pub(crate) order: OrderCount,
    pub(crate) frames_only: bool,
    pub(crate) adaptive_fields: bool,
    /// Macroblocks in a row.
    pub(crate) width_mbs: u32,
    /// Rows of macroblocks of a frame.
    pub(crate) height_mbs: u32,
    /// Samples cut off at the left, and rows at the top.
    pub(crate) crop: (u32, u32),
    /// Luma samples in a row, after cropping.
    pub width: u32,
    /// Rows, after cropping.
    pub height: u32,
    /// Bits of a sample.
    pub depth: u32,
    /// `chroma_format_idc`: 0 for monochrome, 1 for 4:2:0, 2 for 4:2:2.
    pub chroma: u32,
    /// Width to height of one sample, when it is said and neither is 0.
    pub aspect: Option<(u32, u32)>,
    /// `video_full_range_flag`, when it is said.
    pub full_range: Option<bool>,
    /// `matrix_coefficients`, when they are said and not "unspecified".
    pub matrix: Option<u8>,
}

/// How the order of pictures is written (`pic_order_cnt_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrderCount {
    /// Type 0: that many bits.
    Bits(u32),
    /// Type 1, with a delta in each slice or without.
    Deltas { always_zero: bool },
    /// Type 2: nothing.
    None,
}

/// Most bytes of a picture within the decoder, which holds it twice while slices follow each other: as many as
/// 4096x2304 samples of 8 bits take in 4:2:0, the size of H.264 level 5.2. Deeper samples leave room for fewer.
const MAX_BYTES: u64 = 36_864 * (MACROBLOCK_BYTES + 384);
/// Bytes that it holds of a macroblock beside its samples.
const MACROBLOCK_BYTES: u64 = 805;
/// Longest side in macroblocks (8192 samples).
const MAX_SIDE: u32 = 512;

impl SequenceSet {
    /// Macroblocks of a frame, cropped or not.
    pub fn macroblocks(&self) -> u32 {
        self.width_mbs * self.height_mbs
    }

    /// Reads a raw byte sequence payload.
    ///
    /// # Errors
    /// `Syntax`, `Unsupported`, `TooLarge`.
    pub(crate) fn parse(payload: &[u8]) -> Result<Self, MediaError> {
        let mut r = BitReader::new(payload);
        let profile = r.bits(8)?;
        r.bits(16)?;
        let id = r.ue_up_to(31, "a sequence parameter set with an id over 31")?;
        let (mut chroma, mut separate_planes, mut depth) = (1, false, 8);
        if matches!(profile, 44 | 83 | 86 | 100 | 110 | 118 | 122 | 128 | 134 | 135 | 138 | 139 | 244) {
            chroma = r.ue_up_to(3, "a chroma format over 3")?;
            if chroma == 3 {
                separate_planes = r.flag()?;
                return Err(MediaError::Unsupported(match separate_planes {
                    true => "4:4:4 chroma in separate planes",
                    false => "4:4:4 chroma",
                }));
            }
            depth = 8 + r.ue_up_to(6, "samples of more than 14 bits")?;
            let chroma_depth = 8 + r.ue_up_to(6, "samples of more than 14 bits")?;
            if !matches!(depth, 8 | 10) || (chroma != 0 && chroma_depth != depth) {
                return Err(MediaError::Unsupported("samples of neither 8 nor 10 bits"));
            }
            if r.flag()? {
                return Err(MediaError::Unsupported("lossless macroblocks"));
            }
            if r.flag()? {
                scaling_lists(&mut r, 8)?;
            }
        }
        let frame_num_bits = 4 + r.ue_up_to(12, "a frame number of more than 16 bits")?;
        let order = order_count(&mut r)?;
        r.ue_up_to(16, "more than 16 reference frames")?;
        r.flag()?;
        let [width_mbs, map_units] = [r.ue()?, r.ue()?].map(|minus_one| u64::from(minus_one) + 1);
        let frames_only = r.flag()?;
        let height_mbs = if frames_only { map_units } else { map_units * 2 };
        let (width_mbs, height_mbs) = within_caps(width_mbs, height_mbs, chroma, depth)?;
        let adaptive_fields = !frames_only && r.flag()?;
        r.flag()?;
        let [left, right, top, bottom] = match r.flag()? {
            true => [r.ue()?, r.ue()?, r.ue()?, r.ue()?],
            false => [0; 4],
        };
        // Table 6-1 and section 7.4.2.1.1.
        let (unit_x, sub_height) = match chroma {
            1 => (2, 2),
            2 => (2, 1),
            _ => (1, 1),
        };
        let unit_y = if frames_only { sub_height } else { sub_height * 2 };
        let (left, width) = cropped(width_mbs * 16, left, right, unit_x)?;
        let (top, height) = cropped(height_mbs * 16, top, bottom, unit_y)?;
        let usability = if r.flag()? { Usability::read(&mut r) } else { Usability::default() };
        Ok(Self {
            id,
            separate_planes,
            frame_num_bits,
            order,
            frames_only,
            adaptive_fields,
            width_mbs,
            height_mbs,
            crop: (left, top),
            width,
            height,
            depth,
            chroma,
            aspect: usability.aspect,
            full_range: usability.full_range,
            matrix: usability.matrix,
        })
    }
}

fn order_count(r: &mut BitReader<'_>) -> Result<OrderCount, MediaError> {
    Ok(match r.ue_up_to(2, "an order of pictures of no known type")? {
        0 => OrderCount::Bits(4 + r.ue_up_to(12, "an order count of more than 16 bits")?),
        1 => {
            let always_zero = r.flag()?;
            r.se()?;
            r.se()?;
            for _ in 0..r.ue_up_to(255, "an order cycle of more than 255 frames")? {
                r.se()?;
            }
            OrderCount::Deltas { always_zero }
        }
        _ => OrderCount::None,
    })
}

/// The sides in macroblocks, when a picture of them can be held in memory.
fn within_caps(width_mbs: u64, height_mbs: u64, chroma: u32, depth: u32) -> Result<(u32, u32), MediaError> {
    // Without chroma it fills planes of 4:2:0.
    let samples = if chroma == 2 { 512 } else { 384 };
    let bytes = MACROBLOCK_BYTES + if depth == 8 { samples } else { samples * 2 };
    let side = |mbs: u64| u32::try_from(mbs).ok().filter(|mbs| *mbs <= MAX_SIDE);
    let sides = side(width_mbs).zip(side(height_mbs));
    sides
        .filter(|_| width_mbs * height_mbs * bytes <= MAX_BYTES)
        .ok_or(MediaError::TooLarge { width: width_mbs * 16, height: height_mbs * 16 })
}

/// What is cut off in front, and what is left.
fn cropped(coded: u32, before: u32, after: u32, unit: u32) -> Result<(u32, u32), MediaError> {
    let cut = |count: u32| count.checked_mul(unit).filter(|cut| *cut < coded);
    let left = cut(before).zip(cut(after)).and_then(|(before, after)| {
        let left = coded.checked_sub(before)?.checked_sub(after)?;
        // A sample of chroma has to be left.
        (left >= 2).then_some((before, left))
    });
    left.ok_or(MediaError::Syntax("cropping that leaves nothing"))
}

/// Skips scaling lists, in a sequence or picture parameter set (section 7.3.2.1.1.1).
pub(super) fn scaling_lists(r: &mut BitReader<'_>, lists: u32) -> Result<(), MediaError> {
    for list in 0..lists {
        if !r.flag()? {
            continue;
        }
        let (mut last, mut next) = (8, 8);
        for _ in 0..if list < 6 { 16 } else { 64 } {
            if next != 0 {
                next = (last + r.se()?.rem_euclid(256) + 256) % 256;
            }
            last = if next == 0 { last } else { next };
        }
    }
    Ok(())
}

#[derive(Default)]
struct Usability {
    aspect: Option<(u32, u32)>,
    full_range: Option<bool>,
    matrix: Option<u8>,
}

/// Table E-1, from `aspect_ratio_idc` 1 on.
const ASPECTS: [(u32, u32); 16] = [
    (1, 1),
    (12, 11),
    (10, 11),
    (16, 11),
    (40, 33),
    (24, 11),
    (20, 11),
    (32, 11),
    (80, 33),
    (18, 11),
    (15, 11),
    (64, 33),
    (160, 99),
    (4, 3),
    (3, 2),
    (2, 1),
];
const EXTENDED_ASPECT: u32 = 255;
const UNSPECIFIED_MATRIX: u8 = 2;

impl Usability {
    /// As far as it can be read: pictures decode without it.
    fn read(r: &mut BitReader<'_>) -> Self {
        let mut found = Self::default();
        let _ = found.fill(r);
        found
    }

    fn fill(&mut self, r: &mut BitReader<'_>) -> Result<(), MediaError> {
        if r.flag()? {
            let ratio = match r.bits(8)? {
                EXTENDED_ASPECT => Some((r.bits(16)?, r.bits(16)?)),
                index => (index as usize).checked_sub(1).and_then(|index| ASPECTS.get(index)).copied(),
            };
            self.aspect = ratio.filter(|(across, down)| *across > 0 && *down > 0);
        }
        if r.flag()? {
            r.flag()?;
        }
        if r.flag()? {
            r.bits(3)?;
            self.full_range = Some(r.flag()?);
            if r.flag()? {
                r.bits(16)?;
                let matrix = u8::try_from(r.bits(8)?).unwrap_or(UNSPECIFIED_MATRIX);
                self.matrix = Some(matrix).filter(|matrix| *matrix != UNSPECIFIED_MATRIX);
            }
        }
        Ok(())
    }
}
