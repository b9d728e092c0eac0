//! The tiles of a chunk, from their keyframes.

use std::cell::Cell;

use at_run::Context;
use futures_util::{StreamExt, stream};
use streamhut_media::{Fidelity, Frame, Target, mp4::HEAD_BYTES, render, storyboard::Storyboard};

use super::{chunk::Chunk, tiles::Tiles};
use crate::pictures::{
    film::Film,
    keyframe::{Keyframe, keyframe},
    moment::{is_gone, segment_at},
    trouble::Trouble,
};

/// Requests on their way while a keyframe is decoded; the platform has six connections for a call.
const AHEAD: usize = 4;
/// Fewest bytes of a segment to ask for.
const LEAST_BYTES: u64 = 16 * 1024;

/// How many bytes to ask for: a little more than the last keyframes took.
struct Ask(Cell<u64>);

impl Ask {
    fn bytes(&self) -> u64 {
        match self.0.get() {
            0 => HEAD_BYTES,
            peak => (peak + peak / 8).next_multiple_of(4_096).clamp(LEAST_BYTES, HEAD_BYTES),
        }
    }

    fn learn(&self, reach: u64) {
        let peak = self.0.get();
        self.0.set(reach.max(peak - peak / 16));
    }
}

/// What a call may still do, in pixels decoded: its CPU is limited.
pub(super) struct Allowance(pub u64);

/// Pixels that one call decodes: a hundred frames of 1920x1080.
pub(super) const PIXELS: u64 = 100 * 1920 * 1088;

/// Makes the tiles of a chunk that are not there yet. A keyframe that can't be decoded leaves its tile without a
/// picture.
///
/// # Errors
/// The node's troubles, unless `tolerant`: then these, too, leave a tile without picture.
pub(super) async fn make(
    ctx: &Context,
    film: &Film,
    plan: &Storyboard,
    chunk: &Chunk,
    tolerant: bool,
    tiles: &mut Tiles,
    allowance: &mut Allowance,
) -> Result<Option<Trouble>, Trouble> {
    let ask = Ask(Cell::new(0));
    let wanted: Vec<u32> = chunk.tiles.iter().copied().filter(|tile| !tiles.contains_key(tile)).collect();
    let fetches = wanted.into_iter().filter_map(|index| plan.tile(index)).map(|tile| {
        let ask = &ask;
        async move {
            let found = async {
                let segment = segment_at(film, tile.shown_us)?;
                let found = keyframe(ctx, film, segment, ask.bytes()).await?;
                ask.learn(found.reach);
                Ok(found)
            };
            (tile.index, found.await)
        }
    });
    let mut fetched = stream::iter(fetches).buffered(AHEAD);
    let mut last = None;
    while let Some((index, found)) = fetched.next().await {
        let picture = found.and_then(|found| picture(&found, plan, allowance));
        match picture {
            Ok(picture) => drop(tiles.insert(index, Some(picture))),
            // Then all of them have expired.
            Err(Trouble::Bundle(error)) if film.is_remembered && is_gone(&error) => return Err(error.into()),
            Err(trouble) if trouble.is_lasting() || tolerant => {
                ctx.log().warn(format!("tile {index}: {trouble}"));
                tiles.insert(index, None);
                last = Some(trouble);
            }
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(last)
}

fn picture(
    found: &Keyframe,
    plan: &Storyboard,
    allowance: &mut Allowance,
) -> Result<streamhut_media::Picture, Trouble> {
    let (width, height) = plan.tile_size();
    let frame = found.decode(Fidelity::Shrunk { width })?;
    spend(allowance, &frame);
    Ok(render(&frame, Target::Exact(width, height))?)
}

fn spend(allowance: &mut Allowance, frame: &Frame) {
    allowance.0 = allowance.0.saturating_sub(u64::from(frame.width) * u64::from(frame.height));
}

/// The whole board of a film, for which one keyframe has to be seen: tiles keep its aspect.
pub(super) async fn plan(ctx: &Context, film: &Film) -> Result<Storyboard, Trouble> {
    let duration_us = film.index.duration_us();
    // Which moments tiles show doesn't depend on the picture's size.
    let sketch = Storyboard::plan(duration_us, 16, 9)?;
    let mut last = Trouble::NoSegment;
    let candidates = sketch.all().step_by((sketch.tiles() as usize / 5).max(1)).take(5);
    for tile in candidates {
        let found = async {
            let segment = segment_at(film, tile.shown_us)?;
            keyframe(ctx, film, segment, HEAD_BYTES).await?.decode(Fidelity::Shrunk { width: tile.width })
        };
        match found.await {
            Ok(frame) => {
                let (width, height) = frame.display_size();
                return Ok(Storyboard::plan(duration_us, width, height)?);
            }
            Err(trouble) if trouble.is_lasting() => last = trouble,
            Err(trouble) => return Err(trouble),
        }
    }
    Err(last)
}
