//! One video track, as its initialisation segment describes it.

use super::{
    AvcConfig, FourCc,
    boxes::{Box, down, inside},
    fields::Fields,
};
use crate::{MediaError, Orientation};

/// Colour as the container says it (`colr` of type `nclx`, section 12.1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    /// `matrix_coefficients`, as in H.264 table E-5.
    pub matrix: u16,
    /// Whether samples use the full range.
    pub full_range: bool,
}

/// What a keyframe's reader has to know of its track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoTrack {
    /// `track_ID`.
    pub id: u32,
    /// How samples are written.
    pub config: AvcConfig,
    /// Bytes of a sample, where fragments don't say (`trex`).
    pub default_size: u32,
    /// Flags of a sample, where fragments don't say (`trex`).
    pub default_flags: u32,
    /// Width to height of one sample (`pasp`).
    pub aspect: Option<(u32, u32)>,
    /// Colour, where the container says it.
    pub colour: Option<Colour>,
    /// From the track's matrix (`tkhd`).
    pub orientation: Orientation,
}

/// Bytes of a visual sample entry before its boxes (section 12.1.3).
const VISUAL_ENTRY: usize = 78;

/// Reads the first video track of a `moov` box's body.
///
/// # Errors
/// `Missing`, `Codec`, and those of malformed boxes.
pub(crate) fn video_track(moov: &[u8]) -> Result<VideoTrack, MediaError> {
    for found in inside(moov) {
        let found = found?;
        if found.kind.0 != *b"trak" {
            continue;
        }
        let handler = down(found.body, &[b"mdia", b"hdlr"])?;
        if handler.and_then(|body| body.get(8..12)) == Some(b"vide") {
            return track(moov, found.body);
        }
    }
    Err(MediaError::Missing { what: "video track" })
}

fn track(moov: &[u8], trak: &[u8]) -> Result<VideoTrack, MediaError> {
    let header = down(trak, &[b"tkhd"])?.ok_or(MediaError::Missing { what: "tkhd" })?;
    let (id, orientation) = track_header(header)?;
    let descriptions = down(trak, &[b"mdia", b"minf", b"stbl", b"stsd"])?;
    let descriptions = descriptions.ok_or(MediaError::Missing { what: "stsd" })?;
    let (mut fields, ..) = Fields::full(b"stsd", descriptions)?;
    fields.skip(4)?;
    let entry = inside(fields.rest()).next().ok_or(MediaError::Missing { what: "sample entry" })??;
    let entry = sample_entry(entry)?;
    let (default_size, default_flags) = fragment_defaults(moov, id)?;
    Ok(VideoTrack {
        id,
        config: entry.config,
        default_size,
        default_flags,
        aspect: entry.aspect,
        colour: entry.colour,
        orientation,
    })
}

/// Track id, and the rotation of the matrix; one that is no quarter turn counts as none (section 8.3.2).
fn track_header(body: &[u8]) -> Result<(u32, Orientation), MediaError> {
    let (mut fields, version, _) = Fields::full(b"tkhd", body)?;
    fields.skip(if version == 1 { 16 } else { 8 })?;
    let id = fields.u32()?;
    // Reserved, duration; reserved, layer, group, volume, reserved.
    fields.skip(4 + if version == 1 { 8 } else { 4 } + 16)?;
    let [a, b, _u, c, d] = [(); 5].map(|()| fields.u32());
    let sign = |value: Result<u32, MediaError>| value.map(|value| value.cast_signed().signum());
    let orientation = match (sign(a)?, sign(b)?, sign(c)?, sign(d)?) {
        (0, 1, -1, 0) => Orientation::Clockwise90,
        (-1, 0, 0, -1) => Orientation::Half,
        (0, -1, 1, 0) => Orientation::Clockwise270,
        _ => Orientation::Upright,
    };
    Ok((id, orientation))
}

struct Entry {
    config: AvcConfig,
    aspect: Option<(u32, u32)>,
    colour: Option<Colour>,
}

fn sample_entry(entry: Box<'_>) -> Result<Entry, MediaError> {
    if !matches!(&entry.kind.0, b"avc1" | b"avc3") {
        return Err(MediaError::Codec(entry.kind));
    }
    let short = MediaError::BoxShort { kind: entry.kind };
    let extensions = entry.body.get(VISUAL_ENTRY..).ok_or(short)?;
    let (mut config, mut aspect, mut colour) = (None, None, None);
    for found in inside(extensions) {
        let found = found?;
        match &found.kind.0 {
            b"avcC" => config = Some(AvcConfig::parse(found.body)?),
            b"pasp" => {
                let mut fields = Fields::new(b"pasp", found.body);
                let ratio = (fields.u32()?, fields.u32()?);
                aspect = Some(ratio).filter(|(across, down)| *across > 0 && *down > 0);
            }
            b"colr" => colour = nclx(found.body).or(colour),
            _ => {}
        }
    }
    let config = config.ok_or(MediaError::Missing { what: "avcC" })?;
    Ok(Entry { config, aspect, colour })
}

/// Other types of `colr`, and short ones, say nothing that is used.
fn nclx(body: &[u8]) -> Option<Colour> {
    let (kind, rest) = body.split_first_chunk::<4>()?;
    let [_, _, _, _, high, low, range] = *rest.first_chunk::<7>()?;
    let matrix = u16::from_be_bytes([high, low]);
    (kind == b"nclx").then_some(Colour { matrix, full_range: range & 0x80 != 0 })
}

/// Size and flags of samples, where fragments don't say (`trex`, section 8.8.3).
fn fragment_defaults(moov: &[u8], id: u32) -> Result<(u32, u32), MediaError> {
    let Some(mvex) = down(moov, &[b"mvex"])? else { return Ok((0, 0)) };
    for found in inside(mvex) {
        let found = found?;
        if found.kind == FourCc(*b"trex") {
            let (mut fields, ..) = Fields::full(b"trex", found.body)?;
            let [own, _description, _duration, size, flags] = [(); 5].map(|()| fields.u32());
            if own? == id {
                return Ok((size?, flags?));
            }
        }
    }
    Ok((0, 0))
}
