//! Whether a release record keeps the rules that its lexicon can't say.

use std::collections::BTreeSet;

use streamhut_atproto::Did;
use streamhut_outbound::HostPattern;

use crate::{BundleName, ModuleType, Release, Version, is_config_name, is_endpoint_name, nsid};

/// Most modules of a release.
pub const MAX_MODULES: usize = 64;

/// Most decoded bytes of a release. The platform's loader takes 64 MiB, but the runner holds the modules in an
/// isolate of 128 MB beside their compressed form.
pub const MAX_TOTAL_BYTES: u64 = 32 * 1024 * 1024;

/// A release record that is no release.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseError {
    /// Not the shape of the lexicon.
    #[error("the record is not a release: {0}")]
    Shape(String),
    /// Its own name or version is not what its record key says.
    #[error("the record under `{key}` calls itself `{inside}`")]
    Key {
        /// The record key.
        key: String,
        /// Name and version inside the record.
        inside: String,
    },
    /// No module, or too many.
    #[error("{0} modules, where 1 to {MAX_MODULES} may be")]
    ModuleCount(usize),
    /// More decoded bytes than a runner takes, or a module of none.
    #[error("module `{path}` declares {size} bytes; a release may have 1 to {MAX_TOTAL_BYTES} in all")]
    Size {
        /// The module at which the sum passed the cap.
        path: String,
        /// Its declared size.
        size: u64,
    },
    /// A path that is absolute, climbs, or occurs twice.
    #[error("module path `{0}` is not relative, plain and unique")]
    Path(String),
    /// `main` names no esm module.
    #[error("`main` is `{0}`, which is no esm module of this release")]
    Main(String),
    /// A name that breaks its grammar, or occurs twice.
    #[error("{kind} `{name}` is no plain, unique name, or one of the runner's own")]
    Name {
        /// endpoint, job, task, secret or config
        kind: &'static str,
        /// The refused name.
        name: String,
    },
    /// A permission that can't be read.
    #[error("permission {0}")]
    Permission(String),
    /// Not `YYYY-MM-DD`.
    #[error("compatibilityDate `{0}` is not YYYY-MM-DD")]
    CompatibilityDate(String),
    /// Limits beyond what the platform has.
    #[error("limits cpuMs {cpu_ms} and subRequests {sub_requests} are outside 1..300000 and 0..10000")]
    Limits {
        /// Milliseconds.
        cpu_ms: u32,
        /// Count.
        sub_requests: u32,
    },
}

/// Reads a release from a record's JSON and holds it to the rules: what it calls itself, its modules' paths,
/// sizes and CIDs, its names and its permissions.
pub fn check(
    value: &serde_json::Value,
    name: &BundleName,
    version: &Version,
) -> Result<Release, ReleaseError> {
    let release: Release = serde::Deserialize::deserialize(value)
        .map_err(|e: serde_json::Error| ReleaseError::Shape(e.to_string()))?;
    if release.record_type != nsid::RUN_AT_RELEASE {
        return Err(ReleaseError::Shape(format!("$type is `{}`", release.record_type)));
    }
    if (&release.manifest.name, &release.manifest.version) != (name, version) {
        return Err(ReleaseError::Key {
            key: Release::key(name, version),
            inside: Release::key(&release.manifest.name, &release.manifest.version),
        });
    }
    modules(&release)?;
    names(&release)?;
    let manifest = &release.manifest;
    for pattern in &manifest.permissions.net {
        HostPattern::parse(pattern).map_err(|e| ReleaseError::Permission(e.to_string()))?;
    }
    for bundle in &manifest.permissions.bundles {
        if !names_bundle(bundle) {
            let shown: String = bundle.chars().take(256).collect();
            return Err(ReleaseError::Permission(format!(
                "`{shown}` is neither `did/name` nor `config:NAME`"
            )));
        }
    }
    let limits = manifest.limits;
    if !(1..=300_000).contains(&limits.cpu_ms) || limits.sub_requests > 10_000 {
        return Err(ReleaseError::Limits { cpu_ms: limits.cpu_ms, sub_requests: limits.sub_requests });
    }
    if !is_date(&release.compatibility_date) {
        return Err(ReleaseError::CompatibilityDate(release.compatibility_date.chars().take(32).collect()));
    }
    Ok(release)
}

fn modules(release: &Release) -> Result<(), ReleaseError> {
    if !(1..=MAX_MODULES).contains(&release.modules.len()) {
        return Err(ReleaseError::ModuleCount(release.modules.len()));
    }
    let mut paths = BTreeSet::new();
    let mut total = 0u64;
    for module in &release.modules {
        if !is_plain_path(&module.path) || !paths.insert(module.path.as_str()) {
            return Err(ReleaseError::Path(module.path.chars().take(256).collect()));
        }
        total = total.saturating_add(module.size);
        if module.size == 0 || total > MAX_TOTAL_BYTES || module.blob.size > MAX_TOTAL_BYTES {
            return Err(ReleaseError::Size { path: module.path.clone(), size: module.size });
        }
    }
    match release.module(&release.main) {
        Some(module) if module.kind == ModuleType::Esm => Ok(()),
        _ => Err(ReleaseError::Main(release.main.chars().take(256).collect())),
    }
}

