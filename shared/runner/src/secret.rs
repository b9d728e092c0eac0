//! A bundle's secrets: sealed records of its author's repo, read with proof and opened with this runner's keys.

use std::{fmt, rc::Rc};

use streamhut_atproto::{Nsid, RecordCid, RecordKey};
use streamhut_outbound::Transport;
use streamhut_release::{
    nsid,
    secret::{KeyId, RunnerPublicKey, SecretRecord, open, secret_key},
};

use crate::{Due, Fault, Resolved, Runner, SourceError, Store, proof::ProvenOutcome, proof::RecordId};

/// A secret that a release names, and what is known of its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleSecret {
    /// Its name.
    pub name: String,
    /// What the author's repo holds.
    pub state: SecretState,
}

/// What an author's repo holds of a secret for this runner.
#[derive(Clone, PartialEq, Eq)]
pub enum SecretState {
    /// Sealed to this runner, and opened.
    Given {
        /// The opened value.
        value: Rc<str>,
        /// The CID of its record, which stands for the value wherever that must not stand.
        cid: RecordCid,
    },
    /// No record for any key of this runner.
    Absent,
    /// A record that was not sealed for this author, bundle and name, or not to this runner's key.
    Refused(Rc<str>),
}

/// Without the value, so that no log can hold it.
impl fmt::Debug for SecretState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given { cid, .. } => write!(f, "Given({cid})"),
            Self::Absent => f.write_str("Absent"),
            Self::Refused(reason) => write!(f, "Refused({reason})"),
        }
    }
}

/// One record, for one key.
#[derive(Clone, Debug)]
pub(crate) struct KnownSecret {
    pub state: SecretState,
    /// Milliseconds since 1970 of the last time that the PDS confirmed it.
    pub checked_at: u64,
}

impl<T: Transport + Send + Sync, S: Store> Runner<T, S> {
    /// The secrets that a release names, in its order. What is old is added to `due`, and `fresh_until` is brought
    /// forward to when that will be.
    pub(crate) async fn secrets(
        &self,
        resolved: &Resolved,
        now: u64,
        due: &mut Vec<Due>,
        fresh_until: &mut u64,
    ) -> Result<Rc<[BundleSecret]>, Fault> {
        let mut secrets = Vec::with_capacity(resolved.release.manifest.secrets.len());
        for name in &resolved.release.manifest.secrets {
            let mut state = SecretState::Absent;
            for key in self.keys() {
                let id = record_id(resolved, name, key.id())?;
                let known = self.secret(&id, now).await?;
                *fresh_until = (*fresh_until).min(id.fresh_until(known.checked_at));
                due.extend(id.is_due(known.checked_at, now).then_some(Due::Secret(id)));
                // A record for the current key stands before one for a previous key; one that is refused stands
                // only where no other is given.
                match known.state {
                    SecretState::Absent => {}
                    given @ SecretState::Given { .. } => {
                        state = given;
                        break;
                    }
                    refused => state = refused,
                }
            }
            secrets.push(BundleSecret { name: name.clone(), state });
        }
        Ok(secrets.into())
    }

    /// Whether each secret that a release names is given. That one is missing is not remembered by this: secrets are
    /// often set after a release, and whoever asks for it next is to have them.
    pub(crate) async fn has_secrets(&self, resolved: &Resolved, now: u64) -> bool {
        for name in &resolved.release.manifest.secrets {
            let mut is_given = false;
            for key in self.keys() {
                is_given = match record_id(resolved, name, key.id()) {
                    Ok(id) => self.is_given(&id, now).await,
                    Err(_) => false,
                };
                if is_given {
                    break;
                }
            }
            if !is_given {
                return false;
            }
        }
        true
    }

    async fn is_given(&self, id: &RecordId, now: u64) -> bool {
        let mut known = self.memory.borrow().secret(id).cloned();
        if known.is_none() {
            known = self.stored_secret(id).await;
        }
        if known.is_none() {
            known = match self.proven(id, now).await {
                Ok(outcome) if outcome.is_present() => Some(self.keep_secret(outcome).await),
                _ => None,
            };
        }
        matches!(known, Some(KnownSecret { state: SecretState::Given { .. }, .. }))
    }

