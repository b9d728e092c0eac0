//! The chain from an account to the bytes of its code, recomputed link by link: the DID's document, the signed commit
//! that proves the channel's record, the one that proves the release's, and each module's bytes against their CID.
//! Nothing is taken on anybody's word but the directory's.

mod address;
mod trouble;

use serde::Serialize;
use serde_json::Value;
use streamhut_atproto::{
    AtUri, Authority, BlobCid, Did, DidMethod, Handle, HandleResolver, Nsid, Pds, Proven, PublicKey,
    RecordCid, RecordKey, Resolver, Tid, proof,
};
use streamhut_outbound::{Policy, Transport};
use streamhut_release::{
    BundleName, Channel, ChannelRecord, ModuleType, Release, Selector, VerifiedModule, Version, check, nsid,
};

use crate::fault::Fault;
pub use address::Address;
pub use trouble::unproven;

/// Room for a PDS's words in place of a blob.
const MAX_REFUSAL_BYTES: usize = 16 * 1024;

/// Whom to ask.
#[derive(Clone, Debug)]
pub struct Sources {
    /// For DIDs.
    pub resolver: Resolver,
    /// For handles.
    pub handles: HandleResolver,
    /// What may be asked at all.
    pub policy: Policy,
    /// Milliseconds for each answer.
    pub deadline_ms: u32,
}

/// Who the author is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The account.
    pub did: Did,
    /// The handle that it was asked for by; both name each other.
    pub handle: Option<Handle>,
    /// Who gave the document.
    pub directory: String,
    /// The key that signs its commits, as a `did:key`.
    pub signing_key: String,
    /// Where its repo is.
    pub pds: String,
}

/// A record, with the commit that proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Record {
    /// Its at-uri.
    pub uri: AtUri,
    /// Its CID.
    pub cid: RecordCid,
    /// The CID of the commit.
    pub commit: String,
    /// The commit's revision.
    pub rev: Tid,
}

/// Where a channel points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pointer {
    /// Its name.
    pub name: Channel,
    /// Its record.
    #[serde(flatten)]
    pub record: Record,
    /// The version that it names.
    pub version: Version,
    /// The CID of the release that it names.
    pub release: RecordCid,
}

/// The release.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// Its version.
    pub version: Version,
    /// Its record.
    #[serde(flatten)]
    pub record: Record,
    /// As its author wrote it.
    pub created_at: String,
    /// The record's content.
    #[serde(skip)]
    pub value: Value,
    /// The same, read.
    #[serde(skip)]
    pub release: Release,
}

/// A module whose bytes are what the release names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Module {
    /// As other modules import it.
    pub path: String,
    /// How it is loaded.
    #[serde(rename = "type")]
    pub kind: ModuleType,
    /// The CID of the stored bytes.
    pub cid: BlobCid,
    /// How many are stored.
    pub stored: u64,
    /// How many they are when decoded.
    pub size: u64,
}

/// As many links as hold, from the account on.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Chain {
    /// The account.
    pub account: Option<Account>,
    /// The channel, where one was asked for.
    pub channel: Option<Pointer>,
    /// The release.
    pub release: Option<Link>,
    /// The modules, in the order of the release.
    pub modules: Vec<Module>,
}

impl Chain {
    /// Follows the chain to its end. `told` hears what is being looked at.
    ///
    /// # Errors
    /// `Fault::Unproven` for a link that does not hold, `NotFound` and `Unpublished` for one that is not there,
    /// `Unreachable` and `Unavailable` when nobody says. The links before it stay in the chain.
    pub fn follow<T: Transport + Send + Sync>(
        &mut self,
        transport: &T,
        sources: &Sources,
        address: &Address,
        selector: &Selector,
        told: &dyn Fn(&str),
    ) -> Result<(), Fault> {
        pollster::block_on(self.follow_on(transport, sources, address, selector, told))
    }

    async fn follow_on<T: Transport + Send + Sync>(
        &mut self,
        transport: &T,
        sources: &Sources,
        address: &Address,
        selector: &Selector,
        told: &dyn Fn(&str),
    ) -> Result<(), Fault> {
        told("looking up the account");
        let (account, key) = account(transport, sources, &address.author).await?;
        let account = self.account.insert(account);
        let did = account.did.clone();
        let pds = Pds::new(transport, &sources.policy, &account.pds, sources.deadline_ms)
            .map_err(|error| unproven("the account", error))?;
        let repo = Repo { did: &did, key: &key, name: &address.name, pds };

        let (version, pinned) = match selector {
            Selector::Exact(version) => (version.clone(), None),
            Selector::Channel(channel) => {
                told(&format!("proving the channel {channel}"));
                let pointer = self.channel.insert(repo.pointer(channel).await?);
                (pointer.version.clone(), Some((pointer.release, pointer.record.rev.clone())))
            }
        };
        told(&format!("proving the release {version}"));
        let link = repo.release(&version, pinned).await?;
        let link = self.release.insert(link);
        for module in &link.release.modules {
            told(&format!("fetching {}", module.path));
            self.modules.push(repo.module(module).await?);
        }
        Ok(())
    }
}

