//! An author's network in memory: PLC directory, PDS with a really signed repo, and a store; each can be told to
//! misbehave.

#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::{
    cell::RefCell,
    collections::BTreeMap,
    rc::Rc,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use streamhut_atproto::{
    BlobCid, Did,
    testkit::{KeyKind, TestRepo},
};
use streamhut_outbound::{Limits, LoopbackOrigins, Request, Response, Transport, TransportError};
use streamhut_release::{BundleName, Selector};
use streamhut_runner::{Fault, Resolved, Runner, Settings, Store, StoreError};

pub const DID: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
pub const PDS: &str = "https://pds.author.dev";

/// What the outside world holds and how it behaves.
pub struct World {
    pub repo: TestRepo,
    pub blobs: BTreeMap<String, Vec<u8>>,
    pub document: Value,
    /// Other accounts on the same PDS.
    pub accounts: BTreeMap<String, TestRepo>,
    /// Answers that come in place of the true ones, by a part of the URL.
    pub lies: BTreeMap<&'static str, Lie>,
    pub requests: Vec<String>,
}

#[derive(Clone, Debug)]
pub enum Lie {
    Answer(u16, Vec<u8>),
    Redirect(&'static str),
    /// The true answer, with the promise of so many bytes more or fewer.
    Promises(i64),
    Deadline,
    Failed,
    /// No answer at all: whoever waits is never polled again.
    Never,
}

#[derive(Clone)]
pub struct Network(pub Arc<Mutex<World>>);

impl Transport for Network {
    async fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        let url = request.url.to_string();
        let never = {
            let mut world = self.0.lock().unwrap();
            world.requests.push(url.clone());
            world.lies.iter().any(|(part, lie)| url.contains(part) && matches!(lie, Lie::Never))
        };
        if never {
            std::future::pending::<()>().await;
        }
        let world = self.0.lock().unwrap();
        let (status, mut headers, body) = world.answer(&url, limits)?;
        if let Some(Lie::Promises(more)) = world.lie(&url) {
            let promised = i64::try_from(body.len()).unwrap() + more;
            headers.push(("content-length".to_owned(), promised.to_string()));
        }
        if body.len() > limits.max_bytes {
            return Err(TransportError::TooLarge { url, max: limits.max_bytes });
        }
        Ok(Response { url: request.url, status, headers, body })
    }
}

type Answer = (u16, Vec<(String, String)>, Vec<u8>);

impl World {
    fn lie(&self, url: &str) -> Option<&Lie> {
        self.lies.iter().find(|(part, _)| url.contains(**part)).map(|(_, lie)| lie)
    }

    fn answer(&self, url: &str, limits: Limits) -> Result<Answer, TransportError> {
        let of_type = |kind: &str| vec![("content-type".to_owned(), kind.to_owned())];
        if let Some(lie) = self.lie(url).filter(|lie| !matches!(lie, Lie::Promises(_))) {
            return match lie.clone() {
                Lie::Answer(status, body) => Ok((
                    status,
                    of_type(if body.starts_with(b"{") {
                        "application/json"
                    } else {
                        "application/vnd.ipld.car"
                    }),
                    body,
                )),
                Lie::Redirect(to) => Ok((302, vec![("location".into(), to.into())], Vec::new())),
                Lie::Deadline => Err(TransportError::Deadline { url: url.into(), ms: limits.deadline_ms }),
                Lie::Never | Lie::Promises(_) => unreachable!("whoever asks waits, or is told the truth"),
                Lie::Failed => {
                    Err(TransportError::Failed { url: url.into(), reason: "connection refused".into() })
                }
            };
        }
        let parsed = url::Url::parse(url).unwrap();
        let query: BTreeMap<_, _> = parsed.query_pairs().into_owned().collect();
        let account = |did: &str| if did == DID { &self.repo } else { &self.accounts[did] };
        match parsed.path() {
            path if self.accounts.contains_key(&path[1..]) => {
                let document = account(&path[1..]).did_document(PDS);
                Ok((200, of_type("application/json"), document.to_string().into_bytes()))
            }
            "/xrpc/com.atproto.sync.getRepo" => {
                Ok((200, of_type("application/vnd.ipld.car"), account(&query["did"]).repo_car()))
            }
            "/xrpc/com.atproto.sync.getLatestCommit" => {
                let repo = account(&query["did"]);
                let answer = json!({"cid": repo.commit(), "rev": repo.rev()});
                Ok((200, of_type("application/json"), answer.to_string().into_bytes()))
            }
            "/xrpc/com.atproto.sync.getBlocks" => {
                let cids = parsed.query_pairs().filter(|(name, _)| name == "cids");
                let cids: Vec<_> = cids.map(|(_, cid)| cid.parse().unwrap()).collect();
                Ok((200, of_type("application/vnd.ipld.car"), account(&query["did"]).blocks_car(&cids)))
            }
            path if path.ends_with(DID) => {
                Ok((200, of_type("application/json"), self.document.to_string().into_bytes()))
            }
            "/xrpc/com.atproto.sync.getRecord" => Ok((
                200,
                of_type("application/vnd.ipld.car"),
                self.repo.proof_car(&query["collection"], &query["rkey"]),
            )),
            "/xrpc/com.atproto.sync.getBlob" => match self.blobs.get(&query["cid"]) {
                Some(bytes) => Ok((200, of_type("application/octet-stream"), bytes.clone())),
                None => Ok((
                    400,
                    of_type("application/json"),
                    br#"{"error":"BlobNotFound","message":"no"}"#.to_vec(),
                )),
            },
            other => panic!("nobody should ask for {other}"),
        }
    }
}

