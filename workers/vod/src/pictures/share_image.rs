//! `getShareImage`: the picture of a video's card in other people's pages, 1200x630.

use at_run::{Cache, Context, Error, Response, Result};
use serde::Deserialize;
use streamhut_card::{CARD_HEIGHT, CARD_WIDTH, RgbRef, ShareCard, neutral_card, share_card};
use streamhut_media::{Fidelity, Picture, Target, jpeg_at_most, render};

use super::{
    answer::{Fresh, JPEG, Named, REASON, keep, kept, not_yet, stand_in, told},
    known::{self, Known, known},
    made::{LEASE_MS, RETRY_SECONDS, WAIT_MS},
    moment::{DEFAULT_REACH, with_film},
    own_thumb::{OwnThumb, own_thumb},
    parameters,
    still::representative,
    thumbnail::away,
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
    let known = match known(&ctx, &uri, asked.as_ref()).await {
        Ok(known) => known,
        Err(error) if error.status < 500 => return Err(error),
        Err(error) => return stand_in(CARD_WIDTH, CARD_HEIGHT, &Trouble::from(error).reason()),
    };
    let named = if asked == Some(known.cid) { Named::ByContent } else { Named::ByVideo };
    let key = known.version().share_image();
    let check = async || Ok(kept(&ctx, &key, named).await?.map(Got::Kept));
    let work = {
        let (ctx, key) = (ctx.clone(), key.clone());
        async move { made(&ctx, &known, &key).await }
    };
    let flight = ctx.single_flight(&key).ttl_ms(LEASE_MS).wait_ms(WAIT_MS).answers_first();
    match flight.run_to_end(check, work).await {
        Ok(Got::Kept(response)) => Ok(response),
        Ok(Got::Fresh(fresh)) => Ok(fresh.answer(JPEG, named)),
        Ok(Got::ForNow(bytes, reason)) => {
            let response = Response::new(JPEG, bytes).cache(Cache::public(60));
            Ok(match reason {
                Some(reason) => response.header(REASON, &reason),
                None => response,
            })
        }
        Err(Error { name, .. }) if name == "Busy" => not_yet(CARD_WIDTH, CARD_HEIGHT, RETRY_SECONDS),
        Err(error) => Err(error),
    }
}

enum Got {
    Kept(Response),
    Fresh(Fresh),
    /// With the reason, when it has no picture.
    ForNow(Vec<u8>, Option<String>),
}

/// Draws the card and keeps it where it is the one that the video will have.
async fn made(ctx: &Context, known: &Known, key: &str) -> Result<Got> {
    if known.warned {
        known::keep(ctx, known).await;
        return Ok(Got::Fresh(keep(ctx, key, JPEG, drawn(neutral_card())?).await));
    }
    match frame(ctx, known).await {
        Ok((picture, is_settled)) => {
            let bytes = drawn(card(known, Some(&picture)))?;
            if !is_settled {
                return Ok(Got::ForNow(bytes, None));
            }
            known::keep(ctx, known).await;
            Ok(Got::Fresh(keep(ctx, key, JPEG, bytes).await))
        }
        // A card without a picture still says what it is about; the next crawler may get the picture.
        Err(trouble) => {
            trouble.remember(ctx, &known.version(), "still").await;
            Ok(Got::ForNow(drawn(card(known, None))?, Some(told(&trouble.reason()))))
        }
    }
}

/// The picture, and whether it is the one that the video will have.
async fn frame(ctx: &Context, known: &Known) -> Result<(Picture, bool), Trouble> {
    // It is remembered only where there is no thumbnail of its own.
    if let Some(reason) = remembered(ctx, &known.version(), "still").await {
        return Err(Trouble::Remembered(reason));
    }
    let own = own_thumb(ctx, known).await;
    if let OwnThumb::There(picture) = own {
        return Ok((picture, true));
    }
    let frame = with_film(ctx, known, 1280, DEFAULT_REACH, async |film| {
        representative(ctx, film, Fidelity::Exact).await
    });
    let picture = async { Ok(render(&frame.await?, FRAME)?) };
    match (picture.await, own) {
        (Ok(picture), OwnThumb::Away) => Ok((picture, false)),
        (Err(_), OwnThumb::Away) => Err(away().into()),
        (picture, _) => picture.map(|picture| (picture, true)),
    }
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
