//! What an account has published: its bundles, their versions and channels, read from its records.

mod bundle;
mod held;
mod order;

use std::collections::BTreeMap;
use std::str::FromStr;

use streamhut_atproto::Did;
use streamhut_release::{BundleName, Channel, StrongRef, Version, nsid};

use crate::fault::Fault;
use crate::pds::{Pds, Record};

pub use bundle::{Bundle, Pointer, Published};
pub use held::Held;

/// All bundles of an account, as they were at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Shelf {
    /// The account.
    pub did: Did,
    /// By name.
    pub bundles: Vec<Bundle>,
}

impl Shelf {
    /// Asks the PDS.
    pub fn ask(pds: &Pds, did: &Did) -> Result<Self, Fault> {
        let releases = pds.records(did, nsid::RUN_AT_RELEASE)?;
        let channels = pds.records(did, nsid::RUN_AT_CHANNEL)?;
        Ok(Self { did: did.clone(), bundles: gather(releases, &channels) })
    }

    /// The bundle of that name, if it has a version or a channel.
    pub fn find(&self, name: &BundleName) -> Option<&Bundle> {
        self.bundles.iter().find(|bundle| &bundle.name == name)
    }

    /// The bundle of that name.
    ///
    /// # Errors
    /// `Fault::Unpublished`
    pub fn bundle(&self, name: &BundleName) -> Result<&Bundle, Fault> {
        self.find(name).ok_or_else(|| self.unpublished(&format!("bundle `{name}`")))
    }

    /// The fault of asking for something that is not there.
    pub fn unpublished(&self, what: &str) -> Fault {
        Fault::Unpublished { did: self.did.to_string(), what: what.to_owned() }
    }
}

/// By name; records whose key is not `name:version` or `name:channel` are nobody's.
fn gather(releases: Vec<Record>, channels: &[Record]) -> Vec<Bundle> {
    let mut bundles: BTreeMap<BundleName, Bundle> = BTreeMap::new();
    for record in releases {
        if let Some((name, version)) = split::<Version>(&record.key) {
            entry(&mut bundles, name).versions.push(Published::of(version, record));
        }
    }
    for record in channels {
        let Some((name, channel)) = split::<Channel>(&record.key) else { continue };
        let target = record.value.get("release").cloned().unwrap_or_default();
        let target = serde_json::from_value::<StrongRef>(target).ok();
        let bundle = entry(&mut bundles, name);
        let hit = bundle.versions.iter().find(|published| target.as_ref() == Some(&published.reference));
        let version = hit.map(|published| published.version.clone());
        bundle.pointers.push(Pointer { channel, version });
    }
    let mut bundles: Vec<Bundle> = bundles.into_values().collect();
    for bundle in &mut bundles {
        bundle.versions.sort_by(|a, b| order::compare(b, a));
        bundle.pointers.sort_by(|a, b| a.channel.cmp(&b.channel));
    }
    bundles
}

fn entry(bundles: &mut BTreeMap<BundleName, Bundle>, name: BundleName) -> &mut Bundle {
    bundles.entry(name.clone()).or_insert_with(|| Bundle { name, versions: Vec::new(), pointers: Vec::new() })
}

fn split<T: FromStr>(key: &str) -> Option<(BundleName, T)> {
    let (name, rest) = key.split_once(':')?;
    Some((name.parse().ok()?, rest.parse().ok()?))
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;
    use streamhut_atproto::RecordCid;

    use super::*;

    const DID: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";

    pub(crate) fn release(key: &str, created_at: &str) -> Record {
        let uri = format!("at://{DID}/{}/{key}", nsid::RUN_AT_RELEASE);
        let module = |size: u64, stored: u64| json!({"size": size, "blob": {"size": stored}});
        let value =
            json!({"createdAt": created_at, "message": "words", "modules": [module(10, 4), module(1, 1)]});
        Record { uri, key: key.into(), cid: RecordCid::of(key.as_bytes()), value }
    }

    pub(crate) fn channel(key: &str, to: &Record) -> Record {
        let value = json!({"release": {"uri": to.uri, "cid": to.cid.to_string()}});
        Record { uri: String::new(), key: key.into(), cid: RecordCid::of(b""), value }
    }

    /// A bundle `a` of these versions, published one day after the other, whose channel `latest` points at the last.
    pub(crate) fn bundle(versions: &[&str]) -> Bundle {
        let releases: Vec<Record> = versions
            .iter()
            .enumerate()
            .map(|(day, version)| {
                release(&format!("a:{version}"), &format!("2026-11-{:02}T00:00:00Z", day + 1))
            })
            .collect();
        let latest = channel("a:latest", releases.last().unwrap());
        gather(releases, &[latest]).remove(0)
    }

    #[test]
    fn versions_and_channels_by_bundle() {
        let releases =
            ["b:1.0.0", "a:1.9.0", "a:1.10.0", "no version", "a:x"].map(|key| release(key, "2026-11-01"));
        let mut moved = channel("a:moved", &releases[1]);
        moved.value["release"]["cid"] = json!("bafyother");
        let channels = [
            channel("a:stable", &releases[1]),
            channel("a:latest", &releases[2]),
            channel("b:gone", &release("b:0.9.0", "")),
            moved,
        ];
        let bundles = gather(releases.to_vec(), &channels);
        let words: Vec<String> = bundles
            .iter()
            .map(|bundle| {
                let versions: Vec<_> = bundle.versions.iter().map(|p| p.version.to_string()).collect();
                let pointers = bundle.pointers.iter().map(|p| {
                    format!(
                        "{}={}",
                        p.channel,
                        p.version.as_ref().map_or("nothing".to_owned(), ToString::to_string)
                    )
                });
                format!("{}: {}; {}", bundle.name, versions.join(" "), pointers.collect::<Vec<_>>().join(" "))
            })
            .collect();
        assert_eq!(
            words,
            ["a: 1.10.0 1.9.0; latest=1.10.0 moved=nothing stable=1.9.0", "b: 1.0.0; gone=nothing"]
        );
        let first = &bundles[0].versions[0];
        assert_eq!((first.size, first.stored, first.message.as_deref()), (11, 5, Some("words")));
    }
}
