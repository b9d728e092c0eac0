//! What an isolate remembers between requests.

use std::{collections::BTreeMap, rc::Rc};

use streamhut_atproto::{Did, DidDocument, RecordCid, Tid};
use streamhut_release::{BundleName, Release, Version};

use crate::{Fault, Plan, load::Progress, proof::RecordId, secret::KnownSecret, warm::Warm};

/// Milliseconds after which a confirmation that did not end counts as given up.
const CONFIRMING_MS: u64 = 60_000;

/// For this long a record that the repo doesn't hold is not asked for again.
const MISSING_MS: u64 = 2_000;

/// Most records, plans and documents that an isolate remembers; past that it forgets all and starts anew, which
/// costs one read of the store each.
const MAX_ENTRIES: usize = 512;

/// A record as the warm path needs it: read once, checked once.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub cid: RecordCid,
    pub commit: String,
    pub rev: Tid,
    pub content: Content,
    /// The key that signed the commit.
    pub key: Rc<str>,
    /// The PDS that it came from.
    pub pds: String,
    /// Milliseconds since 1970 of the last time that the PDS confirmed it.
    pub checked_at: u64,
    /// Why the last attempt to confirm it brought no answer.
    pub stale: Option<String>,
}

/// The two kinds of record that lead to code.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Release(Rc<Release>),
    Channel(Version, RecordCid),
}

#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// Counts every change of what a request could see; what was put together from memory is good for one count.
    pub generation: u64,
    records: BTreeMap<RecordId, Known>,
    missing: BTreeMap<RecordId, (Fault, u64)>,
    secrets: BTreeMap<RecordId, KnownSecret>,
    pub warm: BTreeMap<String, Warm>,
    documents: BTreeMap<Did, (DidDocument, u64)>,
    revisions: BTreeMap<Did, Tid>,
    plans: BTreeMap<(Did, RecordCid, u8), (u64, Rc<Plan>)>,
    confirming: BTreeMap<RecordId, u64>,
    loads: BTreeMap<String, (u32, Progress)>,
    starts: BTreeMap<String, ()>,
}

impl Memory {
    pub fn record(&self, id: &RecordId) -> Option<&Known> {
        self.records.get(id)
    }

    /// All releases and channels.
    pub fn records(&self) -> impl Iterator<Item = &Known> {
        self.records.values()
    }

    pub fn keep(&mut self, id: RecordId, known: Known) {
        make_room(&mut self.records);
        self.missing.remove(&id);
        self.keep_revision(&id.did, &known.rev);
        self.generation += 1;
        self.records.insert(id, known);
    }

    pub fn forget(&mut self, id: &RecordId) -> Option<Known> {
        self.generation += 1;
        self.records.remove(id)
    }

    /// Forgets every record, secret and plan of a bundle.
    pub fn forget_bundle(&mut self, did: &Did, name: &BundleName) {
        let prefix = format!("{name}:");
        let is_of = |id: &RecordId| id.did == *did && id.rkey.as_str().starts_with(&prefix);
        self.generation += 1;
        self.records.retain(|id, _| !is_of(id));
        self.missing.retain(|id, _| !is_of(id));
        self.secrets.retain(|id, _| !is_of(id));
    }

    /// Why a record was not there a moment ago.
    pub fn missing(&self, id: &RecordId, now: u64) -> Option<Fault> {
        let (fault, since) = self.missing.get(id)?;
        (now.saturating_sub(*since) < MISSING_MS).then(|| fault.clone())
    }

    pub fn keep_missing(&mut self, id: RecordId, fault: Fault, now: u64) {
        make_room(&mut self.missing);
        self.missing.insert(id, (fault, now));
    }

    pub fn secret(&self, id: &RecordId) -> Option<&KnownSecret> {
        self.secrets.get(id)
    }

    pub fn keep_secret(&mut self, id: RecordId, known: KnownSecret) {
        make_room(&mut self.secrets);
        self.generation += 1;
        self.secrets.insert(id, known);
    }

    pub fn mark_stale(&mut self, id: &RecordId, reason: String, now: u64) {
        if let Some(known) = self.secrets.get_mut(id) {
            known.checked_at = now;
        }
        if let Some(known) = self.records.get_mut(id) {
            self.generation += 1;
            known.stale = Some(reason);
            // Asked again after the usual time, not with every request.
            known.checked_at = now;
        }
    }

    /// The highest revision seen of a repo.
    pub fn revision(&self, did: &Did) -> Option<&Tid> {
        self.revisions.get(did)
    }

    pub fn keep_revision(&mut self, did: &Did, rev: &Tid) {
        make_room(&mut self.revisions);
        let seen = self.revisions.entry(did.clone()).or_insert_with(|| rev.clone());
        if *seen < *rev {
            *seen = rev.clone();
        }
    }

    pub fn document(&self, did: &Did, now: u64, max_age_ms: u64) -> Option<DidDocument> {
        let (document, at) = self.documents.get(did)?;
        (now.saturating_sub(*at) < max_age_ms).then(|| document.clone())
    }

    pub fn keep_document(&mut self, document: DidDocument, now: u64) {
        make_room(&mut self.documents);
        self.documents.insert(document.did.clone(), (document, now));
    }

    pub fn plan(&self, did: &Did, release: &RecordCid, depth: u8) -> Option<Rc<Plan>> {
        let (generation, plan) = self.plans.get(&(did.clone(), *release, depth))?;
        (*generation == self.generation).then(|| plan.clone())
    }

    pub fn keep_plan(&mut self, did: &Did, release: RecordCid, depth: u8, plan: Rc<Plan>) {
        make_room(&mut self.plans);
        self.plans.insert((did.clone(), release, depth), (self.generation, plan));
    }

    /// The last attempt to load the code of a plan, by the plan's id.
    pub fn load(&self, plan: &str) -> (u32, Progress) {
        self.loads.get(plan).copied().unwrap_or_default()
    }

    pub fn keep_load(&mut self, plan: String, load: (u32, Progress)) {
        make_room(&mut self.loads);
        self.loads.insert(plan, load);
    }

    /// Whether a plan was not started ahead yet, which it is from now on.
    pub fn note_start(&mut self, plan: &str) -> bool {
        make_room(&mut self.starts);
        self.starts.insert(plan.to_owned(), ()).is_none()
    }

    /// Takes the right to confirm a record; `false` when somebody has it. The platform may end a background task
    /// without a word, so the right lapses.
    pub fn start_confirming(&mut self, id: &RecordId, now: u64) -> bool {
        let taken = self.confirming.get(id).is_some_and(|since| now.saturating_sub(*since) < CONFIRMING_MS);
        if !taken {
            self.confirming.insert(id.clone(), now);
        }
        !taken
    }

    pub fn end_confirming(&mut self, id: &RecordId) {
        self.confirming.remove(id);
    }
}

pub(crate) fn make_room<K: Ord, V>(map: &mut BTreeMap<K, V>) {
    if map.len() >= MAX_ENTRIES {
        map.clear();
    }
}
