//! All records of a collection with proof: out of a whole repository, and block by block.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::Mutex;

use futures_util::FutureExt;
use serde_json::json;
use streamhut_atproto::collection::{CollectionError, verify_collection};
use streamhut_atproto::pds::ReadError;
use streamhut_atproto::repo::commit::CommitError;
use streamhut_atproto::testkit::{KeyKind, TestCar, TestRepo, flip_bit};
use streamhut_atproto::{CollectionProof, Did, Nsid, Pds, ProofError, RecordCid};
use streamhut_outbound::{Limits, LoopbackOrigins, Policy, Request, Response, Transport, TransportError};

const FOLLOW: &str = "app.bsky.graph.follow";

fn did() -> Did {
    Did::parse("did:plc:44ybard66vv44zksje25o7dz").unwrap()
}

fn follow() -> Nsid {
    Nsid::parse(FOLLOW).unwrap()
}

/// A repository with `follows` records among neighbours whose keys stand on either side of theirs.
fn repo(follows: usize, others: usize) -> TestRepo {
    let mut repo = TestRepo::new(&did(), KeyKind::K256, 3);
    for number in 0..others {
        for collection in
            ["app.bsky.graph.block", "app.bsky.graph.followers", "app.bsky.graph.list", "run.at.release"]
        {
            repo.put(collection, &format!("k{number}"), &json!({"$type": collection, "n": number}));
        }
    }
    for number in 0..follows {
        repo.put(FOLLOW, &format!("k{number:04}"), &json!({"$type": FOLLOW, "n": number}));
    }
    repo
}

fn verified(repo: &TestRepo, car: &[u8]) -> Result<CollectionProof, CollectionError> {
    verify_collection(car, &did(), &repo.public_key(), &follow(), 1000)
}

fn numbers(proof: &CollectionProof) -> Vec<u64> {
    let number = |record: &Vec<u8>| {
        streamhut_atproto::data_model::json_from_dag_cbor(record).unwrap()["n"].as_u64().unwrap()
    };
    proof.records.iter().map(number).collect()
}

/// A PDS with one repository.
struct Server {
    repo: TestRepo,
    whole: TestCar,
    /// Blocks that it says it has lost.
    lost: Vec<RecordCid>,
    asked: Mutex<Vec<String>>,
}

impl Server {
    fn of(repo: TestRepo) -> Self {
        Self { whole: repo.whole(), repo, lost: Vec::new(), asked: Mutex::default() }
    }

    fn read<T>(&self, work: impl AsyncFnOnce(Pds<'_, Self>) -> T) -> T {
        let policy = Policy::new(vec!["run.streamhut.dev".to_owned()], LoopbackOrigins::none());
        let pds = Pds::new(self, &policy, "https://pds.dev", 1000).unwrap();
        work(pds).now_or_never().unwrap()
    }

    fn by_blocks(&self, root: RecordCid) -> Result<CollectionProof, ReadError> {
        let key = self.repo.public_key();
        self.read(async |pds| pds.collection_by_blocks(&did(), &key, &follow(), 1000, root).await)
    }
}

impl Transport for Server {
    async fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        let url = request.url.clone();
        self.asked.lock().unwrap().push(url.to_string());
        let body = if url.path().ends_with("getRepo") {
            self.whole.encode()
        } else {
            let cids = url.query_pairs().filter(|(name, _)| name == "cids");
            let cids =
                cids.map(|(_, cid)| RecordCid::parse(&cid).unwrap()).filter(|cid| !self.lost.contains(cid));
            self.whole.only(&cids.collect::<Vec<_>>()).encode_without_root()
        };
        if body.len() > limits.max_bytes {
            return Err(TransportError::TooLarge { url: url.to_string(), max: limits.max_bytes });
        }
        let headers = vec![("content-type".to_owned(), "application/vnd.ipld.car".to_owned())];
        Ok(Response { url, status: 200, headers, body })
    }
}

#[test]
fn both_ways_give_every_record_of_the_collection_and_no_other() {
    for (follows, others) in [(0, 0), (0, 40), (1, 0), (1, 1), (7, 90), (150, 3), (300, 60)] {
        let repo = repo(follows, others);
        let whole = verified(&repo, &repo.repo_car()).unwrap();
        assert_eq!(numbers(&whole), (0..follows as u64).collect::<Vec<_>>(), "{follows} among {others}");
        assert_eq!((whole.commit, &whole.rev), (repo.commit(), repo.rev()));
        let root = repo.commit();
        let server = Server::of(repo);
        assert_eq!(server.by_blocks(root), Ok(whole), "{follows} among {others}");
    }
}