/// R2, or its absence.
#[derive(Clone, Default)]
pub struct Shelf {
    pub entries: Rc<RefCell<BTreeMap<String, Vec<u8>>>>,
    pub broken: bool,
    /// What somebody else writes between a read and the write that follows it.
    pub between: Rc<RefCell<Vec<Vec<u8>>>>,
}

impl Store for Shelf {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.check(key).map(|()| self.entries.borrow().get(key).cloned())
    }
    async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.check(key)?;
        self.entries.borrow_mut().insert(key.into(), bytes);
        Ok(())
    }
    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.check(key)?;
        self.entries.borrow_mut().remove(key);
        Ok(())
    }
    async fn get_tagged(&self, key: &str) -> Result<Option<(Vec<u8>, String)>, StoreError> {
        Ok(self
            .get(key)
            .await?
            .map(|bytes| (bytes.clone(), streamhut_atproto::BlobCid::of(&bytes).to_string())))
    }
    async fn replace(&self, key: &str, tag: Option<&str>, bytes: Vec<u8>) -> Result<bool, StoreError> {
        let between = self.between.borrow_mut().pop();
        if let Some(other) = between {
            self.entries.borrow_mut().insert(key.into(), other);
        }
        let current = self.get_tagged(key).await?.map(|(_, tag)| tag);
        if current.as_deref() != tag {
            return Ok(false);
        }
        self.put(key, bytes).await.map(|()| true)
    }
    async fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.check(prefix)?;
        Ok(self.entries.borrow().keys().filter(|key| key.starts_with(prefix)).cloned().collect())
    }
}

impl Shelf {
    fn check(&self, key: &str) -> Result<(), StoreError> {
        if self.broken { Err(StoreError { key: key.into(), reason: "503".into() }) } else { Ok(()) }
    }
}

/// An author with one bundle `demo`, published as 1.0.0 and as `latest`.
pub struct Author {
    pub network: Network,
    pub shelf: Shelf,
}

pub const CODE: &[u8] = b"export default { fetch() { return new Response('hello'); } };";

impl Author {
    pub fn new() -> Self {
        let did = Did::parse(DID).unwrap();
        let repo = TestRepo::new(&did, KeyKind::K256, 7);
        let document = repo.did_document(PDS);
        let world = World {
            repo,
            blobs: BTreeMap::new(),
            document,
            accounts: BTreeMap::new(),
            lies: BTreeMap::new(),
            requests: Vec::new(),
        };
        let author = Self { network: Network(Arc::new(Mutex::new(world))), shelf: Shelf::default() };
        let wasm = wat::parse_str("(module (memory 1))").unwrap();
        let modules = [("index.js", "esm", CODE.to_vec()), ("code.wasm", "wasm", wasm)];
        author.publish("1.0.0", author.release("1.0.0", &modules));
        author.point("latest", "1.0.0");
        author
    }

