//! DID documents: who signs for an account, and which server holds its repository.
//!
//! Source: <https://atproto.com/specs/did#did-documents>.

use serde_json::Value;
use url::Url;

use crate::{Did, Handle, PublicKey};

/// The largest DID document that is read, in bytes after decompression. Whoever fetches one
/// stops there.
pub const MAX_DID_DOCUMENT_BYTES: usize = 512 * 1024;

/// What of an account's DID document matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DidDocument {
    /// Whose document this is: always the DID that it was fetched by.
    pub did: Did,
    /// The first valid `at://` name in it. Nothing proves yet that the name points back.
    pub handle: Option<Handle>,
    /// The key of the first valid `#atproto` entry, when there is one.
    pub signing_key: Option<PublicKey>,
    /// The URL of the first valid `#atproto_pds` entry, as written. No policy has passed it:
    /// it may name any host.
    pub pds: Option<String>,
}

/// Why a document is refused, or can't serve.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DidDocumentError {
    /// Over [`MAX_DID_DOCUMENT_BYTES`].
    #[error("the DID document of {did} has {len} bytes, {MAX_DID_DOCUMENT_BYTES} are allowed")]
    TooLarge {
        /// Whose document was asked for.
        did: Did,
        /// The bytes that came.
        len: usize,
    },
    /// Not a JSON object.
    #[error("the DID document of {did} is no JSON object: {message}")]
    NotJson {
        /// Whose document was asked for.
        did: Did,
        /// Where and why parsing stopped.
        message: String,
    },
    /// Somebody else's document, or nobody's.
    #[error("the DID document of {did} has the id {found:?}")]
    WrongId {
        /// Whose document was asked for.
        did: Did,
        /// The id in it, empty when there is none.
        found: String,
    },
    /// No usable `#atproto` entry of type Multikey, so that nothing by this account can be
    /// verified.
    #[error("the DID document of {did} has no valid #atproto signing key")]
    NoSigningKey {
        /// Whose document this is.
        did: Did,
    },
    /// No usable `#atproto_pds` entry of type AtprotoPersonalDataServer.
    #[error("the DID document of {did} names no valid #atproto_pds service")]
    NoPds {
        /// Whose document this is.
        did: Did,
    },
}

impl DidDocument {
    /// Reads a document that was fetched for `expected`.
    ///
    /// Entries that are malformed or of another type are passed over, so that the first valid
    /// one counts; a document without any still parses.
    ///
    /// # Errors
    /// `TooLarge`, `NotJson` and `WrongId`.
    pub fn parse(bytes: &[u8], expected: &Did) -> Result<Self, DidDocumentError> {
        let did = expected.clone();
        if bytes.len() > MAX_DID_DOCUMENT_BYTES {
            return Err(DidDocumentError::TooLarge { did, len: bytes.len() });
        }
        let document: serde_json::Map<String, Value> = serde_json::from_slice(bytes)
            .map_err(|error| DidDocumentError::NotJson { did: did.clone(), message: error.to_string() })?;
        let id = document.get("id").and_then(Value::as_str).unwrap_or_default();
        if id != expected.as_str() {
            return Err(DidDocumentError::WrongId { did, found: id.chars().take(128).collect() });
        }
        let handle = entries(&document, "alsoKnownAs")
            .find_map(|name| Handle::parse(name.as_str()?.strip_prefix("at://")?).ok());
        let signing_key = entries(&document, "verificationMethod")
            .filter(|entry| is_entry(entry, expected, "atproto", "Multikey"))
            .find_map(|entry| PublicKey::from_multikey(entry.get("publicKeyMultibase")?.as_str()?).ok());
        let pds = entries(&document, "service")
            .filter(|entry| is_entry(entry, expected, "atproto_pds", "AtprotoPersonalDataServer"))
            .find_map(|entry| entry.get("serviceEndpoint")?.as_str().filter(|url| is_web_url(url)))
            .map(str::to_owned);
        Ok(Self { did, handle, signing_key, pds })
    }

    /// The key that signs the account's repository.
    ///
    /// # Errors
    /// `NoSigningKey`.
    pub fn require_signing_key(&self) -> Result<&PublicKey, DidDocumentError> {
        self.signing_key.as_ref().ok_or_else(|| DidDocumentError::NoSigningKey { did: self.did.clone() })
    }

    /// The URL of the account's PDS, not yet passed by any policy.
    ///
    /// # Errors
    /// `NoPds`.
    pub fn require_pds(&self) -> Result<&str, DidDocumentError> {
        self.pds.as_deref().ok_or_else(|| DidDocumentError::NoPds { did: self.did.clone() })
    }
}

fn entries<'a>(document: &'a serde_json::Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Value> {
    document.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// Whether an entry is the one named `#fragment`, in the short or in the absolute form.
fn is_entry(entry: &Value, did: &Did, fragment: &str, kind: &str) -> bool {
    let id = entry.get("id").and_then(Value::as_str).unwrap_or_default();
    let named = id.strip_prefix(did.as_str()).unwrap_or(id).strip_prefix('#') == Some(fragment);
    named && entry.get("type").and_then(Value::as_str) == Some(kind)
}

fn is_web_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
