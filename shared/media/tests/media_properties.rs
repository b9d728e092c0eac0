//! What holds for all bytes, whoever wrote them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod boxes;
mod expected;
mod quiet;
mod stream;

use std::sync::LazyLock;

use boxes::{boxed, full, moov};
use expected::{Fixture, fixtures};
use proptest::{collection::vec, prelude::*, sample::Index};
use streamhut_media::{
    Chroma, Fidelity, Frame, decode,
    h264::AccessUnit,
    mp4::{InitLook, Look, MAX_INIT_BYTES, MAX_REACH_BYTES, Segment, VideoTrack, read_init},
};

const KINDS: [&[u8; 4]; 20] = [
    b"moov", b"trak", b"tkhd", b"mdia", b"hdlr", b"minf", b"stbl", b"stsd", b"avc1", b"avcC", b"mvex",
    b"trex", b"moof", b"traf", b"tfhd", b"trun", b"mdat", b"uuid", b"free", b"pasp",
];

/// Boxes in boxes, of the types that are looked at, with sizes that are nearly always right and bodies that never are.
fn nested() -> impl Strategy<Value = Vec<u8>> {
    let kind = prop::sample::select(KINDS.to_vec());
    let field = prop_oneof![
        any::<u32>(),
        0..4_u32,
        prop::sample::select(vec![0x200_0000, 0x101_0000, 0xf07, 0x2_0039, 0x7669_6465])
    ];
    let leaf =
        (kind.clone(), vec(field, 0..12)).prop_map(|(kind, fields)| full(kind, fields.len() as u32, &fields));
    leaf.prop_recursive(5, 40, 6, move |inner| {
        let size =
            prop_oneof![9 => Just(None), 1 => any::<u32>().prop_map(Some), 1 => (0..20_u32).prop_map(Some)];
        (kind.clone(), vec(inner, 0..6), size).prop_map(|(kind, inner, size)| match size {
            None => boxed(kind, inner.concat()),
            Some(size) => boxes::sized(kind, size, inner.concat()),
        })
    })
}

static FIXTURES: LazyLock<Vec<Fixture>> = LazyLock::new(fixtures);

/// Changes of bytes.
#[derive(Clone, Debug)]
enum Change {
    Flip(Index, u8),
    Cut(Index),
    Out(Index, usize),
    Repeat(Index, Index, usize),
    Put(Index, Vec<u8>),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (any::<Index>(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        1 => any::<Index>().prop_map(Change::Cut),
        1 => (any::<Index>(), 1..40_usize).prop_map(|(at, length)| Change::Out(at, length)),
        1 => (any::<Index>(), any::<Index>(), 1..40_usize).prop_map(|(from, to, n)| Change::Repeat(from, to, n)),
        1 => (any::<Index>(), vec(any::<u8>(), 1..20)).prop_map(|(at, bytes)| Change::Put(at, bytes)),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        let place = |at: &Index| if bytes.is_empty() { 0 } else { at.index(bytes.len()) };
        let piece = |from: usize, length: usize| from..bytes.len().min(from + length);
        match change {
            Change::Flip(at, bit) => {
                let at = place(at);
                bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << bit);
            }
            Change::Cut(at) => bytes.truncate(place(at)),
            Change::Out(at, length) => drop(bytes.drain(piece(place(at), *length))),
            Change::Repeat(from, to, length) => {
                let (repeated, to) = (bytes[piece(place(from), *length)].to_vec(), place(to));
                bytes.splice(to..to, repeated);
            }
            Change::Put(at, put) => {
                let range = piece(place(at), put.len());
                bytes.splice(range, put.iter().copied());
            }
        }
    }
    bytes
}

/// Reads it as it is asked for, from no byte on, and as often as it takes.
fn read_in_rounds(bytes: &[u8]) -> Result<(), TestCaseError> {
    let mut have = 0;
    for rounds in 0.. {
        prop_assert!(rounds <= 2 + bytes.len() / 8);
        match read_init(&bytes[..have]) {
            Ok(InitLook::More(more)) => {
                prop_assert!(more > have as u64 && more <= MAX_INIT_BYTES);
                if have == bytes.len() {
                    break;
                }
                have = bytes.len().min(more as usize);
            }
            Ok(InitLook::Track(track)) => {
                prop_assert!((1..=4).contains(&track.config.length_size));
                let sets: usize = track.config.parameter_sets.iter().map(Vec::len).sum();
                prop_assert!(sets <= bytes.len() && track.aspect.is_none_or(|(a, b)| a > 0 && b > 0));
                break;
            }
            Err(error) => {
                prop_assert!(error.to_string().len() < 200);
                break;
            }
        }
    }
    Ok(())
}

fn look_in_rounds(
    track: &VideoTrack,
    bytes: &[u8],
    length: Option<u64>,
    offset: u64,
) -> Result<(), TestCaseError> {
    let segment = Segment { track, offset, length };
    let mut have = 0;
    for rounds in 0.. {
        prop_assert!(rounds <= 3 + bytes.len() / 8);
        let head = &bytes[..have];
        match segment.look(head) {
            Ok(Look::More(more)) => {
                prop_assert!(more > have as u64 && more <= MAX_REACH_BYTES.min(length.unwrap_or(u64::MAX)));
                if have == bytes.len() {
                    break;
                }
                have = bytes.len().min(more as usize);
            }
            Ok(Look::Sample { sample, end }) => {
                prop_assert!(end <= have as u64);
                prop_assert_eq!(sample, &head[end as usize - sample.len()..end as usize]);
                break;
            }
            Err(error) => {
                prop_assert!(error.to_string().len() < 200);
                break;
            }
        }
    }
    Ok(())
}

