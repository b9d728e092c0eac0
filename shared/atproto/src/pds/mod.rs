//! A PDS as a reader without an account sees it.
//!
//! Method names and the protocol are atrium's; parameters and answers are typed by this crate's
//! own identifiers, so that each value is checked once and by one rule. Nothing an answer says
//! is proved by its coming from a PDS: take a proof ([`crate::proof`]) or a blob's id to that.

mod call;
mod collection;
mod error;
mod page;

pub use collection::ReadError;
pub use error::PdsError;
pub use page::{ListedRecord, RecordPage};

use atrium_api::com::atproto::{repo, server, sync};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use streamhut_outbound::{Limits, Policy, Transport};
use url::Url;

use crate::repo::car::MAX_CAR_BYTES;
use crate::{BlobCid, Did, Nsid, RecordCid, RecordKey, Tid};
use call::Call;

/// The largest page of records that is read, in bytes.
const MAX_PAGE_BYTES: usize = 4 * 1024 * 1024;
/// The largest of the small JSON answers, in bytes.
const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// The most records of one page, by the lexicon of `listRecords`.
pub const MAX_PAGE_RECORDS: u8 = 100;

/// A PDS to which requests may go, and how.
#[derive(Debug)]
pub struct Pds<'a, T> {
    transport: &'a T,
    policy: &'a Policy,
    endpoint: Url,
    deadline_ms: u32,
}

/// Where a repository stands, by the PDS's word.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LatestCommit {
    /// The commit's id.
    pub cid: RecordCid,
    /// Its revision.
    pub rev: Tid,
}

/// What a PDS says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerDescription {
    /// The largest blob that it takes, in bytes, when it says so.
    pub blob_upload_limit: Option<u64>,
    /// The domains under which it gives out handles, each with a leading dot.
    #[serde(default)]
    pub available_user_domains: Vec<String>,
}

#[derive(Serialize)]
struct InRepo<'a, P> {
    did: &'a Did,
    #[serde(flatten)]
    what: P,
}

#[derive(Serialize)]
struct RecordPath<'a> {
    collection: &'a Nsid,
    rkey: &'a RecordKey,
}

#[derive(Serialize)]
struct BlobName<'a> {
    cid: &'a BlobCid,
}

#[derive(Serialize)]
struct BlockNames<'a> {
    did: &'a Did,
    cids: &'a [RecordCid],
}

#[derive(Serialize)]
struct Nothing {}

#[derive(Serialize)]
struct PageOf<'a> {
    repo: &'a Did,
    collection: &'a Nsid,
    limit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<&'a str>,
}

impl<'a, T: Transport + Send + Sync> Pds<'a, T> {
    /// A client of the PDS at `endpoint`, as a DID document names it.
    ///
    /// # Errors
    /// `PdsError::Endpoint` when the policy does not admit that URL as an origin.
    pub fn new(
        transport: &'a T,
        policy: &'a Policy,
        endpoint: &str,
        deadline_ms: u32,
    ) -> Result<Self, PdsError> {
        let endpoint = policy.endpoint(endpoint)?;
        Ok(Self { transport, policy, endpoint, deadline_ms })
    }

    /// `com.atproto.sync.getRecord`: the CAR file that proves a record's presence or absence.
    /// Its bytes go to [`crate::proof::verify_record`].
    ///
    /// # Errors
    /// [`PdsError`]. Many servers answer for a missing record with a proof of absence, others
    /// with `RecordNotFound`, which proves nothing.
    pub async fn record_proof(
        &self,
        did: &Did,
        collection: &Nsid,
        rkey: &RecordKey,
    ) -> Result<Vec<u8>, PdsError> {
        let params = InRepo { did, what: RecordPath { collection, rkey } };
        self.call(MAX_CAR_BYTES).bytes(sync::get_record::NSID, params).await
    }

    /// `com.atproto.sync.getBlob`: a blob of at most `max_bytes`, not yet verified. Compare it
    /// by [`BlobCid::verify`], or its digest from elsewhere with [`BlobCid::digest`].
    ///
    /// # Errors
    /// [`PdsError`], `BlobNotFound` among it; one byte over the limit is a fetch error.
    pub async fn blob_unverified(
        &self,
        did: &Did,
        cid: &BlobCid,
        max_bytes: usize,
    ) -> Result<Vec<u8>, PdsError> {
        let params = InRepo { did, what: BlobName { cid } };
        let call = Call { any_type: true, ..self.call(max_bytes) };
        call.bytes(sync::get_blob::NSID, params).await
    }

    /// `com.atproto.sync.getRepo`: the CAR file of a whole repository of at most `max_bytes`. Its bytes go to
    /// [`crate::collection::verify_collection`].
    ///
    /// # Errors
    /// [`PdsError`]; one byte over the limit is a fetch error.
    pub async fn repo(&self, did: &Did, max_bytes: usize) -> Result<Vec<u8>, PdsError> {
        self.call(max_bytes).bytes(sync::get_repo::NSID, InRepo { did, what: Nothing {} }).await
    }

    /// `com.atproto.sync.getBlocks`: a CAR file of these blocks of a repository, without a root.
    ///
    /// # Errors
    /// [`PdsError`].
    pub async fn blocks(&self, did: &Did, cids: &[RecordCid]) -> Result<Vec<u8>, PdsError> {
        self.call(MAX_CAR_BYTES).bytes(sync::get_blocks::NSID, BlockNames { did, cids }).await
    }

    /// `com.atproto.sync.getLatestCommit`.
    ///
    /// # Errors
    /// [`PdsError`].
    pub async fn latest_commit(&self, did: &Did) -> Result<LatestCommit, PdsError> {
        let params = InRepo { did, what: Nothing {} };
        self.call(MAX_ANSWER_BYTES).json(sync::get_latest_commit::NSID, params).await
    }

    /// `com.atproto.repo.listRecords`: one page of a collection, newest key first, of at most
    /// `limit` records (1 to 100; others are clamped). `cursor` is the page before's.
    ///
    /// # Errors
    /// [`PdsError`]. Entries that are no records of this repository and collection are counted
    /// in the page instead.
    pub async fn list_records(
        &self,
        did: &Did,
        collection: &Nsid,
        limit: u8,
        cursor: Option<&str>,
    ) -> Result<RecordPage, PdsError> {
        let params = PageOf { repo: did, collection, limit: limit.clamp(1, MAX_PAGE_RECORDS), cursor };
        let answer: Value = self.call(MAX_PAGE_BYTES).json(repo::list_records::NSID, params).await?;
        page::read(answer, did, collection)
            .ok_or_else(|| self.malformed(repo::list_records::NSID, "it has no array of records"))
    }

    /// `com.atproto.server.describeServer`.
    ///
    /// # Errors
    /// [`PdsError`].
    pub async fn describe_server(&self) -> Result<ServerDescription, PdsError> {
        self.call(MAX_ANSWER_BYTES).json(server::describe_server::NSID, Nothing {}).await
    }

    fn call(&self, max_bytes: usize) -> Call<'_, T> {
        Call { pds: self, limits: Limits { max_bytes, deadline_ms: self.deadline_ms }, any_type: false }
    }

    fn malformed(&self, method: &str, message: &str) -> PdsError {
        PdsError::Malformed {
            pds: self.endpoint.to_string(),
            method: method.to_owned(),
            message: message.to_owned(),
        }
    }
}
