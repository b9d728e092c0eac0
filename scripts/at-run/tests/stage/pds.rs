//! A PDS in memory: as far as the command line asks one.
#![allow(dead_code, missing_docs)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};
use streamhut_atproto::data_model::dag_cbor_from_json;
use streamhut_atproto::{BlobCid, RecordCid};
use streamhut_release::nsid;

use super::DID;
use super::server::{Asked, serve};

/// No record's.
pub const OTHER_CID: &str = "bafyreib3h7z7b2x5h3jcf2nqyyrkq2n2tzgvq2gqk3mkpj6dbbpw5kcmbm";

/// Comes between, once, before the next write.
pub type Meddler = fn(&mut Repo);

#[derive(Default)]
pub struct Repo {
    /// By collection and key.
    pub records: BTreeMap<(String, String), Value>,
    /// Each applyWrites that was taken.
    pub writes: Vec<Value>,
    pub calls: Vec<String>,
    pub meddler: Option<Meddler>,
    /// What the results of applyWrites and listRecords call each record in place of its CID.
    pub other_cid: Option<String>,
    commits: u64,
}

pub struct FakePds {
    pub origin: String,
    repo: Arc<Mutex<Repo>>,
}

impl FakePds {
    pub fn new() -> Self {
        let repo = Arc::new(Mutex::new(Repo::default()));
        let shared = Arc::clone(&repo);
        Self { origin: serve(move |asked| shared.lock().unwrap().answer(&asked)), repo }
    }

    pub fn repo(&self) -> MutexGuard<'_, Repo> {
        self.repo.lock().unwrap()
    }

    /// The keys of a collection.
    pub fn keys(&self, collection: &str) -> Vec<String> {
        let repo = self.repo();
        repo.records.keys().filter(|(of, _)| of == collection).map(|(_, key)| key.clone()).collect()
    }

    /// The version that a channel's strong reference names, when a release has that CID.
    pub fn channel(&self, key: &str) -> Option<String> {
        let repo = self.repo();
        let target = &repo.records.get(&(nsid::RUN_AT_CHANNEL.to_owned(), key.to_owned()))?["release"];
        let releases = repo.records.iter().filter(|((of, _), _)| of == nsid::RUN_AT_RELEASE);
        releases
            .filter(|((_, key), value)| {
                *target == json!({"uri": uri(nsid::RUN_AT_RELEASE, key), "cid": cid(value)})
            })
            .map(|((_, key), _)| key.split_once(':').unwrap().1.to_owned())
            .next()
    }
}

pub fn cid(value: &Value) -> String {
    RecordCid::of(&dag_cbor_from_json(value).unwrap()).to_string()
}

pub fn uri(collection: &str, key: &str) -> String {
    format!("at://{DID}/{collection}/{key}")
}

impl Repo {
    pub fn put(&mut self, collection: &str, key: &str, value: Value) {
        self.records.insert((collection.to_owned(), key.to_owned()), value);
        self.commits += 1;
    }

    /// A release that a runner would take, of one module.
    pub fn release(&mut self, name: &str, version: &str, day: u32, message: &str) {
        let module = json!({
            "path": "index.js", "type": "esm", "size": 25_187, "blob": {"$type": "blob", "size": 6_541, "mimeType": "text/javascript",
            "ref": {"$link": BlobCid::of(version.as_bytes()).to_string()}},
        });
        let value = json!({
            "$type": nsid::RUN_AT_RELEASE, "name": name, "version": version, "main": "index.js", "modules": [module],
            "endpoints": [{"name": "hello", "method": "GET"}], "permissions": {}, "secrets": ["TOKEN"],
            "limits": {"cpuMs": 50, "subRequests": 5}, "compatibilityDate": "2026-11-01", "message": message,
            "createdAt": format!("2020-01-{day:02}T10:00:00.000Z"),
        });
        self.put(nsid::RUN_AT_RELEASE, &format!("{name}:{version}"), value);
    }

