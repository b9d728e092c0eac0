//! Secrets on their way from an author to one runner: sealed boxes (X25519-XSalsa20-Poly1305, as libsodium's
//! `crypto_box_seal` makes them) that stand in the author's public repo.
//!
//! What is sealed says for whom it is: a record that somebody copies into another repo, or under another bundle or
//! name, opens for nobody.

mod record;
mod runner_key;

use std::fmt;

use serde::{Deserialize, Serialize};
use streamhut_atproto::Did;

use crate::BundleName;

pub use crypto_box::aead::rand_core::CryptoRngCore;
pub use record::{SecretKeyParts, SecretRecord, secret_key};
pub use runner_key::{KeyId, RunnerKey, RunnerKeys, RunnerPublicKey};

/// Most bytes of a ciphertext, as in the lexicon.
pub const MAX_CIPHERTEXT_BYTES: usize = 65_536;

/// A secret of one bundle. Its value can only be had by saying whose it should be ([`Secret::value_for`]).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    did: Did,
    bundle: BundleName,
    name: String,
    value: String,
}

/// Why a secret can't be sealed, read or opened. No variant shows a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// A runner key that is not 32 bytes in base64.
    #[error("a runner's key is 32 bytes in base64, and this is not")]
    Key,
    /// A public key that calls itself something else than it hashes to.
    #[error("the runner's key calls itself `{said}`, and is `{actual}`")]
    KeyId {
        /// As published.
        said: String,
        /// The id of the key's bytes.
        actual: KeyId,
    },
    /// Sealed it would not fit into a record.
    #[error("sealed, it takes {size} bytes, and a record takes {MAX_CIPHERTEXT_BYTES}")]
    TooLarge {
        /// Bytes of the ciphertext.
        size: usize,
    },
    /// None of the runner's keys opens it.
    #[error("none of the runner's {keys} keys opens it")]
    Unopened {
        /// How many were tried.
        keys: usize,
    },
    /// It opens, and inside is no secret.
    #[error("what is sealed is no secret: {0}")]
    Content(String),
    /// It was sealed for another author, bundle or name than the record's place says.
    #[error("it was sealed as {inside}, and stands in the place of {place}")]
    Copied {
        /// `did/bundle/NAME` as sealed.
        inside: String,
        /// `did/bundle/NAME` where it was found.
        place: String,
    },
}

impl Secret {
    /// The secret `name` of that author's bundle.
    pub fn new(did: Did, bundle: BundleName, name: String, value: String) -> Self {
        Self { did, bundle, name, value }
    }

    /// The value, when the secret was sealed for this very author, bundle and name.
    ///
    /// # Errors
    /// `SecretError::Copied` when it was sealed for another.
    pub fn value_for(self, did: &Did, bundle: &BundleName, name: &str) -> Result<String, SecretError> {
        if (&self.did, &self.bundle, self.name.as_str()) == (did, bundle, name) {
            return Ok(self.value);
        }
        let inside =
            format!("{}/{}/{}", self.did, self.bundle, self.name.chars().take(64).collect::<String>());
        Err(SecretError::Copied { inside, place: format!("{did}/{bundle}/{name}") })
    }
}

/// Without the value, so that no log can hold it.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({}/{}/{})", self.did, self.bundle, self.name)
    }
}

/// Seals a secret so that only the holder of the runner's private key can open it. `rng` makes the key pair of
/// this one box; the same secret sealed twice gives different bytes.
///
/// # Errors
/// `SecretError::TooLarge` when the record would not take it.
pub fn seal(
    key: &RunnerPublicKey,
    secret: &Secret,
    rng: &mut impl CryptoRngCore,
) -> Result<Vec<u8>, SecretError> {
    let plain = serde_json::to_vec(secret).map_err(|error| SecretError::Content(error.to_string()))?;
    let sealed = key.crypto().seal(rng, &plain).map_err(|_| SecretError::Key)?;
    if sealed.len() > MAX_CIPHERTEXT_BYTES {
        return Err(SecretError::TooLarge { size: sealed.len() });
    }
    Ok(sealed)
}

/// Opens a sealed secret with whichever of the keys fits, the current one first.
///
/// # Errors
/// `TooLarge` before anything is tried; `Unopened` when no key fits or the bytes were changed; `Content` when what
/// is inside is no secret.
pub fn open(keys: &RunnerKeys, ciphertext: &[u8]) -> Result<Secret, SecretError> {
    if ciphertext.len() > MAX_CIPHERTEXT_BYTES {
        return Err(SecretError::TooLarge { size: ciphertext.len() });
    }
    let plain = keys
        .iter()
        .find_map(|key| key.crypto().unseal(ciphertext).ok())
        .ok_or(SecretError::Unopened { keys: keys.iter().count() })?;
    // serde's own message may quote what it read.
    serde_json::from_slice(&plain)
        .map_err(|error| SecretError::Content(format!("{:?} at byte {}", error.classify(), error.column())))
}

#[cfg(test)]
mod tests;
