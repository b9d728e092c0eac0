//! All records of a collection, with proof, whatever the size of the repository around it.

use futures_util::{StreamExt, TryStreamExt, stream};
use streamhut_outbound::{FetchError, Transport, TransportError};

use super::{Pds, PdsError};
use crate::repo::car::Blocks;
use crate::repo::collection::{CollectionError, CollectionProof, Walk, verify_collection, verify_commit};
use crate::repo::proof::ProofError;
use crate::{Did, Nsid, PublicKey, RecordCid};

/// The most blocks of one request: their ids stand in its URL, at some 65 characters each.
const MAX_BLOCKS_ASKED: usize = 60;
/// How many requests for blocks are on their way at once.
const AT_ONCE: usize = 4;

/// Why a collection could not be read with proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The PDS gave no usable answer.
    #[error(transparent)]
    Pds(#[from] PdsError),
    /// Its answers prove nothing.
    #[error(transparent)]
    Collection(#[from] CollectionError),
}

impl From<ProofError> for ReadError {
    fn from(error: ProofError) -> Self {
        Self::Collection(error.into())
    }
}

impl ReadError {
    /// Whether the repository is larger than was to be read.
    pub fn is_too_large(&self) -> bool {
        matches!(
            self,
            Self::Pds(PdsError::Fetch { reason: FetchError::Transport(TransportError::TooLarge { .. }), .. })
        )
    }
}

impl<T: Transport + Send + Sync> Pds<'_, T> {
    /// The records of a collection of at most `max_records`, out of the whole repository of at most `max_bytes`.
    /// One request.
    ///
    /// # Errors
    /// [`ReadError`]; of a larger repository [`ReadError::is_too_large`] is true.
    pub async fn collection_of_repo(
        &self,
        did: &Did,
        key: &PublicKey,
        collection: &Nsid,
        max_records: usize,
        max_bytes: usize,
    ) -> Result<CollectionProof, ReadError> {
        let car = self.repo(did, max_bytes).await?;
        Ok(verify_collection(&car, did, key, collection, max_records)?)
    }

    /// The same block by block from the commit `root` down: of a large repository only what the collection needs.
    /// Some twenty requests for a thousand records.
    ///
    /// # Errors
    /// [`ReadError`], also when the account writes meanwhile and the server forgets a block.
    pub async fn collection_by_blocks(
        &self,
        did: &Did,
        key: &PublicKey,
        collection: &Nsid,
        max_records: usize,
        root: RecordCid,
    ) -> Result<CollectionProof, ReadError> {
        let car = self.blocks(did, &[root]).await?;
        let blocks = Blocks::parse(&car).map_err(ProofError::from)?;
        let commit = verify_commit(&blocks, root, did, key)?;
        let mut walk = Walk::new(commit.data, collection, max_records);
        loop {
            let nodes = walk.next(MAX_BLOCKS_ASKED);
            if nodes.is_empty() {
                break;
            }
            let cids: Vec<RecordCid> = nodes.iter().map(|node| node.cid).collect();
            let car = self.blocks(did, &cids).await?;
            walk.read(nodes, &Blocks::parse(&car).map_err(ProofError::from)?)?;
        }
        let cids = walk.into_records();
        let portions: Vec<Vec<Vec<u8>>> =
            stream::iter(cids.chunks(MAX_BLOCKS_ASKED).map(|cids| self.records(did, cids)))
                .buffered(AT_ONCE)
                .try_collect()
                .await?;
        Ok(CollectionProof { commit: root, rev: commit.rev, records: portions.concat() })
    }

    async fn records(&self, did: &Did, cids: &[RecordCid]) -> Result<Vec<Vec<u8>>, ReadError> {
        let car = self.blocks(did, cids).await?;
        let blocks = Blocks::parse(&car).map_err(ProofError::from)?;
        let records: Result<_, _> = cids.iter().map(|cid| blocks.block(cid).map(<[u8]>::to_vec)).collect();
        Ok(records.map_err(ProofError::RecordBlock)?)
    }
}
