//! H.264 written in code: parameter sets and slices that no encoder would make.

#![allow(dead_code)]

use streamhut_media::{
    Orientation,
    mp4::{AvcConfig, VideoTrack},
};

/// `nal_unit_type` of the first byte, without `nal_ref_idc`.
pub const SLICE: u8 = 1;
pub const IDR_SLICE: u8 = 5;

/// Bits of a payload, from the first to the last.
#[derive(Clone, Default)]
pub struct Bits(Vec<bool>);

impl Bits {
    pub fn flag(mut self, bit: bool) -> Self {
        self.0.push(bit);
        self
    }

    pub fn bits(mut self, count: u32, value: u32) -> Self {
        self.0.extend((0..count).rev().map(|at| value >> at & 1 == 1));
        self
    }

    pub fn ue(self, value: u32) -> Self {
        let code = u64::from(value) + 1;
        let length = code.ilog2();
        let prefixed = self.bits(length, 0).flag(true);
        prefixed.bits(length, (code - (1 << length)) as u32)
    }

    pub fn se(self, value: i32) -> Self {
        let code = if value > 0 { 2 * value - 1 } else { -2 * value };
        self.ue(code as u32)
    }

    pub fn with(self, write: impl FnOnce(Self) -> Self) -> Self {
        write(self)
    }

    /// Ones to the next whole byte, as before CABAC's data.
    pub fn aligned(mut self) -> Self {
        while !self.0.len().is_multiple_of(8) {
            self.0.push(true);
        }
        self
    }

    /// Whole bytes, the last filled with zeros.
    pub fn bytes(&self) -> Vec<u8> {
        let byte =
            |bits: &[bool]| (0..8).fold(0, |byte, at| byte << 1 | u8::from(bits.get(at) == Some(&true)));
        self.0.chunks(8).map(byte).collect()
    }

    /// With the bit that ends a payload.
    pub fn ended(self) -> Vec<u8> {
        self.flag(true).bytes()
    }
}

/// A NAL unit of that payload, with emulation prevention.
pub fn unit(ref_idc: u8, kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut unit = vec![ref_idc << 5 | kind];
    let mut zeros = 0;
    for &byte in payload {
        if zeros == 2 && byte <= 3 {
            unit.push(3);
            zeros = 0;
        }
        unit.push(byte);
        zeros = if byte == 0 { zeros + 1 } else { 0 };
    }
    unit
}

/// A sequence parameter set; the default is of 64x32 samples in High profile.
#[derive(Clone, Copy)]
pub struct Sequence {
    pub id: u32,
    pub profile: u32,
    pub chroma: u32,
    pub depth: u32,
    pub chroma_depth: u32,
    pub lossless: bool,
    pub width_mbs: u32,
    /// Rows of macroblocks; with fields, of pairs of them.
    pub map_units: u32,
    pub frames_only: bool,
    pub adaptive_fields: bool,
    pub crop: Option<[u32; 4]>,
}

impl Default for Sequence {
    fn default() -> Self {
        Self {
            id: 0,
            profile: 100,
            chroma: 1,
            depth: 8,
            chroma_depth: 8,
            lossless: false,
            width_mbs: 4,
            map_units: 2,
            frames_only: true,
            adaptive_fields: false,
            crop: None,
        }
    }
}

impl Sequence {
    pub fn sized(width_mbs: u32, map_units: u32) -> Self {
        Self { width_mbs, map_units, ..Self::default() }
    }

