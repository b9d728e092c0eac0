//! Slice headers (section 7.3.3) of intra slices: the only ones that a keyframe has.

use super::{
    bits::BitReader,
    nal::{IDR_SLICE, Nal},
    picture_set::PictureSet,
    sequence_set::{OrderCount, SequenceSet},
};
use crate::MediaError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SliceHeader {
    /// `first_mb_in_slice`, in macroblocks, or in pairs of them with adaptive fields.
    pub first: u32,
    /// Bits before those of the loop filter: with `filter_control` they are next, else the slice data is.
    pub before_filter: usize,
    /// Bits before the slice data, and before its alignment when it is CABAC's.
    pub length: usize,
    /// Whether the loop filter is off already.
    pub unfiltered: bool,
    /// Of a field: whether it is the bottom one.
    pub field: Option<bool>,
}

/// The picture parameter set that a slice names.
pub(crate) fn picture_set_id(payload: &[u8]) -> Result<u32, MediaError> {
    let mut r = BitReader::new(payload);
    r.ue()?;
    r.ue()?;
    r.ue()
}

impl SliceHeader {
    pub(crate) fn parse(
        nal: &Nal<'_>,
        sequence: &SequenceSet,
        picture: &PictureSet,
    ) -> Result<Self, MediaError> {
        let mut r = BitReader::new(&nal.payload);
        let first = r.ue()?;
        match r.ue()? % 5 {
            2 => {}
            4 => return Err(MediaError::Unsupported("switching slices")),
            _ => return Err(MediaError::Syntax("a slice of a keyframe that refers to other pictures")),
        }
        r.ue()?;
        if sequence.separate_planes {
            r.bits(2)?;
        }
        r.bits(sequence.frame_num_bits)?;
        let field = if !sequence.frames_only && r.flag()? { Some(r.flag()?) } else { None };
        if nal.kind == IDR_SLICE {
            r.ue()?;
        }
        match sequence.order {
            OrderCount::Bits(bits) => {
                r.bits(bits)?;
                if picture.order_in_frames && field.is_none() {
                    r.se()?;
                }
            }
            OrderCount::Deltas { always_zero: false } => {
                r.se()?;
                if picture.order_in_frames && field.is_none() {
                    r.se()?;
                }
            }
            OrderCount::Deltas { always_zero: true } | OrderCount::None => {}
        }
        if nal.kind == IDR_SLICE {
            r.bits(2)?;
        } else if nal.ref_idc != 0 && r.flag()? {
            reference_marking(&mut r)?;
        }
        let quantiser = r.se()?.saturating_add(picture.quantiser);
        let below_zero = 6 * (sequence.depth.cast_signed() - 8);
        if !(-below_zero..=51).contains(&quantiser) {
            return Err(MediaError::Syntax("a slice's quantiser out of range"));
        }
        let before_filter = r.position();
        let mut unfiltered = false;
        if picture.filter_control {
            unfiltered = r.ue_up_to(2, "a loop filter of no known kind")? == 1;
            if !unfiltered {
                for _ in 0..2 {
                    if !(-6..=6).contains(&r.se()?) {
                        return Err(MediaError::Syntax("a loop filter's offset out of range"));
                    }
                }
            }
        }
        Ok(Self { first, before_filter, length: r.position(), unfiltered, field })
    }
}

/// `memory_management_control_operation` (section 7.3.3.3); there are never many.
fn reference_marking(r: &mut BitReader<'_>) -> Result<(), MediaError> {
    for _ in 0..64 {
        match r.ue()? {
            0 => return Ok(()),
            1 | 2 | 4 | 6 => {
                r.ue()?;
            }
            3 => {
                r.ue()?;
                r.ue()?;
            }
            5 => {}
            _ => break,
        }
    }
    Err(MediaError::Syntax("a marking of references out of range"))
}
