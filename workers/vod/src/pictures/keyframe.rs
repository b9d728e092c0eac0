//! One keyframe of a film: a range request for it, and its decoding.

use std::{cell::Cell, rc::Rc};

use at_run::{Context, Error};
use futures_util::try_join;
use streamhut_media::{
    Fidelity, Frame, MediaError, decode,
    mp4::{HEAD_BYTES, Look, MAX_REACH_BYTES, Segment as Head, VideoTrack},
};

use super::{film::Film, trouble::Trouble};
use crate::upstream;

/// How often more is asked for of one segment.
const MAX_ROUNDS: usize = 4;
const DEADLINE_MS: u32 = 10_000;

/// Fewest bytes of a segment to ask for.
const LEAST_BYTES: u64 = 16 * 1024;

/// How many bytes of a segment to ask for, when many of a film are: a little more than the last keyframes took.
#[derive(Default)]
pub(super) struct Ask(Cell<u64>);

impl Ask {
    pub(super) fn bytes(&self) -> u64 {
        match self.0.get() {
            0 => HEAD_BYTES,
            peak => (peak + peak / 8).next_multiple_of(4_096).clamp(LEAST_BYTES, HEAD_BYTES),
        }
    }

    pub(super) fn learn(&self, reach: u64) {
        let peak = self.0.get();
        self.0.set(reach.max(peak - peak / 16));
    }
}

/// A keyframe's bytes, and what it takes to decode them.
pub(super) struct Keyframe {
    track: Rc<VideoTrack>,
    sample: Vec<u8>,
    /// Bytes of the segment up to its end.
    pub reach: u64,
}

impl Keyframe {
    pub(super) fn decode(&self, fidelity: Fidelity) -> Result<Frame, Trouble> {
        Ok(decode(&self.track, &self.sample, fidelity)?)
    }
}

/// Fetches the keyframe that a segment begins with. `ask` bytes are asked for first.
pub(super) async fn keyframe(
    ctx: &Context,
    film: &Film,
    index: usize,
    ask: u64,
) -> Result<Keyframe, Trouble> {
    let segment = film.index.segment(index).ok_or(Trouble::NoSegment)?;
    if segment.gap {
        return Err(Trouble::NoSegment);
    }
    let map = segment.map.ok_or(MediaError::Missing { what: "initialisation segment" })?;
    let (offset, length) = segment.range.map_or((0, None), |range| (range.offset, Some(range.length)));
    film.requests.set(film.requests.get() + 1);
    let first = ask.min(length.unwrap_or(u64::MAX)).max(1);
    let (track, mut head) =
        try_join!(film.track(ctx, map), async { fetch(ctx, segment.url, offset, first).await })?;
    let mut ended = (head.len() as u64) < first;
    for _ in 0..MAX_ROUNDS {
        let length = if ended { Some(head.len() as u64) } else { length };
        let place = Head { track: &track, offset, length };
        match place.look(&head)? {
            Look::Sample { sample, end } => {
                return Ok(Keyframe { track: track.clone(), sample: sample.to_vec(), reach: end });
            }
            Look::More(need) => {
                let there = head.len() as u64;
                film.requests.set(film.requests.get() + 1);
                let more = fetch(ctx, segment.url, offset + there, need.saturating_sub(there).max(1)).await?;
                ended = (more.len() as u64) < need.saturating_sub(there);
                head.extend(more);
            }
        }
    }
    let bytes = head.len() as u64;
    Err(MediaError::TooFar { what: "keyframe", bytes, limit: MAX_REACH_BYTES }.into())
}

/// Fetches bytes of a file: so many from `first` on, or fewer where it ends.
pub(super) async fn fetch(ctx: &Context, url: &str, first: u64, count: u64) -> Result<Vec<u8>, Trouble> {
    let last = first.saturating_add(count.saturating_sub(1));
    let most = usize::try_from(MAX_REACH_BYTES).unwrap_or(usize::MAX);
    let request = ctx.http().get(url).range(first, last).deadline_ms(DEADLINE_MS).max_bytes(most);
    let answer = request.send().await.map_err(Error::from)?;
    match answer.status() {
        206 => {}
        // Past the end of the file.
        416 => return Ok(Vec::new()),
        status => {
            let refusal = streamhut_streamplace::xrpc::UpstreamError::of(status, answer.bytes());
            return Err(upstream::refusal(&refusal).into());
        }
    }
    // A proxy's error page, for instance.
    if answer.header("content-type").is_some_and(|kind| kind.starts_with("text/")) {
        return Err(Error::from(answer.unexpected("text in place of media")).into());
    }
    Ok(answer.into_bytes())
}
