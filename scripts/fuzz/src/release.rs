//! A release record.

use serde_json::Value;
use streamhut_outbound::HostPattern;
use streamhut_release::{BundleName, MAX_MODULES, MAX_TOTAL_BYTES, ModuleType, Release, Version, check};

/// An accepted release keeps its rules, goes under no other name or version, and is the same once written and read.
pub fn release(data: &[u8]) -> bool {
    let Ok(record) = serde_json::from_slice::<Value>(data) else { return false };
    let text = |key: &str| record.get(key).and_then(Value::as_str).unwrap_or_default();
    let name: BundleName = text("name").parse().unwrap_or_else(|_| "demo".parse().expect("a name"));
    let version: Version = text("version").parse().unwrap_or_else(|_| "1.0.0".parse().expect("a version"));
    let Ok(release) = check(&record, &name, &version) else { return false };
    let other: Version =
        if text("version") == "7.7.7" { "7.7.8" } else { "7.7.7" }.parse().expect("a version");
    assert!(check(&record, &name, &other).is_err());
    keeps_the_rules(&release);
    let written = serde_json::to_value(&release).expect("a release is JSON");
    assert_eq!(check(&written, &name, &version), Ok(release));
    true
}

fn keeps_the_rules(release: &Release) {
    assert!((1..=MAX_MODULES).contains(&release.modules.len()));
    assert!(release.modules.iter().map(|module| module.size).sum::<u64>() <= MAX_TOTAL_BYTES);
    assert_eq!(release.module(&release.main).map(|module| module.kind), Some(ModuleType::Esm));
    for module in &release.modules {
        assert!(module.blob.size <= MAX_TOTAL_BYTES);
        let climbs = module.path.split(['/', '\\']).any(|part| part == ".." || part.is_empty());
        assert!(!climbs && module.path.is_ascii(), "{:?}", module.path);
    }
    for pattern in &release.manifest.permissions.net {
        assert!(HostPattern::parse(pattern).is_ok(), "{pattern}");
    }
}
