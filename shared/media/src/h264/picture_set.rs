//! Picture parameter sets (section 7.3.2.2), as far as slice headers and the decoder's guards need them.

use super::bits::BitReader;
use crate::MediaError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PictureSet {
    pub id: u32,
    pub sequence: u32,
    /// Entropy coding by CABAC; else CAVLC.
    pub cabac: bool,
    pub order_in_frames: bool,
    /// The quantiser that slices begin from.
    pub quantiser: i32,
    pub filter_control: bool,
    /// Which bit of the payload says `filter_control`.
    pub filter_control_bit: usize,
}

impl PictureSet {
    pub(crate) fn parse(payload: &[u8]) -> Result<Self, MediaError> {
        let mut r = BitReader::new(payload);
        let id = r.ue_up_to(255, "a picture parameter set with an id over 255")?;
        let sequence = r.ue_up_to(31, "a picture parameter set of a sequence over 31")?;
        let cabac = r.flag()?;
        let order_in_frames = r.flag()?;
        if r.ue()? > 0 {
            return Err(MediaError::Unsupported("slice groups"));
        }
        r.ue_up_to(31, "more than 32 references")?;
        r.ue_up_to(31, "more than 32 references")?;
        r.bits(3)?;
        // At 10 bits the quantiser goes 12 further down (section 7.4.2.2).
        let quantiser = r.se()?;
        if !(-38..=25).contains(&quantiser) || !(-26..=25).contains(&r.se()?) {
            return Err(MediaError::Syntax("a quantiser out of range"));
        }
        if !(-12..=12).contains(&r.se()?) {
            return Err(MediaError::Syntax("a chroma quantiser offset out of range"));
        }
        let filter_control_bit = r.position();
        let filter_control = r.flag()?;
        r.flag()?;
        if r.flag()? {
            return Err(MediaError::Unsupported("redundant pictures"));
        }
        Ok(Self {
            id,
            sequence,
            cabac,
            order_in_frames,
            quantiser: 26 + quantiser,
            filter_control,
            filter_control_bit,
        })
    }
}
