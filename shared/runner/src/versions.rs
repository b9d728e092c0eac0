//! A bundle's versions and channels, as its author's PDS lists them.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join;
use serde::Serialize;
use serde_json::Value;
use streamhut_atproto::{
    Did, DidDocument, Nsid,
    pds::{ListedRecord, MAX_PAGE_RECORDS, Pds},
};
use streamhut_outbound::Transport;
use streamhut_release::{BundleName, Channel, ChannelRecord, Version, nsid};

use crate::{Directory, Fault, Runner, SourceError, Store, handle::of_identity};

/// Most pages that are read of a collection; what is beyond is left out, and said so.
const MAX_PAGES: usize = 10;
/// Most characters of a release's message.
const MAX_MESSAGE: usize = 3_000;
/// For this long the same list is not asked for again.
const LISTED_MS: u64 = 2_000;

/// What an author has published under a bundle's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Versions {
    /// The author.
    pub did: Did,
    /// The bundle.
    pub name: BundleName,
    /// Always false: a list carries no proof. A release is proven when it is described or called.
    pub proven: bool,
    /// Whether the author has more records than were read.
    pub truncated: bool,
    /// The channels, by name.
    pub channels: Vec<ChannelEntry>,
    /// The releases, newest version first.
    pub versions: Vec<VersionEntry>,
}

/// Where a channel points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChannelEntry {
    /// Its name.
    pub name: Channel,
    /// The version of the release that it points at.
    pub version: Version,
    /// That release's CID, as the channel says it.
    pub cid: String,
}

/// A release in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionEntry {
    /// Its version.
    pub version: Version,
    /// The CID of its record, as the PDS says it.
    pub cid: String,
    /// As its author wrote it: RFC 3339, if it is what it should be.
    pub created_at: String,
    /// What changed, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The path of its description on this runner.
    pub url: String,
}

impl<T: Transport + Send + Sync, S: Store> Runner<T, S> {
    /// Asks the author's PDS what it has of a bundle.
    ///
    /// # Errors
    /// 403 when the policy doesn't run it; 404 when the account is missing or has nothing of that name; 502 and 504
    /// where identity or PDS are at fault.
    pub async fn versions(
        &self,
        directory: &Directory,
        did: &Did,
        name: &BundleName,
        now: u64,
    ) -> Result<Versions, Fault> {
        self.know_installations(now).await;
        self.admit(did, name, now).await?;
        let id = (did.clone(), name.clone());
        if let Some(known) = directory.listings.borrow().get(&id, now) {
            return Ok(known);
        }
        let document = self.source.identity(&self.transport, did).await.map_err(|e| of_identity(did, e))?;
        let listed = self.listed(&document, name).await?;
        directory.listings.borrow_mut().keep(id, listed.clone(), now.saturating_add(LISTED_MS));
        Ok(listed)
    }

    async fn listed(&self, document: &DidDocument, name: &BundleName) -> Result<Versions, Fault> {
        let did = &document.did;
        let prefix = format!("{name}:");
        let mut versions: BTreeMap<Version, VersionEntry> = BTreeMap::new();
        let mut channels: BTreeMap<Channel, ChannelEntry> = BTreeMap::new();
        let (more_versions, more_channels) = try_join(
            self.each_record(document, nsid::RUN_AT_RELEASE, |record| {
                let entry = version_entry(did, name, &prefix, record);
                versions.extend(entry.map(|entry| (entry.version.clone(), entry)));
            }),
            self.each_record(document, nsid::RUN_AT_CHANNEL, |record| {
                let entry = channel_entry(&prefix, record);
                channels.extend(entry.map(|entry| (entry.name.clone(), entry)));
            }),
        )
        .await?;
        if versions.is_empty() && channels.is_empty() && !more_versions {
            let record = format!("{}/{prefix}…", nsid::RUN_AT_RELEASE);
            return Err(Fault::UnknownBundle { did: did.clone(), record });
        }
        Ok(Versions {
            did: did.clone(),
            name: name.clone(),
            proven: false,
            truncated: more_versions || more_channels,
            channels: channels.into_values().collect(),
            versions: versions.into_values().rev().collect(),
        })
    }

    /// Goes through the records of a collection, page by page; says whether there are more than were read.
    async fn each_record(
        &self,
        document: &DidDocument,
        collection: &str,
        mut read: impl FnMut(&ListedRecord),
    ) -> Result<bool, Fault> {
        let did = &document.did;
        let failed = |error: SourceError| of_identity(did, error);
        let collection = Nsid::parse(collection).map_err(|e| Fault::Internal(e.to_string()))?;
        let endpoint = document.require_pds().map_err(|e| failed(e.into()))?;
        let pds = Pds::new(&self.transport, &self.source.policy, endpoint, self.source.deadline_ms)
            .map_err(|e| failed(e.into()))?;
        let mut seen = BTreeSet::new();
        let mut cursor: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let page = pds.list_records(did, &collection, MAX_PAGE_RECORDS, cursor.as_deref()).await;
            let page = page.map_err(|e| failed(e.into()))?;
            page.records.iter().for_each(&mut read);
            match page.cursor {
                None => return Ok(false),
                // A PDS that repeats itself has nothing more to say.
                Some(next) if !seen.insert(next.clone()) => return Ok(true),
                next => cursor = next,
            }
        }
        Ok(true)
    }
}

fn rkey(record: &ListedRecord) -> &str {
    record.uri.record().map(|(_, _, rkey)| rkey.as_str()).unwrap_or_default()
}

fn version_entry(did: &Did, name: &BundleName, prefix: &str, record: &ListedRecord) -> Option<VersionEntry> {
    let version: Version = rkey(record).strip_prefix(prefix)?.parse().ok()?;
    let text = |field: &str| record.value.get(field).and_then(Value::as_str);
    Some(VersionEntry {
        url: format!("/bundle/{did}/{name}/{version}"),
        version,
        cid: record.cid.to_string(),
        created_at: text("createdAt").unwrap_or_default().chars().take(64).collect(),
        message: text("message")
            .filter(|message| !message.is_empty())
            .map(|message| message.chars().take(MAX_MESSAGE).collect()),
    })
}

fn channel_entry(prefix: &str, record: &ListedRecord) -> Option<ChannelEntry> {
    let name: Channel = rkey(record).strip_prefix(prefix)?.parse().ok()?;
    let channel: ChannelRecord = serde_json::from_value(record.value.clone()).ok()?;
    let target = channel.release.uri.rsplit('/').next()?;
    Some(ChannelEntry {
        name,
        version: target.strip_prefix(prefix)?.parse().ok()?,
        cid: channel.release.cid.chars().take(128).collect(),
    })
}
