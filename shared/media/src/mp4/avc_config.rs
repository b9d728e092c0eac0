//! `avcC`: the decoder configuration of H.264 in MP4 (ISO/IEC 14496-15 section 5.3.3.1).

use super::fields::Fields;
use crate::MediaError;

/// How samples are written, and the parameter sets that hold unless a sample brings its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AvcConfig {
    /// Bytes of the length in front of each NAL unit: 1 to 4.
    pub length_size: u8,
    /// Sequence and picture parameter sets, NAL units without their lengths.
    pub parameter_sets: Vec<Vec<u8>>,
}

impl AvcConfig {
    /// Reads the body of an `avcC` box. What follows the parameter sets (of High profiles) is not needed.
    ///
    /// # Errors
    /// `BoxShort`; `Unsupported` for another version.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, MediaError> {
        let mut fields = Fields::new(b"avcC", body);
        let [version, _profile, _compatibility, _level, lengths, sequence_sets] = fields.bytes()?;
        if version != 1 {
            return Err(MediaError::Unsupported("an unknown version of its configuration"));
        }
        let mut parameter_sets = Vec::new();
        for _ in 0..sequence_sets & 0x1f {
            let length = fields.u16()?;
            parameter_sets.push(fields.take(usize::from(length))?.to_vec());
        }
        for _ in 0..fields.u8()? {
            let length = fields.u16()?;
            parameter_sets.push(fields.take(usize::from(length))?.to_vec());
        }
        Ok(Self { length_size: (lengths & 3) + 1, parameter_sets })
    }
}
