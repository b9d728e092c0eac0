//! A storyboard that nobody has asked for yet.

use at_run::{Context, Error, Result};

use super::task::{Order, Pace, Progress, proceed};
use crate::pictures::{
    known::Known,
    trouble::{Reason, remembered},
};

/// Seconds for which a task that was asked for is not asked for again. It asks for its own continuation.
const ASKED_SECONDS: u32 = 60;
/// Seconds after which another look makes sense.
pub(super) const RETRY_SECONDS: u32 = 2;

/// Sees to it that the storyboard is made; the reason when it never will be.
pub(super) async fn ask_for(ctx: &Context, known: &Known) -> Result<Option<Reason>> {
    let version = known.version();
    if let Some(reason) = remembered(ctx, &version, "board").await {
        return Ok(Some(reason));
    }
    if ctx.cache().get(&version.asked()).await.is_some() {
        return Ok(None);
    }
    let order = Order { uri: known.uri.clone(), cid: known.cid };
    match ctx.tasks().enqueue("storyboard", &order).await {
        Ok(_) => {
            ctx.cache().put(&version.asked(), b"1".to_vec(), ASKED_SECONDS).await;
            Ok(None)
        }
        // Alone, without a runner, there are no tasks: a piece is made now, and the next with the next request.
        Err(Error { status: 501, .. }) => {
            let pace = Pace { tolerant: false, until_ms: 0 };
            Ok(match proceed(ctx, known, pace).await? {
                Progress::Never(_) => remembered(ctx, &version, "board").await,
                Progress::Whole(_) | Progress::Part(_) | Progress::Elsewhere => None,
            })
        }
        // What is there is answered all the same, and whoever asks next asks for the rest again.
        Err(error) => {
            ctx.log().warn(format!("the storyboard of {} could not be asked for: {error}", known.uri));
            Ok(None)
        }
    }
}
