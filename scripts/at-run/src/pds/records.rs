//! All records of a collection.

use std::collections::BTreeSet;

use atrium_api::com::atproto::repo::list_records;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use streamhut_atproto::{AtUri, Did, RecordCid};

use super::Pds;
use crate::fault::Fault;

const PAGE: u8 = 100;
/// At a hundred records each, far more than any author publishes; a server that goes on is stuck.
const MAX_PAGES: usize = 200;

/// A record as the PDS lists it.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its at-uri.
    pub uri: String,
    /// The last part of the at-uri.
    pub key: String,
    /// The id of its content, by the PDS's word.
    pub cid: RecordCid,
    /// Its content.
    pub value: Value,
}

#[derive(Serialize)]
struct Parameters<'a> {
    repo: &'a Did,
    collection: &'a str,
    limit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<&'a str>,
}

#[derive(Deserialize)]
struct Page {
    cursor: Option<String>,
    records: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    uri: String,
    cid: RecordCid,
    value: Value,
}

impl Pds {
    /// `com.atproto.repo.listRecords`, page after page.
    ///
    /// # Errors
    /// `Fault::NotFound` when the PDS has no such account; `Fault::Answer` when its pages don't end.
    pub fn records(&self, did: &Did, collection: &str) -> Result<Vec<Record>, Fault> {
        let mut records = Vec::new();
        let mut seen = BTreeSet::new();
        let mut cursor: Option<String> = None;
        loop {
            let parameters = Parameters { repo: did, collection, limit: PAGE, cursor: cursor.as_deref() };
            let page: Page = self
                .anonymous()
                .query(list_records::NSID, parameters)
                .map_err(|fault| self.unknown_repo(fault, did))?;
            records.extend(page.records.into_iter().filter_map(record));
            let Some(next) = page.cursor else { return Ok(records) };
            if seen.len() >= MAX_PAGES || !seen.insert(next.clone()) {
                return Err(Fault::Answer {
                    url: self.origin().to_owned(),
                    method: list_records::NSID.to_owned(),
                    reason: format!(
                        "page {} leads back or on without end, by cursor {next:?}",
                        seen.len() + 1
                    ),
                });
            }
            cursor = Some(next);
        }
    }

    /// The reference PDS has no error name of its own for an account that it doesn't hold.
    pub(super) fn unknown_repo(&self, fault: Fault, did: &Did) -> Fault {
        match fault {
            Fault::Refused { error, message, .. }
                if error == "RepoNotFound" || message.starts_with("Could not find repo") =>
            {
                Fault::NotFound { service: self.origin().to_owned(), what: did.to_string() }
            }
            other => other,
        }
    }
}

fn record(entry: Entry) -> Option<Record> {
    let key = AtUri::parse(&entry.uri).ok()?.rkey()?.to_string();
    Some(Record { uri: entry.uri, key, cid: entry.cid, value: entry.value })
}
