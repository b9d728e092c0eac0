//! A proven record by the shortest way: memory, store, PDS; and its confirmation afterwards.

use std::rc::Rc;

use streamhut_atproto::{Did, DidDocument};
use streamhut_outbound::Transport;
use streamhut_release::{BundleName, ChannelRecord, Selector, Version, check, nsid};

use crate::{
    Due, Fault, Resolved, Runner, SourceError, Store,
    memory::{Content, Known},
    proof::{ProvenOutcome, ProvenRecord, RecordId},
};

/// After this long a channel or a secret is confirmed anew.
const CHANNEL_MS: u64 = 30_000;
/// After this long a release is confirmed anew.
const RELEASE_MS: u64 = 300_000;
/// For this long one DID document serves several records.
const DOCUMENT_MS: u64 = 15_000;

impl<T: Transport + Send + Sync, S: Store> Runner<T, S> {
    /// The record, by the shortest way.
    pub(crate) async fn record(&self, id: &RecordId, now: u64) -> Result<Known, Fault> {
        if let Some(known) = self.memory.borrow().record(id) {
            return Ok(known.clone());
        }
        if let Some(fault) = self.memory.borrow().missing(id, now) {
            return Err(fault);
        }
        if let Some(known) = self.stored(id).await {
            self.memory.borrow_mut().keep(id.clone(), known.clone());
            return Ok(known);
        }
        match self.fetched(id, now).await {
            Ok(record) => self.keep(record).await,
            Err(error) => {
                let gone = error.is_record_gone();
                let fault = self.fault(id, error);
                // What isn't there is asked for often where anybody's bundles run; a failure is not remembered.
                if gone {
                    self.memory.borrow_mut().keep_missing(id.clone(), fault.clone(), now);
                }
                Err(fault)
            }
        }
    }

    /// Asks anew for something known. Without a clear word a record is marked stale; a clear word that it stands no
    /// more stops it and forgets it everywhere.
    pub async fn confirm(&self, due: &Due, now: u64) -> Result<(), Fault> {
        self.confirm_and_start(due, now, async |_| {}).await
    }

    /// The same, and has a release started to which a channel moved, before anybody is sent there: `start` gets it with
    /// its modules in the store.
    pub async fn confirm_and_start(
        &self,
        due: &Due,
        now: u64,
        start: impl AsyncFn(Rc<Resolved>),
    ) -> Result<(), Fault> {
        match due {
            Due::Record(id) => self.confirm_record(id, now, start).await,
            Due::Secret(id) => self.confirm_secret(id, now).await,
            Due::Follows => self.confirm_follows(now).await,
            Due::Installations => {
                self.read_installations(now).await;
                Ok(())
            }
        }
    }

    async fn confirm_record(
        &self,
        id: &RecordId,
        now: u64,
        start: impl AsyncFn(Rc<Resolved>),
    ) -> Result<(), Fault> {
        if !self.memory.borrow_mut().start_confirming(id, now) {
            return Ok(());
        }
        let outcome = self.fetched(id, now).await;
        let ready = match &outcome {
            Ok(record) => self.ready(record, now, start).await,
            Err(_) => Ok(()),
        };
        self.memory.borrow_mut().end_confirming(id);
        match outcome {
            Ok(record) => match ready {
                // Of what is wrong with the release, whoever asks for it is told.
                Err(Fault::Source { source, .. }) if source.is_unavailable() => {
                    self.memory.borrow_mut().mark_stale(id, source.to_string(), now);
                    Err(self.fault(id, source))
                }
                _ => self.replace(record, now).await,
            },
            Err(error) if error.is_unavailable() => {
                self.memory.borrow_mut().mark_stale(id, error.to_string(), now);
                Err(self.fault(id, error))
            }
            Err(error) => {
                self.stop(id).await;
                Err(self.fault(id, error))
            }
        }
    }

