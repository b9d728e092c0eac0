//! The author's identity and PDS: one record, with proof.

use streamhut_atproto::{
    CollectionError, Did, DidDocument, DidDocumentError, ProofError, Tid,
    pds::{Pds, PdsError, ReadError},
    proof,
    repo::commit::CommitError,
    resolve::{ResolveError, Resolver},
};
use streamhut_outbound::{FetchError, Policy, Transport};

use crate::{
    fault::is_deadline,
    proof::{ProvenOutcome, RecordId, StoredProof},
};

/// Why there is no proven record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The DID leads to no document.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// The document lacks a key or a PDS.
    #[error(transparent)]
    Document(#[from] DidDocumentError),
    /// The PDS did not answer with a proof.
    #[error(transparent)]
    Pds(#[from] PdsError),
    /// What it answered proves nothing.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// A collection that is not read.
    #[error(transparent)]
    Collection(CollectionError),
    /// The repo, signed by its author, has no such record.
    #[error("the repo has no {record} at revision {rev}")]
    Absent {
        /// `collection/rkey`.
        record: String,
        /// The commit's revision.
        rev: Tid,
    },
    /// An older commit than one that was already seen.
    #[error("revision {found} is older than {known}, which was seen before")]
    Replayed {
        /// The highest revision seen of this repo.
        known: Tid,
        /// The revision that was answered.
        found: Tid,
    },
}

impl From<ReadError> for SourceError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Pds(error) => Self::Pds(error),
            ReadError::Collection(CollectionError::Proof(error)) => Self::Proof(error),
            ReadError::Collection(error) => Self::Collection(error),
        }
    }
}

impl SourceError {
    /// Whether nothing was learnt: what was known before may be served, marked stale. Only a clear word stops a
    /// bundle: proven absence, an account that is gone, an identity without a key, a signature by another key.
    pub fn is_unavailable(&self) -> bool {
        let stops = match self {
            Self::Absent { .. } | Self::Document(_) => true,
            Self::Proof(ProofError::Commit(error)) => {
                matches!(error, CommitError::Signature { .. } | CommitError::WrongDid { .. })
            }
            _ => self.is_account_gone(),
        };
        !stops
    }

    /// Whether the account, rather than the record, isn't there.
    pub(crate) fn is_account_gone(&self) -> bool {
        matches!(
            self,
            Self::Resolve(ResolveError::UnknownAccount { .. } | ResolveError::Tombstoned { .. })
                | Self::Pds(
                    PdsError::RepoNotFound { .. }
                        | PdsError::RepoDeactivated { .. }
                        | PdsError::RepoTakendown { .. }
                        | PdsError::RepoSuspended { .. }
                )
        )
    }

    /// Whether the account is there, and the record isn't.
    pub(crate) fn is_record_gone(&self) -> bool {
        matches!(self, Self::Absent { .. } | Self::Pds(PdsError::RecordNotFound { .. }))
    }

    /// Status, name and text for outside.
    pub(crate) fn outside(&self) -> (u16, &'static str, Option<&'static str>) {
        let fetch = |error: &FetchError| if is_deadline(error) { 504 } else { 502 };
        match self {
            Self::Resolve(ResolveError::Fetch { reason, .. }) => {
                (fetch(reason), "IdentityUnavailable", Some("the author's DID document could not be fetched"))
            }
            Self::Resolve(_) => (502, "IdentityUnavailable", Some("the author's DID has no usable document")),
            Self::Document(_) => {
                (502, "InvalidIdentity", Some("the author's DID document names no usable key or PDS"))
            }
            Self::Pds(PdsError::Endpoint(_)) => {
                (502, "PdsRefused", Some("the author's PDS is at a place that this runner does not ask"))
            }
            Self::Pds(PdsError::Fetch { reason, .. }) => {
                (fetch(reason), "PdsUnavailable", Some("the author's PDS did not answer"))
            }
            Self::Pds(_) => (502, "PdsUnavailable", Some("the author's PDS gave no usable answer")),
            Self::Proof(_) | Self::Collection(_) | Self::Absent { .. } => {
                (502, "InvalidProof", Some("the PDS's answer does not prove what the author signed"))
            }
            Self::Replayed { .. } => (
                502,
                "ReplayedCommit",
                Some("the PDS answered with an older state of the repo than was seen before"),
            ),
        }
    }
}

/// Whom to ask, and how long to wait.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub resolver: Resolver,
    pub policy: Policy,
    pub deadline_ms: u32,
}

impl Source {
    /// The author's DID document.
    pub async fn identity<T: Transport>(&self, transport: &T, did: &Did) -> Result<DidDocument, SourceError> {
        Ok(self.resolver.resolve(transport, &self.policy, did).await?)
    }

    /// What the repo says of a record, proven against the author's present key.
    pub async fn outcome<T: Transport + Send + Sync>(
        &self,
        transport: &T,
        document: &DidDocument,
        id: &RecordId,
        now: u64,
    ) -> Result<ProvenOutcome, SourceError> {
        let key = document.require_signing_key()?;
        let endpoint = document.require_pds()?;
        let pds = Pds::new(transport, &self.policy, endpoint, self.deadline_ms)?;
        let car = pds.record_proof(&id.did, &id.collection, &id.rkey).await?;
        let proof = proof::verify_record(&car, &id.did, key, &id.collection, &id.rkey)?;
        let stored =
            StoredProof { multikey: key.to_multikey(), pds: endpoint.to_owned(), checked_at: now, car };
        Ok(ProvenOutcome { id: id.clone(), proof, stored })
    }
}
