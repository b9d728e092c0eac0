//! A round through the whole list.

use at_run::{Context, Error, Result};
use serde::{Deserialize, Serialize};
use streamhut_atproto::{AtUri, RecordCid};
use streamhut_streamplace::{VideoItem, xrpc::get_video_url};

use super::{
    digests::Digests,
    parts::{self, Generation},
};
use crate::{pictures, upstream, video::note_deleted};

/// Milliseconds between the beginnings of two rounds.
const EVERY_MS: u64 = 3_600_000;
/// Pages of the list that one run reads, beside the newest.
const PAGES: usize = 10;
/// Pages in a row without anything new, from which on that was all: a node may go round in circles.
const BARREN: usize = 3;
/// Parts of the last generation that one run goes through.
const PARTS: u32 = 10;
/// Videos of which one run asks whether they are gone. Each costs a dozen calls when it is, of a release's few hundred.
const ASKED: usize = 8;
/// Changed videos that one run tells of.
const TOLD: usize = 50;
/// Changed videos that are kept to be told of: of more, the pictures are made when somebody asks for them.
const MAX_CHANGED: usize = 300;
/// Runs that fail at the same place before it is passed over: an hour of them.
const MAX_FAILURES: u32 = 6;

/// How far a round is, and what it found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Round {
    /// When the last one began, or was given up, or this one began.
    began_ms: u64,
    at: Phase,
    /// Runs in a row that failed where it is.
    #[serde(default)]
    failures: u32,
    /// Videos that nobody was told of yet: edited, or new in the middle of the list.
    #[serde(default)]
    changed: Vec<(AtUri, RecordCid)>,
    /// How many videos are gone of which nobody was told yet.
    #[serde(default)]
    gone: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    #[default]
    Resting,
    /// So many parts were read, and there it goes on.
    Reading { parts: u32, cursor: String },
    /// All of it was read; that video of that part of the last generation is next.
    Comparing {
        parts: u32,
        old: u32,
        #[serde(default)]
        video: usize,
    },
}

impl Round {
    /// Changed videos of which the pictures could not be asked for: the next run tells of them again.
    pub(crate) fn put_back(&mut self, changed: impl Iterator<Item = (AtUri, RecordCid)>) {
        self.changed.splice(0..0, changed);
    }
}

/// The newest pages, as the run has just read them.
pub(crate) struct Seen {
    pub pages: Vec<Vec<VideoItem>>,
    /// Where the list goes on; `None` when that was all.
    pub cursor: Option<String>,
}

/// What there is to tell.
#[derive(Default)]
pub(crate) struct Done {
    /// Videos whose pictures are to be made: edited, or new in the middle of the list.
    pub changed: Vec<(AtUri, RecordCid)>,
    /// Videos that are gone.
    pub gone: usize,
    /// Whether a round ended: how many parts there are.
    pub parts: Option<u32>,
}

/// Goes on with the round, or begins one when it is time and nothing is left of those before; `until_ms` is when it
/// begins nothing more.
///
/// # Errors
/// The list's and storage's. The round goes on from where it was, and what it found is told by the next run.
pub(crate) async fn step(ctx: &Context, round: &mut Round, seen: Seen, until_ms: u64) -> Result<Done> {
    let mut ended = None;
    if round.at != Phase::Resting || is_time(ctx, round).await? {
        if round.at == Phase::Resting {
            begin(ctx, round, seen).await?;
        }
        let before = round.at.clone();
        match go_on(ctx, round, until_ms).await {
            Ok(parts) => (ended, round.failures) = (parts, 0),
            Err(error) => {
                let failures = if round.at == before { round.failures } else { 0 };
                fail(ctx, round, failures + 1, &error);
                return Err(error);
            }
        }
    }
    let changed = round.changed.drain(..round.changed.len().min(TOLD)).collect();
    Ok(Done { changed, gone: std::mem::take(&mut round.gone), parts: ended })
}

async fn is_time(ctx: &Context, round: &Round) -> Result<bool> {
    Ok(parts::clear(ctx).await? && ctx.now().saturating_sub(round.began_ms) >= EVERY_MS)
}

async fn begin(ctx: &Context, round: &mut Round, seen: Seen) -> Result<()> {
    let id = ctx.now();
    let mut digests = Digests::default();
    let mut parts = 0;
    for page in seen.pages {
        let page: Vec<_> = page.into_iter().filter(|video| digests.add(video, parts)).collect();
        if !page.is_empty() {
            parts::write(ctx, id, parts, &page).await?;
            parts += 1;
        }
    }
    digests.write(ctx, id).await?;
    round.began_ms = id;
    round.at = reading(parts, seen.cursor);
    Ok(())
}

fn reading(parts: u32, cursor: Option<String>) -> Phase {
    match cursor {
        Some(cursor) => Phase::Reading { parts, cursor },
        None => Phase::Comparing { parts, old: 0, video: 0 },
    }
}

