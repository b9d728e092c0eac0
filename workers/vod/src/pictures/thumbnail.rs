//! `getThumbnail`: a video's picture, or that of a moment of it.

use at_run::{Context, Error, Response, Result};
use serde::Deserialize;
use streamhut_atproto::{AtUri, RecordCid};
use streamhut_media::{Fidelity, Picture, Target, Width, fit, render};

use super::{
    answer::Named,
    film::Reach,
    key::Version,
    known::{Known, known},
    made::{Made, Outcome, Wanted, made, stand_in_of},
    moment::{DEFAULT_REACH, segment_at, with_film, within},
    own_thumb::{OwnThumb, own_thumb},
    parameters,
    still::{of_segment, representative},
    trouble::{Trouble, remembered},
};
use crate::upstream;

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
    let known = match (&asked, time_us) {
        (Some(cid), None) => match of_version(&ctx, &uri, cid, width).await? {
            Made::Answer(answer) => return Ok(answer),
            Made::Edited(known) => *known,
        },
        _ => match known(&ctx, &uri, asked.as_ref()).await {
            Ok(known) => known,
            Err(error) if error.status < 500 => return Err(error),
            Err(error) => return stand_in_of(width, &Trouble::from(error).reason()),
        },
    };
    let named = if asked == Some(known.cid) { Named::ByContent } else { Named::ByVideo };
    match time_us {
        None => still(&ctx, &known, width, named).await,
        Some(time_us) => moment(&ctx, &known, width, named, time_us).await,
    }
}

/// The picture of the version that the caller names. Where it is there, or being made, nobody else is asked.
async fn of_version(ctx: &Context, uri: &AtUri, cid: &RecordCid, width: Width) -> Result<Made> {
    let draw = {
        let (ctx, uri, cid) = (ctx.clone(), uri.clone(), *cid);
        async move {
            match known(&ctx, &uri, Some(&cid)).await {
                Ok(known) if known.cid == cid => drawn(&ctx, known, width).await,
                Ok(known) => Outcome::Edited(known),
                Err(error) if error.status < 500 => Outcome::Refused(error),
                Err(error) => Outcome::Not(error.into()),
            }
        }
    };
    made(ctx, wanted_still(Version::of(uri, cid), width, Named::ByContent), draw).await
}

/// The picture that stands for the video.
async fn still(ctx: &Context, known: &Known, width: Width, named: Named) -> Result<Response> {
    let draw = {
        let (ctx, known) = (ctx.clone(), known.clone());
        async move { drawn(&ctx, known, width).await }
    };
    match made(ctx, wanted_still(known.version(), width, named), draw).await? {
        Made::Answer(answer) => Ok(answer),
        Made::Edited(known) => Err(Error::internal(format!("{} was drawn and edited at once", known.uri))),
    }
}

fn wanted_still(version: Version, width: Width, named: Named) -> Wanted {
    Wanted { key: version.thumbnail(width.pixels()), version, what: STILL.to_owned(), width, named }
}

/// Under which names troubles with it, and with playlists of moments, are remembered.
pub(super) const STILL: &str = "still";
const FILM: &str = "film";

async fn drawn(ctx: &Context, known: Known, width: Width) -> Outcome {
    let target = Target::Width(width.pixels());
    let own = own_thumb(ctx, &known).await;
    let picture = async {
        if let OwnThumb::There(picture) = &own {
            return Ok::<Picture, Trouble>(fit(picture, target)?);
        }
        let fidelity = Fidelity::Shrunk { width: width.pixels() };
        let frame = with_film(ctx, &known, width.pixels(), DEFAULT_REACH, async |film| {
            representative(ctx, film, fidelity).await
        });
        Ok(render(&frame.await?, target)?)
    };
    match picture.await {
        // The creator's own is the one to keep.
        Ok(picture) if matches!(own, OwnThumb::Away) => Outcome::ForNow(picture),
        Ok(picture) => Outcome::Drawn(known, picture),
        // Which is the only one there is, and may be there soon.
        Err(_) if matches!(own, OwnThumb::Away) => Outcome::Not(away().into()),
        Err(trouble) => Outcome::Not(trouble),
    }
}

/// There is no frame, and the thumbnail can't be had for now.
pub(super) fn away() -> Error {
    Error::unavailable("neither a frame nor the thumbnail could be had", 10)
}

/// The picture of the segment that shows at that time.
async fn moment(ctx: &Context, known: &Known, width: Width, named: Named, time_us: u64) -> Result<Response> {
    within(known, time_us)?;
    let pixels = width.pixels();
    let reach = Reach::Time(time_us);
    let version = known.version();
    if let Some(reason) = remembered(ctx, &version, FILM).await {
        return stand_in_of(width, &reason);
    }
    // The key is that of the segment, so the playlist comes first.
    let start = with_film(ctx, known, pixels, reach, async |film| {
        let index = segment_at(film, time_us)?;
        Ok(film.index.segment(index).map(|segment| (index, segment.start_us)))
    });
    let (index, start_us) = match start.await {
        Ok(Some(found)) => found,
        Ok(None) => return stand_in_of(width, &Trouble::NoSegment.reason()),
        Err(Trouble::Bundle(error)) if error.status == 400 => return Err(error),
        Err(trouble) => {
            trouble.remember(ctx, &version, FILM).await;
            return stand_in_of(width, &trouble.reason());
        }
    };
    let key = version.moment(pixels, start_us);
    let wanted = Wanted { version, key, what: format!("moment-{start_us}"), width, named };
    let draw = {
        let (ctx, known) = (ctx.clone(), known.clone());
        async move {
            let fidelity = Fidelity::Shrunk { width: pixels };
            let take = async |film: &_| of_segment(&ctx, film, index, fidelity).await;
            let frame = with_film(&ctx, &known, pixels, reach, take);
            let picture = async { Ok(render(&frame.await?, Target::Width(pixels))?) };
            match picture.await {
                Ok(picture) => Outcome::Drawn(known, picture),
                Err(trouble) => Outcome::Not(trouble),
            }
        }
    };
    match made(ctx, wanted, draw).await? {
        Made::Answer(answer) => Ok(answer),
        Made::Edited(known) => Err(Error::internal(format!("{} was drawn and edited at once", known.uri))),
    }
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
        drop(still(ctx, known, width, Named::ByVideo).await?);
        if let Some(reason) = remembered(ctx, &known.version(), STILL).await {
            return match reason.lasting {
                true => Ok(format!("no thumbnail: {}", reason.message)),
                false => Err(Error::unavailable(reason.message, 30)),
            };
        }
    }
    Ok("thumbnails".to_owned())
}
