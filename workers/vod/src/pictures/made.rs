//! A picture that is made by one call while the others wait for it.

use at_run::{Cache, Context, Error, Response, Result};
use futures_util::join;
use streamhut_media::{Picture, Width, jpeg};

use super::{
    answer::{Fresh, JPEG, Named, keep, kept, not_yet, stand_in},
    key::Version,
    known::{self, Known},
    trouble::{Reason, Trouble, remembered},
};

/// libjpeg's; chosen by eye on the demo videos.
const QUALITY: u8 = 80;
/// Milliseconds for which a picture is one call's to make: less than a platform gives to work whose call was cut off.
/// When the isolate dies, the next has to wait for so long.
pub(super) const LEASE_MS: u64 = 20_000;
/// Milliseconds that another call's picture is waited for: less than a runner gives a call to answer.
pub(super) const WAIT_MS: u64 = 8_000;
/// Seconds for which a picture is shown in place of a better one.
const FOR_NOW_SECONDS: u32 = 60;
/// Seconds after which whoever waited in vain asks again.
pub(super) const RETRY_SECONDS: u32 = 2;

/// Which picture.
#[derive(Clone)]
pub(super) struct Wanted {
    pub version: Version,
    /// Where it is kept.
    pub key: String,
    /// Under which name troubles with it are remembered.
    pub what: String,
    pub width: Width,
    pub named: Named,
}

/// What a call that was to make it comes back with.
pub(super) enum Outcome {
    Drawn(Known, Picture),
    /// A picture in place of a better one that can't be had for now; it is not kept for long.
    ForNow(Picture),
    Not(Trouble),
    /// The node's word that there is no such video.
    Refused(Error),
    /// The record has another version.
    Edited(Known),
}

/// What there is to answer.
pub(super) enum Made {
    Answer(Response),
    Edited(Box<Known>),
}

enum Got {
    Kept(Response),
    Fresh(Fresh),
    ForNow(Vec<u8>),
    Not(Reason),
    Refused(Error),
    Edited(Box<Known>),
}

/// What is kept, else what `draw` gives. Who waits for another call's picture asks for nothing but whether it is there.
/// A picture that was begun is finished, though nobody may be waiting for it any more.
pub(super) async fn made(
    ctx: &Context,
    wanted: Wanted,
    draw: impl Future<Output = Outcome> + 'static,
) -> Result<Made> {
    let Wanted { width, named, ref key, .. } = wanted;
    let flight = ctx.single_flight(key).ttl_ms(LEASE_MS).wait_ms(WAIT_MS).answers_first();
    let check = async || look(ctx, &wanted).await;
    let work = {
        let (ctx, wanted) = (ctx.clone(), wanted.clone());
        async move { keep_outcome(&ctx, &wanted, draw.await).await }
    };
    let answer = match flight.run_to_end(check, work).await {
        Ok(Got::Kept(response)) => response,
        Ok(Got::Fresh(fresh)) => fresh.answer(JPEG, named),
        Ok(Got::ForNow(bytes)) => Response::new(JPEG, bytes).cache(Cache::public(FOR_NOW_SECONDS)),
        Ok(Got::Not(reason)) => stand_in_of(width, &reason)?,
        Ok(Got::Refused(error)) => return Err(error),
        Ok(Got::Edited(known)) => return Ok(Made::Edited(known)),
        // Many ask for one that takes long.
        Err(Error { name, .. }) if name == "Busy" => {
            not_yet(width.pixels(), height_of(width), RETRY_SECONDS)?
        }
        Err(error) => return Err(error),
    };
    Ok(Made::Answer(answer))
}

/// What is there already.
async fn look(ctx: &Context, wanted: &Wanted) -> Result<Option<Got>> {
    let Wanted { version, key, what, named, .. } = wanted;
    if let Some(response) = kept(ctx, key, *named).await? {
        return Ok(Some(Got::Kept(response)));
    }
    let (cache, reason) = (ctx.cache(), remembered(ctx, version, what));
    let (for_now, reason) = join!(cache.get(key), reason);
    Ok(for_now.map(Got::ForNow).or(reason.map(Got::Not)))
}

/// Keeps what came of it where the others look for it.
async fn keep_outcome(ctx: &Context, wanted: &Wanted, outcome: Outcome) -> Result<Got> {
    let Wanted { version, key, what, .. } = wanted;
    let trouble = match outcome {
        Outcome::Refused(error) => return Ok(Got::Refused(error)),
        Outcome::Edited(known) => return Ok(Got::Edited(Box::new(known))),
        Outcome::Not(trouble) => trouble,
        Outcome::ForNow(picture) => match jpeg(&picture, QUALITY) {
            Ok(bytes) => {
                ctx.cache().put(key, bytes.clone(), FOR_NOW_SECONDS).await;
                return Ok(Got::ForNow(bytes));
            }
            Err(error) => error.into(),
        },
        Outcome::Drawn(known, picture) => match jpeg(&picture, QUALITY) {
            Ok(bytes) => {
                let ((), fresh) = join!(known::keep(ctx, &known), keep(ctx, key, JPEG, bytes));
                return Ok(Got::Fresh(fresh));
            }
            Err(error) => error.into(),
        },
    };
    trouble.remember(ctx, version, what).await;
    Ok(Got::Not(trouble.reason()))
}

pub(super) fn stand_in_of(width: Width, reason: &Reason) -> Result<Response> {
    stand_in(width.pixels(), height_of(width), reason)
}

/// Of a picture that nobody has seen.
fn height_of(width: Width) -> u32 {
    width.pixels() * 9 / 16
}
