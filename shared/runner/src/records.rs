//! A proven record by the shortest way: memory, store, PDS; and its confirmation afterwards.

use std::rc::Rc;

use streamhut_atproto::{AtUri, DidDocument, RecordCid};
use streamhut_outbound::Transport;
use streamhut_release::{BundleName, ChannelRecord, Selector, Version, check, nsid};

use crate::{
    Fault, Runner, SourceError, Store,
    memory::{Content, Known},
    proof::{ProvenRecord, RecordId},
};

/// After this long a channel is confirmed anew.
const CHANNEL_MS: u64 = 30_000;
/// After this long a release is confirmed anew.
const RELEASE_MS: u64 = 300_000;
/// For this long one DID document serves several records.
const DOCUMENT_MS: u64 = 15_000;

impl<T: Transport + Send + Sync, S: Store> Runner<T, S> {
    /// The record, and whether it should be confirmed in the background.
    pub(crate) async fn record(&self, id: &RecordId, now: u64) -> Result<(Known, bool), Fault> {
        if let Some(known) = self.memory.borrow().record(id) {
            return Ok((known.clone(), is_due(id, known, now)));
        }
        if let Some(known) = self.stored(id).await {
            self.memory.borrow_mut().keep(id.clone(), known.clone());
            let due = is_due(id, &known, now);
            return Ok((known, due));
        }
        let record = self.fetched(id, now).await.map_err(|error| self.fault(id, error))?;
        self.keep(record).await.map(|known| (known, false))
    }

    /// Asks the PDS whether a known record still stands. Without a clear word it is marked stale; a clear
    /// word that it doesn't stops it and forgets it everywhere.
    pub async fn confirm(&self, id: &RecordId, now: u64) -> Result<(), Fault> {
        if !self.memory.borrow_mut().start_confirming(id, now) {
            return Ok(());
        }
        let outcome = self.fetched(id, now).await;
        self.memory.borrow_mut().end_confirming(id);
        match outcome {
            Ok(record) => self.replace(record, now).await,
            Err(error) if error.is_unavailable() => {
                self.memory.borrow_mut().mark_stale(id, error.to_string(), now);
                Err(self.fault(id, error))
            }
            Err(error) => {
                self.memory.borrow_mut().forget(id);
                // A store that fails here serves the old proof once more after a restart, and is asked again then.
                let _ = self.store.delete(&id.store_key()).await;
                Err(self.fault(id, error))
            }
        }
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

    async fn stored(&self, id: &RecordId) -> Option<Known> {
        let key = id.store_key();
        let bytes = self.store.get(&key).await.ok().flatten()?;
        let known = ProvenRecord::from_stored(id, &bytes).and_then(|record| known(&record).ok());
        if known.is_none() {
            let _ = self.store.delete(&key).await;
        }
        known
    }

    async fn fetched(&self, id: &RecordId, now: u64) -> Result<ProvenRecord, SourceError> {
        let document = self.document(id, now).await?;
        let record = self.source.record(&self.transport, &document, id, now).await?;
        match self.memory.borrow().revision(&id.did) {
            Some(seen) if record.rev < *seen => {
                Err(SourceError::Replayed { known: seen.clone(), found: record.rev })
            }
            _ => Ok(record),
        }
    }

    async fn document(&self, id: &RecordId, now: u64) -> Result<DidDocument, SourceError> {
        if let Some(document) = self.memory.borrow().document(&id.did, now, DOCUMENT_MS) {
            return Ok(document);
        }
        let document = self.source.identity(&self.transport, &id.did).await?;
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

    fn fault(&self, id: &RecordId, error: SourceError) -> Fault {
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
}

fn is_due(id: &RecordId, known: &Known, now: u64) -> bool {
    let most = if id.is_channel() { CHANNEL_MS } else { RELEASE_MS };
    // A time that lies ahead is none that a clock gave.
    known.checked_at > now || now - known.checked_at >= most
}

/// Reads the record's content: a checked release, or where a channel points.
fn known(record: &ProvenRecord) -> Result<Known, Fault> {
    let id = &record.id;
    let (name, rest) = id.rkey.as_str().split_once(':').unwrap_or((id.rkey.as_str(), ""));
    let bad_name = |reason| Fault::InvalidName { reason };
    let name: BundleName = name.parse().map_err(bad_name)?;
    let content = if id.is_channel() {
        let (version, cid) = target(record, &name).ok_or_else(|| Fault::Channel {
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
        pds: record.stored.pds.clone(),
        checked_at: record.stored.checked_at,
        stale: None,
    })
}

/// Where a channel points: a release of the same repo and the same name, and nothing else.
fn target(record: &ProvenRecord, name: &BundleName) -> Option<(Version, RecordCid)> {
    let channel: ChannelRecord = serde_json::from_value(record.value.clone()).ok()?;
    if channel.record_type != nsid::RUN_AT_CHANNEL {
        return None;
    }
    let uri = AtUri::parse(&channel.release.uri).ok()?;
    let (did, collection, rkey) = uri.record()?;
    let (target_name, version) = rkey.as_str().split_once(':')?;
    let same = *did == record.id.did
        && collection.as_str() == nsid::RUN_AT_RELEASE
        && target_name == name.to_string();
    same.then_some(())?;
    Some((version.parse().ok()?, RecordCid::parse(&channel.release.cid).ok()?))
}
