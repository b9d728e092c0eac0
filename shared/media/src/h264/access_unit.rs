//! One access unit: a whole picture's slices with their parameter sets, read and found sound.

use std::borrow::Cow;

use super::{
    nal::{IDR_SLICE, Nal, PARTITION_A, PARTITION_C, PICTURE_SET, SEQUENCE_SET, SLICE, units},
    picture_set::PictureSet,
    sequence_set::SequenceSet,
    slice_header::{SliceHeader, picture_set_id},
};
use crate::{MediaError, mp4::AvcConfig};

/// Most bytes of an access unit.
pub const MAX_UNIT_BYTES: usize = 4 * 1024 * 1024;
/// Most slices of a picture. The decoder copies all that it knows of a picture for each slice after the first.
pub const MAX_SLICES: usize = 128;
/// Most bytes of that copying, over all slices.
const MAX_COPIED_MACROBLOCKS: u64 = 128 * 8_160;

/// A keyframe, ready to be decoded.
#[derive(Clone, Debug)]
pub struct AccessUnit<'a> {
    /// The sequence parameter set that its slices use.
    pub sequence: SequenceSet,
    /// Those of the configuration, then those of the sample, in their order: later ones take the place of earlier ones.
    pub(crate) parameter_sets: Vec<(Nal<'a>, Option<PictureSet>)>,
    /// In the order of their macroblocks.
    pub(crate) slices: Vec<(Nal<'a>, SliceHeader, PictureSet)>,
}

impl<'a> AccessUnit<'a> {
    /// Whether its slices are of two fields.
    pub(crate) fn is_of_fields(&self) -> bool {
        self.slices.first().is_some_and(|(_, header, _)| header.field.is_some())
    }

    /// Reads a sample of a track with that configuration. Parameter sets in the sample are preferred to those of the
    /// configuration.
    ///
    /// # Errors
    /// As [`MediaError`] says, for whatever the decoder can't be trusted with.
    pub fn parse(config: &'a AvcConfig, sample: &'a [u8]) -> Result<Self, MediaError> {
        if sample.len() > MAX_UNIT_BYTES {
            let (bytes, limit) = (sample.len() as u64, MAX_UNIT_BYTES as u64);
            return Err(MediaError::TooFar { what: "keyframe", bytes, limit });
        }
        let mut sequences: Vec<SequenceSet> = Vec::new();
        let mut pictures: Vec<PictureSet> = Vec::new();
        let mut parameter_sets = Vec::new();
        let mut slices = Vec::new();
        let in_sample = units(sample, config.length_size)?;
        let given = config.parameter_sets.iter().map(Vec::as_slice).filter(|set| !set.is_empty());
        for unit in given.chain(in_sample) {
            // The types of a unit that nobody looks at may be anything.
            match unit.first().map_or(0, |header| header & 0x1f) {
                SEQUENCE_SET => {
                    let nal = Nal::parse(unit)?;
                    let set = SequenceSet::parse(&nal.payload)?;
                    sequences.retain(|other| other.id != set.id);
                    sequences.push(set);
                    parameter_sets.push((nal, None));
                }
                PICTURE_SET => {
                    let nal = Nal::parse(unit)?;
                    let set = PictureSet::parse(&nal.payload)?;
                    pictures.retain(|other| other.id != set.id);
                    pictures.push(set);
                    parameter_sets.push((nal, Some(set)));
                }
                PARTITION_A..=PARTITION_C => return Err(MediaError::Unsupported("data partitions")),
                SLICE | IDR_SLICE => slices.push(Nal::parse(unit)?),
                _ => {}
            }
        }
        if slices.is_empty() {
            return Err(MediaError::Missing { what: "slice in the keyframe" });
        }
        if slices.len() > MAX_SLICES {
            return Err(MediaError::TooManySlices { count: slices.len(), limit: MAX_SLICES });
        }
        let mut read = Vec::with_capacity(slices.len());
        let mut used: Option<SequenceSet> = None;
        for nal in slices {
            let id = picture_set_id(&nal.payload)?;
            let missing = |kind, id| MediaError::NoParameterSet { kind, id };
            let picture = pictures.iter().find(|set| set.id == id).ok_or(missing("picture", id))?;
            let sequence = sequences.iter().find(|set| set.id == picture.sequence);
            let sequence = sequence.ok_or(missing("sequence", picture.sequence))?;
            if used.as_ref().is_some_and(|used| used != sequence) {
                return Err(MediaError::Syntax("slices of several sequences in one picture"));
            }
            let header = SliceHeader::parse(&nal, sequence, picture)?;
            used = used.or_else(|| Some(sequence.clone()));
            read.push((nal, header, *picture));
        }
        let sequence = used.ok_or(MediaError::Missing { what: "slice in the keyframe" })?;
        let macroblocks = u64::from(sequence.macroblocks());
        if macroblocks * read.len() as u64 > MAX_COPIED_MACROBLOCKS {
            let limit = usize::try_from(MAX_COPIED_MACROBLOCKS / macroblocks.max(1)).unwrap_or(MAX_SLICES);
            return Err(MediaError::TooManySlices { count: read.len(), limit });
        }
        check_order(&read, &sequence)?;
        Ok(Self { sequence, parameter_sets, slices: read })
    }
}

/// The first slice begins the picture, or its field, and each further one comes after the one before it. The decoder
/// takes another first slice for another picture.
fn check_order(
    slices: &[(Nal<'_>, SliceHeader, PictureSet)],
    sequence: &SequenceSet,
) -> Result<(), MediaError> {
    let headers = || slices.iter().map(|(_, header, _)| header);
    let fields = headers().next().map(|header| header.field);
    let first = |field: Option<bool>| headers().filter(move |header| header.field == field);
    let macroblocks = sequence.macroblocks();
    match fields {
        None | Some(None) => {
            if headers().any(|header| header.field.is_some()) {
                return Err(MediaError::Syntax("a frame and a field in one picture"));
            }
            let units = if sequence.adaptive_fields { macroblocks / 2 } else { macroblocks };
            ascending(first(None).map(|header| header.first), units)
        }
        Some(Some(bottom)) => {
            // All of the first field, then all of the second.
            if headers().any(|header| header.field.is_none())
                || !headers().map(|header| header.field != Some(bottom)).is_sorted()
            {
                return Err(MediaError::Syntax("slices out of their order"));
            }
            ascending(first(Some(bottom)).map(|header| header.first), macroblocks / 2)?;
            ascending(first(Some(!bottom)).map(|header| header.first), macroblocks / 2)
        }
    }
}

fn ascending(mut firsts: impl Iterator<Item = u32>, units: u32) -> Result<(), MediaError> {
    if firsts.next() != Some(0) {
        return Err(MediaError::Missing { what: "first slice of the keyframe" });
    }
    let mut last = 0;
    for first in firsts {
        if first <= last {
            return Err(MediaError::Syntax("slices out of their order"));
        }
        last = first;
    }
    match last >= units {
        true => Err(MediaError::Syntax("a slice that begins after the picture's end")),
        false => Ok(()),
    }
}

impl<'a> Nal<'a> {
    /// Itself with another payload.
    pub(crate) fn with_payload(&self, payload: Vec<u8>) -> Nal<'a> {
        Nal { payload: Cow::Owned(payload), ..*self }
    }

    /// Itself with bytes after its payload. Makes room for them and no more: payloads have up to [`MAX_UNIT_BYTES`].
    pub(crate) fn followed_by(self, bytes: &[u8]) -> Nal<'a> {
        let mut payload = match self.payload {
            Cow::Owned(payload) => payload,
            Cow::Borrowed(payload) => {
                let mut owned = Vec::with_capacity(payload.len() + bytes.len());
                owned.extend_from_slice(payload);
                owned
            }
        };
        payload.reserve_exact(bytes.len());
        payload.extend_from_slice(bytes);
        Nal { payload: Cow::Owned(payload), ..self }
    }
}
