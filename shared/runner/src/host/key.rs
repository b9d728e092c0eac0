//! The keys under which a bundle keeps things.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::HostError;
use crate::Grant;

/// Most bytes of a key, in UTF-8.
pub const MAX_KEY_BYTES: usize = 512;

/// The key of a blob, of something cached or of a lease: 1 to [`MAX_KEY_BYTES`] bytes without control characters.
///
/// Keys are flat: `..` and `/` lead nowhere in the bucket, and what is stored stands behind the bundle's own prefix.
/// Refused is what could not be told apart in a listing, and what no URL can carry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(String);

impl Key {
    /// Reads a key.
    ///
    /// # Errors
    /// [`HostError::InvalidKey`].
    pub fn parse(text: &str) -> Result<Self, HostError> {
        let reason = match text {
            "" => "it is empty",
            "." | ".." => "it names a folder",
            _ => match flaw(text) {
                Some(reason) => reason,
                None => return Ok(Self(text.to_owned())),
            },
        };
        Err(invalid(text, reason))
    }

    /// Where a blob of this key is in the runner's bucket.
    pub fn in_bucket(&self, grant: &Grant) -> String {
        format!("{}{}", grant.prefix(), self.0)
    }

    /// The place of a cached thing: 64 hexadecimal digits. No two bundles have one in common, and no key of one bundle
    /// runs into another.
    pub fn in_cache(&self, grant: &Grant) -> String {
        // Neither a DID nor a name can hold a NUL, so each part ends where it ends.
        let place = format!("{}\0{}\0{}\0{}", grant.did, grant.name, grant.cache, self.0);
        Sha256::digest(place).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A cursor that goes on after this key.
    pub fn to_cursor(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.0)
    }

    /// Reads a cursor. It holds a key and nothing else, so one that a bundle made up leads to its own blobs.
    ///
    /// # Errors
    /// [`HostError::InvalidParameter`].
    pub fn from_cursor(cursor: &str) -> Result<Self, HostError> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
        let key = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        key.and_then(|key| Self::parse(&key).ok()).ok_or_else(|| HostError::parameter("cursor", cursor))
    }

    /// As a bundle spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How the keys of a listing begin; it may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyPrefix(String);

impl KeyPrefix {
    /// Reads the beginning of keys.
    ///
    /// # Errors
    /// [`HostError::InvalidKey`].
    pub fn parse(text: &str) -> Result<Self, HostError> {
        flaw(text).map_or_else(|| Ok(Self(text.to_owned())), |reason| Err(invalid(text, reason)))
    }

    /// The same in the runner's bucket.
    pub fn in_bucket(&self, grant: &Grant) -> String {
        format!("{}{}", grant.prefix(), self.0)
    }

    /// As a bundle spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn flaw(text: &str) -> Option<&'static str> {
    if text.len() > MAX_KEY_BYTES {
        return Some("it is longer than 512 bytes");
    }
    text.chars().any(char::is_control).then_some("it holds a control character")
}

fn invalid(text: &str, reason: &'static str) -> HostError {
    HostError::InvalidKey { key: text.chars().filter(|c| !c.is_control()).take(96).collect(), reason }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use streamhut_atproto::Did;

    use super::*;

    fn grant(did: &str, name: &str) -> Grant {
        Grant {
            did: Did::parse(did).unwrap(),
            name: name.parse().unwrap(),
            version: "1.0.0".parse().unwrap(),
            host: "run.dev".into(),
            allow: Vec::new(),
            blobs: Some(1),
            calls: Vec::new(),
            tasks: Vec::new(),
            cache: 0,
            depth: 0,
        }
    }

    #[test]
    fn keys_and_what_is_none() {
        for key in ["a", "a/b.txt", "../x", "/", "ŵ", "a b", "%2e%2e", &"x".repeat(512)] {
            assert_eq!(Key::parse(key).map(|key| key.to_string()), Ok(key.to_owned()));
        }
        for key in ["", ".", "..", "a\0b", "a\nb", "\u{85}", &"x".repeat(513), &"ŵ".repeat(257)] {
            assert!(Key::parse(key).is_err(), "{key:?}");
        }
        assert_eq!(KeyPrefix::parse("").map(|prefix| prefix.as_str().len()), Ok(0));
        assert!(KeyPrefix::parse("a\0").is_err());
    }

    #[test]
    fn bundles_share_no_place() {
        let key = |text: &str| Key::parse(text).unwrap();
        let one = grant("did:web:a.dev", "keeper");
        let two = grant("did:web:a.dev", "keeper-too");
        assert_eq!(key("../keeper-too/x").in_bucket(&one), "blobs/did:web:a.dev/keeper/../keeper-too/x");
        assert_ne!(key("x").in_cache(&one), key("x").in_cache(&two));
        assert_ne!(key("rx").in_cache(&grant("did:web:a.dev", "keepe")), key("x").in_cache(&one));
        assert_ne!(key("x").in_cache(&Grant { cache: 1, ..one.clone() }), key("x").in_cache(&one), "purged");
        let digit = grant("did:web:a.dev", "keeper0");
        assert_ne!(key("0x").in_cache(&one), key("x").in_cache(&digit));
        let (first, eleventh) = (Grant { cache: 1, ..one.clone() }, Grant { cache: 11, ..one.clone() });
        assert_ne!(key("1x").in_cache(&first), key("x").in_cache(&eleventh));
        assert_eq!(key("x").in_cache(&one).len(), 64);
    }

    #[test]
    fn a_cursor_that_was_made_up_is_refused() {
        for cursor in ["", "!", "=", "Li4", "AA", "/w", "_w", "YQ=="] {
            assert!(Key::from_cursor(cursor).is_err(), "{cursor}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_a_key_stays_behind_its_prefix(text in "\\PC{0,40}") {
            let grant = grant("did:web:a.dev", "keeper");
            if let Ok(key) = Key::parse(&text) {
                prop_assert!(key.in_bucket(&grant).starts_with("blobs/did:web:a.dev/keeper/"));
                prop_assert_eq!(Key::from_cursor(&key.to_cursor()), Ok(key));
            }
        }

        #[test]
        fn different_keys_have_different_places(a in "\\PC{1,20}", b in "\\PC{1,20}") {
            let grant = grant("did:web:a.dev", "keeper");
            if let (Ok(a), Ok(b)) = (Key::parse(&a), Key::parse(&b)) {
                prop_assert_eq!(a == b, a.in_cache(&grant) == b.in_cache(&grant));
                prop_assert_eq!(a == b, a.in_bucket(&grant) == b.in_bucket(&grant));
            }
        }

        #[test]
        fn cursors_never_panic(cursor in "\\PC{0,40}") {
            let _ = Key::from_cursor(&cursor);
        }
    }
}
