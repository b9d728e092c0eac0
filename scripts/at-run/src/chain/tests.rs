use std::collections::BTreeMap;

use serde_json::json;
use streamhut_atproto::testkit::{KeyKind, TestRepo};
use streamhut_atproto::{BlobRef, HandleResolver};
use streamhut_outbound::{Limits, LoopbackOrigins, Request, Response, TransportError};
use streamhut_release::{StrongRef, encode};
use url::Url;

use super::*;

const DID: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
const PDS: &str = "https://pds.author.dev";
const CODE: &[u8] = b"export default {}";

/// What a server says, or why it says nothing.
type Answer = Result<(u16, &'static str, Vec<u8>), TransportError>;

/// An account with the bundle `demo` in one release, at which `latest` points; a test spoils a part of it.
struct World {
    repo: TestRepo,
    document: Value,
    blobs: BTreeMap<String, Vec<u8>>,
    meddle: fn(&Url, Answer) -> Answer,
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            repo: TestRepo::new(&Did::parse(DID).unwrap(), KeyKind::K256, 1),
            document: Value::Null,
            blobs: BTreeMap::new(),
            meddle: |_, answer| answer,
        };
        world.document = world.repo.did_document(PDS);
        world.document["alsoKnownAs"] = json!(["at://author.dev"]);
        let wasm = b"\0asm\x01\0\0\0".to_vec();
        let modules = [world.module("index.js", "esm", CODE), world.module("code.wasm", "wasm", &wasm)];
        let release = world.release("1.0.0", json!(modules));
        world.point("latest", &release, "demo:1.0.0");
        world
    }

    fn module(&mut self, path: &str, kind: &str, bytes: &[u8]) -> Value {
        let (stored, encoding) = encode(bytes).unwrap();
        assert_eq!(encoding, None);
        let blob = BlobRef::new(BlobCid::of(&stored), "application/octet-stream", stored.len() as u64);
        self.blobs.insert(blob.cid().to_string(), stored);
        json!({"path": path, "type": kind, "size": bytes.len(), "blob": blob})
    }

    fn release(&mut self, version: &str, modules: Value) -> RecordCid {
        let record = json!({
            "$type": nsid::RUN_AT_RELEASE, "name": "demo", "version": version, "main": "index.js", "modules": modules,
            "endpoints": [], "permissions": {}, "limits": {"cpuMs": 50, "subRequests": 5},
            "compatibilityDate": "2026-11-01", "createdAt": "2026-11-01T00:00:00Z",
        });
        self.repo.put(nsid::RUN_AT_RELEASE, &format!("demo:{version}"), &record)
    }

    fn point(&mut self, channel: &str, cid: &RecordCid, key: &str) {
        let uri = format!("at://{DID}/{}/{key}", nsid::RUN_AT_RELEASE);
        let record =
            ChannelRecord::new(StrongRef { uri, cid: cid.to_string() }, "2026-11-02T00:00:00Z".into());
        let record = serde_json::to_value(record).unwrap();
        self.repo.put(nsid::RUN_AT_CHANNEL, &format!("demo:{channel}"), &record);
    }

    fn answer(&self, url: &Url) -> Answer {
        let parameter = |name: &str| {
            url.query_pairs()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
                .unwrap_or_default()
        };
        match (url.host_str().unwrap_or_default(), url.path()) {
            ("plc.dev", _) => Ok((200, "application/json", self.document.to_string().into_bytes())),
            ("dns.dev", _) if parameter("name") == "_atproto.author.dev" => {
                let text = json!({"Status": 0, "Answer": [{"type": 16, "data": format!("did={DID}")}]});
                Ok((200, "application/dns-json", text.to_string().into_bytes()))
            }
            ("dns.dev", _) => Ok((200, "application/dns-json", br#"{"Status": 3}"#.to_vec())),
            ("pds.author.dev", "/xrpc/com.atproto.sync.getRecord") => Ok((
                200,
                "application/vnd.ipld.car",
                self.repo.proof_car(&parameter("collection"), &parameter("rkey")),
            )),
            ("pds.author.dev", "/xrpc/com.atproto.sync.getBlob") => match self.blobs.get(&parameter("cid")) {
                Some(bytes) => Ok((200, "application/octet-stream", bytes.clone())),
                None => {
                    Ok((400, "application/json", br#"{"error": "BlobNotFound", "message": "none"}"#.to_vec()))
                }
            },
            _ => Ok((404, "text/plain", Vec::new())),
        }
    }

    /// Follows the chain; gives it as far as it goes, and what ends it.
    fn follow(&self, address: &str) -> (Chain, Result<(), Fault>) {
        let address = Address::parse(address).unwrap();
        let selector = address.selector.clone().unwrap_or_else(|| "latest".parse().unwrap());
        let sources = Sources {
            resolver: Resolver { plc: Url::parse("https://plc.dev").unwrap(), deadline_ms: 1000 },
            handles: HandleResolver {
                dns: Url::parse("https://dns.dev/q").unwrap(),
                tests: None,
                deadline_ms: 1000,
            },
            policy: Policy::new(Vec::new(), LoopbackOrigins::none()),
            deadline_ms: 1000,
        };
        let mut chain = Chain::default();
        let outcome = chain.follow(self, &sources, &address, &selector, &|_| {});
        (chain, outcome)
    }
}

impl Transport for World {
    async fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        let (status, kind, body) = (self.meddle)(&request.url, self.answer(&request.url))?;
        if body.len() > limits.max_bytes {
            return Err(TransportError::TooLarge { url: request.url.into(), max: limits.max_bytes });
        }
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        Ok(Response { url: request.url, status, headers, body })
    }
}

#[test]
fn a_whole_chain_is_followed_to_its_bytes() {
    let world = World::new();
    for address in [format!("{DID}/demo"), format!("{DID}/demo@1.0.0"), "author.dev/demo@latest".to_owned()] {
        let (chain, outcome) = world.follow(&address);
        outcome.unwrap();
        let account = chain.account.unwrap();
        assert_eq!(
            (account.did.as_str(), account.pds.as_str(), account.directory.as_str()),
            (DID, PDS, "https://plc.dev")
        );
        assert_eq!(account.handle.is_some(), address.starts_with("author"));
        assert_eq!(account.signing_key, format!("did:key:{}", world.repo.multikey()));
        let release = chain.release.unwrap();
        assert_eq!(release.record.uri.as_str(), format!("at://{DID}/run.at.release/demo:1.0.0"));
        assert_eq!(&release.record.rev, world.repo.rev());
        assert_eq!(
            chain.channel.map(|channel| channel.release),
            (!address.ends_with("1.0.0")).then_some(release.record.cid)
        );
        let modules: Vec<_> =
            chain.modules.iter().map(|module| (module.path.as_str(), module.stored, module.size)).collect();
        assert_eq!(modules, [("index.js", 17, 17), ("code.wasm", 8, 8)]);
        assert_eq!(chain.modules[0].cid, BlobCid::of(CODE));
    }
}

/// What is spoiled, which bundle is asked for, the exit code, what the message says, and how many links hold.
type Case = (&'static str, fn(&mut World), &'static str, u8, &'static str, usize);

#[test]
fn a_broken_chain_names_its_broken_link() {
    let whole = "did:plc:ewvi7nxzyoun6zhxrhs64oiz/demo";
    let table: [Case; 22] = [
        ("nobody's handle", |_| {}, "other.dev/demo", 4, "other.dev", 0),
        (
            "a handle that the account doesn't bear",
            |w| w.document["alsoKnownAs"] = json!(["at://else.dev"]),
            "author.dev/demo",
            7,
            "whose own handle is else.dev",
            0,
        ),
        (
            "an account that is gone",
            |w| w.meddle = |url, a| at(url, "plc.dev", "", a, || status(410)),
            whole,
            4,
            DID,
            0,
        ),
        (
            "a directory that is down",
            |w| w.meddle = |url, a| at(url, "plc.dev", "", a, || status(502)),
            whole,
            6,
            "502",
            0,
        ),
        (
            "another account's document",
            |w| w.document["id"] = json!("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"),
            whole,
            7,
            "has the id",
            0,
        ),
        (
            "no key",
            |w| w.document["verificationMethod"] = json!([]),
            whole,
            7,
            "no valid #atproto signing key",
            0,
        ),
        (
            "a PDS on this machine",
            |w| w.document["service"][0]["serviceEndpoint"] = json!("http://127.0.0.1:4402"),
            whole,
            7,
            "the PDS endpoint is refused",
            1,
        ),
        (
            "a PDS that is down",
            |w| w.meddle = |url, a| at(url, "pds", "", a, || status(503)),
            whole,
            6,
            "503",
            1,
        ),
        (
            "a PDS that is late",
            |w| {
                w.meddle = |url, a| {
                    at(url, "pds", "", a, || Err(TransportError::Deadline { url: "x".into(), ms: 9 }))
                }
            },
            whole,
            6,
            "within 9 ms",
            1,
        ),
        (
            "no such channel",
            |_| {},
            "did:plc:ewvi7nxzyoun6zhxrhs64oiz/demo@next",
            4,
            "channel `next` of `demo`",
            1,
        ),
        (
            "no such version",
            |_| {},
            "did:plc:ewvi7nxzyoun6zhxrhs64oiz/demo@2.0.0",
            4,
            "version `2.0.0` of `demo`",
            1,
        ),
        (
            "a PDS that has no such repo",
            |w| w.meddle = |url, a| at(url, "pds", "", a, || told(r#"{"error": "RepoTakendown"}"#)),
            whole,
            4,
            "taken down",
            1,
        ),
        (
            "a key that was changed in the repo only",
            |w| w.repo.rotate_key(KeyKind::P256, 2),
            whole,
            7,
            "signature",
            1,
        ),
        (
            "one bit of the commit",
            |w| w.meddle = |url, a| a.map(|(s, k, body)| (s, k, flipped(url, "getRecord", body))),
            whole,
            7,
            "channel `latest` of `demo`",
            1,
        ),
        (
            "a channel that leads out of the repo",
            |w| {
                let release = json!({"uri": "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/run.at.release/demo:1.0.0",
                    "cid": "bafyreib3h7z7b2x5h3jcf2nqyyrkq2n2tzgvq2gqk3mkpj6dbbpw5kcmbm"});
                let record = json!({"$type": nsid::RUN_AT_CHANNEL, "release": release, "createdAt": "x"});
                w.repo.put(nsid::RUN_AT_CHANNEL, "demo:latest", &record);
            },
            whole,
            7,
            "which is no release of that bundle",
            1,
        ),
        (
            "a channel that names another CID",
            |w| w.point("latest", &RecordCid::of(b"x"), "demo:1.0.0"),
            whole,
            7,
            "the channel names bafy",
            2,
        ),
        (
            "a release that is none",
            |w| {
                let cid = w.release("1.0.0", json!([]));
                w.point("latest", &cid, "demo:1.0.0");
            },
            whole,
            7,
            "0 modules",
            2,
        ),
        (
            "a module that the PDS has lost",
            |w| drop(w.blobs.remove(&BlobCid::of(CODE).to_string())),
            whole,
            7,
            "module index.js: https://pds.author.dev/ has no such blob",
            3,
        ),
        (
            "one bit of a module",
            |w| w.meddle = |url, a| a.map(|(s, k, body)| (s, k, flipped(url, "getBlob", body))),
            whole,
            7,
            "module index.js: module `index.js`: the bytes are not those of",
            3,
        ),
        (
            "a module with more behind it than anybody reads",
            |w| w.blobs.values_mut().for_each(|bytes| bytes.resize(MAX_REFUSAL_BYTES + 1, 0)),
            whole,
            7,
            "is 16385 bytes, and the release says 17",
            3,
        ),
        (
            "a module with more behind it",
            |w| w.blobs.values_mut().for_each(|bytes| bytes.push(0)),
            whole,
            7,
            "is 18 bytes, and the release says 17",
            3,
        ),
        (
            "WebAssembly that may not be loaded",
            |w| {
                let wasm = w.module("code.wasm", "wasm", b"\0asm\x02\0\0\0");
                let main = w.module("index.js", "esm", CODE);
                let cid = w.release("1.0.0", json!([main, wasm]));
                w.point("latest", &cid, "demo:1.0.0");
            },
            whole,
            7,
            "module code.wasm",
            4,
        ),
    ];
    for (case, spoil, address, exit, part, links) in table {
        let mut world = World::new();
        spoil(&mut world);
        let (chain, outcome) = world.follow(address);
        let verdict = outcome.expect_err(case).verdict();
        assert_eq!(verdict.exit as u8, exit, "{case}: {}", verdict.message);
        assert!(verdict.message.contains(part), "{case}: {}", verdict.message);
        let held = [chain.account.is_some(), chain.channel.is_some(), chain.release.is_some()];
        let held = held.iter().filter(|held| **held).count() + chain.modules.len();
        assert_eq!(held, links, "{case}: the links before it hold");
    }
}

/// A PDS that answers for the release from an older state than for the channel.
#[test]
fn bad_input_an_older_state_for_the_second_question() {
    let mut world = World::new();
    let newer = Tid::from_micros(world.repo.rev().micros() + 1_000_000, 0).unwrap();
    let mut ahead = world.repo.clone();
    ahead.set_rev(newer);
    world.blobs.insert("channel".to_owned(), ahead.proof_car(nsid::RUN_AT_CHANNEL, "demo:latest"));
    struct Behind(World);
    impl Transport for Behind {
        async fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
            let mut answer = self.0.send(request.clone(), limits).await?;
            if request.url.as_str().contains(nsid::RUN_AT_CHANNEL) {
                answer.body = self.0.blobs["channel"].clone();
            }
            Ok(answer)
        }
    }
    let sources = Sources {
        resolver: Resolver { plc: Url::parse("https://plc.dev").unwrap(), deadline_ms: 1000 },
        handles: HandleResolver {
            dns: Url::parse("https://dns.dev/q").unwrap(),
            tests: None,
            deadline_ms: 1000,
        },
        policy: Policy::default(),
        deadline_ms: 1000,
    };
    let address = Address::parse(&format!("{DID}/demo")).unwrap();
    let mut chain = Chain::default();
    let outcome = chain.follow(&Behind(world), &sources, &address, &"latest".parse().unwrap(), &|_| {});
    let message = outcome.unwrap_err().to_string();
    assert!(message.contains("after the channel was at"), "{message}");
}

/// `other()` where the host begins so and the path contains `part`.
fn at(url: &Url, host: &str, part: &str, answer: Answer, other: fn() -> Answer) -> Answer {
    let hit = url.host_str().unwrap_or_default().starts_with(host) && url.path().contains(part);
    if hit { other() } else { answer }
}

fn status(status: u16) -> Answer {
    Ok((status, "text/plain", Vec::new()))
}

fn told(json: &'static str) -> Answer {
    Ok((400, "application/json", json.as_bytes().to_vec()))
}

/// The last byte of an answer to `method`, with one bit changed.
fn flipped(url: &Url, method: &str, mut body: Vec<u8>) -> Vec<u8> {
    if url.path().contains(method)
        && let Some(last) = body.last_mut()
    {
        *last ^= 1;
    }
    body
}