    /// A channel at a release that is there.
    pub fn point(&mut self, name: &str, channel: &str, version: &str) {
        let key = format!("{name}:{version}");
        let target = cid(&self.records[&(nsid::RUN_AT_RELEASE.to_owned(), key.clone())]);
        let release = json!({"uri": uri(nsid::RUN_AT_RELEASE, &key), "cid": target});
        let value = json!({"$type": nsid::RUN_AT_CHANNEL, "release": release, "createdAt": "2020-01-05T10:00:00.000Z"});
        self.put(nsid::RUN_AT_CHANNEL, &format!("{name}:{channel}"), value);
    }

    fn answer(&mut self, asked: &Asked) -> (u16, Value) {
        self.calls.push(asked.method().to_owned());
        match asked.method() {
            "com.atproto.server.describeServer" => {
                (200, json!({"did": "did:web:pds.test", "blobUploadLimit": 5_242_880}))
            }
            "com.atproto.server.createSession" | "com.atproto.server.getSession" => (
                200,
                json!({"did": DID, "handle": "aurora.test", "active": true, "accessJwt": "access", "refreshJwt": "refresh"}),
            ),
            "com.atproto.server.deleteSession" if asked.token == "refresh" => (200, Value::Null),
            "com.atproto.sync.getLatestCommit" => {
                (200, json!({"cid": self.commit(), "rev": "3n2wa26p2vt2d"}))
            }
            "com.atproto.repo.listRecords" => {
                (200, json!({"records": self.list(asked.parameter("collection"))}))
            }
            "com.atproto.repo.uploadBlob" => {
                let link = BlobCid::of(&asked.body).to_string();
                let blob = json!({"$type": "blob", "ref": {"$link": link}, "mimeType": asked.content_type, "size": asked.body.len()});
                (200, json!({"blob": blob}))
            }
            "com.atproto.repo.applyWrites" => self.apply(&asked.json()),
            other => (501, json!({"error": "MethodNotImplemented", "message": other})),
        }
    }

    fn commit(&self) -> String {
        RecordCid::of(&self.commits.to_be_bytes()).to_string()
    }

    fn list(&self, collection: &str) -> Vec<Value> {
        let records = self.records.iter().filter(|((of, _), _)| of == collection);
        let call = |value| self.other_cid.clone().unwrap_or_else(|| cid(value));
        records
            .map(|((of, key), value)| json!({"uri": uri(of, key), "cid": call(value), "value": value}))
            .collect()
    }

    fn apply(&mut self, input: &Value) -> (u16, Value) {
        if let Some(meddle) = self.meddler.take() {
            meddle(self);
        }
        if input["swapCommit"].as_str().is_some_and(|swap| swap != self.commit()) {
            return (400, json!({"error": "InvalidSwap", "message": "Commit was at another"}));
        }
        let mut after = self.records.clone();
        let mut results = Vec::new();
        for write in input["writes"].as_array().unwrap() {
            let text = |field: &str| write[field].as_str().unwrap().to_owned();
            let place = (text("collection"), text("rkey"));
            let kind = text("$type").split_once('#').unwrap().1.to_owned();
            if (kind == "create") == after.contains_key(&place) {
                return (
                    400,
                    json!({"error": "InvalidRequest", "message": format!("can't {kind} {place:?}")}),
                );
            }
            let tag = format!("com.atproto.repo.applyWrites#{kind}Result");
            if kind == "delete" {
                after.remove(&place);
                results.push(json!({"$type": tag}));
                continue;
            }
            let called = self.other_cid.clone().unwrap_or_else(|| cid(&write["value"]));
            results.push(json!({"$type": tag, "uri": uri(&place.0, &place.1), "cid": called}));
            after.insert(place, write["value"].clone());
        }
        self.records = after;
        self.commits += 1;
        self.writes.push(input.clone());
        (200, json!({"commit": {"cid": self.commit(), "rev": "3n2wa26p2vt2d"}, "results": results}))
    }
}
