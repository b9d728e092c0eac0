//! What an account has published already.

use std::collections::BTreeMap;

use serde_json::Value;
use streamhut_atproto::Did;
use streamhut_release::{BundleName, Channel, ChannelRecord, Release, Version, nsid};

use crate::fault::Fault;
use crate::pds::{Pds, Record};

/// The records and blobs that matter for one version and channel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Existing {
    /// The release under the version's key.
    pub release: Option<Record>,
    /// The channel's record.
    pub channel: Option<Record>,
    /// Types of the blobs that some release of the account names, by CID: the PDS keeps those.
    pub blobs: BTreeMap<String, String>,
}

impl Existing {
    /// Asks the PDS.
    pub fn ask(
        pds: &Pds,
        did: &Did,
        name: &BundleName,
        version: &Version,
        channel: &Channel,
    ) -> Result<Self, Fault> {
        let releases = pds.records(did, nsid::RUN_AT_RELEASE)?;
        let channels = pds.records(did, nsid::RUN_AT_CHANNEL)?;
        Ok(Self {
            blobs: releases.iter().flat_map(|record| blobs(&record.value)).collect(),
            release: with_key(releases, &Release::key(name, version)),
            channel: with_key(channels, &ChannelRecord::key(name, channel)),
        })
    }
}

fn with_key(records: Vec<Record>, key: &str) -> Option<Record> {
    records.into_iter().find(|record| record.key == key)
}

/// CID and type of each blob. Old or foreign releases are read as far as they go.
fn blobs(release: &Value) -> Vec<(String, String)> {
    let modules = release.get("modules").and_then(Value::as_array).into_iter().flatten();
    let text =
        |module: &Value, pointer: &str| module.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    modules
        .filter_map(|module| Some((text(module, "/blob/ref/$link")?, text(module, "/blob/mimeType")?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn blobs_of_any_release() {
        let blob = |cid: &str| json!({"blob": {"ref": {"$link": cid}, "mimeType": "t"}});
        let pair = |cid: &str| (cid.to_owned(), "t".to_owned());
        for (release, expect) in [
            (json!({"modules": [blob("a"), blob("b")]}), vec![pair("a"), pair("b")]),
            (json!({"modules": [blob("a"), {}, 7]}), vec![pair("a")]),
            (json!({"modules": 7}), vec![]),
            (json!(null), vec![]),
        ] {
            assert_eq!(blobs(&release), expect, "{release}");
        }
    }
}
