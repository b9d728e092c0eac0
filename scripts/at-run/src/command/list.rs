//! `at-run list`

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;
use streamhut_atproto::Did;
use streamhut_release::{BundleName, Channel, StrongRef, Version, nsid};

use super::{account, timeout};
use crate::arguments::{Global, List};
use crate::fault::Fault;
use crate::pds::{Pds, Record, Service};
use crate::terminal::Terminal;

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Listed {
    name: BundleName,
    /// Newest first.
    versions: Vec<ListedVersion>,
    /// The version that each points at; none when that release is gone.
    channels: BTreeMap<String, Option<Version>>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedVersion {
    version: Version,
    uri: String,
    cid: String,
    created_at: Option<String>,
    message: Option<String>,
}

/// Lists the bundles of the account logged in, or of `--did` at the same or another `--service`.
///
/// JSON: `{"did", "bundles": [{"name", "versions": [{"version", "uri", "cid", "createdAt", "message"}], "channels":
/// {"latest": "1.2.3"}}]}`; a channel whose release is gone is null.
pub fn list(global: &Global, options: &List, terminal: &Terminal) -> Result<(), Fault> {
    let (releases, channels, did) = match (&options.did, &global.service) {
        (Some(did), Some(service)) => {
            read(&Pds::new(Service::parse(service)?, timeout(global), *terminal), parse(did)?)?
        }
        (Some(did), None) => read(account(global, terminal)?.pds(), parse(did)?)?,
        (None, _) => {
            let account = account(global, terminal)?;
            read(account.pds(), account.did().clone())?
        }
    };
    let bundles = gather(&releases, &channels);
    let text = if bundles.is_empty() { format!("{did} has published no bundle") } else { words(&bundles) };
    terminal.result(&text, &json!({"did": did, "bundles": bundles}));
    Ok(())
}

fn parse(did: &str) -> Result<Did, Fault> {
    Did::parse(did).map_err(|error| Fault::Usage(error.to_string()))
}

fn read(pds: &Pds, did: Did) -> Result<(Vec<Record>, Vec<Record>, Did), Fault> {
    Ok((pds.records(&did, nsid::RUN_AT_RELEASE)?, pds.records(&did, nsid::RUN_AT_CHANNEL)?, did))
}

/// By name; records whose key is not `name:version` are nobody's release.
fn gather(releases: &[Record], channels: &[Record]) -> Vec<Listed> {
    let mut bundles: BTreeMap<BundleName, Listed> = BTreeMap::new();
    for record in releases {
        let Some((name, version)) = split::<Version>(&record.key) else { continue };
        let text = |field: &str| record.value.get(field).and_then(|value| value.as_str()).map(str::to_owned);
        bundle(&mut bundles, name).versions.push(ListedVersion {
            version,
            uri: record.uri.clone(),
            cid: record.cid.to_string(),
            created_at: text("createdAt"),
            message: text("message"),
        });
    }
    for record in channels {
        let Some((name, channel)) = split::<Channel>(&record.key) else { continue };
        let target = record.value.get("release").cloned().unwrap_or_default();
        let target = serde_json::from_value::<StrongRef>(target).ok();
        let bundle = bundle(&mut bundles, name);
        let version = bundle
            .versions
            .iter()
            .find(|v| target.as_ref().is_some_and(|t| t.uri == v.uri && t.cid == v.cid));
        let version = version.map(|listed| listed.version.clone());
        bundle.channels.insert(channel.to_string(), version);
    }
    let mut bundles: Vec<Listed> = bundles.into_values().collect();
    for bundle in &mut bundles {
        bundle.versions.sort_by_key(|listed| Reverse(listed.version.clone()));
    }
    bundles
}

fn bundle(bundles: &mut BTreeMap<BundleName, Listed>, name: BundleName) -> &mut Listed {
    bundles.entry(name.clone()).or_insert_with(|| Listed {
        name,
        versions: Vec::new(),
        channels: BTreeMap::new(),
    })
}

fn split<T: std::str::FromStr>(key: &str) -> Option<(BundleName, T)> {
    let (name, rest) = key.split_once(':')?;
    Some((name.parse().ok()?, rest.parse().ok()?))
}

fn words(bundles: &[Listed]) -> String {
    let mut text = String::new();
    for bundle in bundles {
        text.push_str(&format!("{}\n", bundle.name));
        for listed in &bundle.versions {
            let pointing =
                bundle.channels.iter().filter(|(_, version)| version.as_ref() == Some(&listed.version));
            let channels: Vec<&str> = pointing.map(|(channel, _)| channel.as_str()).collect();
            let day = listed.created_at.as_deref().and_then(|date| date.get(..10)).unwrap_or("no date");
            text.push_str(
                format!("  {:<24} {day}  {}", listed.version.to_string(), channels.join(", ")).trim_end(),
            );
            text.push('\n');
        }
        for (channel, _) in bundle.channels.iter().filter(|(_, version)| version.is_none()) {
            text.push_str(&format!("  channel {channel} points at no release\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use streamhut_atproto::RecordCid;

    use super::*;

    fn release(key: &str) -> Record {
        let uri = format!("at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/{}/{key}", nsid::RUN_AT_RELEASE);
        let value = json!({"createdAt": "2026-11-01T00:00:00Z"});
        Record { uri, key: key.into(), cid: RecordCid::of(key.as_bytes()), value }
    }

    fn channel(key: &str, to: &Record) -> Record {
        let value = json!({"release": {"uri": to.uri, "cid": to.cid.to_string()}});
        Record { uri: String::new(), key: key.into(), cid: RecordCid::of(b""), value }
    }

    #[test]
    fn versions_and_channels_by_bundle() {
        let releases = [
            release("b:1.0.0"),
            release("a:1.9.0"),
            release("a:1.10.0"),
            release("no version"),
            release("a:x"),
        ];
        let channels = [
            channel("a:latest", &releases[2]),
            channel("a:stable", &releases[1]),
            channel("b:gone", &release("b:0.9.0")),
        ];
        let bundles = gather(&releases, &channels);
        assert_eq!(
            words(&bundles),
            "a\n  1.10.0                   2026-11-01  latest\n  1.9.0                    2026-11-01  stable\n\
             b\n  1.0.0                    2026-11-01\n  channel gone points at no release\n"
        );
        let value = serde_json::to_value(&bundles).unwrap();
        assert_eq!(value[0]["channels"], json!({"latest": "1.10.0", "stable": "1.9.0"}));
        assert_eq!(value[1]["channels"], json!({"gone": null}));
        let fields: Vec<_> = value[0]["versions"][0].as_object().unwrap().keys().cloned().collect();
        assert_eq!(fields, ["cid", "createdAt", "message", "uri", "version"]);
    }
}
