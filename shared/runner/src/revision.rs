//! The highest revision seen of each repo, for as long as the store lasts: an older commit is a replay.

use sha2::{Digest, Sha256};
use streamhut_atproto::{Did, Tid};

use crate::{Runner, SourceError, Store};

impl<T, S: Store> Runner<T, S> {
    /// Notes a revision that was just proven.
    ///
    /// # Errors
    /// `Replayed` when a higher one was seen before, by this isolate or by any other.
    pub(crate) async fn advance_revision(&self, did: &Did, found: &Tid) -> Result<(), SourceError> {
        let key = format!("revisions/{did}");
        let remembered = self.memory.borrow().revision(did).cloned();
        let known = match remembered {
            // What this isolate has seen it has stored, so a higher one needs no look there.
            Some(known) => Some(known),
            None => self.stored_revision(did, &key).await,
        };
        match known {
            Some(known) if *found < known => Err(SourceError::Replayed { known, found: found.clone() }),
            Some(known) if *found == known => {
                self.memory.borrow_mut().keep_revision(did, found);
                Ok(())
            }
            _ => {
                self.memory.borrow_mut().keep_revision(did, found);
                // Without a store the memory of this isolate has to do.
                let _ = self.store.put(&key, note(did, found).into_bytes()).await;
                Ok(())
            }
        }
    }

    async fn stored_revision(&self, did: &Did, key: &str) -> Option<Tid> {
        let bytes = self.store.get(key).await.ok().flatten()?;
        let text = std::str::from_utf8(&bytes).unwrap_or_default();
        let tid = text.split(' ').next().and_then(|tid| Tid::parse(tid).ok());
        let tid = tid.filter(|tid| note(did, tid) == text);
        if tid.is_none() {
            let _ = self.store.delete(key).await;
        }
        tid
    }
}

/// A revision with its checksum: one damaged bit could make it higher than any that the author will reach.
fn note(did: &Did, rev: &Tid) -> String {
    let sum = Sha256::digest(format!("{did} {rev}"));
    sum.iter().take(8).fold(format!("{rev} "), |note, byte| format!("{note}{byte:02x}"))
}
