use streamhut_atproto::{Did, RecordKey, Tid};
use streamhut_hrana::Statement;

use super::known::{Known, Met};
use super::statements::{abandon, bury, delete, fence, finished, publish, sweep};
use crate::creators::Creator;
use crate::record::{CHUNK_BYTES, CHUNK_ROWS, Row, Write, write};
use crate::{Record, Transaction};

/// More rows, or more bytes of rows, than these are staged.
const DIRECT_ROWS: usize = CHUNK_ROWS;
const DIRECT_BYTES: usize = CHUNK_BYTES;
/// More deletions than these are staged.
const DIRECT_DELETIONS: usize = 5000;

/// One sync of one creator: what the repository has is met, page by page, and becomes transactions. Each is to be run
/// once it is given, in their order; after an error the sync is over. Each may be done twice.
#[derive(Debug)]
pub struct Sync {
    did: Did,
    /// Of this sync: what the fence holds from its first transaction on.
    id: String,
    /// What the fence held when the creator was read.
    found: String,
    generation: i64,
    known: Known,
    pending: Vec<Row>,
    pending_bytes: usize,
    /// Records in `pending` that have an older version.
    replaced: Vec<RecordKey>,
    staged: bool,
    refused: u64,
}

/// What a sync found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records that the index didn't have.
    pub created: u64,
    /// Records that it had in another version.
    pub updated: u64,
    /// Records that it had and the repository hasn't.
    pub deleted: u64,
    /// Records that are as they were.
    pub unchanged: u64,
    /// Records that are no videos, or too large.
    pub refused: u64,
}

impl Sync {
    /// Begins. `creator` was read before `known`; `id` is of this sync alone, such as random letters.
    pub fn new(creator: &Creator, known: Known, id: impl Into<String>) -> Self {
        Self {
            did: creator.did.clone(),
            id: id.into(),
            found: creator.fence.clone(),
            generation: creator.generation,
            known,
            pending: Vec::new(),
            pending_bytes: 0,
            replaced: Vec::new(),
            staged: false,
            refused: 0,
        }
    }

    /// Meets records of the repository, in any order. Where the repository contradicts itself, its last word counts.
    pub fn meet(&mut self, records: impl IntoIterator<Item = Record>, now_ms: i64) -> Vec<Transaction> {
        let mut transactions = Vec::new();
        for record in records {
            self.meet_one(record);
            if self.pending.len() >= DIRECT_ROWS || self.pending_bytes >= DIRECT_BYTES {
                self.flush(now_ms, &mut transactions);
            }
        }
        transactions
    }

    /// The repository was met whole, at revision `rev`. The creator is due again at `next_sync_ms`.
    pub fn finish(mut self, rev: &Tid, now_ms: i64, next_sync_ms: i64) -> (Vec<Transaction>, Counts) {
        let gone: Vec<RecordKey> = self.known.gone().cloned().collect();
        let counts = Counts { refused: self.refused, ..self.known.counts() };
        let finished = finished(&self.did, rev, now_ms, next_sync_ms);
        let mut transactions = Vec::new();
        if !self.staged && gone.len() <= DIRECT_DELETIONS {
            let mut statements = vec![fence(&self.did, &self.found, &self.id, None)];
            statements.extend(write(&self.pending, Write::Seen, now_ms, "c.did = ?3", self.did.as_str()));
            statements.extend(delete(&self.did, gone.iter()));
            statements.push(finished);
            statements.extend(abandon(&self.did, &self.id));
            return (vec![Transaction::once(statements)], counts);
        }
        self.flush(now_ms, &mut transactions);
        for portion in gone.chunks(CHUNK_ROWS) {
            let statements = bury(&self.did, portion.iter());
            transactions.push(Transaction::once(self.fenced(now_ms, statements)));
        }
        let publish = publish(&self.did, self.generation, self.known.met());
        transactions.push(Transaction::once(self.fenced(now_ms, vec![publish, finished])));
        transactions.push(Transaction::until_done(vec![sweep(&self.did)]));
        (transactions, counts)
    }

    fn meet_one(&mut self, record: Record) {
        let met = self.known.look(&record.rkey, record.cid);
        if met == Met::Told {
            return;
        }
        if met != Met::Unchanged {
            let Ok(row) = record.row(&self.did) else {
                self.refused += 1;
                return;
            };
            self.pending_bytes += row.len();
            self.pending.push(row);
        }
        if met == Met::Changed {
            self.replaced.push(record.rkey.clone());
        }
        self.known.meet(record.rkey, record.cid);
    }

    /// Stages what is pending.
    fn flush(&mut self, now_ms: i64, transactions: &mut Vec<Transaction>) {
        if !self.staged {
            self.staged = true;
            let take = fence(&self.did, &self.found, &self.id, Some(now_ms));
            transactions.push(Transaction::once(vec![take]));
            transactions.push(Transaction::until_done(abandon(&self.did, &self.id)));
        }
        let rows = std::mem::take(&mut self.pending);
        let replaced = std::mem::take(&mut self.replaced);
        self.pending_bytes = 0;
        let mut statements = write(&rows, Write::Staged, now_ms, "c.did = ?3", self.did.as_str());
        statements.extend(bury(&self.did, replaced.iter()));
        if !statements.is_empty() {
            transactions.push(Transaction::once(self.fenced(now_ms, statements)));
        }
    }

    /// Behind the fence that this sync has taken.
    fn fenced(&self, now_ms: i64, statements: Vec<Statement>) -> Vec<Statement> {
        let fence = fence(&self.did, &self.id, &self.id, Some(now_ms));
        std::iter::once(fence).chain(statements).collect()
    }
}
