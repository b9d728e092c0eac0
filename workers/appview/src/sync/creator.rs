//! One creator: who they are, whether their repo changed, and what changed.

use std::collections::HashSet;

use at_run::{Error, Result};
use sha2::{Digest, Sha256};
use streamhut_accounts::{find_profile, identity_now};
use streamhut_atproto::Tid;
use streamhut_hrana::Repeat;
use streamhut_index::{
    IndexError,
    creators::{self, Creator, Identity, State},
    sync::{self, Known, Sync},
};
use url::Url;

use super::{
    Work, change, id,
    repo::{RepoError, latest_rev, records},
};
use crate::{auth::milliseconds, database::index_error};

const MINUTE_MS: u64 = 60_000;
/// Milliseconds between two looks at a repo; a little less than the job's pause.
const EVERY_MS: u64 = 14 * MINUTE_MS;
/// Milliseconds between two looks at an account that is hidden.
const HIDDEN_MS: u64 = 6 * 60 * MINUTE_MS;
const MAX_BACK_OFF_MS: u64 = 24 * 60 * MINUTE_MS;
/// Pages of one repo: a hundred thousand records.
const MAX_PAGES: usize = 1_000;
/// Most of a server's patience that is believed, in seconds.
const MAX_RETRY_AFTER: u32 = 6 * 3_600;
/// Once a day each creator is asked anew who they are, at a time of their own.
const SLOTS: u64 = 96;

/// Brings one creator's videos to what their repo holds.
///
/// # Errors
/// The database's. What goes wrong at the creator's side is noted with them.
pub(super) async fn sync_creator(work: &Work<'_>, creator: Creator) -> Result<()> {
    let outcome = attempt(work, &creator).await;
    let now = work.ctx.now();
    let did = &creator.did;
    let later = |ms: u64| milliseconds(now.saturating_add(ms));
    match outcome {
        Ok(()) => Ok(()),
        Err(Trouble::Database(error)) => Err(error),
        Err(Trouble::Hidden(state)) => {
            change(work.db, did, &creators::set_state(did, state, later(HIDDEN_MS))).await
        }
        Err(Trouble::Failed { error, retry_after }) => {
            work.run.borrow_mut().failed += 1;
            work.ctx.log().warn(format!("{did}: {error}"));
            let back_off = EVERY_MS.saturating_mul(1 << creator.failures.min(10)).min(MAX_BACK_OFF_MS);
            let asked = u64::from(retry_after.unwrap_or_default().min(MAX_RETRY_AFTER)) * 1_000;
            let next = later(back_off.max(asked));
            let failed = creators::failed(did, creator.failures, &error, next);
            work.db.write(&[failed], Repeat::Idempotent).await.map_err(index_error)?;
            Ok(())
        }
    }
}

enum Trouble {
    Database(Error),
    Hidden(State),
    Failed { error: String, retry_after: Option<u32> },
}

impl From<IndexError> for Trouble {
    fn from(error: IndexError) -> Self {
        match error {
            // Somebody else syncs the same creator: their word is as good.
            IndexError::Outdated => Self::Failed { error: error.to_string(), retry_after: None },
            error => Self::Database(index_error(error)),
        }
    }
}

async fn attempt(work: &Work<'_>, creator: &Creator) -> Result<(), Trouble> {
    let (ctx, did) = (work.ctx, &creator.did);
    let known = creator.pds.as_deref().and_then(|pds| Url::parse(pds).ok());
    let is_new = known.is_none();
    let pds = match known {
        Some(pds) => pds,
        None => identify(work, creator).await?,
    };
    work.asked();
    let (pds, rev) = match latest_rev(ctx, &pds, did).await {
        Ok(rev) => (pds, rev),
        Err(error) if !is_new && may_have_moved(creator, &error) => {
            let now_at = identify(work, creator).await?;
            if now_at == pds {
                return Err(trouble(work, &pds, error));
            }
            work.asked();
            let rev = latest_rev(ctx, &now_at, did).await.map_err(|error| trouble(work, &now_at, error))?;
            (now_at, rev)
        }
        Err(error) => return Err(trouble(work, &pds, error)),
    };
    work.hosts.borrow_mut().answered(&pds);
    let next = milliseconds(ctx.now().saturating_add(EVERY_MS));
    if creator.rev.as_ref() == Some(&rev) && is_shown(creator.state) {
        if !is_new && is_slot(creator, ctx.now()) {
            identify(work, creator).await?;
        }
        work.run.borrow_mut().unchanged += 1;
        let unchanged = creators::unchanged(did, milliseconds(ctx.now()), next);
        work.settled.borrow_mut().push(unchanged);
        return Ok(());
    }
    // Who is hidden stays so until it is known that they are back.
    if !is_new {
        identify(work, creator).await?;
    }
    if !is_shown(creator.state) {
        change(work.db, did, &creators::set_state(did, State::Active, next))
            .await
            .map_err(Trouble::Database)?;
    }
    read(work, creator, &pds, &rev, next).await
}

/// Whether it is worth asking where the repo is now. A server that was left may be gone with all it said.
fn may_have_moved(creator: &Creator, error: &RepoError) -> bool {
    match error {
        RepoError::NotFound | RepoError::Deactivated | RepoError::Takendown => true,
        RepoError::Unavailable { .. } | RepoError::Nonsense(_) => creator.failures > 0,
    }
}

