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
/// What a call may still do.
pub(super) struct Allowance {
    /// Pixels to be decoded: its CPU is limited.
    pixels: Cell<u64>,
    /// Requests for keyframes: so are these, and keeping what is made costs as many again.
    requests: Cell<u32>,
}

/// A hundred frames of 1920x1080.
const PIXELS: u64 = 100 * 1920 * 1088;
const REQUESTS: u32 = 150;

impl Allowance {
    /// Of one call.
    pub(super) fn new() -> Self {
        Self { pixels: Cell::new(PIXELS), requests: Cell::new(REQUESTS) }
    }

    pub(super) fn is_spent(&self) -> bool {
        self.pixels.get() == 0 || self.requests.get() == 0
    }

    fn decoded(&self, frame: &Frame) {
        let pixels = u64::from(frame.width) * u64::from(frame.height);
        self.pixels.set(self.pixels.get().saturating_sub(pixels));
    }

    /// What was asked for a film since its last account.
    pub(super) fn asked(&self, film: &Film) {
        self.requests.set(self.requests.get().saturating_sub(film.requests.take()));
    }
}

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
    allowance: &Allowance,
) -> Result<Option<Trouble>, Trouble> {
    let wanted: Vec<u32> = chunk.tiles.iter().copied().filter(|tile| !tiles.contains_key(tile)).collect();
    let fetches = wanted.into_iter().filter_map(|index| plan.tile(index)).map(|tile| async move {
        let found = async {
            let segment = segment_at(film, tile.shown_us)?;
            let found = keyframe(ctx, film, segment, film.ask.bytes()).await?;
            film.ask.learn(found.reach);
            Ok(found)
        };
        (tile.index, found.await)
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
                // One that may pass counts more than one that will not.
                if last.as_ref().is_none_or(Trouble::is_lasting) {
                    last = Some(trouble);
                }
            }
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(last)
}

fn picture(
    found: &Keyframe,
    plan: &Storyboard,
    allowance: &Allowance,
) -> Result<streamhut_media::Picture, Trouble> {
    let (width, height) = plan.tile_size();
    let frame = found.decode(Fidelity::Shrunk { width })?;
    allowance.decoded(&frame);
    Ok(render(&frame, Target::Exact(width, height))?)
}

/// Whether the node gives a keyframe that it gave before: then what it refuses is the matter of single segments.
pub(super) async fn is_there(ctx: &Context, film: &Film, plan: &Storyboard, tiles: &Tiles) -> bool {
    let made = tiles.iter().find(|(_, picture)| picture.is_some());
    let Some(tile) = made.and_then(|(index, _)| plan.tile(*index)) else { return false };
    let Ok(segment) = segment_at(film, tile.shown_us) else { return false };
    keyframe(ctx, film, segment, film.ask.bytes()).await.is_ok()
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
