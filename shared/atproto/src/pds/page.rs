//! Pages of `listRecords`, read entry by entry: one bad record spoils no page.

use serde_json::Value;

use crate::{AtUri, Did, Nsid, RecordCid};

/// One page of a collection.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordPage {
    /// The records in the server's order.
    pub records: Vec<ListedRecord>,
    /// How many entries were no records of this repository and collection.
    pub malformed: usize,
    /// What to ask the next page by; `None` after the last one. A server may repeat itself: the
    /// caller has to notice a cursor that it has seen.
    pub cursor: Option<String>,
}

/// A record by the server's word: its id is not compared with its value, nor proved.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedRecord {
    /// Where it is: always of the repository and collection that were asked for.
    pub uri: AtUri,
    /// The id that the server gives it.
    pub cid: RecordCid,
    /// The record in the data model's JSON spelling.
    pub value: Value,
}

pub(super) fn read(mut answer: Value, did: &Did, collection: &Nsid) -> Option<RecordPage> {
    let cursor = answer.get("cursor").and_then(Value::as_str).map(str::to_owned);
    let Value::Array(entries) = answer.get_mut("records")?.take() else { return None };
    let count = entries.len();
    let records: Vec<_> = entries.into_iter().filter_map(|entry| record(entry, did, collection)).collect();
    Some(RecordPage { malformed: count - records.len(), records, cursor })
}

fn record(mut entry: Value, did: &Did, collection: &Nsid) -> Option<ListedRecord> {
    let uri = AtUri::parse(entry.get("uri")?.as_str()?).ok()?;
    let (owner, place, _) = uri.record()?;
    if owner != did || place != collection {
        return None;
    }
    let cid = RecordCid::parse(entry.get("cid")?.as_str()?).ok()?;
    let value = entry.get_mut("value")?.take();
    value.is_object().then_some(ListedRecord { uri, cid, value })
}