fn names(release: &Release) -> Result<(), ReleaseError> {
    let manifest = &release.manifest;
    let endpoints = manifest.endpoints.iter().map(|e| ("endpoint", e.method.as_str(), e.name.as_str()));
    let jobs = manifest.jobs.iter().map(|j| ("job", "", j.name.as_str()));
    let tasks = manifest.tasks.iter().map(|t| ("task", "", t.name.as_str()));
    let secrets = manifest.secrets.iter().map(|s| ("secret", "", s.as_str()));
    let config = manifest.config.iter().map(|c| ("config", "", c.as_str()));
    let mut seen = BTreeSet::new();
    for (kind, method, name) in endpoints.chain(jobs).chain(tasks).chain(secrets).chain(config) {
        let plain =
            if matches!(kind, "secret" | "config") { is_config_name(name) } else { is_endpoint_name(name) };
        // Secrets and settings share the one namespace of a bundle's environment.
        let space = if kind == "secret" { "config" } else { kind };
        let taken = space == "config" && is_runners_own(name);
        if !plain || taken || !seen.insert((space, method, name)) {
            return Err(ReleaseError::Name { kind, name: name.chars().take(96).collect() });
        }
    }
    Ok(())
}

/// Names in a bundle's environment that the runner gives itself.
fn is_runners_own(name: &str) -> bool {
    name == "HOST" || name.starts_with("AT_RUN_")
}

/// Whether an entry of the `bundles` permission names a bundle, or a setting that will.
fn names_bundle(entry: &str) -> bool {
    if let Some(name) = entry.strip_prefix("config:") {
        return is_config_name(name);
    }
    entry
        .rsplit_once('/')
        .is_some_and(|(did, name)| Did::parse(did).is_ok() && name.parse::<BundleName>().is_ok())
}

fn is_plain_path(path: &str) -> bool {
    (1..=256).contains(&path.len())
        && path.split('/').all(|part| {
            !part.is_empty()
                && part != "."
                && part != ".."
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        })
}

