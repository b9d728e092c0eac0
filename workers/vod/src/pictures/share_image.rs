//! `getShareImage`: the picture of a video's card in other people's pages, 1200x630.

use at_run::{Context, Error, Response, Result};
use serde::Deserialize;
use streamhut_card::{RgbRef, ShareCard, neutral_card, share_card};
use streamhut_media::{Fidelity, Picture, Target, jpeg_at_most, render};

use super::{
    answer::{Fresh, JPEG, Named, REASON, keep, kept, told},
    known::{self, Known, known},
    moment::{DEFAULT_REACH, with_film},
    own_thumb::own_thumb,
    parameters,
    still::representative,
    trouble::{Trouble, remembered},
};
use crate::upstream;

/// What crawlers take.
const MAX_BYTES: usize = 300 * 1000;
/// The frame, as large as it is up to this: the card shrinks it by itself, and to shrink it by less than half is dear.
const FRAME: Target = Target::Inside(1920, 1920);

#[derive(Deserialize)]
pub(crate) struct GetShareImage {
    uri: String,
    cid: Option<String>,
}

pub(crate) async fn get_share_image(ctx: Context, input: GetShareImage) -> Result<Response> {
    let uri = upstream::video_uri(&input.uri)?;
    let asked = parameters::cid(input.cid.as_deref())?;
    if let Some(cid) = &asked {
        let key = super::key::Version::of(&uri, cid).share_image();
        if let Some(response) = kept(&ctx, &key, Named::ByContent).await? {
            return Ok(response);
        }
    }
    let known = known(&ctx, &uri, asked.as_ref()).await?;
    let named = if asked == Some(known.cid) { Named::ByContent } else { Named::ByVideo };
    let version = known.version();
    let key = version.share_image();
    let check = async || Ok(kept(&ctx, &key, named).await?.map(Got::Kept));
    let work = async || {
        if known.warned {
            return Ok(Got::Fresh(keep(&ctx, &key, JPEG, drawn(neutral_card())?).await));
        }
        match frame(&ctx, &known).await {
            Ok(picture) => {
                let bytes = drawn(card(&known, Some(&picture)))?;
                known::keep(&ctx, &known).await;
                Ok(Got::Fresh(keep(&ctx, &key, JPEG, bytes).await))
            }
            // A card without a picture still says what it is about; the next crawler may get the picture.
            Err(trouble) => {
                trouble.remember(&ctx, &version, "still").await;
                Ok(Got::Bare(drawn(card(&known, None))?, told(&trouble.reason())))
            }
        }
    };
    match ctx.single_flight(&key).run(check, work).await? {
        Got::Kept(response) => Ok(response),
        Got::Fresh(fresh) => Ok(fresh.answer(JPEG, named)),
        Got::Bare(bytes, reason) => {
            let fresh = Fresh { bytes, etag: None };
            let response = fresh.answer(JPEG, Named::ByVideo).header(REASON, &reason);
            Ok(response.cache(at_run::Cache::public(60)))
        }
    }
}

enum Got {
    Kept(Response),
    Fresh(Fresh),
    Bare(Vec<u8>, String),
}

async fn frame(ctx: &Context, known: &Known) -> Result<Picture, Trouble> {
    if let Some(picture) = own_thumb(ctx, known).await {
        return Ok(picture);
    }
    if let Some(reason) = remembered(ctx, &known.version(), "still").await {
        return Err(Trouble::Remembered(reason));
    }
    let frame = with_film(ctx, known, 1280, DEFAULT_REACH, async |film| {
        representative(ctx, film, Fidelity::Exact).await
    });
    Ok(render(&frame.await?, FRAME)?)
}

fn card(known: &Known, picture: Option<&Picture>) -> streamhut_card::Rgb {
    share_card(&ShareCard {
        picture: picture.map(|picture| RgbRef {
            width: picture.width,
            height: picture.height,
            rgb: &picture.rgb,
        }),
        title: &known.title,
        creator: known.creator.as_deref().unwrap_or_default(),
        handle: known.handle.as_deref(),
        duration_ms: known.duration_ms,
    })
}

fn drawn(card: streamhut_card::Rgb) -> Result<Vec<u8>> {
    let picture = Picture { width: card.width, height: card.height, rgb: card.rgb };
    jpeg_at_most(&picture, MAX_BYTES).map_err(|error| Error::internal(error.to_string()))
}