    /// Forgets a record, its proof, and the modules that it names.
    pub(crate) async fn stop(&self, id: &RecordId) {
        let known = self.memory.borrow_mut().forget(id);
        // A store that fails here serves the old proof once more after a restart, and is asked again then.
        let _ = self.store.delete(&id.store_key()).await;
        if let Some(Known { content: Content::Release(release), .. }) = known {
            for module in &release.modules {
                // Another release may hold the same module; it is fetched again then.
                let _ = self.store.delete(&format!("modules/{}", module.blob.cid())).await;
            }
        }
    }

    /// Fetches, verifies and starts where a channel leads now, when that is elsewhere than before: until then the release
    /// before it answers.
    async fn ready(
        &self,
        record: &ProvenRecord,
        now: u64,
        start: impl AsyncFn(Rc<Resolved>),
    ) -> Result<(), Fault> {
        let next = known(record)?;
        let Content::Channel(version, cid) = next.content else { return Ok(()) };
        let before = self.memory.borrow().record(&record.id).map(|before| before.content.clone());
        if !matches!(before, Some(Content::Channel(_, before)) if before != cid) {
            return Ok(());
        }
        let name = record.id.rkey.as_str().split(':').next().unwrap_or_default();
        let name: BundleName = name.parse().map_err(|reason| Fault::InvalidName { reason })?;
        let resolved = self.release(&record.id.did, &name, version.clone(), now).await?;
        self.modules(&resolved).await?;
        if self.has_secrets(&resolved, now).await {
            start(self.resolve(&record.id.did, &name, &Selector::Exact(version), now).await?).await;
        }
        Ok(())
    }

    /// A release never changes; a channel may.
    async fn replace(&self, record: ProvenRecord, now: u64) -> Result<(), Fault> {
        let known = self.memory.borrow().record(&record.id).cloned();
        if let (Some(Known { content: Content::Release(_), cid, .. }), false) =
            (&known, record.id.is_channel())
            && *cid != record.cid
        {
            let fault = Fault::ReleaseChanged {
                bundle: format!("{}/{}", record.id.did, record.id.rkey),
                known: cid.to_string(),
                found: record.cid.to_string(),
            };
            self.memory.borrow_mut().mark_stale(&record.id, fault.to_string(), now);
            return Err(fault);
        }
        self.keep(record).await.map(drop)
    }

    async fn fetched(&self, id: &RecordId, now: u64) -> Result<ProvenRecord, SourceError> {
        let proof = self.proven(id, now).await?;
        proof.into_record()
    }

    /// What the repo says of a record now, by a commit that is not older than any seen before.
    pub(crate) async fn proven(&self, id: &RecordId, now: u64) -> Result<ProvenOutcome, SourceError> {
        let document = self.document(&id.did, now).await?;
        let outcome = self.source.outcome(&self.transport, &document, id, now).await?;
        self.advance_revision(&id.did, outcome.rev()).await?;
        Ok(outcome)
    }

    /// The account's DID document, asked for a moment ago or now.
    pub(crate) async fn document(&self, did: &Did, now: u64) -> Result<DidDocument, SourceError> {
        if let Some(document) = self.memory.borrow().document(did, now, DOCUMENT_MS) {
            return Ok(document);
        }
        let document = self.source.identity(&self.transport, did).await?;
        self.memory.borrow_mut().keep_document(document.clone(), now);
        Ok(document)
    }

    /// Remembers a record that was just proven. It is checked before it is kept: what can't serve is not cached.
    async fn keep(&self, record: ProvenRecord) -> Result<Known, Fault> {
        let known = known(&record)?;
        // Without a store the runner still runs; it only has to ask the PDS again after a restart.
        let _ = self.store.put(&record.id.store_key(), record.to_stored()).await;
        self.memory.borrow_mut().keep(record.id, known.clone());
        Ok(known)
    }

