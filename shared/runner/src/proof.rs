//! A record with its proof, and the form in which it is kept.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use streamhut_atproto::{Did, Nsid, Proven, PublicKey, RecordCid, RecordKey, RecordProof, Tid, proof};

use crate::SourceError;

/// The place of a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId {
    /// The repo.
    pub did: Did,
    /// The collection.
    pub collection: Nsid,
    /// The record key.
    pub rkey: RecordKey,
}

impl RecordId {
    /// `collection/rkey`.
    pub(crate) fn path(&self) -> String {
        format!("{}/{}", self.collection, self.rkey)
    }

    /// Where its proof is kept in the store.
    pub(crate) fn store_key(&self) -> String {
        format!("proofs/{}/{}", self.did, self.path())
    }
}

/// A record that its author's repo is proven to hold.
#[derive(Clone, Debug)]
pub(crate) struct ProvenRecord {
    pub id: RecordId,
    pub cid: RecordCid,
    pub commit: String,
    pub rev: Tid,
    pub value: Value,
    pub stored: StoredProof,
}

/// A proof as it is kept: enough to verify it anew, with the key that verified it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredProof {
    pub multikey: String,
    pub pds: String,
    /// Milliseconds since 1970 at which the PDS answered.
    pub checked_at: u64,
    #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
    pub car: Vec<u8>,
}

/// What a repo says of a record: that it holds it, or that it doesn't.
#[derive(Clone, Debug)]
pub(crate) struct ProvenOutcome {
    pub id: RecordId,
    pub proof: RecordProof,
    pub stored: StoredProof,
}

impl ProvenOutcome {
    /// Verifies a kept proof anew. `None` when it isn't one: a store may hold anything.
    pub fn from_stored(id: &RecordId, bytes: &[u8]) -> Option<Self> {
        let stored: StoredProof = serde_json::from_slice(bytes).ok()?;
        let key = PublicKey::from_multikey(&stored.multikey).ok()?;
        let proof = proof::verify_record(&stored.car, &id.did, &key, &id.collection, &id.rkey).ok()?;
        Some(Self { id: id.clone(), proof, stored })
    }

    /// The form in which it is kept.
    pub fn to_stored(&self) -> Vec<u8> {
        self.stored.to_bytes()
    }

    /// The revision of the commit that says it.
    pub fn rev(&self) -> &Tid {
        &self.proof.rev
    }

    /// Whether the repo holds it.
    pub fn is_present(&self) -> bool {
        matches!(self.proof.outcome, Proven::Record { .. })
    }

    /// The record.
    ///
    /// # Errors
    /// `Absent` when the repo doesn't hold it.
    pub fn into_record(self) -> Result<ProvenRecord, SourceError> {
        let Self { id, proof, stored } = self;
        let absent = |rev: Tid| SourceError::Absent { record: id.path(), rev };
        let Proven::Record { cid, .. } = proof.outcome else { return Err(absent(proof.rev)) };
        let Ok(value) = proof.json() else { return Err(absent(proof.rev)) };
        Ok(ProvenRecord { id, cid, commit: proof.commit.to_string(), rev: proof.rev, value, stored })
    }
}

impl ProvenRecord {
    /// A kept record, verified anew.
    pub fn from_stored(id: &RecordId, bytes: &[u8]) -> Option<Self> {
        ProvenOutcome::from_stored(id, bytes)?.into_record().ok()
    }

    /// The form in which it is kept.
    pub fn to_stored(&self) -> Vec<u8> {
        self.stored.to_bytes()
    }
}

impl StoredProof {
    fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

fn to_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&BASE64.encode(bytes))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    BASE64.decode(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}
