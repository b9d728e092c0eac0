//! Looking, then writing, with nobody in between.

use streamhut_atproto::RecordCid;
use streamhut_release::BundleName;

use super::Shelf;
use crate::fault::Fault;
use crate::pds::{Account, MAX_WRITES, Write};

/// How often a commit of something else, such as a post, may come in between.
const TRIES: usize = 5;

/// What an account had published at one commit.
#[derive(Clone, Debug)]
pub struct Held {
    commit: RecordCid,
    /// What was there.
    pub shelf: Shelf,
}

impl Held {
    /// Asks for the commit first: whatever changes while the records are read makes a later one.
    pub fn look(account: &Account) -> Result<Self, Fault> {
        let commit = account.pds().latest_commit(account.did())?;
        Ok(Self { commit, shelf: Shelf::ask(account.pds(), account.did())? })
    }

    /// Writes, as long as the bundle is as it was when we looked; commits that don't touch it are let pass. All of it
    /// is one commit, or none of it is written; only what is more than a PDS takes at once goes in several, in the
    /// order given.
    ///
    /// # Errors
    /// `Fault::Overtaken` when the bundle was changed meanwhile.
    pub fn write(&self, account: &Account, name: &BundleName, writes: &[Write]) -> Result<(), Fault> {
        let mut parts = writes.chunks(MAX_WRITES);
        let Some(first) = parts.next() else { return Ok(()) };
        let mut commit = self.commit;
        for tries in 1.. {
            match account.write(first, Some(&commit)) {
                Err(fault @ Fault::Overtaken { .. }) => {
                    let now = Self::look(account)?;
                    if tries == TRIES || now.shelf.find(name) != self.shelf.find(name) {
                        return Err(fault);
                    }
                    commit = now.commit;
                }
                Err(fault) => return Err(fault),
                Ok(()) => break,
            }
        }
        parts.try_for_each(|part| account.write(part, None))
    }
}
