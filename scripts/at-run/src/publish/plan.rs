//! What has to be done, given what is there.

use serde_json::Value;
use streamhut_atproto::data_model::dag_cbor_from_json;
use streamhut_atproto::{Did, RecordCid};
use streamhut_release::{BundleName, Channel, ChannelRecord, Release, StrongRef, nsid};

use super::content::content;
use super::existing::Existing;
use crate::bundle::Stored;
use crate::fault::Fault;
use crate::pds::{Write, WriteKind};

/// What becomes of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// There was none.
    Created,
    /// It points elsewhere from now on.
    Moved,
    /// It says so already.
    Unchanged,
}

/// The way from what is there to the release and its channel.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    existing: &'a Existing,
    did: &'a Did,
    /// `Created` or `Unchanged`: a release never changes.
    pub release: Change,
}

/// The records to write, and what the release is then called.
#[derive(Clone, Debug, PartialEq)]
pub struct Writes {
    /// At-uri and CID of the release.
    pub release: StrongRef,
    /// The channel's fate.
    pub channel: Change,
    /// Release first; empty when all is as it should be.
    pub writes: Vec<Write>,
}

impl<'a> Plan<'a> {
    /// Compares the release with what is there.
    ///
    /// # Errors
    /// `Fault::Published` when its version is taken by other content.
    pub fn new(did: &'a Did, release: &Value, existing: &'a Existing) -> Result<Self, Fault> {
        let release = match &existing.release {
            None => Change::Created,
            Some(record) if content(&record.value)? == content(release)? => Change::Unchanged,
            Some(record) => return Err(Fault::Published { uri: record.uri.clone() }),
        };
        Ok(Self { existing, did, release })
    }

    /// Whether the PDS has to be sent this module's bytes.
    pub fn uploads(&self, stored: &Stored) -> bool {
        self.release == Change::Created
            && !self.existing.blobs.contains_key(&stored.module.blob.cid().to_string())
    }

