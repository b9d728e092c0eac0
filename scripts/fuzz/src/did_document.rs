//! A DID document from a directory or a web host.

use serde_json::json;
use streamhut_atproto::{Did, DidDocument, Handle, PublicKey};
use url::Url;

/// Whose document is asked for.
const DID: &str = "did:plc:yk4dd2qkboz2yv6tpubpc6co";

/// An accepted document belongs to the account that was asked for; each part of it is valid by itself, and a document
/// written from these parts says the same.
pub fn did_document(data: &[u8]) -> bool {
    let did = Did::parse(DID).expect("a DID");
    let Ok(document) = DidDocument::parse(data, &did) else { return false };
    assert_eq!(document.did, did);
    assert_eq!(document.require_signing_key().is_ok(), document.signing_key.is_some());
    let mut again = json!({ "id": DID });
    if let Some(handle) = &document.handle {
        assert_eq!(Handle::parse(handle.as_str()).as_ref(), Ok(handle));
        again["alsoKnownAs"] = json!([format!("at://{}", handle.as_str())]);
    }
    if let Some(key) = &document.signing_key {
        assert_eq!(PublicKey::from_multikey(&key.to_multikey()).as_ref(), Ok(key));
        again["verificationMethod"] =
            json!([{ "id": "#atproto", "type": "Multikey", "publicKeyMultibase": key.to_multikey() }]);
    }
    if let Some(pds) = &document.pds {
        let url = Url::parse(pds).expect("a URL");
        assert!(matches!(url.scheme(), "http" | "https"), "{pds}");
        again["service"] =
            json!([{ "id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": pds }]);
    }
    assert_eq!(DidDocument::parse(again.to_string().as_bytes(), &did), Ok(document));
    true
}