fn is_date(text: &str) -> bool {
    text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use streamhut_atproto::BlobCid;

    use super::*;

    fn record() -> Value {
        let blob = |bytes: &[u8]| json!({"$type": "blob", "ref": {"$link": BlobCid::of(bytes).to_string()}, "mimeType": "x", "size": 3});
        json!({
            "$type": "run.at.release", "name": "demo", "version": "1.0.0", "main": "index.js",
            "modules": [
                {"path": "index.js", "type": "esm", "blob": blob(b"one"), "size": 3, "encoding": "gzip"},
                {"path": "lib/code.wasm", "type": "wasm", "blob": blob(b"two"), "size": 3},
            ],
            "compatibilityDate": "2026-11-01", "createdAt": "2026-11-01T00:00:00Z",
            "endpoints": [{"name": "hello", "method": "GET", "input": [{"name": "who"}], "cache": "no-store"}, {"name": "hello", "method": "POST"}],
            "jobs": [{"name": "tick", "cron": "* * * * *"}],
            "tasks": [{"name": "work", "concurrency": 2, "retries": 3}],
            "permissions": {"net": ["stream.place", "*.bsky.network", "config:APPVIEW_URL"], "blobs": {"maxBytes": 10}, "bundles": ["config:APPVIEW_URL"]},
            "secrets": ["TOKEN"], "config": ["APPVIEW_URL"],
            "limits": {"cpuMs": 50, "subRequests": 5}, "message": "first",
        })
    }

    fn many_modules(count: usize) -> Value {
        let module = record()["modules"][0].clone();
        let named = (0..count).map(|n| {
            let mut module = module.clone();
            module["path"] = json!(if n == 0 { "index.js".to_owned() } else { format!("{n}.js") });
            module
        });
        named.collect()
    }

    fn checked(value: &Value) -> Result<Release, ReleaseError> {
        check(value, &"demo".parse().unwrap(), &"1.0.0".parse().unwrap())
    }

    #[test]
    fn a_whole_release_is_read_and_written_the_same() {
        let release = checked(&record()).unwrap();
        assert_eq!(serde_json::to_value(release).unwrap(), record());
    }

    /// The Rust shape and the lexicon name the same properties.
    #[test]
    fn the_lexicon_and_the_type_agree() {
        let lexicon: Value =
            serde_json::from_str(include_str!("../../../lexicons/run/at/release.json")).unwrap();
        let keys = |v: &Value| {
            v.as_object().unwrap().keys().filter(|k| *k != "$type").cloned().collect::<BTreeSet<_>>()
        };
        let of = |def: &str| keys(&lexicon["defs"][def]["properties"]);
        let written = serde_json::to_value(checked(&record()).unwrap()).unwrap();
        assert_eq!(keys(&written), keys(&lexicon["defs"]["main"]["record"]["properties"]));
        assert_eq!(keys(&written["modules"][0]), of("module"));
        assert_eq!(keys(&written["endpoints"][0]), of("endpoint"));
        assert_eq!(keys(&written["endpoints"][0]["input"][0]), of("parameter"));
        assert_eq!(keys(&written["jobs"][0]), of("job"));
        assert_eq!(keys(&written["tasks"][0]), of("task"));
        assert_eq!(keys(&written["permissions"]), of("permissions"));
        assert_eq!(keys(&written["permissions"]["blobs"]), of("blobs"));
        assert_eq!(keys(&written["limits"]), of("limits"));
        for required in lexicon["defs"]["main"]["record"]["required"].as_array().unwrap() {
            let mut less = record();
            less.as_object_mut().unwrap().remove(required.as_str().unwrap());
            assert!(checked(&less).is_err(), "without {required}");
        }
    }

    #[test]
    fn rules_beyond_the_lexicon() {
        let table: &[(&str, Value, &str)] = &[
            ("/$type", json!("run.at.channel"), "$type"),
            ("/name", json!("other"), "calls itself `other:1.0.0`"),
            ("/version", json!("1.0.1"), "calls itself `demo:1.0.1`"),
            ("/version", json!("1.0"), "not a version"),
            ("/main", json!("lib/code.wasm"), "no esm module"),
            ("/main", json!("nowhere.js"), "no esm module"),
            ("/modules", json!([]), "0 modules"),
            ("/modules", many_modules(MAX_MODULES + 1), "65 modules"),
            ("/modules/0/path", json!("../index.js"), "not relative"),
            ("/modules/0/path", json!("/index.js"), "not relative"),
            ("/modules/0/path", json!("a//b.js"), "not relative"),
            ("/modules/0/path", json!("a b.js"), "not relative"),
            ("/modules/0/path", json!("a\\b.js"), "not relative"),
            ("/modules/0/path", json!("node:fs"), "not relative"),
            ("/modules/0/path", json!("é.js"), "not relative"),
            ("/modules/0/path", json!("a\0.js"), "not relative"),
            ("/modules/0/path", json!("lib/code.wasm"), "unique"),
            ("/modules/1/size", json!(0), "0 bytes"),
            ("/modules/1/size", json!(MAX_TOTAL_BYTES - 2), "bytes"),
            ("/modules/1/size", json!(u64::MAX), "bytes"),
            ("/modules/1/blob/size", json!(MAX_TOTAL_BYTES + 1), "bytes"),
            ("/modules/1/type", json!("python"), "unknown variant"),
            ("/modules/0/encoding", json!("br"), "unknown variant"),
            ("/modules/1/blob/ref/$link", json!("QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"), "CID"),
            ("/endpoints/1/method", json!("GET"), "endpoint `hello`"),
            ("/endpoints/0/name", json!("a/b"), "endpoint `a/b`"),
            ("/secrets/0", json!("APPVIEW_URL"), "config `APPVIEW_URL`"),
            ("/config/0", json!("lower"), "config `lower`"),
            ("/config/0", json!("AT_RUN_RUNNER"), "config `AT_RUN_RUNNER`"),
            ("/secrets/0", json!("HOST"), "secret `HOST`"),
            ("/permissions/net/0", json!("localhost"), "localhost"),
            ("/permissions/net/0", json!("169.254.169.254"), "169.254.169.254"),
            ("/permissions/bundles/0", json!("vod"), "`vod` is neither"),
            ("/permissions/bundles/0", json!("did:plc:x/Vod"), "`did:plc:x/Vod` is neither"),
            ("/permissions/bundles/0", json!("alice.dev/vod"), "`alice.dev/vod` is neither"),
            ("/permissions/bundles/0", json!("config:lower"), "`config:lower` is neither"),
            ("/limits/cpuMs", json!(0), "cpuMs 0"),
            ("/limits/subRequests", json!(10_001), "10001"),
            ("/compatibilityDate", json!("yesterday"), "yesterday"),
        ];
        for (pointer, value, expect) in table {
            let mut changed = record();
            *changed.pointer_mut(pointer).unwrap() = value.clone();
            let error = checked(&changed).expect_err(pointer).to_string();
            assert!(error.contains(expect), "{pointer} = {value}: {error}");
        }
        let mut most = record();
        most["modules"] = many_modules(MAX_MODULES);
        assert!(checked(&most).is_ok());
    }
}
