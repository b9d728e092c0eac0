//! The frame that stands for a video.

use at_run::Context;
use streamhut_media::{Fidelity, Frame, is_nearly_uniform, mp4::HEAD_BYTES};

use super::{
    film::Film,
    keyframe::keyframe,
    moment::{default_us, segment_at},
    trouble::Trouble,
};

/// How far to move on from a frame that shows next to nothing: each step from the one before, in segments.
const STEPS: [usize; 5] = [0, 1, 2, 4, 8];

/// The frame at the default time, or the first after it that shows something: many videos begin with black, white or a
/// slate. When none does, the first.
pub(super) async fn representative(ctx: &Context, film: &Film, fidelity: Fidelity) -> Result<Frame, Trouble> {
    let mut index = segment_at(film, default_us(film.index.duration_us()))?;
    let last = film.index.len().saturating_sub(1);
    let (mut plain, mut trouble) = (None, None);
    for step in STEPS {
        if step > 0 && index >= last {
            break;
        }
        index = (index + step).min(last);
        let frame = match keyframe(ctx, film, index, HEAD_BYTES).await {
            Ok(keyframe) => keyframe.decode(fidelity),
            Err(trouble) => Err(trouble),
        };
        match frame {
            Ok(frame) if !is_nearly_uniform(&frame) => return Ok(frame),
            Ok(frame) => plain = plain.or(Some(frame)),
            // URLs that expired, or a node that is away: it would be no better with the next.
            Err(Trouble::Bundle(error)) if matches!(error.status, 403 | 410 | 503 | 504) => {
                return Err(error.into());
            }
            // A damaged keyframe is one to move on from, too.
            Err(other) => trouble = trouble.or(Some(other)),
        }
    }
    plain.ok_or_else(|| trouble.unwrap_or(Trouble::NoSegment))
}

/// The frame of one segment.
pub(super) async fn of_segment(
    ctx: &Context,
    film: &Film,
    index: usize,
    fidelity: Fidelity,
) -> Result<Frame, Trouble> {
    keyframe(ctx, film, index, HEAD_BYTES).await?.decode(fidelity)
}
