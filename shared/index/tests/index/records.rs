//! Records for tests, and what the index should say of a set of them.

use serde_json::{Value, json};
use streamhut_atproto::{Did, RecordCid, RecordKey, Tid};
use streamhut_index::{Record, creators, creators::Creator, sync};

use crate::store::Store;

pub const ALICE: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
pub const BOB: &str = "did:plc:z72i7hdynmk6r22z27h6tvur";
pub const NOW: i64 = 1_790_000_000_000;

pub fn did(text: &str) -> Did {
    Did::parse(text).unwrap()
}

pub fn rkey(text: &str) -> RecordKey {
    RecordKey::parse(text).unwrap()
}

/// A record whose CID follows from its content.
pub fn record(key: &str, value: Value) -> Record {
    let cid = RecordCid::of(value.to_string().as_bytes());
    Record { rkey: rkey(key), cid, value }
}

pub fn titled(key: &str, title: &str) -> Record {
    record(key, json!({"title": title, "createdAt": "2026-03-01T12:00:00Z", "durationMs": 60_000}))
}

/// A revision for the sync of that id; of the year 2023.
pub fn rev_of(id: &str) -> Tid {
    let number = id.bytes().fold(7_u64, |hash, byte| (hash * 31 + u64::from(byte)) % 1_000_000_007);
    Tid::from_micros(1_700_000_000_000_000 + number, 0).unwrap()
}

/// Registers a creator.
pub fn register(store: &impl Store, text: &str) {
    store.must(&creators::register(&did(text), NOW));
}

pub fn creator(store: &impl Store, text: &str) -> Creator {
    creators::read(&store.read(&creators::get(&did(text)))).unwrap().remove(0)
}

/// All that is known of a creator.
pub fn known(store: &impl Store, text: &str) -> sync::Known {
    let mut known = sync::Known::default();
    let mut after = None;
    loop {
        after = known.add(&store.read(&sync::known(&did(text), after.as_ref()))).unwrap();
        if after.is_none() {
            return known;
        }
    }
}

/// Syncs a creator to exactly these records.
pub fn sync_to(store: &impl Store, text: &str, records: &[Record], id: &str, now: i64) -> sync::Counts {
    let creator = creator(store, text);
    let mut sync = sync::Sync::new(&creator, known(store, text), id);
    for page in records.chunks(100) {
        store.run(&sync.meet(page.to_vec(), now)).unwrap();
    }
    let (transactions, counts) = sync.finish(&rev_of(id), now, now + 900_000);
    store.run(&transactions).unwrap();
    counts
}

/// What readers see of a creator: key, CID, title, record, first seen; one line each.
pub fn seen(store: &impl Store, text: &str) -> Vec<String> {
    store.dump(&format!(
        "SELECT v.rkey, v.cid, v.title, length(v.record) FROM creators AS c JOIN videos AS v ON v.creator = c.id
         WHERE c.did = '{text}' AND v.born <= c.generation AND v.died > c.generation ORDER BY v.rkey"
    ))
}

/// The same of records.
pub fn expected(records: &[Record]) -> Vec<String> {
    let mut sorted: Vec<_> = records.iter().collect();
    sorted.sort_by(|a, b| a.rkey.cmp(&b.rkey));
    let line = |record: &Record| {
        let (key, cid) = (record.rkey.as_str(), record.cid.to_string());
        let title = record.value["title"].as_str().unwrap_or_default();
        format!(
            "[Text({key:?}), Text({cid:?}), Text({title:?}), Integer({})]",
            record.value.to_string().len()
        )
    };
    sorted.into_iter().map(line).collect()
}

/// What must hold after any transaction.
pub fn check_invariants(store: &impl Store) {
    let twice = store.dump(
        "SELECT v.creator, v.rkey FROM videos AS v JOIN creators AS c ON c.id = v.creator
         WHERE v.born <= c.generation AND v.died > c.generation GROUP BY 1, 2 HAVING count(*) > 1",
    );
    assert!(twice.is_empty(), "seen twice: {twice:?}");
    let miscounted = store.dump(
        "SELECT did, records, (SELECT count(*) FROM videos AS v WHERE v.creator = c.id
             AND v.born <= c.generation AND v.died > c.generation) AS found
         FROM creators AS c WHERE records <> found",
    );
    assert!(miscounted.is_empty(), "miscounted: {miscounted:?}");
    let tags = "SELECT tag, created_ms, tie, duration_ms, video FROM video_tags";
    let due = "SELECT DISTINCT j.value, v.created_ms, v.tie, v.duration_ms, v.id FROM videos AS v, json_each(v.tag_keys) AS j
        WHERE v.hidden = 0";
    for (a, b) in [(tags, due), (due, tags)] {
        let wrong = store.dump(&format!("{a} EXCEPT {b}"));
        assert!(wrong.is_empty(), "tags: {wrong:?}");
    }
    store.must(&[streamhut_index::Statement::new(
        "INSERT INTO videos_fts (videos_fts, rank) VALUES ('integrity-check', 1)",
    )]);
}