    pub fn world<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.network.0.lock().unwrap())
    }

    /// Uploads the modules and gives a release record of them.
    pub fn release(&self, version: &str, modules: &[(&str, &str, Vec<u8>)]) -> Value {
        let modules: Vec<Value> = modules.iter().map(|(path, kind, bytes)| {
            let cid = BlobCid::of(bytes).to_string();
            self.world(|world| world.blobs.insert(cid.clone(), bytes.clone()));
            json!({"path": path, "type": kind, "size": bytes.len(), "blob": {"$type": "blob", "ref": {"$link": cid}, "mimeType": "application/octet-stream", "size": bytes.len()}})
        }).collect();
        json!({
            "$type": "run.at.release", "name": "demo", "version": version, "main": "index.js", "modules": modules,
            "compatibilityDate": "2026-11-01", "createdAt": "2026-11-01T00:00:00Z", "config": ["ORIGIN_URL"],
            "endpoints": [{"name": "hello", "method": "GET"}], "permissions": {"net": ["stream.place", "config:ORIGIN_URL"]},
            "limits": {"cpuMs": 50, "subRequests": 5},
        })
    }

    pub fn publish(&self, version: &str, record: Value) {
        self.world(|world| world.repo.put("run.at.release", &format!("demo:{version}"), &record));
    }

    pub fn point(&self, channel: &str, version: &str) {
        let cid = self.world(|world| {
            let car = world.repo.proof_car("run.at.release", &format!("demo:{version}"));
            let key = world.repo.public_key();
            let did = Did::parse(DID).unwrap();
            let proof = streamhut_atproto::proof::verify_record(
                &car,
                &did,
                &key,
                &streamhut_atproto::Nsid::parse("run.at.release").unwrap(),
                &streamhut_atproto::RecordKey::parse(&format!("demo:{version}")).unwrap(),
            )
            .unwrap();
            match proof.outcome {
                streamhut_atproto::Proven::Record { cid, .. } => cid.to_string(),
                streamhut_atproto::Proven::Absent => {
                    BlobCid::of(b"").to_string().replace("bafkrei", "bafyrei")
                }
            }
        });
        let record = json!({"$type": "run.at.channel", "release": {"uri": format!("at://{DID}/run.at.release/demo:{version}"), "cid": cid}, "createdAt": "2026-11-01T00:00:00Z"});
        self.world(|world| world.repo.put("run.at.channel", &format!("demo:{channel}"), &record));
    }

    /// A runner that remembers nothing, over this network and this shelf.
    pub fn runner(&self) -> Runner<Network, Shelf> {
        self.runner_with(|_| None)
    }

    pub fn runner_with(&self, var: impl Fn(&str) -> Option<String>) -> Runner<Network, Shelf> {
        let var = |name: &str| var(name).or_else(|| (name == "POLICY").then(|| "open".to_owned()));
        let settings = Settings::read(var, "run.own.dev".into(), LoopbackOrigins::none()).unwrap();
        Runner::new(settings, self.network.clone(), self.shelf.clone())
    }

    pub fn lie(&self, part: &'static str, lie: Lie) {
        self.world(|world| world.lies.insert(part, lie));
    }

    pub fn requests(&self) -> usize {
        self.world(|world| world.requests.len())
    }
}

pub fn now<T>(future: impl Future<Output = T>) -> T {
    use futures_util::FutureExt;
    future.now_or_never().expect("a network in memory answers at once")
}

pub fn resolve(runner: &Runner<Network, Shelf>, selector: &str, at: u64) -> Result<Rc<Resolved>, Fault> {
    resolve_of(runner, DID, selector, at)
}

pub fn resolve_of(
    runner: &Runner<Network, Shelf>,
    did: &str,
    selector: &str,
    at: u64,
) -> Result<Rc<Resolved>, Fault> {
    let name: BundleName = "demo".parse().unwrap();
    let selector: Selector = selector.parse().unwrap();
    now(runner.resolve(&Did::parse(did).unwrap(), &name, &selector, at))
}
