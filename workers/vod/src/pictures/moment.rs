//! From a time to the keyframe that stands for it.

use at_run::{Context, Error};

use super::{
    film::{Film, Reach},
    known::Known,
    trouble::Trouble,
};

/// Where the picture of a video is taken, in microseconds.
const DEFAULT_US: u64 = 3_000_000;

/// 3 s, or a tenth of a video of less than 30.
pub(super) fn default_us(duration_us: u64) -> u64 {
    DEFAULT_US.min(duration_us / 10)
}

/// How much of the playlist has to be known for that.
pub(super) const DEFAULT_REACH: Reach = Reach::Time(10 * DEFAULT_US);

/// The segment that shows at that time.
///
/// # Errors
/// 400 when the video is over by then.
pub(super) fn segment_at(film: &Film, time_us: u64) -> Result<usize, Trouble> {
    match film.index.at(time_us) {
        Some(segment) => Ok(segment.index),
        None => Err(past_the_end(time_us, film.index.duration_us()).into()),
    }
}

/// Refuses a time after the end, where the record says where that is.
pub(super) fn within(known: &Known, time_us: u64) -> Result<(), Error> {
    match known.duration_us().filter(|duration_us| time_us >= *duration_us) {
        Some(duration_us) => Err(past_the_end(time_us, duration_us)),
        None => Ok(()),
    }
}

fn past_the_end(time_us: u64, duration_us: u64) -> Error {
    let seconds = |us: u64| us as f64 / 1e6;
    let text = format!("`t`: {} s is past the end, which is at {} s", seconds(time_us), seconds(duration_us));
    Error::invalid("InvalidInput", text)
}

/// Opens the film of a video, anew when what was remembered of it is gone, and does `work` with it.
pub(super) async fn with_film<T>(
    ctx: &Context,
    known: &Known,
    width: u32,
    reach: Reach,
    work: impl AsyncFn(&Film) -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    let version = known.version();
    let film = Film::open(ctx, &known.uri, &version, width, reach).await?;
    match work(&film).await {
        Err(Trouble::Bundle(error)) if film.is_remembered && is_gone(&error) => {
            film.forget(ctx).await;
            let film = Film::open(ctx, &known.uri, &version, width, reach).await?;
            work(&film).await
        }
        outcome => outcome,
    }
}

/// What a URL answers that has expired.
pub(super) fn is_gone(error: &Error) -> bool {
    matches!(error.status, 403 | 404 | 410)
}
