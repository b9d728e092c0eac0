//! Whom the policy trusts where it trusts whom an account follows.
//!
//! A PDS can show an old state of a repo, or none; it can't add a follow that its user didn't sign, nor, once a newer
//! commit was seen, keep one that was taken back. What was read is kept in the store, so that a request waits for it
//! once in a runner's life.

mod list;
mod read;
mod told;

use std::{collections::BTreeMap, rc::Rc};

use futures_util::{StreamExt, stream};
use streamhut_atproto::Did;
use streamhut_outbound::Transport;
use streamhut_release::BundleName;

use crate::{Admission, Fault, Installations, Runner, Store, Trust};
use list::{Followed, List, Reading};
use read::{FIRST, SECOND};
pub use told::Trusts;

/// For this long a list that could not be read is not asked for again.
const FAILED_MS: u64 = 5_000;
/// Milliseconds after which a reading that did not end counts as given up.
const READING_MS: u64 = 60_000;
/// How many accounts are asked in one go whom they follow: a platform counts the requests of each invocation.
const ROUND: usize = 24;
/// After how many of them what was read is kept: a platform may end an invocation that takes long.
const PORTION: usize = 12;
/// How many are asked at once.
const AT_ONCE: usize = 6;
/// How often a copy is kept again when another one came between.
const TRIES: u32 = 3;

/// What an isolate remembers of whom the policy trusts.
#[derive(Debug, Default)]
pub(crate) struct Trusted {
    known: Option<Rc<Followed>>,
    failed: Option<(Fault, u64)>,
    reading_since: Option<u64>,
    /// When it was last begun to read an account, whatever became of that: one that takes too long comes last.
    begun: BTreeMap<Did, u64>,
}

fn trust_of(installations: &Installations) -> Option<&Trust> {
    match installations.admission() {
        Admission::Follows(trust) => Some(trust),
        _ => None,
    }
}

impl<T, S> Runner<T, S> {
    /// Whether it is to be confirmed whom the policy trusts.
    pub fn is_trust_due(&self, now: u64) -> bool {
        let installations = self.installations();
        let trusted = self.trusted.borrow();
        trust_of(&installations)
            .zip(trusted.known.as_ref())
            .is_some_and(|(trust, known)| now >= known.fresh_until(trust, now))
    }

    /// Takes the right to read; `false` when somebody has it. It lapses, because the platform may end a request
    /// without a word.
    fn start_reading(&self, now: u64) -> bool {
        let mut trusted = self.trusted.borrow_mut();
        let taken = trusted.reading_since.is_some_and(|since| now.saturating_sub(since) < READING_MS);
        if !taken {
            trusted.reading_since = Some(now);
        }
        !taken
    }

    fn end_reading(&self) {
        self.trusted.borrow_mut().reading_since = None;
    }

    fn followed(&self) -> Option<Rc<Followed>> {
        self.trusted.borrow().known.clone()
    }

    fn take_followed(&self, followed: Followed) -> Rc<Followed> {
        let followed = Rc::new(followed);
        let mut trusted = self.trusted.borrow_mut();
        trusted.failed = None;
        let before = trusted.known.replace(followed.clone());
        if before.is_none_or(|before| before.admitted() != followed.admitted()) {
            self.memory.borrow_mut().generation += 1;
        }
        followed
    }
}

impl<T: Transport + Send + Sync, S: Store> Runner<T, S> {
    /// Refuses what this runner doesn't run. Where the author is admitted because an account follows them: until when
    /// that need not be confirmed, in milliseconds since 1970.
    ///
    /// # Errors
    /// 403; 502, 503 and 504 when it is not known whom the policy trusts.
    pub(crate) async fn admit(&self, did: &Did, name: &BundleName, now: u64) -> Result<Option<u64>, Fault> {
        let installations = self.installations();
        let refused = installations.admit(did, name);
        let Some(trust) = trust_of(&installations).filter(|_| refused.is_err()) else {
            return refused.map(|()| None);
        };
        let mut known = self.know_followed(trust, did, now).await?;
        if !known.admits(did) && known.pending(trust) > 0 && self.start_reading(now) {
            known = self.read_second(trust, &known, now).await;
            self.end_reading();
        }
        if known.admits(did) {
            return Ok(Some(known.fresh_until(trust, now)));
        }
        if known.pending(trust) > 0 {
            return Err(Fault::TrustIncomplete { did: did.clone() });
        }
        refused.map(|()| None)
    }

    /// Whom the account follows, by the shortest way: memory, store, PDS.
    async fn know_followed(&self, trust: &Trust, asked: &Did, now: u64) -> Result<Rc<Followed>, Fault> {
        if let Some(known) = self.followed() {
            return Ok(known);
        }
        if let Some((fault, at)) = &self.trusted.borrow().failed
            && now.saturating_sub(*at) < FAILED_MS
        {
            return Err(fault.clone());
        }
        if let Some(stored) = self.stored_followed(trust).await {
            return Ok(self.take_followed(stored));
        }
        if !self.start_reading(now) {
            return Err(Fault::TrustIncomplete { did: asked.clone() });
        }
        let read = self.read_first(trust, None, now).await;
        self.end_reading();
        read
    }

    /// Reads anew whom the policy trusts, as far as that is due: first in the store, where another isolate may have
    /// left it, then at the accounts' own.
    pub(crate) async fn confirm_follows(&self, now: u64) -> Result<(), Fault> {
        let installations = self.installations();
        let Some(trust) = trust_of(&installations) else { return Ok(()) };
        if !self.is_trust_due(now) || !self.start_reading(now) {
            return Ok(());
        }
        let outcome = self.confirm_followed(trust, now).await;
        self.end_reading();
        outcome
    }

