//! A simulated account and its repository.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use streamhut_atproto::{AtUri, Did, Handle, RecordCid, Tid};
use streamhut_streamplace::{Profile, Video, VideoItem};

use crate::database::object;

pub const VIDEO: &str = "place.stream.video";
/// The longest record that the data model has, in bytes of its JSON.
const MAX_RECORD_BYTES: usize = 1024 * 1024;
/// Servers of repositories.
pub const HOSTS: [&str; 3] = ["one.dev", "two.dev", "three.dev"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Active,
    Deactivated,
    Takendown,
    Deleted,
}

/// What the server that a repository left says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    NotFound,
    Deactivated,
    Takendown,
    /// Nothing: it is off.
    Silence,
    /// All that was there at that revision.
    Copy,
}

/// How a server lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// The cursor of a page leads to the same page.
    RepeatedCursor,
    /// Two pages lead to each other.
    Circle,
    /// A page of nothing, with a cursor.
    EmptyPage,
    /// There is always one more page, of records that were told before.
    Endless,
    /// There is always one more page, of records that nobody told of before.
    EndlessNew,
    /// Records of another repository among those of this one.
    OthersRecords,
    /// Items without an address, or without a version, besides the records.
    Garbage,
    /// No list at all.
    NoList,
    /// Revisions that never were.
    Revision,
    /// A revision that is none.
    NoRevision,
}

pub const LIES: [Lie; 10] = [
    Lie::RepeatedCursor,
    Lie::Circle,
    Lie::EmptyPage,
    Lie::Endless,
    Lie::EndlessNew,
    Lie::OthersRecords,
    Lie::Garbage,
    Lie::NoList,
    Lie::Revision,
    Lie::NoRevision,
];

/// A record, and what it takes long to find out of it.
#[derive(Clone, Debug)]
pub struct Kept {
    pub record: Value,
    cid: RecordCid,
    bytes: usize,
}

#[derive(Clone, Debug)]
pub struct Repo {
    pub did: Did,
    pub handle: String,
    /// The name in the profile record; without one there is no such record.
    pub name: Option<String>,
    /// Which of [`HOSTS`] has it.
    pub host: usize,
    /// Hosts that had it, and what they say now.
    pub left: BTreeMap<usize, (Left, u64)>,
    pub state: State,
    pub lie: Option<Lie>,
    /// Records on a page of its server.
    pub page: usize,
    pub records: BTreeMap<String, Kept>,
    revision: u64,
}

impl Repo {
    /// The account of that number, with nothing in its repository.
    pub fn new(number: usize) -> Repo {
        let letter = char::from(b'a' + u8::try_from(number).unwrap());
        Repo {
            did: Did::parse(&format!("did:plc:{}", letter.to_string().repeat(24))).unwrap(),
            handle: format!("{letter}{letter}0.test"),
            name: Some(format!("Name {letter}")),
            host: 0,
            left: BTreeMap::new(),
            state: State::Active,
            lie: None,
            page: 100,
            records: BTreeMap::new(),
            revision: 1,
        }
    }

    pub fn put(&mut self, rkey: &str, record: Value) {
        self.records.insert(rkey.to_owned(), Kept::new(record));
        self.commit();
    }

    pub fn delete(&mut self, rkey: &str) {
        self.records.remove(rkey);
        self.commit();
    }

    pub fn commit(&mut self) {
        self.revision += 1;
    }

    pub fn migrate(&mut self, host: usize, left: Left) {
        self.left.insert(self.host, (left, self.revision));
        self.left.remove(&host);
        self.host = host;
        self.commit();
    }

    pub fn revision(&self) -> u64 {
        self.revision
    }

    pub fn document(&self) -> Value {
        json!({
            "id": self.did.as_str(),
            "alsoKnownAs": [format!("at://{}", self.handle)],
            "service": [{
                "id": "#atproto_pds",
                "type": "AtprotoPersonalDataServer",
                "serviceEndpoint": format!("https://{}", HOSTS[self.host]),
            }],
        })
    }

    /// A record as a server lists it.
    pub fn item(did: &Did, rkey: &str, kept: &Kept) -> Value {
        let uri = format!("at://{did}/{VIDEO}/{rkey}");
        object([("uri", uri.into()), ("cid", kept.cid.to_string().into()), ("value", kept.record.clone())])
    }

    /// What a list shows of it, once all is known.
    pub fn shown(&self) -> Vec<VideoItem> {
        if self.state != State::Active {
            return Vec::new();
        }
        let profile = Profile {
            did: self.did.clone(),
            handle: Some(Handle::parse(&self.handle).unwrap()),
            display_name: self.name.clone(),
            avatar: None,
            description: None,
        };
        let video = |(rkey, kept): (&String, &Kept)| {
            if kept.bytes > MAX_RECORD_BYTES {
                return None;
            }
            let uri = AtUri::parse(&format!("at://{}/{VIDEO}/{rkey}", self.did)).unwrap();
            let video = Video::from_record(&uri, kept.cid, &kept.record).ok()?;
            Some(VideoItem::new(video, Some(profile.clone())))
        };
        self.records.iter().filter_map(video).collect()
    }
}

impl Kept {
    pub fn new(record: Value) -> Kept {
        let bytes = record.to_string().len();
        Kept { cid: cid(&record), bytes, record }
    }
}

/// A version's name: not that of the data model's own encoding, but one for each content.
pub fn cid(record: &Value) -> RecordCid {
    RecordCid::of(record.to_string().as_bytes())
}

pub fn rev(number: u64) -> String {
    Tid::from_micros(1_780_000_000_000_000 + number, 0).unwrap().as_str().to_owned()
}
