//! The job `syncAllCreators`: brings the index to what the repos hold.
//!
//! Every creator has a time at which they are due. A run takes those who are due for longest, some at a time, and ends
//! with its budget; who is left is due in the next one, which a task begins at once.

mod creator;
mod hosts;
mod repo;

use std::cell::RefCell;

use at_run::{Context, Error, Json, Result};
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use streamhut_atproto::Did;
use streamhut_hrana::{Repeat, Statement};
use streamhut_index::{
    creators::{self, Creator},
    runs::{self, Run},
    tidy,
};

use crate::{
    auth::{Caller, caller, milliseconds},
    database::{Db, index_error},
    method,
};
use creator::{postpone, sync_creator};
use hosts::Hosts;

/// Milliseconds after which a run begins with nobody more.
const WORK_MS: u64 = 20_000;
/// Requests of a run, of those that the release declares: the database takes some, too.
const REQUESTS: u64 = 400;
/// Creators of one portion.
const PORTION: u32 = 50;
/// Creators at once; the platform has six connections for a call.
const AT_ONCE: usize = 4;

/// What a run may still do, and what it has done.
pub(crate) struct Work<'a> {
    pub ctx: &'a Context,
    pub db: &'a Db,
    pub hosts: RefCell<Hosts>,
    pub run: RefCell<Run>,
    /// Statements of those that there is no more to do for, such as an unchanged repo's: written together.
    pub settled: RefCell<Vec<Statement>>,
    until_ms: u64,
}

impl<'a> Work<'a> {
    fn new(ctx: &'a Context, db: &'a Db, kind: &str) -> Self {
        let run = Run {
            id: id(ctx, kind),
            kind: kind.to_owned(),
            started_ms: milliseconds(ctx.now()),
            ..Run::default()
        };
        Self {
            ctx,
            db,
            hosts: RefCell::default(),
            run: RefCell::new(run),
            settled: RefCell::default(),
            until_ms: ctx.now().saturating_add(WORK_MS),
        }
    }

    /// Whether nobody more is begun with.
    pub(crate) fn is_over(&self) -> bool {
        self.ctx.now() >= self.until_ms || self.run.borrow().requests >= REQUESTS
    }

    /// Counts a request to somebody else than the database.
    pub(crate) fn asked(&self) {
        self.run.borrow_mut().requests += 1;
    }

    async fn settle(&self) -> Result<()> {
        let settled = self.settled.take();
        if !settled.is_empty() {
            self.db.write(&settled, Repeat::Idempotent).await.map_err(index_error)?;
        }
        Ok(())
    }

    /// Notes what was done; the line for the job's history.
    async fn note(&self, outcome: &Result<bool>) -> Result<String> {
        let mut run = self.run.borrow().clone();
        run.finished_ms = milliseconds(self.ctx.now());
        run.error = outcome.as_ref().err().map(ToString::to_string);
        self.db.write(&runs::note(&run), Repeat::Idempotent).await.map_err(index_error)?;
        let Run { creators, unchanged, failed, created, updated, deleted, refused, requests, .. } = run;
        Ok(format!(
            "{creators} creators, {unchanged} unchanged, {failed} failed; {created} videos new, {updated} edited, \
             {deleted} gone, {refused} refused; {requests} requests"
        ))
    }
}

pub(crate) async fn sync_all_creators(ctx: Context) -> Result<String> {
    run(&ctx, "syncAllCreators").await
}

/// What the task `sync` is asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Order {}

impl Order {
    pub(crate) fn all() -> Self {
        Self {}
    }

    /// Has those who are due synced soon. Without a runner the job will.
    pub(crate) async fn enqueue(&self, ctx: &Context) {
        if let Err(error) = ctx.tasks().enqueue("sync", self).await {
            ctx.log().info(format!("the next job syncs: {error}"));
        }
    }
}

pub(crate) async fn sync_task(ctx: Context, _: Order) -> Result<String> {
    run(&ctx, "sync").await
}

async fn run(ctx: &Context, kind: &str) -> Result<String> {
    let db = Db::open(ctx)?;
    let work = Work::new(ctx, &db, kind);
    let outcome = portions(&work).await;
    // Where it fails for the database's sake, so does the note, and is not the reason.
    let line = work.note(&outcome).await;
    if !outcome? {
        Order::all().enqueue(ctx).await;
    }
    line
}

