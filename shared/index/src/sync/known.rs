use std::collections::BTreeMap;

use streamhut_atproto::{Did, RecordCid, RecordKey};
use streamhut_hrana::{Rows, Statement};

use super::run::Counts;
use crate::IndexError;

/// Rows of one page of [`known`].
const PAGE: u32 = 5000;

/// What the index holds of a creator: each record's key and version.
#[derive(Clone, Debug, Default)]
pub struct Known {
    entries: BTreeMap<RecordKey, Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    cid: RecordCid,
    /// The repository has it.
    met: bool,
    /// The index had it at the beginning, in whatever version.
    stored: bool,
    /// This sync writes it.
    written: bool,
}

/// What a record is to the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Met {
    /// The index has it so.
    Unchanged,
    /// The index has another version.
    Changed,
    /// The index doesn't have it.
    New,
    /// The repository told of another version before: it contradicts itself, and the later word counts.
    Again,
    /// The repository told of this version before.
    Told,
}

/// Reads what is known of a creator, in the order of keys, from behind `after` on.
pub fn known(did: &Did, after: Option<&RecordKey>) -> Statement {
    let sql = "
        SELECT v.rkey, v.cid FROM creators AS c CROSS JOIN videos AS v ON v.creator = c.id
        WHERE c.did = ?1 AND v.rkey > ?2 AND v.born <= c.generation AND v.died > c.generation
        ORDER BY v.rkey LIMIT ?3";
    Statement::new(sql).bind(did.as_str()).bind(after.map_or("", RecordKey::as_str)).bind(PAGE)
}

impl Known {
    /// Takes a page in; gives the key from behind which to go on, until it is the last.
    ///
    /// # Errors
    /// [`IndexError::Stored`], [`IndexError::Db`].
    pub fn add(&mut self, rows: &Rows) -> Result<Option<RecordKey>, IndexError> {
        let mut last = None;
        for row in &rows.rows {
            let (rkey, cid) = (row.text(0)?, row.text(1)?);
            let rkey = RecordKey::parse(rkey).map_err(|_| IndexError::stored("record key", rkey))?;
            let cid = RecordCid::parse(cid).map_err(|_| IndexError::stored("record's CID", cid))?;
            self.entries.insert(rkey.clone(), Entry { cid, met: false, stored: true, written: false });
            last = Some(rkey);
        }
        Ok(last.filter(|_| rows.rows.len() >= PAGE as usize))
    }

    /// How many records the index has.
    pub fn len(&self) -> usize {
        self.entries.values().filter(|entry| entry.stored).count()
    }

    /// Whether the index has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What this version of a record is to the index.
    pub(super) fn look(&self, rkey: &RecordKey, cid: RecordCid) -> Met {
        match self.entries.get(rkey) {
            None => Met::New,
            Some(entry) if entry.cid == cid => {
                if entry.met {
                    Met::Told
                } else {
                    Met::Unchanged
                }
            }
            Some(entry) => {
                if entry.written {
                    Met::Again
                } else {
                    Met::Changed
                }
            }
        }
    }

    /// Notes that the repository has this version of a record.
    pub(super) fn meet(&mut self, rkey: RecordKey, cid: RecordCid) {
        let new = Entry { cid, met: false, stored: false, written: true };
        let entry = self.entries.entry(rkey).or_insert(new);
        entry.written |= entry.cid != cid;
        (entry.cid, entry.met) = (cid, true);
    }

    /// What was found so far.
    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for entry in self.entries.values() {
            match (entry.met, entry.stored, entry.written) {
                (false, _, _) => counts.deleted += 1,
                (true, false, _) => counts.created += 1,
                (true, true, true) => counts.updated += 1,
                (true, true, false) => counts.unchanged += 1,
            }
        }
        counts
    }

    /// How many records the repository was met with.
    pub(super) fn met(&self) -> usize {
        self.entries.values().filter(|entry| entry.met).count()
    }

    /// What the index has and the repository hasn't.
    pub(super) fn gone(&self) -> impl Iterator<Item = &RecordKey> {
        self.entries.iter().filter(|(_, entry)| entry.stored && !entry.met).map(|(rkey, _)| rkey)
    }
}