    pub(crate) fn fault(&self, id: &RecordId, error: SourceError) -> Fault {
        let did = id.did.clone();
        match error {
            SourceError::Resolve(streamhut_atproto::resolve::ResolveError::Host { reason, .. }) => {
                Fault::InvalidDid { reason: reason.to_string() }
            }
            error if error.is_account_gone() => Fault::UnknownAccount { did, reason: error.to_string() },
            error if error.is_record_gone() => Fault::UnknownBundle { did, record: id.path() },
            source => Fault::Source { did, source },
        }
    }
}

impl<T, S: Store> Runner<T, S> {
    /// The record with the proof that is kept of it.
    pub(crate) async fn stored(&self, id: &RecordId) -> Option<Known> {
        let key = id.store_key();
        let bytes = self.store.get(&key).await.ok().flatten()?;
        let known = ProvenRecord::from_stored(id, &bytes).and_then(|record| known(&record).ok());
        if known.is_none() {
            let _ = self.store.delete(&key).await;
        }
        known
    }
}

impl RecordId {
    /// The record that a selector names.
    pub(crate) fn of(
        did: &streamhut_atproto::Did,
        name: &BundleName,
        selector: &Selector,
    ) -> Result<Self, Fault> {
        let internal = |e: streamhut_atproto::IdentifierError| Fault::Internal(e.to_string());
        let (collection, rkey) = match selector {
            Selector::Exact(version) => (nsid::RUN_AT_RELEASE, format!("{name}:{version}")),
            Selector::Channel(channel) => (nsid::RUN_AT_CHANNEL, format!("{name}:{channel}")),
        };
        Ok(Self {
            did: did.clone(),
            collection: streamhut_atproto::Nsid::parse(collection).map_err(internal)?,
            rkey: streamhut_atproto::RecordKey::parse(&rkey).map_err(internal)?,
        })
    }

    fn is_channel(&self) -> bool {
        self.collection.as_str() == nsid::RUN_AT_CHANNEL
    }

    /// Milliseconds since 1970 until which it need not be confirmed. Only a release never changes.
    pub(crate) fn fresh_until(&self, checked_at: u64) -> u64 {
        let most = if self.collection.as_str() == nsid::RUN_AT_RELEASE { RELEASE_MS } else { CHANNEL_MS };
        checked_at.saturating_add(most)
    }

    /// Whether it is to be confirmed.
    pub(crate) fn is_due(&self, checked_at: u64, now: u64) -> bool {
        // A time that lies ahead is none that a clock gave.
        checked_at > now || now >= self.fresh_until(checked_at)
    }
}

/// Reads the record's content: a checked release, or where a channel points.
fn known(record: &ProvenRecord) -> Result<Known, Fault> {
    let id = &record.id;
    let (name, rest) = id.rkey.as_str().split_once(':').unwrap_or((id.rkey.as_str(), ""));
    let bad_name = |reason| Fault::InvalidName { reason };
    let name: BundleName = name.parse().map_err(bad_name)?;
    let content = if id.is_channel() {
        let (version, cid) =
            ChannelRecord::target(&record.value, &id.did, &name).ok_or_else(|| Fault::Channel {
                channel: format!("{}/{name}@{rest}", id.did),
                target: record.value.pointer("/release/uri").map(ToString::to_string).unwrap_or_default(),
            })?;
        Content::Channel(version, cid)
    } else {
        let version: Version = rest.parse().map_err(bad_name)?;
        let release = check(&record.value, &name, &version)
            .map_err(|source| Fault::Release { bundle: format!("{}/{name}@{version}", id.did), source })?;
        Content::Release(Rc::new(release))
    };
    Ok(Known {
        cid: record.cid,
        commit: record.commit.clone(),
        rev: record.rev.clone(),
        content,
        key: record.stored.multikey.as_str().into(),
        pds: record.stored.pds.clone(),
        checked_at: record.stored.checked_at,
        stale: None,
    })
}
