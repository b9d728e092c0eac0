//! Proof that a repository holds a record, or that it doesn't.

use cid::Cid;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::car::{BlockError, Car, CarError};
use super::commit::{Commit, CommitError};
use super::mst::{self, MstError};
use crate::data_model::{DataModelError, json_from_dag_cbor};
use crate::{Did, Nsid, PublicKey, RecordCid, RecordKey, Tid};

/// What a signed commit says about one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordProof {
    /// The commit that was proved.
    pub commit: Cid,
    /// Its revision. Whoever has seen a greater one of the same repository is being shown an
    /// old state.
    pub rev: Tid,
    /// What it says.
    pub outcome: Proven,
}

/// Either way proved, down to the account's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proven {
    /// The record is there.
    Record {
        /// Its id.
        cid: RecordCid,
        /// Its bytes, canonical dag-cbor.
        value: Vec<u8>,
    },
    /// The repository has no such record.
    Absent,
}

/// Why a file proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The file can't be read.
    #[error(transparent)]
    Car(#[from] CarError),
    /// The file's root block is missing or corrupt.
    #[error("the commit: {0}")]
    CommitBlock(#[source] BlockError),
    /// The commit is malformed, of another account, or not signed by its key.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The way from the commit to the record is incomplete or malformed.
    #[error(transparent)]
    Tree(#[from] MstError),
    /// The tree names the record, but its block is missing or corrupt.
    #[error("the record: {0}")]
    RecordBlock(#[source] BlockError),
    /// The record's block is no data.
    #[error("the record {cid}: {reason}")]
    Record {
        /// The record's id.
        cid: RecordCid,
        /// What is wrong with its bytes.
        reason: DataModelError,
    },
}

/// Why a proved outcome can't be read as a certain type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// What was proved is that there is no record.
    #[error("the repository has no such record")]
    Absent,
    /// The record has another shape.
    #[error("the record {cid} has another shape: {message}")]
    Shape {
        /// The record's id.
        cid: RecordCid,
        /// The decoder's reason.
        message: String,
    },
}

/// Checks a CAR file, as `com.atproto.sync.getRecord` answers it, against the account that it
/// claims to come from.
///
/// # Errors
/// [`ProofError`] unless every step holds: the root is a commit of `did`, signed by `key`; each
/// tree node down to `collection/rkey` has the hash that leads to it; and the record, if the
/// tree has one, is there with its own hash.
pub fn verify_record(
    car: &[u8],
    did: &Did,
    key: &PublicKey,
    collection: &Nsid,
    rkey: &RecordKey,
) -> Result<RecordProof, ProofError> {
    let car = Car::parse(car)?;
    let block = car.block(&car.root).map_err(ProofError::CommitBlock)?;
    let commit = Commit::verify(block, did, key)?;
    let outcome = match mst::find(&car, commit.data, &format!("{collection}/{rkey}"))? {
        None => Proven::Absent,
        Some(cid) => {
            let value = car.block(&cid).map_err(ProofError::RecordBlock)?.to_vec();
            json_from_dag_cbor(&value).map_err(|reason| ProofError::Record { cid, reason })?;
            Proven::Record { cid, value }
        }
    };
    Ok(RecordProof { commit: car.root.into(), rev: commit.rev, outcome })
}

impl RecordProof {
    /// The record as a type that dag-cbor deserialises into: links as `cid::Cid`, bytes as
    /// bytes. For types written after JSON lexicons take [`RecordProof::json`].
    ///
    /// # Errors
    /// `Absent`, or `Shape` when the record is of another one.
    pub fn value<T: DeserializeOwned>(&self) -> Result<T, RecordError> {
        let (cid, value) = self.record()?;
        serde_ipld_dagcbor::from_slice(value)
            .map_err(|error| RecordError::Shape { cid, message: error.to_string() })
    }

    /// The record in the data model's JSON spelling.
    ///
    /// # Errors
    /// `Absent`; a record in a proof is otherwise known to be readable.
    pub fn json(&self) -> Result<Value, RecordError> {
        let (cid, value) = self.record()?;
        json_from_dag_cbor(value).map_err(|error| RecordError::Shape { cid, message: error.to_string() })
    }

    fn record(&self) -> Result<(RecordCid, &[u8]), RecordError> {
        match &self.outcome {
            Proven::Record { cid, value } => Ok((*cid, value)),
            Proven::Absent => Err(RecordError::Absent),
        }
    }
}