#[test]
fn of_a_large_repository_little_is_asked_for() {
    let server = Server::of(repo(120, 200));
    let key = server.repo.public_key();
    let large = server.read(async |pds| pds.collection_of_repo(&did(), &key, &follow(), 1000, 4096).await);
    assert!(large.as_ref().is_err_and(ReadError::is_too_large), "{large:?}");
    let proof = server.by_blocks(server.whole.root).unwrap();
    assert_eq!(proof.records.len(), 120);
    let asked = server.asked.lock().unwrap();
    assert!(asked.len() <= 16, "{} requests", asked.len());
    let longest = asked.iter().map(String::len).max();
    assert!(longest < Some(5_000), "{longest:?} characters in a URL");
}

#[test]
fn bad_input_08_without_any_block_on_the_way_nothing_is_proved() {
    let repo = repo(40, 10);
    let car = repo.whole();
    let truth = verified(&repo, &car.encode()).unwrap();
    let mut needed = 0;
    for index in 0..car.blocks.len() {
        match verified(&repo, &car.without(index).encode()) {
            Ok(proof) => assert_eq!(proof, truth, "block {index}"),
            Err(CollectionError::Proof(
                ProofError::CommitBlock(_) | ProofError::Tree(_) | ProofError::RecordBlock(_),
            )) => needed += 1,
            Err(other) => unreachable!("{other}"),
        }
    }
    assert!(needed > 40, "the records and some nodes: {needed}");
    let root = repo.commit();
    let mut server = Server::of(repo);
    let whole = server.whole.clone();
    let mut refused = 0;
    for (cid, _) in &whole.blocks {
        server.lost = vec![*cid];
        refused += usize::from(server.by_blocks(root).is_err());
    }
    assert_eq!(refused, needed, "the same blocks are needed either way");
}

#[test]
fn bad_input_08_one_bit_off_is_refused_or_says_the_same() {
    let repo = repo(6, 4);
    let car = repo.repo_car();
    let truth = verified(&repo, &car).unwrap();
    for bit in (0..car.len() * 8).step_by(7) {
        if let Ok(proof) = verified(&repo, &flip_bit(&car, bit)) {
            assert_eq!(proof.records, truth.records, "bit {bit}");
        }
    }
    for len in (0..car.len()).step_by(13) {
        // The last block may be one that nobody needs.
        if let Ok(proof) = verified(&repo, &car[..len]) {
            assert_eq!(proof.records, truth.records, "cut after {len} bytes");
        }
    }
}

#[test]
fn bad_input_08_what_the_account_did_not_sign_is_no_record() {
    let honest = repo(3, 2);
    // A server that puts a record in has to make a tree and a commit of its own.
    let mut forged = TestRepo::new(&did(), KeyKind::K256, 666);
    forged.put(FOLLOW, "k9", &json!({"$type": FOLLOW, "n": 9}));
    let refused = verified(&honest, &forged.repo_car()).unwrap_err();
    assert!(
        matches!(refused, CollectionError::Proof(ProofError::Commit(CommitError::Signature { .. }))),
        "{refused}"
    );
    // A block that no node names changes nothing.
    let mut more = honest.whole();
    more.blocks.extend(forged.whole().blocks);
    assert_eq!(verified(&honest, &more.encode()), verified(&honest, &honest.repo_car()));
    // Another account's repository is none of this one's.
    let other = Did::parse("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa").unwrap();
    let refused =
        verify_collection(&honest.repo_car(), &other, &honest.public_key(), &follow(), 1000).unwrap_err();
    assert!(
        matches!(refused, CollectionError::Proof(ProofError::Commit(CommitError::WrongDid { .. }))),
        "{refused}"
    );
}

#[test]
fn bad_input_08_more_records_than_are_read() {
    let repo = repo(11, 0);
    let read = |max| verify_collection(&repo.repo_car(), &did(), &repo.public_key(), &follow(), max);
    assert_eq!(read(10), Err(CollectionError::TooManyRecords { max: 10 }));
    assert_eq!(read(11).unwrap().records.len(), 11);
}
