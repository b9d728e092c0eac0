//! The loop filter switched off, without a change to the picture's other data.
//!
//! Deblocking is more than a third of a keyframe's decoding, and where each pixel of the result stands for many of
//! the frame it can't be seen. Slice headers say whether it is applied (`disable_deblocking_filter_idc`, section
//! 7.4.3), so the headers are written anew. CABAC's slice data begins at a whole byte and stays as it is; that of CAVLC
//! is moved by some bits.

use super::{
    AccessUnit,
    bits::{BitReader, BitWriter},
    nal::Nal,
    picture_set::PictureSet,
    slice_header::SliceHeader,
};
use crate::MediaError;

/// The same access unit, to be decoded without the loop filter.
pub(crate) fn without_loop_filter<'a>(unit: &AccessUnit<'a>) -> Result<AccessUnit<'a>, MediaError> {
    let parameter_sets = unit.parameter_sets.iter().map(|(nal, set)| match set {
        Some(set) if !set.filter_control => (with_filter_control(nal, set), Some(*set)),
        _ => (nal.clone(), *set),
    });
    let slices = unit.slices.iter().map(|(nal, header, set)| match header.unfiltered {
        true => Ok((nal.clone(), *header, *set)),
        false => Ok((nal.with_payload(rewritten(&nal.payload, header, set)?), *header, *set)),
    });
    Ok(AccessUnit {
        sequence: unit.sequence.clone(),
        parameter_sets: parameter_sets.collect(),
        slices: slices.collect::<Result<_, MediaError>>()?,
    })
}

/// Sets `deblocking_filter_control_present_flag`, so that slice headers can say something.
fn with_filter_control<'a>(nal: &Nal<'a>, set: &PictureSet) -> Nal<'a> {
    let mut payload = nal.payload.to_vec();
    if let Some(byte) = payload.get_mut(set.filter_control_bit / 8) {
        *byte |= 0x80 >> (set.filter_control_bit % 8);
    }
    nal.with_payload(payload)
}

fn rewritten(payload: &[u8], header: &SliceHeader, set: &PictureSet) -> Result<Vec<u8>, MediaError> {
    let mut writer = BitWriter::with_capacity(payload.len() + 2);
    let mut reader = BitReader::new(payload);
    for _ in 0..header.before_filter {
        writer.bit(reader.flag()?);
    }
    // ue(1): no filter, and no offsets after it.
    [false, true, false].into_iter().for_each(|bit| writer.bit(bit));
    if set.cabac {
        writer.align_with_ones();
        writer.rest_of(payload, header.length.next_multiple_of(8));
    } else {
        writer.rest_of(payload, header.length);
    }
    Ok(writer.into_bytes())
}
