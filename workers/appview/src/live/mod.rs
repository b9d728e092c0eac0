//! The job `followStream`: what a stream tells, between two syncs.
//!
//! Each minute it reads a Jetstream from where it stood, until nothing more comes, and writes what it read together with
//! the stream's cursor. What a stream leaves out, or gets wrong, the sync repairs.

mod discover;
mod event;

use std::collections::BTreeSet;

use at_run::{Context, Error, Message, Result, SocketError};
use streamhut_atproto::Did;
use streamhut_hrana::Repeat;
use streamhut_index::{
    creators,
    stream::{self, Change, Position, Step},
};
use streamhut_streamplace::nsid;
use url::Url;

use crate::{
    auth::milliseconds,
    database::{Db, index_error},
    setting,
    sync::{Order, id},
};
pub(crate) use discover::discover_creators;
use event::{Meaning, read};

/// Under which name the stream's cursor is kept.
const STREAM: &str = "jetstream";
/// Milliseconds for which a run reads at most: less than the job's pause.
const READ_MS: u64 = 25_000;
/// Milliseconds without an event after which there is nothing more for now.
const QUIET_MS: u32 = 2_000;
/// Changes of one step.
const STEP_CHANGES: usize = 200;
/// Events of one step: most of a stream's are of accounts that are nobody's here.
const STEP_EVENTS: usize = 5_000;
/// Microseconds before now at which a stream is begun that was never read.
const BEGIN_BEFORE_US: i64 = 60_000_000;
/// Bytes of a message: a record has at most a megabyte.
const MAX_MESSAGE: usize = 2 * 1024 * 1024;

/// What was read and not written yet.
#[derive(Default)]
struct Batch {
    changes: Vec<Change>,
    accounts: BTreeSet<Did>,
    events: usize,
    /// Where the stream stands after it.
    to: Option<i64>,
}

pub(crate) async fn follow_stream(ctx: Context) -> Result<String> {
    let Some(url) = ctx.config(setting::STREAM_URL) else { return Ok("no stream is set".to_owned()) };
    let db = Db::open(&ctx)?;
    let mut from = position(&ctx, &db).await?;
    let begun = from;
    let mut socket = ctx.websocket(address(&url, from)?).connect().await?;
    let until_ms = ctx.now().saturating_add(READ_MS);
    let mut batch = Batch::default();
    let (mut events, mut changes) = (0, 0);
    let ended = loop {
        if ctx.now() >= until_ms {
            break "there is more";
        }
        match socket.next_within(QUIET_MS).await {
            Ok(Some(Message::Text(text))) => {
                if text.len() > MAX_MESSAGE {
                    break "an event was too large";
                }
                // Half an event, say: the next run begins before it.
                let Some(event) = read(&text) else { break "an event made no sense" };
                if event.time_us <= from || batch.to.is_some_and(|to| event.time_us < to) {
                    continue;
                }
                batch.take(event);
            }
            Ok(Some(Message::Binary(_))) => break "an event was no text",
            Ok(None) => break "it was closed",
            Err(SocketError::Deadline { .. }) => break "all of it",
            Err(error) => {
                ctx.log().info(format!("the stream broke off: {error}"));
                break "it broke off";
            }
        }
        if batch.is_full() {
            (events, changes) = (events + batch.events, changes + batch.changes.len());
            from = write(&ctx, &db, from, std::mem::take(&mut batch)).await?;
        }
    };
    (events, changes) = (events + batch.events, changes + batch.changes.len());
    let to = write(&ctx, &db, from, batch).await?;
    let seconds = (to - begun) / 1_000_000;
    Ok(format!("{events} events of {seconds} s, {changes} of videos; {ended}"))
}

impl Batch {
    fn take(&mut self, event: event::Event) {
        self.events += 1;
        self.to = Some(event.time_us);
        match event.meaning {
            Meaning::Change(change) => self.changes.push(*change),
            Meaning::Account(did) => drop(self.accounts.insert(did)),
            Meaning::Nothing => {}
        }
    }

    fn is_full(&self) -> bool {
        self.changes.len() >= STEP_CHANGES || self.events >= STEP_EVENTS
    }
}

/// Where the stream stands; one that was never read begins a little before now.
async fn position(ctx: &Context, db: &Db) -> Result<i64> {
    let rows = db.read(stream::position(STREAM)).await.map_err(index_error)?;
    if let Some(Position { cursor, .. }) = stream::read_position(&rows).map_err(index_error)? {
        return Ok(cursor);
    }
    let now = milliseconds(ctx.now());
    let cursor = now.saturating_mul(1_000).saturating_sub(BEGIN_BEFORE_US);
    db.write(&[stream::seek(STREAM, cursor, now)], Repeat::Idempotent).await.map_err(index_error)?;
    Ok(cursor)
}

fn address(url: &str, from: i64) -> Result<Url> {
    let wrong = |what: String| Error::internal(format!("{}: {what}", setting::STREAM_URL));
    let mut url = Url::parse(url).map_err(|error| wrong(error.to_string()))?;
    // Settings that permissions name are of the web; a WebSocket begins as a request there.
    let scheme = if url.scheme() == "http" { "ws" } else { "wss" };
    url.set_scheme(scheme).map_err(|()| wrong(format!("`{url}` is no address of the web")))?;
    let query = [("wantedCollections", nsid::PLACE_STREAM_VIDEO.to_owned()), ("cursor", from.to_string())];
    url.query_pairs_mut().extend_pairs(query);
    Ok(url)
}

/// Writes what was read; gives where the stream stands by the database.
async fn write(ctx: &Context, db: &Db, from: i64, batch: Batch) -> Result<i64> {
    let Some(to) = batch.to else { return Ok(from) };
    let now = milliseconds(ctx.now());
    let mut before = Vec::new();
    if ctx.config(setting::DISCOVER).as_deref() == Some("1") {
        let dids: BTreeSet<Did> = batch.changes.iter().map(|change| change.did.clone()).collect();
        before.extend(creators::discover(&Vec::from_iter(dids), now));
    }
    before.extend(creators::make_due(&Vec::from_iter(batch.accounts)));
    if !before.is_empty() {
        db.write(&before, Repeat::Idempotent).await.map_err(index_error)?;
        Order::all().enqueue(ctx).await;
    }
    let id = id(ctx, &format!("{from}"));
    let step = Step { stream: STREAM, from, to, id: &id };
    let statements = stream::apply(&step, &batch.changes, now);
    db.write(&statements, Repeat::Idempotent).await.map_err(index_error)?;
    // Another run may have been there: the database says who.
    let rows = db.read(stream::position(STREAM)).await.map_err(index_error)?;
    Ok(stream::read_position(&rows).map_err(index_error)?.map_or(to, |position| position.cursor))
}
