//! The whole list of videos, read round by round by the job, so that it can be told what changed, what is gone, and
//! what there is: for sitemaps.
//!
//! A round reads the list page by page, over as many runs as it takes, and keeps each page as a part of a new
//! generation. At its end the parts of the generation before are gone through: what the list has no more, and the
//! node refuses, is forgotten. Then the new generation is the catalogue, and what it replaces goes before the next
//! round begins. A crash leaves the last whole one.

mod digests;
mod parts;
mod round;

use at_run::{Context, Result};
use streamhut_streamplace::VideoItem;

pub(crate) use round::{Round, Seen, step};

/// How many parts the catalogue has; 0 before the first round has ended.
///
/// # Errors
/// Storage's.
pub(crate) async fn parts(ctx: &Context) -> Result<u32> {
    Ok(parts::current(ctx).await?.map_or(0, |generation| generation.parts))
}

/// The videos of so many parts from `first` on, of at most a hundred videos each, newest first.
///
/// # Errors
/// Storage's.
pub(crate) async fn videos(ctx: &Context, first: u32, count: u32) -> Result<Vec<VideoItem>> {
    let Some(generation) = parts::current(ctx).await? else { return Ok(Vec::new()) };
    let mut videos = Vec::new();
    for part in first..first.saturating_add(count).min(generation.parts) {
        videos.extend(parts::read(ctx, generation.id, part).await?);
    }
    Ok(videos)
}
