//! What makes two releases the same: everything but when and with which words they were published.

use serde_json::Value;
use sha2::{Digest, Sha256};
use streamhut_atproto::data_model::dag_cbor_from_json;
use streamhut_release::Version;

use crate::fault::Fault;

/// The canonical bytes of a release without `createdAt`, `message` and the blobs' `mimeType`, which a PDS corrects by
/// its own lights. Equal bytes mean equal code under equal rules.
pub fn content(release: &Value) -> Result<Vec<u8>, Fault> {
    let mut value = release.clone();
    if let Some(fields) = value.as_object_mut() {
        fields.remove("createdAt");
        fields.remove("message");
    }
    for module in value.get_mut("modules").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(blob) = module.get_mut("blob").and_then(Value::as_object_mut) {
            blob.remove("mimeType");
        }
    }
    dag_cbor_from_json(&value).map_err(|error| Fault::Usage(format!("the release is no record: {error}")))
}

/// `{base}-dev.{12 hex digits of the content's SHA-256}`, or `{base}.dev.…` where the base is a pre-release already.
/// Leading zeros of the hash are passed over: a version's number has none.
pub fn snapshot_version(base: &Version, release: &Value) -> Result<Version, Fault> {
    let hash: String = Sha256::digest(content(release)?).iter().map(|byte| format!("{byte:02x}")).collect();
    let digits: String = hash.trim_start_matches('0').chars().take(12).collect();
    let base = base.to_string();
    let joint = if base.contains('-') { '.' } else { '-' };
    Ok(format!("{base}{joint}dev.{digits}").parse()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn release() -> Value {
        json!({
            "name": "demo", "version": "0.1.0", "createdAt": "2026-11-01T00:00:00Z", "message": "first",
            "modules": [{"path": "index.js", "blob": {"mimeType": "text/javascript", "size": 3}}],
        })
    }

    fn changed(pointer: &str, value: Value) -> Value {
        let mut other = release();
        *other.pointer_mut(pointer).unwrap() = value;
        other
    }

    #[test]
    fn what_counts_and_what_does_not() {
        for (pointer, value, same) in [
            ("/createdAt", json!("2027-01-01T00:00:00Z"), true),
            ("/message", json!("second"), true),
            ("/modules/0/blob/mimeType", json!("application/gzip"), true),
            ("/modules/0/blob/size", json!(4), false),
            ("/modules/0/path", json!("main.js"), false),
            ("/version", json!("0.1.1"), false),
        ] {
            let other = changed(pointer, value);
            assert_eq!(content(&other).unwrap() == content(&release()).unwrap(), same, "{pointer}");
        }
        let mut more = release();
        more["future"] = json!(1);
        assert_ne!(content(&more).unwrap(), content(&release()).unwrap(), "a field unknown here counts");
    }

    #[test]
    fn a_snapshot_is_named_by_its_content() {
        let name = |base: &str, release: &Value| {
            snapshot_version(&base.parse().unwrap(), release).unwrap().to_string()
        };
        let one = name("0.1.0", &release());
        let digits = one.strip_prefix("0.1.0-dev.").expect("the base goes first");
        assert!(digits.len() == 12 && digits.bytes().all(|b| b.is_ascii_hexdigit()), "{one}");
        assert_eq!(name("0.1.0", &changed("/createdAt", json!("2027-01-01T00:00:00Z"))), one);
        assert_ne!(name("0.1.0", &changed("/modules/0/blob/size", json!(4))), one);
        assert_eq!(name("1.0.0-rc.1", &release()), format!("1.0.0-rc.1.dev.{digits}"));
    }

    #[test]
    fn every_hash_makes_a_version() {
        for size in 0..500 {
            snapshot_version(&"0.1.0".parse().unwrap(), &changed("/modules/0/blob/size", json!(size)))
                .unwrap();
        }
    }
}
