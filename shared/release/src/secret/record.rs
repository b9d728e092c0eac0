//! The record `run.at.secret`, in the JSON form of the AT Protocol's data model.

use data_encoding::{BASE64, BASE64_NOPAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::{KeyId, MAX_CIPHERTEXT_BYTES};
use crate::{BundleName, is_config_name, nsid};

/// A `run.at.secret` record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretRecord {
    /// `run.at.secret`.
    #[serde(rename = "$type")]
    pub record_type: String,
    /// A sealed box over a secret.
    #[serde(serialize_with = "to_bytes", deserialize_with = "from_bytes")]
    pub ciphertext: Vec<u8>,
    /// RFC 3339.
    pub created_at: String,
}

impl SecretRecord {
    /// A record of that ciphertext.
    pub fn new(ciphertext: Vec<u8>, created_at: String) -> Self {
        Self { record_type: nsid::RUN_AT_SECRET.to_owned(), ciphertext, created_at }
    }
}

/// The record key of a secret: `{bundle}:{NAME}:{runnerKeyId}`.
pub fn secret_key(bundle: &BundleName, name: &str, key: &KeyId) -> String {
    format!("{bundle}:{name}:{key}")
}

/// What a secret's record key says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretKeyParts {
    /// The bundle.
    pub bundle: BundleName,
    /// The secret's name.
    pub name: String,
    /// The runner's key that it is sealed to.
    pub key: KeyId,
}

impl SecretKeyParts {
    /// Reads a record key; `None` when it is nobody's secret.
    pub fn parse(record_key: &str) -> Option<Self> {
        let mut parts = record_key.split(':');
        let (bundle, name, key) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || !is_config_name(name) {
            return None;
        }
        Some(Self { bundle: bundle.parse().ok()?, name: name.to_owned(), key: KeyId::parse(key)? })
    }
}

#[derive(Serialize, Deserialize)]
struct Bytes {
    #[serde(rename = "$bytes")]
    base64: String,
}

fn to_bytes<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    Bytes { base64: BASE64_NOPAD.encode(bytes) }.serialize(serializer)
}

/// With or without padding: servers write both.
fn from_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let Bytes { base64 } = Bytes::deserialize(deserializer)?;
    let (base64, form) = if base64.ends_with('=') { (base64, BASE64) } else { (base64, BASE64_NOPAD) };
    if base64.len() > MAX_CIPHERTEXT_BYTES * 4 / 3 + 4 {
        return Err(D::Error::custom("the ciphertext is too long"));
    }
    form.decode(base64.as_bytes()).map_err(D::Error::custom)
}
