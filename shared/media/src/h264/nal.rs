//! NAL units (section 7.3.1) of a sample, each behind its length (ISO/IEC 14496-15 section 5.2.3).

use std::borrow::Cow;

use crate::MediaError;

/// Most NAL units of a sample.
const MAX_UNITS: usize = 4096;

pub(crate) const SLICE: u8 = 1;
pub(crate) const PARTITION_A: u8 = 2;
pub(crate) const PARTITION_C: u8 = 4;
pub(crate) const IDR_SLICE: u8 = 5;
pub(crate) const SEQUENCE_SET: u8 = 7;
pub(crate) const PICTURE_SET: u8 = 8;

/// One NAL unit.
#[derive(Clone, Debug)]
pub(crate) struct Nal<'a> {
    /// `nal_ref_idc`.
    pub ref_idc: u8,
    /// `nal_unit_type`.
    pub kind: u8,
    /// Its raw byte sequence payload: without emulation prevention, and without zeros after the trailing bits, over
    /// which the decoder would go again and again.
    pub payload: Cow<'a, [u8]>,
}

impl<'a> Nal<'a> {
    pub(crate) fn parse(unit: &'a [u8]) -> Result<Self, MediaError> {
        let (header, payload) = unit.split_first().ok_or(MediaError::Syntax("an empty NAL unit"))?;
        if header & 0x80 != 0 {
            return Err(MediaError::Syntax("a NAL unit with its forbidden bit set"));
        }
        let mut payload = raw_payload(payload);
        let length = payload.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        match &mut payload {
            Cow::Borrowed(bytes) => *bytes = bytes.get(..length).unwrap_or_default(),
            Cow::Owned(bytes) => bytes.truncate(length),
        }
        Ok(Self { ref_idc: header >> 5 & 3, kind: header & 0x1f, payload })
    }
}

/// The NAL units of a sample, which they fill to its last byte.
///
/// # Errors
/// `Truncated` when one is longer than what is left of the sample, `Syntax`.
pub(crate) fn units(sample: &[u8], length_size: u8) -> Result<Vec<&[u8]>, MediaError> {
    let mut found = Vec::new();
    let mut rest = sample;
    while !rest.is_empty() {
        let cut = |need: usize| MediaError::Truncated {
            what: "a NAL unit",
            have: rest.len() as u64,
            need: need as u64,
        };
        let width = usize::from(length_size);
        let (length, after) = rest.split_at_checked(width).ok_or_else(|| cut(width))?;
        let length = length.iter().fold(0usize, |length, byte| length << 8 | usize::from(*byte));
        let (unit, after) =
            after.split_at_checked(length).ok_or_else(|| cut(length.saturating_add(width)))?;
        if found.len() == MAX_UNITS {
            return Err(MediaError::Syntax("a sample of too many NAL units"));
        }
        // Some muxers pad with lengths of zero.
        if !unit.is_empty() {
            found.push(unit);
        }
        rest = after;
    }
    Ok(found)
}

/// Takes the emulation prevention out: the 3 of 0 0 3 (section 7.4.1).
fn raw_payload(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut zeros = 0;
    let mut kept = 0;
    let mut out = Vec::new();
    for (at, byte) in bytes.iter().enumerate() {
        if zeros >= 2 && *byte == 3 {
            out.reserve_exact(bytes.len() - kept);
            out.extend_from_slice(bytes.get(kept..at).unwrap_or_default());
            kept = at + 1;
            zeros = 0;
        } else {
            zeros = if *byte == 0 { zeros + 1 } else { 0 };
        }
    }
    if kept == 0 {
        return Cow::Borrowed(bytes);
    }
    out.extend_from_slice(bytes.get(kept..).unwrap_or_default());
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emulation_prevention() {
        for (escaped, raw) in [
            (&[1, 2, 3][..], &[1, 2, 3][..]),
            (&[0, 0, 3, 1], &[0, 0, 1]),
            (&[0, 0, 3, 0, 0, 3, 3], &[0, 0, 0, 0, 3]),
            (&[0, 0, 0, 3, 3], &[0, 0, 0, 3]),
            (&[0, 3, 0, 0, 3], &[0, 3, 0, 0]),
            (&[], &[]),
        ] {
            assert_eq!(*raw_payload(escaped), *raw, "{escaped:?}");
        }
    }

    /// The decoder goes over zeros at the end after each macroblock.
    #[test]
    fn bad_input_22_zeros_after_the_payload_are_left_out() {
        for (unit, payload) in [
            (&[0x65, 1, 0x80][..], &[1, 0x80][..]),
            (&[0x65, 1, 0x80, 0, 0, 0, 0], &[1, 0x80]),
            (&[0x65, 1, 0x80, 0, 0, 3, 0, 0, 3], &[1, 0x80]),
            (&[0x65, 0, 0, 3, 1, 0, 0, 3, 0, 0, 3], &[0, 0, 1]),
            (&[0x65, 0, 0, 0], &[]),
            (&[0x65], &[]),
        ] {
            assert_eq!(*Nal::parse(unit).unwrap().payload, *payload, "{unit:?}");
        }
    }

    #[test]
    fn headers() {
        let header = |byte| Nal::parse(&[byte]).map(|nal| (nal.ref_idc, nal.kind));
        assert_eq!(header(0x65), Ok((3, IDR_SLICE)));
        assert_eq!(header(0x01), Ok((0, SLICE)));
        assert_eq!(header(0x27), Ok((1, SEQUENCE_SET)));
        assert!(header(0x80).is_err() && header(0xe5).is_err() && Nal::parse(&[]).is_err());
    }

    #[test]
    fn lengths() {
        let sizes = |sample: &[u8], width| {
            units(sample, width).map(|units| units.iter().map(|unit| unit.len()).collect::<Vec<_>>())
        };
        assert_eq!(sizes(&[1, 9, 2, 8, 8], 1), Ok(vec![1, 2]));
        assert_eq!(sizes(&[0, 0, 2, 8, 8], 3), Ok(vec![2]));
        assert_eq!(sizes(&[0, 0, 0, 2, 8, 8], 4), Ok(vec![2]));
        assert_eq!(sizes(&[0, 0, 0, 0, 0, 0, 0, 1, 9], 4), Ok(vec![1]));
        assert_eq!(sizes(&[], 4), Ok(vec![]));
        let cut = |have, need| Err(MediaError::Truncated { what: "a NAL unit", have, need });
        assert_eq!(sizes(&[0, 0, 0, 3, 8, 8], 4), cut(6, 7));
        assert_eq!(sizes(&[1, 9, 5], 1), cut(1, 6));
        assert_eq!(sizes(&[255, 255, 255, 255], 4), cut(4, 0xffff_ffff + 4));
        assert_eq!(sizes(&[0, 1], 4), cut(2, 4));
    }
}
