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
    fn a_manifest_that_is_none_names_its_source() {
        for bad in ["", "[]", "{}", r#"{"name": "Bad Name"}"#] {
            let message = manifest(bad.as_bytes(), "m.json").unwrap_err().to_string();
            assert!(message.starts_with("m.json: no manifest"), "{message}");
        }
    }
}
