//! An account with a repository and a signing key.

use std::collections::BTreeMap;

use ipld_core::ipld::Ipld;
use serde_json::{Value, json};

use super::tree::{Leaf, build, way_to};
use super::{KeyKind, TestCar, TestSigner};
use crate::data_model::dag_cbor_from_json;
use crate::{Did, Nsid, PublicKey, RecordCid, RecordKey, Tid};

/// When test repositories begin: any time does, as long as it is always the same.
const FIRST_REV_MICROS: u64 = 1_700_000_000_000_000;

/// A repository in memory. Each change advances its revision by one microsecond.
#[derive(Debug, Clone)]
pub struct TestRepo {
    did: Did,
    signer: TestSigner,
    rev: Tid,
    records: BTreeMap<String, (RecordCid, Vec<u8>)>,
}

impl TestRepo {
    /// An empty repository, signed with a key made from `seed`.
    pub fn new(did: &Did, kind: KeyKind, seed: u64) -> Self {
        Self::with_signer(did, TestSigner::from_seed(kind, seed))
    }

    /// An empty repository with a given key.
    pub fn with_signer(did: &Did, signer: TestSigner) -> Self {
        let rev = Tid::from_micros(FIRST_REV_MICROS, 0).expect("a time in range");
        Self { did: did.clone(), signer, rev, records: BTreeMap::new() }
    }

    /// Writes a record, given in the JSON spelling of the data model, and returns its id.
    pub fn put(&mut self, collection: &str, rkey: &str, record: &Value) -> RecordCid {
        let block = dag_cbor_from_json(record).expect("a record of the data model");
        let cid = RecordCid::of(&block);
        self.records.insert(path(collection, rkey), (cid, block));
        self.advance();
        cid
    }

    /// Removes a record; tells whether there was one.
    pub fn delete(&mut self, collection: &str, rkey: &str) -> bool {
        self.advance();
        self.records.remove(&path(collection, rkey)).is_some()
    }

    /// From now on another key signs.
    pub fn rotate_key(&mut self, kind: KeyKind, seed: u64) {
        self.signer = TestSigner::from_seed(kind, seed);
        self.advance();
    }

    /// Sets the revision of the commits to come.
    pub fn set_rev(&mut self, rev: Tid) {
        self.rev = rev;
    }

    /// Whose repository this is.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// The current revision.
    pub fn rev(&self) -> &Tid {
        &self.rev
    }

    /// The key that verifies the current commit.
    pub fn public_key(&self) -> PublicKey {
        self.signer.public_key()
    }

    /// That key as a DID document spells it.
    pub fn multikey(&self) -> String {
        self.public_key().to_multikey()
    }

    /// The private key, for signing what no honest account would.
    pub fn signer(&self) -> &TestSigner {
        &self.signer
    }

    /// The account's DID document, with its repository at `pds_url`.
    pub fn did_document(&self, pds_url: &str) -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": self.did,
            "alsoKnownAs": ["at://account.test"],
            "verificationMethod": [{
                "id": format!("{}#atproto", self.did),
                "type": "Multikey",
                "controller": self.did,
                "publicKeyMultibase": self.multikey(),
            }],
            "service": [{
                "id": "#atproto_pds",
                "type": "AtprotoPersonalDataServer",
                "serviceEndpoint": pds_url,
            }],
        })
    }

    /// The fields of the current commit without `sig`.
    pub fn unsigned_commit(&self) -> BTreeMap<String, Ipld> {
        BTreeMap::from([
            ("did".to_owned(), Ipld::String(self.did.to_string())),
            ("version".to_owned(), Ipld::Integer(3)),
            ("rev".to_owned(), Ipld::String(self.rev.to_string())),
            ("prev".to_owned(), Ipld::Null),
            ("data".to_owned(), Ipld::Link(build(&self.leaves()).0.into())),
        ])
    }

    /// A commit block: `fields`, and what `sign` makes of their encoding as `sig`.
    pub fn commit_block(mut fields: BTreeMap<String, Ipld>, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
        let unsigned = serde_ipld_dagcbor::to_vec(&fields).expect("a commit encodes");
        fields.insert("sig".to_owned(), Ipld::Bytes(sign(&unsigned)));
        serde_ipld_dagcbor::to_vec(&fields).expect("a commit encodes")
    }

    /// What `com.atproto.sync.getRecord` answers for a record, present or absent.
    pub fn proof_car(&self, collection: &str, rkey: &str) -> Vec<u8> {
        self.proof(collection, rkey).encode()
    }

    /// The same before it is written: the commit, the tree nodes from the root down, and the
    /// record when there is one.
    pub fn proof(&self, collection: &str, rkey: &str) -> TestCar {
        let commit = Self::commit_block(self.unsigned_commit(), |bytes| self.signer.sign(bytes));
        self.proof_under(commit, collection, rkey)
    }

    /// The same under another commit block, such as a wrongly signed one.
    pub fn proof_under(&self, commit: Vec<u8>, collection: &str, rkey: &str) -> TestCar {
        let path = path(collection, rkey);
        let root = RecordCid::of(&commit);
        let mut blocks = vec![(root, commit)];
        let leaves = self.leaves();
        let (_, mut nodes) = build(&leaves);
        for id in way_to(&leaves, path.as_bytes()) {
            blocks.push((id, nodes.remove(&id).expect("a node of this tree")));
        }
        blocks.extend(self.records.get(&path).cloned());
        TestCar { root, blocks }
    }

    /// What `com.atproto.sync.getRepo` answers.
    pub fn repo_car(&self) -> Vec<u8> {
        self.whole().encode()
    }

    /// The same before it is written: the commit, all tree nodes, all records.
    pub fn whole(&self) -> TestCar {
        let commit = Self::commit_block(self.unsigned_commit(), |bytes| self.signer.sign(bytes));
        let root = RecordCid::of(&commit);
        let mut blocks = vec![(root, commit)];
        blocks.extend(build(&self.leaves()).1);
        blocks.extend(self.records.values().cloned());
        TestCar { root, blocks }
    }

    /// The id of the current commit.
    pub fn commit(&self) -> RecordCid {
        self.whole().root
    }

    /// What `com.atproto.sync.getBlocks` answers for these ids, as far as there are such blocks.
    pub fn blocks_car(&self, cids: &[RecordCid]) -> Vec<u8> {
        self.whole().only(cids).encode_without_root()
    }

    fn leaves(&self) -> Vec<Leaf<'_>> {
        self.records.iter().map(|(path, (cid, _))| (path.as_bytes(), *cid)).collect()
    }

    fn advance(&mut self) {
        self.rev = Tid::from_micros(self.rev.micros() + 1, self.rev.clock_id()).expect("a time in range");
    }
}

fn path(collection: &str, rkey: &str) -> String {
    let collection = Nsid::parse(collection).expect("a collection");
    let rkey = RecordKey::parse(rkey).expect("a record key");
    format!("{collection}/{rkey}")
}
