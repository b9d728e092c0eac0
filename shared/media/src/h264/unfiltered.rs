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
pub(crate) fn without_loop_filter(unit: AccessUnit<'_>) -> Result<AccessUnit<'_>, MediaError> {
    let parameter_sets = unit.parameter_sets.into_iter().map(|(nal, set)| match set {
        Some(set) if !set.filter_control => (with_filter_control(&nal, &set), Some(set)),
        _ => (nal, set),
    });
    let slices = unit.slices.into_iter().map(|(nal, header, set)| match header.unfiltered {
        true => Ok((nal, header, set)),
        false => Ok((nal.with_payload(rewritten(&nal.payload, &header, &set)?), header, set)),
    });
    Ok(AccessUnit {
        sequence: unit.sequence,
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

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, sync::LazyLock};

    use proptest::{collection::vec, prelude::*, sample::Index};

    use super::*;
    use crate::mp4::{InitLook, Look, Segment, VideoTrack, read_init};

    /// The first sample of each fixture that has one.
    static SAMPLES: LazyLock<Vec<(VideoTrack, Vec<u8>)>> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let files = fs::read_dir(folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
        let samples = files.filter_map(|bytes| {
            let Ok(InitLook::Track(track)) = read_init(&bytes) else { return None };
            // From the start of the file: whatever is in front of its fragments is passed over.
            match (Segment { track: &track, offset: 0, length: None }).look(&bytes) {
                Ok(Look::Sample { sample, .. }) => Some((track.clone(), sample.to_vec())),
                _ => None,
            }
        });
        samples.collect()
    });

    fn units() -> impl Iterator<Item = AccessUnit<'static>> {
        SAMPLES.iter().filter_map(|(track, sample)| AccessUnit::parse(&track.config, sample).ok())
    }

    /// The slice's data, which begins at a whole byte when it is CABAC's.
    fn data(nal: &Nal<'_>, header: &SliceHeader, cabac: bool) -> Vec<bool> {
        let from = if cabac { header.length.next_multiple_of(8) } else { header.length };
        let mut reader = BitReader::new(&nal.payload);
        (0..from).for_each(|_| assert!(reader.flag().is_ok()));
        std::iter::from_fn(|| reader.flag().ok()).collect()
    }

    /// Zeros at the end are no data: a moved end may be filled with them.
    fn ended(mut bits: Vec<bool>) -> Vec<bool> {
        bits.truncate(bits.iter().rposition(|bit| *bit).map_or(0, |last| last + 1));
        bits
    }

    /// How many of its slices are filtered, after a look at all that has to stay.
    fn compared(unit: &AccessUnit<'_>) -> usize {
        let without = without_loop_filter(unit.clone()).unwrap();
        assert_eq!(without.sequence, unit.sequence);
        let mut sets = Vec::new();
        assert_eq!(without.parameter_sets.len(), unit.parameter_sets.len());
        for ((nal, set), (old, old_set)) in without.parameter_sets.iter().zip(&unit.parameter_sets) {
            assert_eq!(set.is_some(), old_set.is_some());
            let Some(old_set) = old_set else {
                assert_eq!(nal.payload, old.payload);
                continue;
            };
            let set = PictureSet::parse(&nal.payload).unwrap();
            assert_eq!(set, PictureSet { filter_control: true, ..*old_set });
            let changed = nal.payload.iter().zip(old.payload.iter()).map(|(a, b)| (a ^ b).count_ones());
            assert_eq!(changed.sum::<u32>(), u32::from(!old_set.filter_control));
            sets.push(set);
        }
        assert_eq!(without.slices.len(), unit.slices.len());
        for ((nal, ..), (old, old_header, old_set)) in without.slices.iter().zip(&unit.slices) {
            let set = sets.iter().rev().find(|set| set.id == old_set.id).unwrap();
            let header = SliceHeader::parse(nal, &unit.sequence, set).unwrap();
            let kept = |header: &SliceHeader| (header.first, header.before_filter, header.field);
            assert!(header.unfiltered && kept(&header) == kept(old_header));
            assert_eq!((nal.ref_idc, nal.kind), (old.ref_idc, old.kind));
            assert!(!old_header.unfiltered || nal.payload == old.payload);
            let (new, old) = (data(nal, &header, set.cabac), data(old, old_header, set.cabac));
            assert!(ended(new) == ended(old));
        }
        unit.slices.iter().filter(|(_, header, _)| !header.unfiltered).count()
    }

    #[test]
    fn nothing_but_the_filter_changes() {
        let filtered: Vec<usize> = units().map(|unit| compared(&unit)).collect();
        assert!(filtered.iter().sum::<usize>() > 100 && filtered.contains(&0), "{filtered:?}");
    }

    proptest! {
        /// The headers of slices and parameter sets may say anything that they may say.
        #[test]
        fn nor_in_what_nobody_has_encoded(which in any::<Index>(), flips in vec((0..200_usize, 0..8_u8), 1..4)) {
            let (track, sample) = which.get(&SAMPLES);
            let (mut track, mut sample) = (track.clone(), sample.clone());
            for (at, bit) in flips {
                let sets = track.config.parameter_sets.iter_mut().flatten();
                if let Some(byte) = sets.chain(&mut sample).nth(at) {
                    *byte ^= 1 << bit;
                }
            }
            if let Ok(unit) = AccessUnit::parse(&track.config, &sample) {
                compared(&unit);
            }
        }
    }
}
