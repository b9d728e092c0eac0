//! The job `syncAndProcessVideos`: pictures of new videos before anybody asks for them, and an end to those of old ones.

use std::collections::BTreeMap;

use at_run::{Context, Error, Put, Result};
use serde::{Deserialize, Serialize};
use streamhut_atproto::{AtUri, RecordCid};
use streamhut_streamplace::xrpc::{MAX_PAGE, get_video_list_url, parse_video_list};

use super::{
    storyboard::{Order, board},
    sweep::{Sweep, sweep},
    thumbnail::warm,
};
use crate::{pictures::known::known, upstream};

const STATE: &str = "sync.json";
const MAX_STATE: usize = 1024 * 1024;
/// Pages of the node's list that one run reads.
const MAX_PAGES: usize = 3;
/// Videos whose pictures one run asks for.
const MAX_NEW: usize = 50;

/// What a run leaves for the next.
#[derive(Default, Serialize, Deserialize)]
struct State {
    /// The newest videos, in the version whose pictures were asked for.
    asked: BTreeMap<AtUri, RecordCid>,
    sweep: Sweep,
}

/// Asks for the pictures of new and edited videos among the newest, and sweeps a part of what is kept.
pub(crate) async fn sync_and_process_videos(ctx: Context) -> Result<String> {
    let mut state = read(&ctx).await?;
    let (asked, listed) = match ask(&ctx, &mut state).await {
        Ok(counts) => counts,
        Err(error) => {
            // The sweep needs the node, too.
            write(&ctx, &state).await?;
            return Err(error);
        }
    };
    let swept = sweep(&ctx, &mut state.sweep).await;
    write(&ctx, &state).await?;
    Ok(format!("{listed} videos, pictures of {asked} asked for; {swept}"))
}

async fn ask(ctx: &Context, state: &mut State) -> Result<(usize, usize)> {
    let mut newest = BTreeMap::new();
    let outcome = read_list(ctx, &state.asked, &mut newest).await;
    match outcome {
        Ok(_) => state.asked = newest,
        // What was asked for before it broke off is not to be asked for again.
        Err(_) => state.asked.append(&mut newest),
    }
    outcome
}

async fn read_list(
    ctx: &Context,
    known: &BTreeMap<AtUri, RecordCid>,
    newest: &mut BTreeMap<AtUri, RecordCid>,
) -> Result<(usize, usize)> {
    let mut cursor: Option<String> = None;
    let (mut asked, mut listed) = (0, 0);
    for _ in 0..MAX_PAGES {
        let url = get_video_list_url(&upstream::node(ctx)?, None, MAX_PAGE, cursor.as_deref());
        let answer = upstream::ask(ctx, &url).await?;
        let page = parse_video_list(answer.bytes());
        let page = page.map_err(|e| Error::from(answer.unexpected(e.to_string())))?;
        for view in page.videos {
            listed += 1;
            let (uri, cid) = (view.video.uri, view.video.cid);
            if newest.get(&uri).or_else(|| known.get(&uri)) != Some(&cid) {
                if asked >= MAX_NEW {
                    continue;
                }
                ctx.tasks().enqueue("pictures", &Order { uri: uri.clone(), cid }).await?;
                asked += 1;
            }
            newest.insert(uri, cid);
        }
        let next = page.cursor.filter(|next| Some(next) != cursor.as_ref());
        if next.is_none() {
            break;
        }
        cursor = next;
    }
    Ok((asked, listed))
}

/// The task `pictures`: the thumbnails that lists and players ask for, then the storyboard.
pub(crate) async fn pictures(ctx: Context, order: Order) -> Result<String> {
    let known = match known(&ctx, &order.uri, Some(&order.cid)).await {
        Ok(known) => known,
        Err(error) if error.status < 500 => return Ok(format!("{}: {error}", order.uri)),
        Err(error) => return Err(error),
    };
    let thumbnails = warm(&ctx, &known).await?;
    let version = known.version();
    if board(&ctx, &version).await.is_none_or(|board| !board.is_whole()) {
        ctx.tasks().enqueue("storyboard", &Order { uri: known.uri.clone(), cid: known.cid }).await?;
    }
    Ok(format!("{}: {thumbnails}", order.uri))
}

/// What isn't there, or makes no sense, is as if this were the first run.
///
/// # Errors
/// Storage's: a run that began anew for that would ask for everything again.
async fn read(ctx: &Context) -> Result<State> {
    let Some(blob) = ctx.blobs().get(STATE).await? else { return Ok(State::default()) };
    Ok(serde_json::from_slice(&blob.bytes(MAX_STATE).await?).unwrap_or_default())
}

async fn write(ctx: &Context, state: &State) -> Result<()> {
    let bytes = serde_json::to_vec(state).map_err(|error| Error::internal(error.to_string()))?;
    ctx.blobs().put_with(STATE, bytes, Put::new().content_type("application/json")).await?;
    Ok(())
}
