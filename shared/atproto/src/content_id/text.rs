//! Content ids as text: multibase base32, as JSON and URLs carry them.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{CidError, ContentId};

/// Longer texts than this can't be an id with a digest that we know.
const MAX_TEXT: usize = 128;

impl<const CODEC: u64> ContentId<CODEC> {
    /// Parses the text form: `b` and lower-case base32 without padding.
    ///
    /// # Errors
    /// The rule of [`CidError`] that it breaks. Other multibases than base32 are `Garbage`:
    /// one content, one name.
    pub fn parse(text: &str) -> Result<Self, CidError> {
        let value = || text.chars().take(MAX_TEXT).collect::<String>();
        if text.len() == 46 && text.starts_with("Qm") {
            return Err(CidError::Version0 { value: value() });
        }
        let digits = text
            .strip_prefix('b')
            .filter(|digits| digits.len() <= MAX_TEXT && !digits.contains(|c: char| c.is_ascii_uppercase()))
            .ok_or_else(|| CidError::Garbage { value: value() })?;
        let bytes = BASE32_NOPAD
            .decode(digits.to_ascii_uppercase().as_bytes())
            .map_err(|_| CidError::Garbage { value: value() })?;
        Self::from_bytes(&bytes)
    }
}

impl<const CODEC: u64> fmt::Display for ContentId<CODEC> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "b{}", BASE32_NOPAD.encode(&self.to_bytes()).to_ascii_lowercase())
    }
}

impl<const CODEC: u64> FromStr for ContentId<CODEC> {
    type Err = CidError;

    fn from_str(text: &str) -> Result<Self, CidError> {
        Self::parse(text)
    }
}

impl<const CODEC: u64> Serialize for ContentId<CODEC> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, const CODEC: u64> Deserialize<'de> for ContentId<CODEC> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}
