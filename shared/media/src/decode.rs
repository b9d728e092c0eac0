//! From an access unit to a [`Frame`], by `rust_h264` behind guards.

use std::{
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
};

use rust_h264::{
    decoder::{ChromaFormat, Decoder, Frame as Decoded},
    nal::{NalUnit, NalUnitType},
};

use crate::{
    Chroma, Frame, Matrix, MediaError, Orientation, Range as ValueRange,
    h264::{AccessUnit, SequenceSet, without_loop_filter},
    mp4::VideoTrack,
};

/// What the picture is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fidelity {
    /// Sample for sample what the standard says.
    Exact,
    /// To be shrunk to that width. Where that is a sixth or less of a large frame's, the loop filter is left out: decoding
    /// is a third quicker, and the difference can't be seen (`tests/exact.rs` holds it to 40 dB and more).
    Shrunk {
        /// Pixels in a row of the picture, upright.
        width: u32,
    },
}

/// From this factor on, and this number of samples, the loop filter is left out. Small frames are quick to decode anyway,
/// and in theirs a block is a larger part of the picture.
const UNFILTERED_FROM: u32 = 6;
const UNFILTERED_SAMPLES: u32 = 1280 * 720;

/// Decodes the keyframe in a sample of that track.
///
/// # Errors
/// As [`MediaError`] says. Damage that is legal syntax can't be told from a picture; damage that is not, missing slices
/// and cut bytes are refused. (Of a CABAC slice that was cut, and whose length says nothing of it, the last macroblocks
/// may be made up unnoticed.)
pub fn decode(track: &VideoTrack, sample: &[u8], fidelity: Fidelity) -> Result<Frame, MediaError> {
    let unit = AccessUnit::parse(&track.config, sample)?;
    let unit = match fidelity {
        Fidelity::Shrunk { width } if is_shrunk(track, &unit.sequence, width) => without_loop_filter(unit)?,
        Fidelity::Exact | Fidelity::Shrunk { .. } => unit,
    };
    let (sequence, fields) = (unit.sequence.clone(), unit.is_of_fields());
    // The decoder indexes without looking, where only hostile bytes lead out of its tables.
    let decoded = catch_unwind(AssertUnwindSafe(|| run(unit)));
    let decoded = decoded.map_err(|_| MediaError::Decoder("it broke off".to_owned()))??;
    refuse_other_size(&decoded, &sequence)?;
    refuse_holes(&decoded, &sequence, fields)?;
    Ok(frame(decoded, track, &sequence))
}

fn is_shrunk(track: &VideoTrack, sequence: &SequenceSet, width: u32) -> bool {
    let own = match track.orientation {
        Orientation::Upright | Orientation::Half => sequence.width,
        Orientation::Clockwise90 | Orientation::Clockwise270 => sequence.height,
    };
    own >= width.saturating_mul(UNFILTERED_FROM)
        && sequence.width.saturating_mul(sequence.height) >= UNFILTERED_SAMPLES
}

/// Follows the data of CABAC's slices, which end themselves before it. The decoder reads on past the end of one that was
/// cut. It takes zeros to be there, of which it makes the likeliest of everything, to the picture's last macroblock and
/// for no bytes at all. Ones drive the arithmetic decoder to the upper end of its range, where it finds the end of the
/// slice before long, and what comes after it is missing. More than a macroblock of raw samples has (640 bytes).
const AFTER_CABAC: [u8; 2048] = [0xff; 2048];

fn run(unit: AccessUnit<'_>) -> Result<Decoded, MediaError> {
    let mut decoder = Decoder::new();
    let slices = unit.slices.into_iter().map(|(nal, _, set)| match set.cabac {
        true => nal.followed_by(&AFTER_CABAC),
        false => nal,
    });
    for nal in unit.parameter_sets.into_iter().map(|(nal, _)| nal).chain(slices) {
        let fed = decoder.decode_nal(&NalUnit {
            nal_ref_idc: nal.ref_idc,
            nal_unit_type: NalUnitType::from(nal.kind),
            rbsp: nal.payload,
        });
        match fed {
            Ok(None) => {}
            // Slices come in order and only the first begins a picture, so none is finished before the last.
            Ok(Some(_)) => return Err(MediaError::Syntax("several pictures in one keyframe")),
            Err(error) => return Err(MediaError::Decoder(error.to_string())),
        }
    }
    decoder.flush().ok_or_else(|| MediaError::Decoder("no picture".to_owned()))
}

fn refuse_other_size(decoded: &Decoded, sequence: &SequenceSet) -> Result<(), MediaError> {
    let (width, height) = (sequence.width as usize, sequence.height as usize);
    let bytes = decoded.bytes_per_sample();
    let chroma_height = if decoded.chroma_format == ChromaFormat::Yuv422 { height } else { height / 2 };
    let chroma = width / 2 * chroma_height * bytes;
    let as_said = (decoded.width, decoded.height) == (sequence.width, sequence.height)
        && decoded.y.len() == width * height * bytes
        && decoded.u.len() == chroma
        && decoded.v.len() == chroma;
    match as_said {
        true => Ok(()),
        false => Err(MediaError::Decoder(format!("a picture of {}x{}", decoded.width, decoded.height))),
    }
}

