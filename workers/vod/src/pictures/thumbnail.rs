//! `getThumbnail`: a video's picture, or that of a moment of it.

use at_run::{Context, Error, Response, Result};
use serde::Deserialize;
use streamhut_media::{Fidelity, Picture, Target, Width, fit, jpeg, render};

use super::{
    answer::{Fresh, JPEG, Named, keep, kept, not_yet, stand_in},
    known::{self, Known, known},
    moment::{DEFAULT_REACH, segment_at, with_film, within},
    own_thumb::own_thumb,
    parameters,
    still::{of_segment, representative},
    trouble::{Reason, Trouble, remembered},
};
use crate::upstream;

/// libjpeg's; chosen by eye on the demo videos.
const QUALITY: u8 = 80;

#[derive(Deserialize)]
pub(crate) struct GetThumbnail {
    uri: String,
    width: Option<String>,
    t: Option<String>,
    cid: Option<String>,
}

pub(crate) async fn get_thumbnail(ctx: Context, input: GetThumbnail) -> Result<Response> {
    let uri = upstream::video_uri(&input.uri)?;
    let width = parameters::width(input.width.as_deref())?;
    let time_us = input.t.as_deref().map(parameters::time_us).transpose()?;
    let asked = parameters::cid(input.cid.as_deref())?;
    // Of a version that has its picture, nobody needs to be asked.
    if let (Some(cid), None) = (&asked, time_us) {
        let key = super::key::Version::of(&uri, cid).thumbnail(width.pixels());
        if let Some(response) = kept(&ctx, &key, Named::ByContent).await? {
            return Ok(response);
        }
    }
    let known = match known(&ctx, &uri, asked.as_ref()).await {
        Ok(known) => known,
        Err(error) if error.status < 500 => return Err(error),
        Err(error) => return stand_in_of(width, &Trouble::from(error).reason()),
    };
    let named = if asked == Some(known.cid) { Named::ByContent } else { Named::ByVideo };
    match time_us {
        None => whole(&ctx, &known, width, named).await,
        Some(time_us) => moment(&ctx, &known, width, named, time_us).await,
    }
}

/// The picture that stands for the video.
async fn whole(ctx: &Context, known: &Known, width: Width, named: Named) -> Result<Response> {
    let key = known.version().thumbnail(width.pixels());
    made(ctx, known, &key, "still", width, named, async || {
        if let Some(picture) = own_thumb(ctx, known).await {
            return Ok(fit(&picture, Target::Width(width.pixels()))?);
        }
        let fidelity = Fidelity::Shrunk { width: width.pixels() };
        let frame = with_film(ctx, known, width.pixels(), DEFAULT_REACH, async |film| {
            representative(ctx, film, fidelity).await
        });
        Ok(render(&frame.await?, Target::Width(width.pixels()))?)
    })
    .await
}

/// The picture of the segment that shows at that time.
async fn moment(ctx: &Context, known: &Known, width: Width, named: Named, time_us: u64) -> Result<Response> {
    within(known, time_us)?;
    let pixels = width.pixels();
    let reach = super::film::Reach::Time(time_us);
    // The key is that of the segment, so the playlist comes first.
    let start = with_film(ctx, known, pixels, reach, async |film| {
        let index = segment_at(film, time_us)?;
        Ok(film.index.segment(index).map(|segment| (index, segment.start_us)))
    });
    let (index, start_us) = match start.await {
        Ok(Some(found)) => found,
        Ok(None) => return stand_in_of(width, &Trouble::NoSegment.reason()),
        Err(Trouble::Bundle(error)) if error.status == 400 => return Err(error),
        Err(trouble) => return stand_in_of(width, &trouble.reason()),
    };
    let key = known.version().moment(pixels, start_us);
    made(ctx, known, &key, &format!("moment-{start_us}"), width, named, async || {
        let fidelity = Fidelity::Shrunk { width: pixels };
        let frame =
            with_film(ctx, known, pixels, reach, async |film| of_segment(ctx, film, index, fidelity).await);
        Ok(render(&frame.await?, Target::Width(pixels))?)
    })
    .await
}

/// The widths that lists and players ask for first.
const WARM: [&str; 2] = ["320", "640"];

/// Makes the pictures that will be asked for; what came of it, in a line.
///
/// # Errors
/// When the node is away: it is worth another try.
pub(super) async fn warm(ctx: &Context, known: &Known) -> Result<String> {
    for text in WARM {
        let width = parameters::width(Some(text))?;
        let answer = whole(ctx, known, width, Named::ByVideo).await?;
        if let Some(reason) = remembered(ctx, &known.version(), "still").await {
            return match reason.lasting {
                true => Ok(format!("no thumbnail: {}", reason.message)),
                false => Err(Error::unavailable(reason.message, 30)),
            };
        }
        drop(answer);
    }
    Ok("thumbnails".to_owned())
}

enum Got {
    Kept(Response),
    Fresh(Fresh),
    Not(Reason),
}

/// What is kept under the key, else what `draw` gives: drawn once, however many ask.
async fn made(
    ctx: &Context,
    known: &Known,
    key: &str,
    what: &str,
    width: Width,
    named: Named,
    draw: impl AsyncFn() -> Result<Picture, Trouble>,
) -> Result<Response> {
    let version = known.version();
    let check = async || {
        if let Some(response) = kept(ctx, key, named).await? {
            return Ok(Some(Got::Kept(response)));
        }
        Ok(remembered(ctx, &version, what).await.map(Got::Not))
    };
    let work = async || {
        let drawn = async { Ok(jpeg(&draw().await?, QUALITY)?) };
        match drawn.await {
            Ok(bytes) => {
                known::keep(ctx, known).await;
                Ok(Got::Fresh(keep(ctx, key, JPEG, bytes).await))
            }
            Err(trouble) => {
                let trouble: Trouble = trouble;
                trouble.remember(ctx, &version, what).await;
                Ok(Got::Not(trouble.reason()))
            }
        }
    };
    match ctx.single_flight(key).run(check, work).await {
        Ok(Got::Kept(response)) => Ok(response),
        Ok(Got::Fresh(fresh)) => Ok(fresh.answer(JPEG, named)),
        Ok(Got::Not(reason)) => stand_in_of(width, &reason),
        // Many ask for one that takes long.
        Err(Error { name, .. }) if name == "Busy" => not_yet(width.pixels(), height_of(width), 2),
        Err(error) => Err(error),
    }
}

fn stand_in_of(width: Width, reason: &Reason) -> Result<Response> {
    stand_in(width.pixels(), height_of(width), reason)
}

/// Of a picture that nobody has seen.
fn height_of(width: Width) -> u32 {
    width.pixels() * 9 / 16
}