fn track_one() -> VideoTrack {
    match read_init(&moov()) {
        Ok(InitLook::Track(track)) => track,
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_bytes_are_walked_to_an_end(
        bytes in prop_oneof![
            vec(any::<u8>(), 0..400),
            vec(nested(), 0..6).prop_map(|boxes| boxes.concat()),
            nested().prop_map(|inner| boxed(b"moov", inner)),
            nested().prop_map(|inner| boxed(b"moof", boxed(b"traf", inner))),
        ],
        known in any::<bool>(),
        offset in prop_oneof![Just(0), any::<u64>()],
    ) {
        read_in_rounds(&bytes)?;
        look_in_rounds(&track_one(), &bytes, known.then_some(bytes.len() as u64), offset)?;
    }

    #[test]
    fn changed_files_are_walked_to_an_end(
        which in any::<Index>(),
        changes in vec(change(), 1..6),
        known in any::<bool>(),
    ) {
        let fixture = which.get(&FIXTURES);
        let init = changed(fixture.bytes[..fixture.init_bytes].to_vec(), &changes);
        read_in_rounds(&init)?;
        // The boxes before the first sample, and some bytes of it.
        let media = &fixture.bytes[fixture.init_bytes..];
        let head = changed(media[..media.len().min(600)].to_vec(), &changes);
        let track = fixture.track().unwrap_or_else(|_| track_one());
        look_in_rounds(&track, &head, known.then_some(head.len() as u64), fixture.init_bytes as u64)?;
    }
}

/// Changes of units, in their order.
#[derive(Clone, Debug)]
enum Shuffle {
    Twice(Index),
    Out(Index),
    Swap(Index, Index),
    From(Index, Index),
}

fn shuffle() -> impl Strategy<Value = Shuffle> {
    let at = any::<Index>;
    prop_oneof![
        at().prop_map(Shuffle::Twice),
        at().prop_map(Shuffle::Out),
        (at(), at()).prop_map(|(a, b)| Shuffle::Swap(a, b)),
        (at(), at()).prop_map(|(fixture, unit)| Shuffle::From(fixture, unit)),
    ]
}

/// Of all fixtures that are H.264 and small, the samples that are quick to decode.
static SAMPLES: LazyLock<Vec<(VideoTrack, Vec<u8>)>> = LazyLock::new(|| {
    let whole = |fixture: &&Fixture| {
        fixture
            .keyframes
            .first()
            .is_some_and(|first| first.size < 4000 && first.offset + first.size <= fixture.bytes.len())
    };
    let fixtures = FIXTURES.iter().filter(whole);
    fixtures.filter_map(|fixture| Some((fixture.track().ok()?, fixture.sample(0).to_vec()))).collect()
});

fn shuffled(track: &VideoTrack, sample: &[u8], shuffles: &[Shuffle]) -> Vec<u8> {
    let length_size = track.config.length_size;
    let mut units = stream::units(sample, length_size);
    for shuffle in shuffles.iter().filter(|_| length_size == 4) {
        let count = units.len().max(1);
        match shuffle {
            Shuffle::Twice(at) => units.extend(units.get(at.index(count)).copied()),
            Shuffle::Out(at) if !units.is_empty() => drop(units.remove(at.index(count))),
            Shuffle::Swap(a, b) if !units.is_empty() => units.swap(a.index(count), b.index(count)),
            Shuffle::From(which, at) => {
                let (other, sample) = which.get(&SAMPLES);
                let others = stream::units(sample, other.config.length_size);
                units.push(others[at.index(others.len())]);
            }
            Shuffle::Out(_) | Shuffle::Swap(..) => {}
        }
    }
    if length_size == 4 { stream::sample(&units) } else { sample.to_vec() }
}

fn is_whole(frame: &Frame) -> bool {
    let bytes = if frame.depth == 8 { 1 } else { 2 };
    let (width, height) = (frame.width as usize, frame.height as usize);
    let chroma = width / 2 * if frame.chroma == Chroma::Yuv420 { height / 2 } else { height };
    frame.y.len() == width * height * bytes
        && [&frame.u, &frame.v].iter().all(|plane| plane.len() == chroma * bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// A frame of the size that its parameter set says, or a typed error: the same for either fidelity where small
    /// pictures are decoded alike.
    #[test]
    fn changed_keyframes_are_pictures_or_refused(
        which in any::<Index>(),
        shuffles in vec(shuffle(), 0..3),
        changes in vec(change(), 0..4),
        of_sets in vec(change(), 0..2),
    ) {
        quiet::decoder();
        let (track, sample) = which.get(&SAMPLES);
        let sample = changed(shuffled(track, sample, &shuffles), &changes);
        let mut track = track.clone();
        if let Some(set) = track.config.parameter_sets.first_mut() {
            *set = changed(set.clone(), &of_sets);
        }
        for fidelity in [Fidelity::Exact, Fidelity::Shrunk { width: 1 }] {
            match decode(&track, &sample, fidelity) {
                Ok(frame) => {
                    let unit = AccessUnit::parse(&track.config, &sample).unwrap();
                    prop_assert_eq!((frame.width, frame.height), (unit.sequence.width, unit.sequence.height));
                    prop_assert_eq!(u32::from(frame.depth), unit.sequence.depth);
                    prop_assert!(is_whole(&frame) && frame.aspect.0 > 0 && frame.aspect.1 > 0);
                }
                Err(error) => prop_assert!(error.to_string().len() < 200),
            }
        }
    }
}