    async fn confirm_followed(&self, trust: &Trust, now: u64) -> Result<(), Fault> {
        let Some(mut known) = self.followed() else { return Ok(()) };
        if let Some(stored) = self.stored_followed(trust).await
            && stored.first.rev >= known.first.rev
            && stored.tried_at >= known.tried_at
        {
            known = self.take_followed(stored);
        }
        let mut outcome = Ok(());
        if known.is_first_due(trust, now) {
            outcome = self.read_first(trust, Some(&known), now).await.map(drop);
            // What is left of it after a failure.
            let Some(left) = self.followed() else { return outcome };
            known = left;
        }
        self.read_second(trust, &known, now).await;
        outcome
    }

    /// Whom the account itself follows, read from its PDS. Without a clear word what is known stays; a clear word
    /// that nothing is signed any more forgets it everywhere.
    async fn read_first(
        &self,
        trust: &Trust,
        known: Option<&Rc<Followed>>,
        now: u64,
    ) -> Result<Rc<Followed>, Fault> {
        let read = self.read_follows(&trust.did, known.map(|known| &known.first), FIRST, now).await;
        let second = known.map(|known| known.second.clone()).unwrap_or_default();
        match read {
            Ok(first) => {
                let followed = Followed::new(trust, first, now, None).with_second(trust, second);
                Ok(self.keep_followed(trust, followed).await)
            }
            Err(source) => {
                let lost = !source.is_unavailable();
                let trouble = source.to_string();
                let fault = Fault::TrustUnavailable { did: trust.did.clone(), source };
                match known {
                    Some(known) if !lost => {
                        // Asked again after the usual time, not with every request.
                        let first = known.first.clone();
                        let followed =
                            Followed::new(trust, first, now, Some(trouble)).with_second(trust, second);
                        self.keep_followed(trust, followed).await;
                    }
                    _ => {
                        let mut trusted = self.trusted.borrow_mut();
                        if trusted.known.take().is_some() {
                            self.memory.borrow_mut().generation += 1;
                        }
                        trusted.failed = Some((fault.clone(), now));
                    }
                }
                if lost {
                    let _ = self.store.delete(&store_key(trust)).await;
                }
                Err(fault)
            }
        }
    }

    /// Asks a round of those whom the account follows whom they follow. What one of them doesn't answer costs their
    /// own follows alone, and only when it is a clear word.
    async fn read_second(&self, trust: &Trust, known: &Rc<Followed>, now: u64) -> Rc<Followed> {
        let due = known.due_second(trust, now, &self.trusted.borrow().begun);
        let mut known = known.clone();
        for portion in due.get(..ROUND).unwrap_or(&due).chunks(PORTION) {
            self.trusted.borrow_mut().begun.extend(portion.iter().map(|did| (did.clone(), now)));
            let before = known.clone();
            let mut reading = stream::iter(portion)
                .map(|did| {
                    let before = before.second.get(did).and_then(|reading| reading.list.as_ref());
                    async move { (did.clone(), self.read_one(did, before, now).await) }
                })
                .buffer_unordered(AT_ONCE);
            while let Some((did, read)) = reading.next().await {
                let mut second = known.second.clone();
                second.insert(did, read);
                // Remembered at once: the next answer may never come.
                known = self.take_followed(Followed::clone(&known).with_second(trust, second));
            }
            known = self.keep_followed(trust, Followed::clone(&known)).await;
        }
        if known.pending(trust) == 0 {
            self.trusted.borrow_mut().begun.clear();
        }
        known
    }

    async fn read_one(&self, did: &Did, before: Option<&List>, now: u64) -> Reading {
        match self.read_follows(did, before, SECOND, now).await {
            Ok(list) => Reading { tried_at: now, list: Some(list), trouble: None },
            Err(error) => Reading {
                tried_at: now,
                list: before.filter(|_| error.is_unavailable()).cloned(),
                trouble: Some(error.to_string().chars().take(256).collect()),
            },
        }
    }

    /// Remembers what was read, and keeps it unless the store has a later state by now, which is taken instead.
    async fn keep_followed(&self, trust: &Trust, followed: Followed) -> Rc<Followed> {
        let (key, policy) = (store_key(trust), self.policy_spelled());
        for _ in 0..TRIES {
            // Without a store the runner still runs; each isolate reads for itself then.
            let Ok(current) = self.store.get_tagged(&key).await else { break };
            let (bytes, tag) = current.map_or((None, None), |(bytes, tag)| (Some(bytes), Some(tag)));
            let stored = bytes.and_then(|bytes| Followed::from_stored(trust, &policy, &bytes));
            if let Some(later) = stored.filter(|stored| stored.first.rev > followed.first.rev) {
                return self.take_followed(later);
            }
            match self.store.replace(&key, tag.as_deref(), followed.to_stored(&policy)).await {
                Ok(false) => {}
                Ok(true) | Err(_) => break,
            }
        }
        self.take_followed(followed)
    }
}

impl<T, S: Store> Runner<T, S> {
    /// The copy in the store; one that is damaged is forgotten.
    async fn stored_followed(&self, trust: &Trust) -> Option<Followed> {
        let key = store_key(trust);
        let bytes = self.store.get(&key).await.ok().flatten()?;
        let followed = Followed::from_stored(trust, &self.policy_spelled(), &bytes);
        if followed.is_none() {
            let _ = self.store.delete(&key).await;
        }
        followed
    }
}

fn store_key(trust: &Trust) -> String {
    let kind = if trust.of_follows { "follows-of-follows" } else { "follows" };
    format!("trusts/{kind}/{}", trust.did)
}
