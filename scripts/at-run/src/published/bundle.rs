//! One bundle: its versions and where its channels point.

use serde::Serialize;
use serde_json::Value;
use streamhut_release::{BundleName, Channel, Selector, StrongRef, Version};

use super::order;
use crate::fault::Fault;
use crate::pds::{Record, record_cid};

/// A bundle as it is published.
#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    /// Its name.
    pub name: BundleName,
    /// Newest first.
    pub versions: Vec<Published>,
    /// By the channel's name.
    pub pointers: Vec<Pointer>,
}

/// A release as it is published.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// Its version.
    pub version: Version,
    /// At-uri and, by the PDS's word, CID.
    pub reference: StrongRef,
    /// RFC 3339, as the author wrote it.
    pub created_at: Option<String>,
    /// What changed.
    pub message: Option<String>,
    /// Bytes of its modules as loaded.
    pub size: u64,
    /// Bytes of its modules as stored.
    pub stored: u64,
    /// The record.
    pub value: Value,
}

/// A channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// Its name.
    pub channel: Channel,
    /// The version it points at; none when no release is there under that very CID.
    pub version: Option<Version>,
}

/// A release in the JSON of several commands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Versioned<'a> {
    version: &'a Version,
    uri: &'a str,
    cid: &'a str,
    created_at: Option<&'a str>,
    message: Option<&'a str>,
}

impl Published {
    pub(super) fn of(version: Version, record: Record) -> Self {
        let text = |field: &str| record.value.get(field).and_then(Value::as_str).map(str::to_owned);
        let sum = |pointer: &str| {
            let modules = record.value.get("modules").and_then(Value::as_array).into_iter().flatten();
            let sizes = modules.filter_map(|module| module.pointer(pointer).and_then(Value::as_u64));
            sizes.fold(0u64, u64::saturating_add)
        };
        Self {
            version,
            created_at: text("createdAt"),
            message: text("message"),
            size: sum("/size"),
            stored: sum("/blob/size"),
            reference: StrongRef { uri: record.uri, cid: record.cid.to_string() },
            value: record.value,
        }
    }

    /// As JSON shows it.
    pub fn facts(&self) -> Versioned<'_> {
        Versioned {
            version: &self.version,
            uri: &self.reference.uri,
            cid: &self.reference.cid,
            created_at: self.created_at.as_deref(),
            message: self.message.as_deref(),
        }
    }

    /// `2026-11-01`, or words of the same use.
    pub fn day(&self) -> &str {
        self.created_at.as_deref().and_then(|date| date.get(..10)).unwrap_or("no date")
    }

    /// Holds the record to the CID that the PDS names, and to the rules of a release.
    ///
    /// # Errors
    /// `Fault::OtherCid`, `Fault::Release`
    pub fn verify(&self, name: &BundleName) -> Result<(), Fault> {
        let (ours, theirs) = (record_cid(&self.value)?.to_string(), self.reference.cid.clone());
        if ours != theirs {
            return Err(Fault::OtherCid { what: self.reference.uri.clone(), ours, theirs });
        }
        streamhut_release::check(&self.value, name, &self.version)?;
        Ok(())
    }
}

impl Bundle {
    /// The release of that version.
    pub fn version(&self, version: &Version) -> Option<&Published> {
        self.versions.iter().find(|published| &published.version == version)
    }

    /// The channel of that name.
    pub fn pointer(&self, channel: &Channel) -> Option<&Pointer> {
        self.pointers.iter().find(|pointer| &pointer.channel == channel)
    }

    /// The release that a version or a channel means.
    pub fn select(&self, selector: &Selector) -> Option<&Published> {
        match selector {
            Selector::Exact(version) => self.version(version),
            Selector::Channel(channel) => self.version(self.pointer(channel)?.version.as_ref()?),
        }
    }

    /// The names of the channels that point at that version.
    pub fn channels_at(&self, version: &Version) -> Vec<&Channel> {
        let there = self.pointers.iter().filter(|pointer| pointer.version.as_ref() == Some(version));
        there.map(|pointer| &pointer.channel).collect()
    }

