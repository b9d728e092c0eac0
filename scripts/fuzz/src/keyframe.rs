//! A keyframe of H.264, with the parameter sets that its track's description brings.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe, catch_unwind},
    sync::Once,
};

use streamhut_media::{
    Chroma, Fidelity, Frame, MediaError, Orientation, decode,
    h264::AccessUnit,
    mp4::{AvcConfig, VideoTrack},
};

/// Larger pictures are passed over: they cost time and show nothing that small ones don't.
const MOST_MACROBLOCKS: u32 = 64;

/// The first byte says in its lower two bits how many bytes lengths have, less one; the second, how many parameter sets
/// follow, each behind two bytes of its length. The rest is the sample.
///
/// Sound bytes are a picture of the size and depth that their parameter set states, the same each time; all others are
/// refused. Panics within the decoder, which are caught there, are refusals too.
pub fn keyframe(data: &[u8]) -> bool {
    let Some((track, sample)) = track(data) else { return false };
    let Ok(unit) = AccessUnit::parse(&track.config, sample) else { return false };
    let sequence = unit.sequence;
    if sequence.macroblocks() > MOST_MACROBLOCKS {
        return false;
    }
    let exact = decoded(&track, sample, Fidelity::Exact);
    let shrunk = decoded(&track, sample, Fidelity::Shrunk { width: 1 });
    // Small pictures are decoded alike, whatever for.
    assert_eq!(exact.is_ok(), shrunk.is_ok());
    let (Ok(exact), Ok(shrunk)) = (exact, shrunk) else { return false };
    assert_eq!([&exact.y, &exact.u, &exact.v], [&shrunk.y, &shrunk.u, &shrunk.v]);
    assert_eq!((exact.width, exact.height), (sequence.width, sequence.height));
    assert_eq!(u32::from(exact.depth), sequence.depth);
    sound(&exact);
    true
}

fn track(data: &[u8]) -> Option<(VideoTrack, &[u8])> {
    let ([lengths, sets], mut rest) = data.split_first_chunk()?;
    let mut parameter_sets = Vec::new();
    for _ in 0..*sets {
        let (length, after) = rest.split_first_chunk()?;
        let (set, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
        parameter_sets.push(set.to_vec());
        rest = after;
    }
    let config = AvcConfig { length_size: (lengths & 3) + 1, parameter_sets };
    let (default_size, default_flags, orientation) = (0, 0, Orientation::Upright);
    let track =
        VideoTrack { id: 1, config, default_size, default_flags, aspect: None, colour: None, orientation };
    Some((track, rest))
}

thread_local! {
    static DECODING: Cell<bool> = const { Cell::new(false) };
}

/// The fuzzer ends the process at the first panic, before anybody can catch it: panics within `decode` are kept from
/// it. One that comes out is a finding still.
fn decoded(track: &VideoTrack, sample: &[u8], fidelity: Fidelity) -> Result<Frame, MediaError> {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !DECODING.get() {
                loud(info);
            }
        }));
    });
    DECODING.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(|| decode(track, sample, fidelity)));
    DECODING.set(false);
    outcome.expect("no panic comes out of the decoder")
}

fn sound(frame: &Frame) {
    let bytes = if frame.depth == 8 { 1 } else { 2 };
    let (width, height) = (frame.width as usize, frame.height as usize);
    let chroma = width / 2 * if frame.chroma == Chroma::Yuv420 { height / 2 } else { height };
    assert_eq!(frame.y.len(), width * height * bytes);
    assert_eq!([frame.u.len(), frame.v.len()], [chroma * bytes; 2]);
    assert!(frame.aspect.0 > 0 && frame.aspect.1 > 0);
}