/// Whether nobody is due any more.
async fn portions(work: &Work<'_>) -> Result<bool> {
    tidy_up(work).await?;
    loop {
        let now = milliseconds(work.ctx.now());
        let rows = work.db.read(creators::due(now, PORTION)).await.map_err(index_error)?;
        let due = creators::read(&rows).map_err(index_error)?;
        if due.is_empty() {
            return Ok(true);
        }
        let results: Vec<Result<()>> = stream::iter(due)
            .map(|creator| async move {
                if work.is_over() {
                    return Ok(());
                }
                if !work.hosts.borrow().takes(&creator, work.ctx.now()) {
                    postpone(work, &creator);
                    return Ok(());
                }
                one(work, creator).await
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        work.settle().await?;
        // The database's troubles end a run; a creator's don't.
        for result in results {
            result?;
        }
        if work.is_over() {
            return Ok(false);
        }
    }
}

async fn one(work: &Work<'_>, creator: Creator) -> Result<()> {
    work.run.borrow_mut().creators += 1;
    sync_creator(work, creator).await
}

/// What changes of creators left behind in their videos.
async fn tidy_up(work: &Work<'_>) -> Result<()> {
    let rows =
        work.db.read_all(vec![creators::untidy(20), creators::forgotten(20)]).await.map_err(index_error)?;
    let [untidy, forgotten] = rows.as_slice() else { return Ok(()) };
    for creator in creators::read(untidy).map_err(index_error)? {
        follow(work.db, &creator.did).await?;
    }
    for did in creators::read_forgotten(forgotten).map_err(index_error)? {
        work.db.run(&creators::forget(&did, &id(work.ctx, did.as_str()))).await.map_err(index_error)?;
    }
    Ok(())
}

/// Lets all videos of a creator follow a change.
async fn follow(db: &Db, did: &Did) -> Result<()> {
    let mut progress = None;
    loop {
        let answer = db
            .write(&tidy::portion(did, progress.as_ref()), Repeat::Idempotent)
            .await
            .map_err(index_error)?;
        progress = tidy::progress(&answer).map_err(index_error)?;
        if progress.is_none() {
            return Ok(());
        }
    }
}

/// Writes a change of a creator, and lets their videos follow.
pub(crate) async fn change(db: &Db, did: &Did, statements: &[Statement]) -> Result<()> {
    let answer = db.write(statements, Repeat::Idempotent).await.map_err(index_error)?;
    match tidy::progress(&answer).map_err(index_error)? {
        Some(_) => follow(db, did).await,
        None => Ok(()),
    }
}

#[derive(Deserialize)]
pub(crate) struct TriggerSync {
    did: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct Triggered {
    /// What was done for one creator.
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    /// Whether the rest is done in the background.
    enqueued: bool,
}

pub(crate) async fn trigger_sync(ctx: Context, input: TriggerSync) -> Result<Json<Triggered>> {
    let db = Db::open(&ctx)?;
    let caller = caller(&ctx, &db, method::TRIGGER_SYNC).await?;
    let did = match (input.did.as_deref(), &caller) {
        (Some(text), _) => Some(
            Did::parse(text).map_err(|error| Error::invalid("InvalidInput", format!("`did`: {error}")))?,
        ),
        (None, Caller::Creator(own)) => Some(own.clone()),
        (None, Caller::Operator) => None,
    };
    let Some(did) = did else {
        Order::all().enqueue(&ctx).await;
        return Ok(Json(Triggered { summary: None, enqueued: true }));
    };
    caller.may_act_for(&did)?;
    let rows = db.read(creators::get(&did)).await.map_err(index_error)?;
    let creator = creators::read(&rows).map_err(index_error)?.pop();
    let creator = creator.filter(|creator| creator.registered || creator.discovered);
    let creator =
        creator.ok_or_else(|| Error::not_found("NotRegistered", format!("{did} is not registered")))?;
    let work = Work::new(&ctx, &db, "triggerSync");
    let outcome = async {
        one(&work, creator).await?;
        work.settle().await?;
        Ok(true)
    };
    let outcome = outcome.await;
    let summary = work.note(&outcome).await;
    outcome?;
    Ok(Json(Triggered { summary: Some(summary?), enqueued: false }))
}

/// Letters that no other change has.
pub(crate) fn id(ctx: &Context, of: &str) -> String {
    let digest = Sha256::digest(format!("{of} {} {}", ctx.now(), ctx.request_id()));
    digest.iter().take(10).map(|byte| format!("{byte:02x}")).collect()
}