    /// The records to write, once the blobs are there.
    ///
    /// # Errors
    /// `Fault::Usage` for a release outside the data model.
    pub fn writes(&self, name: &BundleName, channel: &Channel, release: &Release) -> Result<Writes, Fault> {
        let odd = |error: &dyn std::fmt::Display| Fault::Usage(format!("not a record: {error}"));
        let mut writes = Vec::new();
        let target = match &self.existing.release {
            Some(record) => StrongRef { uri: record.uri.clone(), cid: record.cid.to_string() },
            None => {
                let value = serde_json::to_value(release).map_err(|error| odd(&error))?;
                let cid = RecordCid::of(&dag_cbor_from_json(&value).map_err(|error| odd(&error))?);
                let key = Release::key(name, &release.manifest.version);
                let uri = format!("at://{}/{}/{key}", self.did, nsid::RUN_AT_RELEASE);
                writes.push(Write { kind: WriteKind::Create, collection: nsid::RUN_AT_RELEASE, key, value });
                StrongRef { uri, cid: cid.to_string() }
            }
        };
        let pointed = self.existing.channel.as_ref().map(|record| {
            let release = record.value.get("release").cloned().unwrap_or_default();
            serde_json::from_value::<StrongRef>(release).ok()
        });
        let (change, kind) = match pointed {
            None => (Change::Created, WriteKind::Create),
            Some(Some(reference)) if reference == target => (Change::Unchanged, WriteKind::Update),
            Some(_) => (Change::Moved, WriteKind::Update),
        };
        if change != Change::Unchanged {
            let record = ChannelRecord::new(target.clone(), release.created_at.clone());
            let value = serde_json::to_value(record).map_err(|error| odd(&error))?;
            let key = ChannelRecord::key(name, channel);
            writes.push(Write { kind, collection: nsid::RUN_AT_CHANNEL, key, value });
        }
        Ok(Writes { release: target, channel: change, writes })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::pds::Record;

    const DID: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";

    fn release(version: &str, size: u64) -> Release {
        serde_json::from_value(json!({
            "$type": nsid::RUN_AT_RELEASE, "name": "demo", "version": version, "main": "index.js", "endpoints": [],
            "modules": [{"path": "index.js", "type": "esm", "size": size, "blob":
                {"$type": "blob", "ref": {"$link": "bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"}, "mimeType": "t", "size": size}}],
            "permissions": {}, "limits": {"cpuMs": 1, "subRequests": 1},
            "compatibilityDate": "2026-11-01", "createdAt": "2026-11-01T00:00:00Z",
        }))
        .unwrap()
    }

    fn record(collection: &str, key: &str, value: impl serde::Serialize) -> Record {
        let value = serde_json::to_value(value).unwrap();
        let cid = RecordCid::of(&dag_cbor_from_json(&value).unwrap());
        Record { uri: format!("at://{DID}/{collection}/{key}"), key: key.into(), cid, value }
    }

    fn published(version: &str, size: u64) -> Record {
        record(nsid::RUN_AT_RELEASE, &format!("demo:{version}"), release(version, size))
    }

    fn pointing(to: &Record) -> Record {
        let target = StrongRef { uri: to.uri.clone(), cid: to.cid.to_string() };
        record(nsid::RUN_AT_CHANNEL, "demo:latest", ChannelRecord::new(target, "2026-11-01T00:00:00Z".into()))
    }

    #[test]
    fn only_what_is_new_is_written() {
        let first = published("1.0.0", 3);
        let second = published("1.1.0", 3);
        let malformed = record(nsid::RUN_AT_CHANNEL, "demo:latest", json!({"release": 7}));
        let table = [
            (
                None,
                None,
                Change::Created,
                Change::Created,
                "create release demo:1.0.0, create channel demo:latest",
            ),
            (
                None,
                Some(pointing(&second)),
                Change::Created,
                Change::Moved,
                "create release demo:1.0.0, update channel demo:latest",
            ),
            (Some(first.clone()), None, Change::Unchanged, Change::Created, "create channel demo:latest"),
            (
                Some(first.clone()),
                Some(pointing(&second)),
                Change::Unchanged,
                Change::Moved,
                "update channel demo:latest",
            ),
            (
                Some(first.clone()),
                Some(malformed),
                Change::Unchanged,
                Change::Moved,
                "update channel demo:latest",
            ),
            (Some(first.clone()), Some(pointing(&first)), Change::Unchanged, Change::Unchanged, ""),
        ];
        for (there, channel, release_change, channel_change, expect) in table {
            let existing = Existing { release: there, channel, ..Existing::default() };
            let did = DID.parse().unwrap();
            let wanted = Release { created_at: "2027-01-01T00:00:00Z".into(), ..release("1.0.0", 3) };
            let plan = Plan::new(&did, &serde_json::to_value(&wanted).unwrap(), &existing).unwrap();
            let done = plan.writes(&"demo".parse().unwrap(), &"latest".parse().unwrap(), &wanted).unwrap();
            let words: Vec<String> = done
                .writes
                .iter()
                .map(|write| {
                    let verb = if write.kind == WriteKind::Create { "create" } else { "update" };
                    let noun = if write.collection == nsid::RUN_AT_RELEASE { "release" } else { "channel" };
                    format!("{verb} {noun} {}", write.key)
                })
                .collect();
            assert_eq!(
                (plan.release, done.channel, words.join(", ").as_str()),
                (release_change, channel_change, expect)
            );
            assert_eq!(done.release.uri, first.uri);
            if let Some(record) = &existing.release {
                assert_eq!(
                    done.release.cid,
                    record.cid.to_string(),
                    "what is there keeps its CID, whatever its date"
                );
            }
        }
    }

    #[test]
    fn a_taken_version_is_refused() {
        let existing = Existing { release: Some(published("1.0.0", 3)), ..Existing::default() };
        let wanted = serde_json::to_value(release("1.0.0", 4)).unwrap();
        let did = DID.parse().unwrap();
        let fault = Plan::new(&did, &wanted, &existing).unwrap_err();
        assert!(matches!(&fault, Fault::Published { uri } if uri.ends_with("/demo:1.0.0")), "{fault}");
    }

    #[test]
    fn a_known_blob_is_not_sent_again() {
        let module = release("1.0.0", 3).modules.remove(0);
        let cid = module.blob.cid().to_string();
        let stored = Stored { module, bytes: Vec::new() };
        let did = DID.parse().unwrap();
        for (known, expect) in [(false, true), (true, false)] {
            let blobs = known.then(|| (cid.clone(), "t".to_owned())).into_iter().collect();
            let existing = Existing { blobs, ..Existing::default() };
            let wanted = serde_json::to_value(release("2.0.0", 3)).unwrap();
            assert_eq!(Plan::new(&did, &wanted, &existing).unwrap().uploads(&stored), expect);
        }
    }
}