/// The decoder says nothing of a slice that breaks off after the first, or that never came: it leaves the
/// macroblocks as it made them, all zero. No picture has such a macroblock: luma and both chroma samples of 0 are far
/// outside of what any red, green and blue give. The loop filter reaches at most three samples into it.
fn refuse_holes(decoded: &Decoded, sequence: &SequenceSet, fields: bool) -> Result<(), MediaError> {
    // Macroblocks of a field take every other row.
    let (step, height_mbs) = if fields { (2, sequence.height_mbs / 2) } else { (1, sequence.height_mbs) };
    let mut holes = Vec::new();
    for parity in 0..step {
        let field = Rows { step, parity };
        for block in 0..height_mbs * sequence.width_mbs {
            if is_hole(decoded, sequence, field, block % sequence.width_mbs, block / sequence.width_mbs) {
                holes.push(block);
            }
        }
    }
    match holes.split_first() {
        None => Ok(()),
        Some((first, more)) => {
            Err(MediaError::Holes { first: *first, more: u32::try_from(more.len()).unwrap_or(u32::MAX) })
        }
    }
}

/// The rows of a frame, or of one of its fields.
#[derive(Clone, Copy)]
struct Rows {
    step: u32,
    parity: u32,
}

fn is_hole(decoded: &Decoded, sequence: &SequenceSet, rows: Rows, block_x: u32, block_y: u32) -> bool {
    let (left, top) = sequence.crop;
    let tall = if decoded.chroma_format == ChromaFormat::Yuv422 { 1 } else { 2 };
    let columns = inner(block_x, left, sequence.width);
    let lines = inner(block_y, top / rows.step, sequence.height / rows.step);
    let chroma_columns = columns.start.div_ceil(2)..columns.end / 2;
    let chroma_lines = lines.start.div_ceil(tall)..lines.end / tall;
    if chroma_columns.is_empty() || chroma_lines.is_empty() {
        return false;
    }
    let bytes = decoded.bytes_per_sample();
    let zero = |plane: &[u8], stride: u32, x: &Range<u32>, y: &Range<u32>| {
        y.clone().all(|line| {
            let row = (line * rows.step + rows.parity) * stride;
            let samples = (row + x.start) as usize * bytes..(row + x.end) as usize * bytes;
            plane.get(samples).is_none_or(|samples| samples.iter().all(|byte| *byte == 0))
        })
    };
    zero(&decoded.u, sequence.width / 2, &chroma_columns, &chroma_lines)
        && zero(&decoded.v, sequence.width / 2, &chroma_columns, &chroma_lines)
        && zero(&decoded.y, sequence.width, &columns, &lines)
}

/// The inner eight samples of a macroblock along one side, after `cropped` were cut off in front.
fn inner(block: u32, cropped: u32, length: u32) -> Range<u32> {
    let from = (block * 16 + 4).saturating_sub(cropped);
    let to = (block * 16 + 12).saturating_sub(cropped).min(length);
    from..to
}

fn frame(decoded: Decoded, track: &VideoTrack, sequence: &SequenceSet) -> Frame {
    let said = track.colour;
    let full = sequence.full_range.unwrap_or_else(|| said.is_some_and(|colour| colour.full_range));
    let matrix = sequence.matrix.map(u16::from).or(said.map(|colour| colour.matrix));
    Frame {
        width: decoded.width,
        height: decoded.height,
        chroma: match decoded.chroma_format {
            ChromaFormat::Yuv420 => Chroma::Yuv420,
            ChromaFormat::Yuv422 => Chroma::Yuv422,
        },
        depth: decoded.bit_depth,
        range: if full { ValueRange::Full } else { ValueRange::Limited },
        matrix: colour_matrix(matrix, &decoded),
        aspect: track.aspect.or(sequence.aspect).unwrap_or((1, 1)),
        orientation: track.orientation,
        y: decoded.y,
        u: decoded.u,
        v: decoded.v,
    }
}

/// `matrix_coefficients` of table E-5. Where nothing is said, or something that 4:2:0 can't have, high definition is
/// taken for BT.709 and the rest for BT.601, as browsers do, beside whose players these pictures stand.
fn colour_matrix(said: Option<u16>, decoded: &Decoded) -> Matrix {
    match said {
        Some(1 | 7) => Matrix::Bt709,
        Some(4..=6) => Matrix::Bt601,
        Some(9 | 10) => Matrix::Bt2020,
        _ if decoded.width.max(decoded.height) >= 1280 || decoded.width.min(decoded.height) >= 720 => {
            Matrix::Bt709
        }
        _ => Matrix::Bt601,
    }
}
