//! The records `run.at.release` and `run.at.channel`, in the JSON form of the AT Protocol's data model.

use serde::{Deserialize, Serialize};

use streamhut_atproto::{AtUri, BlobRef, Did, RecordCid};

use crate::{BundleName, Channel, Manifest, Version, nsid};

/// The channel that a deploy moves unless told otherwise.
pub const CHANNEL_KEY_LATEST: &str = "latest";

/// A `run.at.release` record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Release {
    /// `run.at.release`.
    #[serde(rename = "$type")]
    pub record_type: String,
    /// What the code declares of itself.
    #[serde(flatten)]
    pub manifest: Manifest,
    /// The code.
    pub modules: Vec<Module>,
    /// The path of the module that handles requests.
    pub main: String,
    /// `YYYY-MM-DD`.
    pub compatibility_date: String,
    /// What changed, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// RFC 3339.
    pub created_at: String,
}

impl Release {
    /// The record key of a release: `{name}:{version}`.
    pub fn key(name: &BundleName, version: &Version) -> String {
        format!("{name}:{version}")
    }

    /// The module of that path.
    pub fn module(&self, path: &str) -> Option<&Module> {
        self.modules.iter().find(|module| module.path == path)
    }
}

/// One module of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    /// Relative, as other modules import it.
    pub path: String,
    /// How the loader takes it.
    #[serde(rename = "type")]
    pub kind: ModuleType,
    /// The stored bytes: their CID and number.
    pub blob: BlobRef,
    /// How the stored bytes are compressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// Bytes after decoding.
    pub size: u64,
}

/// How a module is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ModuleType {
    /// JavaScript.
    Esm,
    /// WebAssembly.
    Wasm,
    /// UTF-8 text.
    Text,
    /// JSON.
    Json,
    /// Bytes.
    Data,
}

/// How a module is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// RFC 1952, without a time stamp, so that equal content has equal bytes.
    Gzip,
}

/// A record by place and content (`com.atproto.repo.strongRef`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrongRef {
    /// An at-uri.
    pub uri: String,
    /// The record's CID.
    pub cid: String,
}

/// A `run.at.channel` record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelRecord {
    /// `run.at.channel`.
    #[serde(rename = "$type")]
    pub record_type: String,
    /// The release it points at.
    pub release: StrongRef,
    /// RFC 3339.
    pub created_at: String,
}

impl ChannelRecord {
    /// A channel that points at `release`.
    pub fn new(release: StrongRef, created_at: String) -> Self {
        Self { record_type: nsid::RUN_AT_CHANNEL.to_owned(), release, created_at }
    }

    /// Where the channel's record in `did`'s repo leads: to a release of the same repo and the same name, under its CID.
    /// `None` for whatever leads elsewhere, or is no channel.
    pub fn target(value: &serde_json::Value, did: &Did, name: &BundleName) -> Option<(Version, RecordCid)> {
        let channel: Self = Deserialize::deserialize(value).ok()?;
        let uri = AtUri::parse(&channel.release.uri).ok()?;
        let (target_did, collection, rkey) = uri.record()?;
        let (target_name, version) = rkey.as_str().split_once(':')?;
        let same = channel.record_type == nsid::RUN_AT_CHANNEL
            && target_did == did
            && collection.as_str() == nsid::RUN_AT_RELEASE
            && target_name == name.to_string();
        same.then_some(())?;
        Some((version.parse().ok()?, RecordCid::parse(&channel.release.cid).ok()?))
    }

    /// The record key of a channel: `{name}:{channel}`.
    pub fn key(name: &BundleName, channel: &Channel) -> String {
        format!("{name}:{channel}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const CID: &str = "bafyreib3h7z7b2x5h3jcf2nqyyrkq2n2tzgvq2gqk3mkpj6dbbpw5kcmbm";

    #[test]
    fn a_channel_leads_to_a_release_of_its_own_repo_and_name() {
        let did: Did = "did:plc:ewvi7nxzyoun6zhxrhs64oiz".parse().unwrap();
        let whole = || {
            let uri = format!("at://{did}/{}/demo:1.0.0", nsid::RUN_AT_RELEASE);
            json!({"$type": nsid::RUN_AT_CHANNEL, "release": {"uri": uri, "cid": CID}, "createdAt": "x"})
        };
        let target = |value: &Value| ChannelRecord::target(value, &did, &"demo".parse().unwrap());
        let (version, cid) = target(&whole()).unwrap();
        assert_eq!((version.to_string().as_str(), cid.to_string().as_str()), ("1.0.0", CID));
        for (pointer, value) in [
            ("/$type", json!(nsid::RUN_AT_RELEASE)),
            ("/release", json!("at://x")),
            ("/release/cid", json!("bafyother")),
            ("/release/uri", json!("demo:1.0.0")),
            ("/release/uri", json!(format!("at://{did}/{}", nsid::RUN_AT_RELEASE))),
            ("/release/uri", json!(format!("at://{did}/{}/other:1.0.0", nsid::RUN_AT_RELEASE))),
            ("/release/uri", json!(format!("at://{did}/{}/demo", nsid::RUN_AT_RELEASE))),
            ("/release/uri", json!(format!("at://{did}/{}/demo:latest", nsid::RUN_AT_RELEASE))),
            ("/release/uri", json!(format!("at://{did}/{}/demo:1.0.0", nsid::RUN_AT_CHANNEL))),
            (
                "/release/uri",
                json!(format!("at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/{}/demo:1.0.0", nsid::RUN_AT_RELEASE)),
            ),
        ] {
            let mut changed = whole();
            *changed.pointer_mut(pointer).unwrap() = value.clone();
            assert_eq!(target(&changed), None, "{pointer} = {value}");
        }
    }
}
