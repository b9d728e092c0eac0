//! What a bundle's folder says beside its code.

use std::path::Path;

use serde_json::Value;
use streamhut_release::Manifest;

use crate::fault::Fault;

/// `compatibility_date` of a `wrangler.toml`.
pub fn compatibility_date(file: &Path) -> Result<String, Fault> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Fault::file(file, format!("it has to give compatibility_date: {error}")))?;
    read_date(&text).map_err(|reason| Fault::file(file, reason))
}

fn read_date(text: &str) -> Result<String, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    match table.get("compatibility_date") {
        Some(toml::Value::String(date)) => Ok(date.clone()),
        Some(toml::Value::Datetime(date)) => Ok(date.to_string()),
        Some(other) => Err(format!("compatibility_date is {other:?}, not YYYY-MM-DD")),
        None => Err("it gives no compatibility_date".to_owned()),
    }
}

/// Whether the folder is a bundle's crate, as far as its files say: a package with a binary `manifest`.
///
/// # Errors
/// `Fault::File` for a package that can't be a bundle.
pub fn is_bundle(folder: &Path) -> Result<bool, Fault> {
    let file = folder.join("Cargo.toml");
    let Ok(text) = std::fs::read_to_string(&file) else { return Ok(false) };
    let has_file = folder.join("src/bin/manifest.rs").exists();
    reads_as_bundle(&text, has_file).map_err(|reason| Fault::file(file, reason))
}

fn reads_as_bundle(text: &str, has_file: bool) -> Result<bool, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    if !table.contains_key("package") {
        return Ok(false);
    }
    let named = |bin: &toml::Value| bin.get("name").and_then(toml::Value::as_str) == Some("manifest");
    let bins = table.get("bin").and_then(toml::Value::as_array);
    if has_file || bins.is_some_and(|bins| bins.iter().any(named)) {
        return Ok(true);
    }
    Err("the crate has no binary `manifest`, which says what the bundle is".to_owned())
}

/// A manifest from JSON: as it stands, and understood.
pub fn manifest(json: &[u8], source: &str) -> Result<(Value, Manifest), Fault> {
    let odd = |error: serde_json::Error| Fault::file(source, format!("no manifest: {error}"));
    let value: Value = serde_json::from_slice(json).map_err(odd)?;
    let manifest = serde_json::from_value(value.clone()).map_err(odd)?;
    Ok((value, manifest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (text, expect) in [
            ("compatibility_date = \"2026-11-01\"\n[vars]\nX = 1", Ok("2026-11-01")),
            ("compatibility_date = 2026-11-01", Ok("2026-11-01")),
            ("compatibility_date = 7", Err("not YYYY-MM-DD")),
            ("[env.x]\ncompatibility_date = \"2026-11-01\"", Err("no compatibility_date")),
            ("compatibility_date = ", Err("")),
        ] {
            match (read_date(text), expect) {
                (Ok(date), Ok(expect)) => assert_eq!(date, expect),
                (Err(reason), Err(part)) => assert!(reason.contains(part), "{text}: {reason}"),
                (other, _) => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn crates_of_bundles() {
        let package = "[package]\nname = \"x\"\n";
        let manifest = format!("{package}[[bin]]\nname = \"manifest\"");
        for (text, has_file, expect) in [
            (manifest.as_str(), false, Ok(true)),
            (package, true, Ok(true)),
            ("[workspace]\nmembers = []", false, Ok(false)),
            (package, false, Err("no binary `manifest`")),
            ("[package", false, Err("")),
        ] {
            match (reads_as_bundle(text, has_file), expect) {
                (Ok(found), Ok(expect)) => assert_eq!(found, expect, "{text}"),
                (Err(reason), Err(part)) => assert!(reason.contains(part), "{text}: {reason}"),
                (other, _) => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_manifest_that_is_none_names_its_source() {
        for bad in ["", "[]", "{}", r#"{"name": "Bad Name"}"#] {
            let message = manifest(bad.as_bytes(), "m.json").unwrap_err().to_string();
            assert!(message.starts_with("m.json: no manifest"), "{message}");
        }
    }
}