/// How many parts there are when the round has ended.
async fn go_on(ctx: &Context, round: &mut Round, until_ms: u64) -> Result<Option<u32>> {
    if let Phase::Reading { parts, cursor } = round.at.clone() {
        read(ctx, round, parts, cursor, until_ms).await?;
    }
    if let Phase::Comparing { parts, old, video } = round.at {
        return compare(ctx, round, parts, (old, video), until_ms).await;
    }
    Ok(None)
}

/// What fails time and again, or is refused, must not hold up everything for ever.
fn fail(ctx: &Context, round: &mut Round, failures: u32, error: &Error) {
    round.failures = failures;
    if failures < MAX_FAILURES && error.status >= 500 {
        return;
    }
    round.failures = 0;
    match &mut round.at {
        Phase::Reading { .. } => {
            ctx.log().warn(format!("the list is read anew in a while: {error}"));
            (round.at, round.began_ms) = (Phase::Resting, ctx.now());
        }
        Phase::Comparing { video, .. } => *video += 1,
        Phase::Resting => {}
    }
}

async fn read(ctx: &Context, round: &mut Round, mut parts: u32, cursor: String, until_ms: u64) -> Result<()> {
    let id = round.began_ms;
    let mut digests = Digests::read(ctx, id, parts).await?;
    let known = match parts::current(ctx).await? {
        Some(old) => Some(Digests::read(ctx, old.id, old.parts).await?),
        None => None,
    };
    let (mut cursor, mut barren, mut changed) = (Some(cursor), 0, Vec::new());
    let mut outcome = Ok(());
    for _ in 0..PAGES {
        let Some(at) = cursor.as_deref().filter(|_| ctx.now() < until_ms) else { break };
        let page = match pictures::list_page(ctx, Some(at)).await {
            Ok(page) => page,
            Err(error) => {
                outcome = Err(error);
                break;
            }
        };
        let videos: Vec<_> = page.videos.into_iter().filter(|video| digests.add(video, parts)).collect();
        barren = if videos.is_empty() { barren + 1 } else { 0 };
        if !videos.is_empty() {
            parts::write(ctx, id, parts, &videos).await?;
            parts += 1;
        }
        // In the first round all would be.
        let is_changed = |video: &VideoItem| known.as_ref().is_some_and(|known| !known.has(video));
        changed.extend(videos.into_iter().filter(is_changed).map(|video| (video.uri, video.cid)));
        cursor = page.cursor.filter(|next| next != at && barren < BARREN && !digests.is_full());
    }
    digests.write(ctx, id).await?;
    round.at = reading(parts, cursor);
    round.changed.extend(changed);
    round.changed.truncate(MAX_CHANGED);
    outcome
}

/// Forgets what the last generation has and this one hasn't, part after part; then this one is the catalogue.
async fn compare(
    ctx: &Context,
    round: &mut Round,
    parts: u32,
    (mut old, mut video): (u32, usize),
    until_ms: u64,
) -> Result<Option<u32>> {
    let id = round.began_ms;
    if let Some(last) = parts::current(ctx).await?.filter(|generation| generation.id != id) {
        let digests = Digests::read(ctx, id, parts).await?;
        let mut asked = 0;
        let end = last.parts.min(old.saturating_add(PARTS));
        while old < end {
            let videos = parts::read(ctx, last.id, old).await?;
            while let Some(next) = videos.get(video) {
                if !digests.names(next) {
                    if asked >= ASKED || ctx.now() >= until_ms {
                        return Ok(None);
                    }
                    asked += 1;
                    round.gone += usize::from(forget(ctx, &next.uri).await?);
                }
                video += 1;
                round.at = Phase::Comparing { parts, old, video };
            }
            (old, video) = (old + 1, 0);
            round.at = Phase::Comparing { parts, old, video };
        }
        if old < last.parts {
            return Ok(None);
        }
    }
    // By what is published, the next round tells what has changed. A run that breaks off must not have hidden that.
    if !round.changed.is_empty() {
        return Ok(None);
    }
    parts::publish(ctx, &Generation { id, parts }).await?;
    round.at = Phase::Resting;
    Ok(Some(parts))
}

/// Forgets a video that is on no page any more, unless the node still plays it: a list may shift while it is read.
async fn forget(ctx: &Context, uri: &AtUri) -> Result<bool> {
    match upstream::ask(ctx, &get_video_url(&upstream::node(ctx)?, uri)).await {
        Ok(_) => Ok(false),
        Err(error) if matches!(error.status, 403 | 404 | 410) => {
            note_deleted(ctx, uri).await?;
            pictures::forget(ctx, uri).await;
            Ok(true)
        }
        Err(error) if error.status < 500 => Ok(false),
        Err(error) => Err(error),
    }
}
