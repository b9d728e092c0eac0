//! An event of a Jetstream: <https://github.com/bluesky-social/jetstream#event>.

use serde::Deserialize;
use serde_json::Value;
use streamhut_atproto::{Did, RecordCid, RecordKey, Tid};
use streamhut_index::{
    Record,
    stream::{Change, What},
};
use streamhut_streamplace::nsid;

/// What an event means here.
#[derive(Debug, PartialEq)]
pub(super) enum Meaning {
    /// A video was made, edited or deleted.
    Change(Box<Change>),
    /// An account changed its handle, its place or its state.
    Account(Did),
    /// Nothing, such as a record of another kind, or one that makes no sense.
    Nothing,
}

/// An event, and where the stream stands after it.
#[derive(Debug, PartialEq)]
pub(super) struct Event {
    /// Microseconds since 1970, as the stream counts.
    pub time_us: i64,
    pub meaning: Meaning,
}

#[derive(Deserialize)]
struct Written {
    did: String,
    time_us: i64,
    kind: String,
    commit: Option<Commit>,
}

#[derive(Deserialize)]
struct Commit {
    rev: String,
    operation: String,
    collection: String,
    rkey: String,
    record: Option<Value>,
    cid: Option<String>,
}

/// Reads an event; `None` when it is none at all: then nobody knows where the stream stands.
pub(super) fn read(text: &str) -> Option<Event> {
    let Written { did, time_us, kind, commit } = serde_json::from_str(text).ok()?;
    let meaning = match (Did::parse(&did).ok(), kind.as_str(), commit) {
        (Some(did), "commit", Some(commit)) => {
            change(did, commit).map_or(Meaning::Nothing, |change| Meaning::Change(Box::new(change)))
        }
        (Some(did), "identity" | "account", _) => Meaning::Account(did),
        _ => Meaning::Nothing,
    };
    Some(Event { time_us, meaning })
}

fn change(did: Did, commit: Commit) -> Option<Change> {
    if commit.collection != nsid::PLACE_STREAM_VIDEO {
        return None;
    }
    let rev = Tid::parse(&commit.rev).ok()?;
    let rkey = RecordKey::parse(&commit.rkey).ok()?;
    let what = match commit.operation.as_str() {
        "delete" => What::Delete(rkey),
        "create" | "update" => {
            let cid = RecordCid::parse(&commit.cid?).ok()?;
            What::Put(Box::new(Record { rkey, cid, value: commit.record? }))
        }
        _ => return None,
    };
    Some(Change { did, rev, what })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DID: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
    const CID: &str = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a";

    fn event(kind: &str, commit: &str) -> String {
        format!(r#"{{"did":"{DID}","time_us":1725911162329308,"kind":"{kind}"{commit}}}"#)
    }

    fn commit(operation: &str, collection: &str, rest: &str) -> String {
        let commit = format!(
            r#","commit":{{"rev":"3l3qo2vutsw2b","operation":"{operation}","collection":"{collection}","rkey":"a"{rest}}}"#
        );
        event("commit", &commit)
    }

    #[test]
    fn events_mean_what_they_say() {
        let whole = format!(r#","record":{{"title":"A"}},"cid":"{CID}""#);
        let video = nsid::PLACE_STREAM_VIDEO;
        for (text, expect) in [
            (commit("create", video, &whole), "put"),
            (commit("update", video, &whole), "put"),
            (commit("delete", video, ""), "delete"),
            (commit("create", video, ""), "nothing"),
            (commit("create", video, r#","record":{},"cid":"x""#), "nothing"),
            (commit("create", "app.bsky.feed.post", &whole), "nothing"),
            (commit("resync", video, ""), "nothing"),
            (event("identity", r#","identity":{"handle":"a.test"}"#), "account"),
            (event("account", r#","account":{"active":false}"#), "account"),
            (event("other", ""), "nothing"),
            (event("commit", "").replace(DID, "nobody"), "nothing"),
        ] {
            let read = read(&text).unwrap();
            let found = match &read.meaning {
                Meaning::Change(change) => match &change.what {
                    What::Put(record) if record.value["title"] == "A" => "put",
                    What::Put(_) => "another record",
                    What::Delete(_) => "delete",
                },
                Meaning::Account(_) => "account",
                Meaning::Nothing => "nothing",
            };
            assert_eq!((found, read.time_us), (expect, 1_725_911_162_329_308), "{text}");
        }
        for text in ["", "{", "[]", r#"{"did":"did:plc:"#, r#"{"kind":"commit"}"#, "null"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
