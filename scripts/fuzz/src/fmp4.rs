//! A fragmented MP4 file from a video server: its initialisation segment, and a media segment of it.

use streamhut_media::MediaError;
use streamhut_media::mp4::{InitLook, Look, MAX_INIT_BYTES, MAX_REACH_BYTES, Segment, VideoTrack, read_init};

/// Two bytes, the high one first, say how many of those after them are the initialisation segment.
///
/// However many bytes either is read in, what is found in the end is what all of them say. It is asked for in a number
/// of rounds that their length bounds, each for more than is there and never for more than is read; and a keyframe lies
/// where it is said to.
pub fn fmp4(data: &[u8]) -> bool {
    let Some((length, rest)) = data.split_first_chunk() else { return false };
    let (init, media) = rest.split_at(usize::from(u16::from_be_bytes(*length)).min(rest.len()));
    let Some(track) = track(init) else { return false };
    for offset in [0, init.len() as u64, u64::MAX] {
        let known = Segment { track: &track, offset, length: Some(media.len() as u64) };
        let unknown = Segment { length: None, ..known };
        let whole = known.look(media);
        assert!(!matches!(whole, Ok(Look::More(_))), "there is no more: {whole:?}");
        for first in [0, 8, media.len() / 2] {
            assert_eq!(in_rounds(known, media, first), whole);
            // Whoever doesn't know where it ends finds the same, or that it ends.
            assert!(unknown.look(media) == whole || whole.is_err());
            assert_eq!(in_rounds(unknown, media, first).is_ok(), whole.is_ok());
        }
    }
    let segment = Segment { track: &track, offset: init.len() as u64, length: Some(media.len() as u64) };
    segment.look(media).is_ok()
}

fn track(init: &[u8]) -> Option<VideoTrack> {
    let mut have = 0;
    for _ in 0..=2 + init.len() / 8 {
        match read_init(init.get(..have)?) {
            Ok(InitLook::Track(track)) => {
                assert!((1..=4).contains(&track.config.length_size));
                return Some(track);
            }
            Ok(InitLook::More(more)) => {
                assert!(more > have as u64 && more <= MAX_INIT_BYTES, "{have}: {more}");
                if have == init.len() {
                    return None;
                }
                have = init.len().min(usize::try_from(more).expect("a length"));
            }
            Err(_) => return None,
        }
    }
    panic!("asked for without an end")
}

/// From so many bytes on, with the end known where it isn't said.
fn in_rounds<'b>(mut segment: Segment<'_>, media: &'b [u8], first: usize) -> Result<Look<'b>, MediaError> {
    let mut have = first.min(media.len());
    for _ in 0..=3 + media.len() / 8 {
        let head = media.get(..have).expect("a part");
        let look = segment.look(head)?;
        let most = segment.length.unwrap_or(MAX_REACH_BYTES).min(MAX_REACH_BYTES);
        match look {
            Look::Sample { sample, end } => {
                let end = usize::try_from(end).expect("a length");
                assert_eq!(head.get(end - sample.len()..end), Some(sample));
                return Ok(look);
            }
            Look::More(more) => {
                assert!(more > have as u64 && more <= most, "{have}: {more}");
                if have == media.len() {
                    segment.length = Some(have as u64);
                }
                have = media.len().min(usize::try_from(more).expect("a length"));
            }
        }
    }
    panic!("asked for without an end")
}