/// The author's account, by its document, and the key that signs its commits.
///
/// # Errors
/// As [`Chain::follow`].
pub async fn account<T: Transport>(
    transport: &T,
    sources: &Sources,
    author: &Authority,
) -> Result<(Account, PublicKey), Fault> {
    let Sources { resolver, handles, policy, .. } = sources;
    let (did, handle) = match author {
        Authority::Did(did) => (did.clone(), None),
        Authority::Handle(handle) => {
            let found = handles.resolve(transport, policy, handle).await;
            (found.map_err(|error| trouble::of_handle(&error))?, Some(handle.clone()))
        }
    };
    let directory = match did.method() {
        DidMethod::Plc => resolver.plc.origin().ascii_serialization(),
        DidMethod::Web => format!("https://{}", did.web_host().unwrap_or_default()),
    };
    let document = resolver.resolve(transport, policy, &did).await;
    let document = document.map_err(|error| trouble::of_resolve(&error, &directory))?;
    if handle.is_some() && document.handle != handle {
        let (asked, own) = (author_text(author), document.handle);
        let own = own.map_or_else(|| "none".to_owned(), |own| own.to_string());
        let reason = format!("{asked} names {did}, whose own handle is {own}: both have to name each other");
        return Err(unproven("the handle", reason));
    }
    let key = document.require_signing_key().map_err(|error| trouble::of_document(&error))?.clone();
    let pds = document.require_pds().map_err(|error| trouble::of_document(&error))?.to_owned();
    let signing_key = format!("did:key:{}", key.to_multikey());
    Ok((Account { did, handle, directory, signing_key, pds }, key))
}

fn author_text(author: &Authority) -> &str {
    match author {
        Authority::Did(did) => did.as_str(),
        Authority::Handle(handle) => handle.as_str(),
    }
}

/// One bundle's records and blobs, in a repo whose key is known.
struct Repo<'a, T> {
    did: &'a Did,
    key: &'a PublicKey,
    name: &'a BundleName,
    pds: Pds<'a, T>,
}

impl<T: Transport + Send + Sync> Repo<'_, T> {
    async fn pointer(&self, channel: &Channel) -> Result<Pointer, Fault> {
        let key = ChannelRecord::key(self.name, channel);
        let what = format!("channel `{channel}` of `{}`", self.name);
        let (record, value) = self.record(nsid::RUN_AT_CHANNEL, &key, &what).await?;
        let (version, release) = ChannelRecord::target(&value, self.did, self.name).ok_or_else(|| {
            let target = value.pointer("/release/uri").map_or_else(|| "nothing".to_owned(), Value::to_string);
            unproven(&what, format!("it points at {target}, which is no release of that bundle"))
        })?;
        Ok(Pointer { name: channel.clone(), record, version, release })
    }

    /// The release; `pinned` is what a channel names, and the revision at which it did.
    async fn release(&self, version: &Version, pinned: Option<(RecordCid, Tid)>) -> Result<Link, Fault> {
        let what = format!("version `{version}` of `{}`", self.name);
        let key = Release::key(self.name, version);
        let (record, value) = self.record(nsid::RUN_AT_RELEASE, &key, &what).await?;
        if let Some((cid, rev)) = pinned {
            if cid != record.cid {
                let reason = format!("the channel names {cid}, and the repo has {} there", record.cid);
                return Err(unproven(&what, reason));
            }
            if record.rev < rev {
                let reason =
                    format!("it is proven at revision {}, after the channel was at {rev}", record.rev);
                return Err(unproven(&what, reason));
            }
        }
        let release = check(&value, self.name, version).map_err(|error| unproven(&what, error))?;
        let created_at = release.created_at.clone();
        Ok(Link { version: version.clone(), record, created_at, value, release })
    }

    async fn module(&self, module: &streamhut_release::Module) -> Result<Module, Fault> {
        let cid = module.blob.cid();
        // A refusal in words may be longer than a small module.
        let max = usize::try_from(module.blob.size).unwrap_or(usize::MAX).max(MAX_REFUSAL_BYTES);
        let stored = self.pds.blob_unverified(self.did, &cid, max).await;
        let stored = stored.map_err(|error| trouble::of_blob(&error, self.did.as_str(), module))?;
        let verified = VerifiedModule::new(module, &stored)
            .map_err(|error| unproven(trouble::of_module(module), error))?;
        Ok(Module {
            path: module.path.clone(),
            kind: module.kind,
            cid,
            stored: stored.len() as u64,
            size: verified.bytes().len() as u64,
        })
    }

    async fn record(&self, collection: &str, key: &str, what: &str) -> Result<(Record, Value), Fault> {
        let odd = |error: streamhut_atproto::IdentifierError| unproven(what, error);
        let (collection, key) = (Nsid::parse(collection).map_err(odd)?, RecordKey::parse(key).map_err(odd)?);
        let did = self.did.as_str();
        let car = self.pds.record_proof(self.did, &collection, &key).await;
        let car = car.map_err(|error| trouble::of_record(&error, did, what))?;
        let proof = proof::verify_record(&car, self.did, self.key, &collection, &key)
            .map_err(|error| unproven(what, error))?;
        let Proven::Record { cid, .. } = proof.outcome else { return Err(trouble::absent(did, what)) };
        let value = proof.json().map_err(|error| unproven(what, error))?;
        let uri = AtUri::of_record(self.did, &collection, &key);
        Ok((Record { uri, cid, commit: proof.commit.to_string(), rev: proof.rev }, value))
    }
}

#[cfg(test)]
mod tests;