    /// The version before `current`: the highest below it. Pre-releases count only for a pre-release, or where there
    /// is nothing else.
    pub fn before(&self, current: &Published) -> Option<&Published> {
        let below = || self.versions.iter().filter(|other| order::compare(other, current).is_lt());
        let steady = |published: &&Published| !order::is_pre_release(&published.version);
        if order::is_pre_release(&current.version) {
            return below().next();
        }
        below().find(steady).or_else(|| below().next())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use streamhut_release::nsid;

    use super::super::tests::bundle;
    use super::*;

    /// Versions are given in the order in which they were published; the last is the current one.
    #[test]
    fn the_version_before() {
        for (versions, expect) in [
            (&["1.0.0", "1.1.0"][..], Some("1.0.0")),
            (&["1.0.0", "1.9.0", "1.10.0"], Some("1.9.0")),
            (&["2.0.0", "1.0.0", "1.0.1"], Some("1.0.0")),
            (&["1.0.0", "1.1.0-rc.1", "1.1.0"], Some("1.0.0")),
            (&["1.1.0-rc.1", "1.1.0"], Some("1.1.0-rc.1")),
            (&["1.0.0", "1.1.0-rc.1", "1.1.0-rc.2"], Some("1.1.0-rc.1")),
            (&["1.0.0", "1.1.0-rc.1"], Some("1.0.0")),
            // Snapshots have no order but their dates.
            (&["0.1.0-dev.ffffffffffff", "0.1.0-dev.aaaaaaaaaaaa"], Some("0.1.0-dev.ffffffffffff")),
            (
                &["0.1.0-dev.aaaaaaaaaaaa", "0.1.0-dev.ffffffffffff", "0.1.0-dev.bbbbbbbbbbbb"],
                Some("0.1.0-dev.ffffffffffff"),
            ),
            (&["1.0.0"], None),
            (&["2.0.0", "1.0.0"], None),
        ] {
            let bundle = bundle(versions);
            let current = bundle.select(&"latest".parse().unwrap()).unwrap();
            assert_eq!(current.version.to_string(), *versions.last().unwrap());
            let before = bundle.before(current).map(|published| published.version.to_string());
            assert_eq!(before.as_deref(), expect, "{versions:?}");
        }
    }

    #[test]
    fn a_selector_means_a_release_or_nothing() {
        let bundle = bundle(&["1.0.0", "1.1.0"]);
        for (selector, expect) in
            [("1.0.0", Some("1.0.0")), ("latest", Some("1.1.0")), ("1.2.0", None), ("stable", None)]
        {
            let found = bundle.select(&selector.parse().unwrap());
            assert_eq!(found.map(|published| published.version.to_string()).as_deref(), expect, "{selector}");
        }
        assert_eq!(bundle.channels_at(&"1.1.0".parse().unwrap()), [&"latest".parse().unwrap()]);
        assert!(bundle.channels_at(&"1.0.0".parse().unwrap()).is_empty());
    }

    #[test]
    fn a_record_that_is_not_what_the_pds_calls_it() {
        let value = json!({
            "$type": nsid::RUN_AT_RELEASE, "name": "a", "version": "1.0.0", "main": "index.js", "endpoints": [],
            "modules": [{"path": "index.js", "type": "esm", "size": 3, "blob":
                {"$type": "blob", "ref": {"$link": "bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"}, "mimeType": "t", "size": 3}}],
            "permissions": {}, "limits": {"cpuMs": 1, "subRequests": 1},
            "compatibilityDate": "2026-11-01", "createdAt": "2026-11-01T00:00:00Z",
        });
        let published = |value: &Value, cid| {
            let record = Record { uri: "at://x".into(), key: "a:1.0.0".into(), cid, value: value.clone() };
            Published::of("1.0.0".parse().unwrap(), record)
        };
        let name = "a".parse().unwrap();
        let cid = record_cid(&value).unwrap();
        assert!(published(&value, cid).verify(&name).is_ok());
        let mut other = value.clone();
        other["main"] = json!("other.js");
        assert!(matches!(published(&other, cid).verify(&name), Err(Fault::OtherCid { .. })));
        let cid = record_cid(&other).unwrap();
        assert!(matches!(published(&other, cid).verify(&name), Err(Fault::Release(_))));
    }
}