    pub fn unit(&self) -> Vec<u8> {
        let bits = Bits::default().bits(8, self.profile).bits(8, 0).bits(8, 52).ue(self.id).with(|bits| {
            if self.profile < 100 {
                return bits;
            }
            let bits = bits.ue(self.chroma);
            let bits = if self.chroma == 3 { bits.flag(false) } else { bits };
            bits.ue(self.depth - 8).ue(self.chroma_depth - 8).flag(self.lossless).flag(false)
        });
        // Four bits of frame numbers, order as decoded, no references.
        let bits = bits.ue(0).ue(2).ue(0).flag(false);
        let bits = bits.ue(self.width_mbs.wrapping_sub(1)).ue(self.map_units.wrapping_sub(1));
        let bits = bits.flag(self.frames_only);
        let bits = if self.frames_only { bits } else { bits.flag(self.adaptive_fields) };
        let bits = bits.flag(true).flag(self.crop.is_some());
        let bits = self.crop.into_iter().flatten().fold(bits, Bits::ue);
        unit(3, 7, &bits.flag(false).ended())
    }
}

/// A picture parameter set.
#[derive(Clone, Copy, Default)]
pub struct Pictures {
    pub id: u32,
    pub sequence: u32,
    pub cabac: bool,
    pub slice_groups: u32,
    pub redundant: bool,
}

impl Pictures {
    pub fn unit(&self) -> Vec<u8> {
        let bits = Bits::default().ue(self.id).ue(self.sequence).flag(self.cabac).flag(false);
        let bits = bits.ue(self.slice_groups).ue(0).ue(0).bits(3, 0).se(0).se(0).se(0);
        // No control of the loop filter, prediction from anywhere.
        unit(3, 8, &bits.flag(false).flag(false).flag(self.redundant).ended())
    }
}

/// The header of an IDR picture's slice, for the parameter sets above: `slice_type` 7 is I.
pub fn slice_header(first: u32, slice_type: u32, picture_set: u32) -> Bits {
    quantised_slice_header(first, slice_type, picture_set, 0)
}

/// The same with a quantiser that is so much above 26.
pub fn quantised_slice_header(first: u32, slice_type: u32, picture_set: u32, quantiser: i32) -> Bits {
    Bits::default().ue(first).ue(slice_type).ue(picture_set).bits(4, 0).ue(0).bits(2, 0).se(quantiser)
}

/// That of one field.
pub fn field_slice_header(first: u32, bottom: bool) -> Bits {
    let bits = Bits::default().ue(first).ue(7).ue(0).bits(4, 0).flag(true).flag(bottom);
    bits.ue(0).bits(2, 0).se(0)
}

/// CAVLC macroblocks without residual, predicted from the mean of their neighbours: grey.
pub fn grey(bits: Bits, macroblocks: u32) -> Bits {
    (0..macroblocks).fold(bits, |bits, _| bits.ue(3).ue(0).se(0).flag(true))
}

/// An IDR slice of grey macroblocks.
pub fn grey_slice(first: u32, macroblocks: u32) -> Vec<u8> {
    unit(3, IDR_SLICE, &grey(slice_header(first, 7, 0), macroblocks).ended())
}

/// A sample of those units, each behind a length of four bytes.
pub fn sample(units: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let framed = |unit: &[u8]| [&u32::try_from(unit.len()).unwrap().to_be_bytes(), unit].concat();
    units.iter().flat_map(|unit| framed(unit.as_ref())).collect()
}

/// The units of a sample.
pub fn units(sample: &[u8], length_size: u8) -> Vec<&[u8]> {
    let mut units = Vec::new();
    let mut rest = sample;
    while !rest.is_empty() {
        let (length, after) = rest.split_at(length_size.into());
        let length = length.iter().fold(0, |length, &byte| length << 8 | usize::from(byte));
        let (unit, after) = after.split_at(length);
        units.push(unit);
        rest = after;
    }
    units
}

pub fn is_slice(unit: &[u8]) -> bool {
    unit.first().is_some_and(|header| matches!(header & 0x1f, SLICE | IDR_SLICE))
}

/// A track of those parameter sets, with lengths of four bytes.
pub fn track(parameter_sets: &[Vec<u8>]) -> VideoTrack {
    VideoTrack {
        id: 1,
        config: AvcConfig { length_size: 4, parameter_sets: parameter_sets.to_vec() },
        default_size: 0,
        default_flags: 0,
        aspect: None,
        colour: None,
        orientation: Orientation::Upright,
    }
}
