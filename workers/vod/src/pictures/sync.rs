//! The job `syncAndProcessVideos`: pictures of new videos before anybody asks for them, and an end to those of old ones.

use std::collections::BTreeMap;

use at_run::{Context, Error, Put, Result};
use serde::{Deserialize, Serialize};
use streamhut_atproto::{AtUri, RecordCid};
use streamhut_streamplace::{
    VideoItem,
    xrpc::{MAX_PAGE, get_video_list_url, parse_video_list},
};

use super::{
    storyboard::{Order, board},
    sweep::{Sweep, sweep},
    thumbnail::warm,
};
use crate::{
    catalogue::{Round, Seen, step},
    pictures::known::known,
    upstream,
};

const STATE: &str = "sync.json";
const MAX_STATE: usize = 1024 * 1024;
/// Pages of the node's list that one run reads.
const MAX_PAGES: usize = 3;
/// Videos whose pictures one run asks for.
const MAX_NEW: usize = 50;

/// Milliseconds after which a run begins nothing more: a runner gives a job more than that.
const WORK_MS: u64 = 15_000;

/// What a run leaves for the next.
#[derive(Default, Serialize, Deserialize)]
struct State {
    /// The newest videos, in the version whose pictures were asked for.
    asked: BTreeMap<AtUri, RecordCid>,
    sweep: Sweep,
    #[serde(default)]
    round: Round,
}

/// Asks for the pictures of new and edited videos, forgets those that are gone, and sweeps a part of what is kept.
pub(crate) async fn sync_and_process_videos(ctx: Context) -> Result<String> {
    let until_ms = ctx.now().saturating_add(WORK_MS);
    let mut state = read(&ctx).await?;
    let outcome = changes(&ctx, &mut state, until_ms).await;
    let swept = match &outcome {
        Ok(_) => sweep(&ctx, &mut state.sweep).await,
        // The sweep needs the node, too.
        Err(_) => String::new(),
    };
    write(&ctx, &state).await?;
    Ok(format!("{}; {swept}", outcome?))
}

/// What is new, edited and gone since the last run.
async fn changes(ctx: &Context, state: &mut State, until_ms: u64) -> Result<String> {
    let mut newest = BTreeMap::new();
    let outcome = read_newest(ctx, &state.asked, &mut newest).await;
    match outcome {
        Ok(_) => state.asked = newest,
        // What was asked for before it broke off is not to be asked for again.
        Err(_) => state.asked.append(&mut newest),
    }
    let (mut asked, seen) = outcome?;
    let listed: usize = seen.pages.iter().map(Vec::len).sum();
    let done = step(ctx, &mut state.round, seen, until_ms).await?;
    let mut changed = done.changed.into_iter();
    while let Some((uri, cid)) = changed.next() {
        if state.asked.get(&uri) == Some(&cid) {
            continue;
        }
        if let Err(error) = ctx.tasks().enqueue("pictures", &Order { uri: uri.clone(), cid }).await {
            // They are told of once: the next run has to ask for them.
            state.round.put_back([(uri, cid)].into_iter().chain(changed));
            return Err(error);
        }
        asked += 1;
    }
    let gone = if done.gone > 0 { format!(", {} gone", done.gone) } else { String::new() };
    let round = done.parts.map(|parts| format!(", a round of {parts} pages ended")).unwrap_or_default();
    Ok(format!("{listed} videos, pictures of {asked} asked for{gone}{round}"))
}

async fn read_newest(
    ctx: &Context,
    known: &BTreeMap<AtUri, RecordCid>,
    newest: &mut BTreeMap<AtUri, RecordCid>,
) -> Result<(usize, Seen)> {
    let mut seen = Seen { pages: Vec::new(), cursor: None };
    let mut asked = 0;
    for _ in 0..MAX_PAGES {
        let page = list_page(ctx, seen.cursor.as_deref()).await?;
        for video in &page.videos {
            let (uri, cid) = (video.uri.clone(), video.cid);
            if newest.get(&uri).or_else(|| known.get(&uri)) != Some(&cid) {
                if asked >= MAX_NEW {
                    continue;
                }
                ctx.tasks().enqueue("pictures", &Order { uri: uri.clone(), cid }).await?;
                asked += 1;
            }
            newest.insert(uri, cid);
        }
        seen.pages.push(page.videos);
        let next = page.cursor.filter(|next| Some(next) != seen.cursor.as_ref());
        seen.cursor = next;
        if seen.cursor.is_none() {
            break;
        }
    }
    Ok((asked, seen))
}

/// A page of the node's list, as long as can be.
pub(crate) struct ListPage {
    pub videos: Vec<VideoItem>,
    pub cursor: Option<String>,
}

/// The page after that cursor.
///
/// # Errors
/// The node's.
pub(crate) async fn list_page(ctx: &Context, cursor: Option<&str>) -> Result<ListPage> {
    let url = get_video_list_url(&upstream::node(ctx)?, None, MAX_PAGE, cursor);
    let answer = upstream::ask(ctx, &url).await?;
    let page = parse_video_list(answer.bytes());
    let page = page.map_err(|e| Error::from(answer.unexpected(e.to_string())))?;
    Ok(ListPage { videos: page.videos.into_iter().map(VideoItem::from).collect(), cursor: page.cursor })
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
