//! One account's follows, read from its PDS with proof.

use std::collections::BTreeSet;

use streamhut_atproto::{Did, Nsid, Pds, data_model::json_from_dag_cbor};
use streamhut_outbound::Transport;

use super::list::List;
use crate::{Runner, SourceError, Store, nsid};

/// How much an account's list may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    /// The largest repo that is read whole; of a larger one the PDS is asked for the blocks that matter.
    repo_bytes: usize,
    /// Milliseconds that the PDS has for one answer, unless it has less for every answer.
    deadline_ms: u32,
}

/// For the account that everything depends on.
pub(super) const FIRST: Effort = Effort { repo_bytes: 8 * 1024 * 1024, deadline_ms: 10_000 };
/// For those that it follows, of which several are read at once, within what the platform has of memory and time.
pub(super) const SECOND: Effort = Effort { repo_bytes: 2 * 1024 * 1024, deadline_ms: 4_000 };
/// The most accounts that one account may follow.
const MAX_FOLLOWS: usize = 10_000;

impl<T: Transport + Send + Sync, S: Store> Runner<T, S> {
    /// Whom an account follows, by a commit that it signed with its present key and that is not older than any seen
    /// before. Where the PDS says that the commit is still the known one, nothing is read again.
    pub(super) async fn read_follows(
        &self,
        did: &Did,
        known: Option<&List>,
        effort: Effort,
        now: u64,
    ) -> Result<List, SourceError> {
        let document = self.document(did, now).await?;
        let key = document.require_signing_key()?;
        let endpoint = document.require_pds()?;
        let deadline_ms = effort.deadline_ms.min(self.source.deadline_ms);
        let pds = Pds::new(&self.transport, &self.source.policy, endpoint, deadline_ms)?;
        let multikey = key.to_multikey();
        if let Some(known) = known {
            let latest = pds.latest_commit(did).await?;
            if latest.cid == known.commit && multikey == known.key {
                self.advance_revision(did, &known.rev).await?;
                return Ok(List { checked_at: now, ..known.clone() });
            }
        }
        let collection = collection();
        let mut whole = None;
        if known.is_none_or(|known| !known.large) {
            let read = pds.collection_of_repo(did, key, &collection, MAX_FOLLOWS, effort.repo_bytes).await;
            whole = match read {
                Err(error) if error.is_too_large() => None,
                read => Some(read?),
            };
        }
        let large = whole.is_none();
        let proof = match whole {
            Some(proof) => proof,
            None => {
                let root = pds.latest_commit(did).await?.cid;
                pds.collection_by_blocks(did, key, &collection, MAX_FOLLOWS, root).await?
            }
        };
        // Another isolate may have read the known state, so that this one's memory of revisions lacks it.
        if let Some(known) = known.filter(|known| proof.rev < known.rev) {
            return Err(SourceError::Replayed { known: known.rev.clone(), found: proof.rev });
        }
        self.advance_revision(did, &proof.rev).await?;
        let mut seen = BTreeSet::new();
        let mut follows: Vec<Did> = proof.records.iter().filter_map(|record| subject(record)).collect();
        follows.retain(|subject| seen.insert(subject.clone()));
        Ok(List { rev: proof.rev, commit: proof.commit, key: multikey, checked_at: now, large, follows })
    }
}

fn collection() -> Nsid {
    Nsid::parse(nsid::APP_BSKY_GRAPH_FOLLOW).unwrap_or_else(|_| unreachable!("a generated name is one"))
}

/// Whom a record names. One that names nobody admits nobody.
fn subject(record: &[u8]) -> Option<Did> {
    Did::parse(json_from_dag_cbor(record).ok()?.get("subject")?.as_str()?).ok()
}