    /// The runner's public keys, the current one first.
    pub fn keys(&self) -> &[RunnerPublicKey] {
        &self.public_keys
    }

    async fn secret(&self, id: &RecordId, now: u64) -> Result<KnownSecret, Fault> {
        if let Some(known) = self.memory.borrow().secret(id) {
            return Ok(known.clone());
        }
        if let Some(known) = self.stored_secret(id).await {
            self.memory.borrow_mut().keep_secret(id.clone(), known.clone());
            return Ok(known);
        }
        // Without a word on its secrets a bundle is not started: what it does without them is not what it was made for.
        let outcome = self.proven(id, now).await.map_err(|error| self.fault(id, error))?;
        Ok(self.keep_secret(outcome).await)
    }

    /// Asks the PDS for a secret anew. Without a clear word the known one stays.
    pub(crate) async fn confirm_secret(&self, id: &RecordId, now: u64) -> Result<(), Fault> {
        if !self.memory.borrow_mut().start_confirming(id, now) {
            return Ok(());
        }
        let outcome = self.proven(id, now).await;
        self.memory.borrow_mut().end_confirming(id);
        match outcome {
            Ok(outcome) => {
                self.keep_secret(outcome).await;
                Ok(())
            }
            Err(error) => {
                self.memory.borrow_mut().mark_stale(id, error.to_string(), now);
                Err(self.fault(id, error))
            }
        }
    }

    async fn stored_secret(&self, id: &RecordId) -> Option<KnownSecret> {
        let key = id.store_key();
        let bytes = self.store.get(&key).await.ok().flatten()?;
        let outcome = ProvenOutcome::from_stored(id, &bytes);
        if outcome.is_none() {
            let _ = self.store.delete(&key).await;
        }
        outcome.map(|outcome| self.opened(outcome))
    }

    /// Presence or absence, each with its proof: a new isolate need not ask for what isn't there.
    async fn keep_secret(&self, outcome: ProvenOutcome) -> KnownSecret {
        let id = outcome.id.clone();
        let _ = self.store.put(&id.store_key(), outcome.to_stored()).await;
        let known = self.opened(outcome);
        self.memory.borrow_mut().keep_secret(id, known.clone());
        known
    }

    fn opened(&self, outcome: ProvenOutcome) -> KnownSecret {
        let checked_at = outcome.stored.checked_at;
        let record = match outcome.into_record() {
            Ok(record) => record,
            Err(SourceError::Absent { .. }) => return KnownSecret { state: SecretState::Absent, checked_at },
            Err(error) => return refused(checked_at, &error.to_string()),
        };
        let mut parts = record.id.rkey.as_str().split(':');
        let (Some(Ok(bundle)), Some(name)) = (parts.next().map(str::parse), parts.next()) else {
            return refused(checked_at, "its record key names no bundle");
        };
        let sealed: SecretRecord = match serde_json::from_value(record.value) {
            Ok(sealed) => sealed,
            Err(error) => return refused(checked_at, &error.to_string()),
        };
        let opened = open(&self.private_keys, &sealed.ciphertext)
            .and_then(|secret| secret.value_for(&record.id.did, &bundle, name));
        match opened {
            Ok(value) => {
                KnownSecret { state: SecretState::Given { value: value.into(), cid: record.cid }, checked_at }
            }
            Err(error) => refused(checked_at, &error.to_string()),
        }
    }
}

fn refused(checked_at: u64, reason: &str) -> KnownSecret {
    KnownSecret { state: SecretState::Refused(reason.into()), checked_at }
}

fn record_id(resolved: &Resolved, name: &str, key: &KeyId) -> Result<RecordId, Fault> {
    let internal = |e: streamhut_atproto::IdentifierError| Fault::Internal(e.to_string());
    let rkey = secret_key(&resolved.release.manifest.name, name, key);
    Ok(RecordId {
        did: resolved.did.clone(),
        collection: Nsid::parse(nsid::RUN_AT_SECRET).map_err(internal)?,
        rkey: RecordKey::parse(&rkey).map_err(internal)?,
    })
}