/// Puts off whoever's server asked for time or is away, so that others have their turn.
pub(super) fn postpone(work: &Work<'_>, creator: &Creator) {
    let until_ms = work.hosts.borrow().until_ms(creator);
    let next = milliseconds(work.ctx.now().saturating_add(EVERY_MS).max(until_ms));
    // It is no failure of theirs, and must not become a longer pause.
    let failures = creator.failures.saturating_sub(1);
    let postponed = creators::failed(&creator.did, failures, "its server is left alone for a while", next);
    work.settled.borrow_mut().push(postponed);
}

fn is_shown(state: State) -> bool {
    matches!(state, State::Active | State::Failed)
}

/// Reads the repo, and writes what changed together with its revision.
async fn read(work: &Work<'_>, creator: &Creator, pds: &Url, rev: &Tid, next: i64) -> Result<(), Trouble> {
    let (ctx, did) = (work.ctx, &creator.did);
    let mut known = Known::default();
    let mut after = None;
    loop {
        let rows = work.db.read(sync::known(did, after.as_ref())).await?;
        after = known.add(&rows)?;
        if after.is_none() {
            break;
        }
    }
    // The state may have been changed just now: the fence is that of the creator as they are.
    let rows = work.db.read(creators::get(did)).await?;
    let Some(creator) = creators::read(&rows)?.pop() else { return Ok(()) };
    let mut sync = Sync::new(&creator, known, id(ctx, did.as_str()));
    let mut cursor: Option<String> = None;
    let mut cursors = HashSet::new();
    let mut refused = 0;
    for page in 0.. {
        if page >= MAX_PAGES {
            return Err(Trouble::Failed {
                error: "its list of records has no end".to_owned(),
                retry_after: None,
            });
        }
        work.asked();
        let found =
            records(ctx, pds, did, cursor.as_deref()).await.map_err(|error| trouble(work, pds, error))?;
        refused += found.refused;
        let is_empty = found.records.is_empty() && found.refused == 0;
        let transactions = sync.meet(found.records, milliseconds(ctx.now()));
        work.db.run(&transactions).await?;
        match found.cursor {
            None => break,
            // A cursor may be of any length: its digest is kept.
            Some(next) if is_empty || !cursors.insert(Sha256::digest(&next)) => {
                let error = format!("its list of records goes in circles at {next:.64}");
                return Err(Trouble::Failed { error, retry_after: None });
            }
            next => cursor = next,
        }
    }
    let (transactions, counts) = sync.finish(rev, milliseconds(ctx.now()), next);
    work.db.run(&transactions).await?;
    let mut run = work.run.borrow_mut();
    run.created += counts.created;
    run.updated += counts.updated;
    run.deleted += counts.deleted;
    run.refused += counts.refused + refused;
    Ok(())
}

/// Asks who the creator is, notes it, and says where their repo is.
async fn identify(work: &Work<'_>, creator: &Creator) -> Result<Url, Trouble> {
    let (ctx, did) = (work.ctx, &creator.did);
    work.asked();
    let found = identity_now(ctx, did).await.map_err(|error| match error.status {
        404 => Trouble::Hidden(State::Deleted),
        _ => Trouble::Failed { retry_after: error.retry_after, error: error.to_string() },
    })?;
    work.asked();
    // Who they say that they are is worth having, and not worth failing for.
    let profile = find_profile(ctx, did).await;
    let profile = profile.inspect_err(|error| ctx.log().info(format!("no profile of {did}: {error}"))).ok();
    let kept = creator.profile();
    let profile = profile.unwrap_or(kept);
    let identity = Identity {
        handle: profile.handle,
        display_name: profile.display_name,
        avatar: profile.avatar,
        description: profile.description,
        pds: Some(found.pds.to_string()),
    };
    change(work.db, did, &creators::identify(did, &identity)).await.map_err(Trouble::Database)?;
    Ok(found.pds)
}

fn trouble(work: &Work<'_>, pds: &Url, error: RepoError) -> Trouble {
    match error {
        RepoError::NotFound => Trouble::Hidden(State::Deleted),
        RepoError::Deactivated => Trouble::Hidden(State::Deactivated),
        RepoError::Takendown => Trouble::Hidden(State::Takendown),
        RepoError::Nonsense(error) => Trouble::Failed { error, retry_after: None },
        RepoError::Unavailable { error, retry_after } => {
            let seconds = retry_after.map(|seconds| seconds.min(MAX_RETRY_AFTER));
            let until = seconds.map(|seconds| work.ctx.now() + 1_000 * u64::from(seconds));
            work.hosts.borrow_mut().failed(pds, until);
            Trouble::Failed { error: error.to_string(), retry_after }
        }
    }
}

/// Whether this is the quarter of an hour of the day that is this creator's.
fn is_slot(creator: &Creator, now_ms: u64) -> bool {
    let digest = Sha256::digest(creator.did.as_str());
    let own = digest.first().map_or(0, |byte| u64::from(*byte)) % SLOTS;
    (now_ms / (15 * MINUTE_MS)) % SLOTS == own
}
