//! A runner's keys: the current one, to which secrets are sealed, and previous ones, which still open.

use std::fmt;

use crypto_box::aead::rand_core::CryptoRngCore;
use crypto_box::{PublicKey, SecretKey};
use data_encoding::{BASE32_NOPAD, BASE64};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::SecretError;

const ID_CHARACTERS: usize = 16;

/// Names a public key: the first 16 characters of the lower-case base32 of its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct KeyId(String);

/// The public half of a runner's key, as `/.well-known/at-run.json` shows it: `{"id", "publicKey"}`, base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunnerPublicKey {
    id: KeyId,
    key: PublicKey,
}

/// A runner's private X25519 key. It is overwritten when dropped, and shows itself nowhere but in
/// [`RunnerKey::to_base64`].
#[derive(Clone)]
pub struct RunnerKey {
    id: KeyId,
    key: SecretKey,
}

/// All keys of a runner, the current one first.
#[derive(Clone, Debug, Default)]
pub struct RunnerKeys(Vec<RunnerKey>);

impl KeyId {
    fn of(key: &PublicKey) -> Self {
        let text = BASE32_NOPAD.encode(&Sha256::digest(key.as_bytes())).to_ascii_lowercase();
        Self(text.chars().take(ID_CHARACTERS).collect())
    }

    /// As it stands in record keys.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads an id: 16 characters of a-z and 2-7.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || (b'2'..=b'7').contains(&byte);
        (text.len() == ID_CHARACTERS && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl RunnerPublicKey {
    fn new(key: PublicKey) -> Self {
        Self { id: KeyId::of(&key), key }
    }

    /// Reads the 32 bytes in base64.
    ///
    /// # Errors
    /// `SecretError::Key`
    pub fn parse(base64: &str) -> Result<Self, SecretError> {
        Ok(Self::new(PublicKey::from_bytes(bytes(base64)?)))
    }

    /// The id, which goes into the keys of records.
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// The 32 bytes in base64.
    pub fn to_base64(&self) -> String {
        BASE64.encode(self.key.as_bytes())
    }

    pub(super) fn crypto(&self) -> &PublicKey {
        &self.key
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Published {
    id: String,
    public_key: String,
}

impl Serialize for RunnerPublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Published { id: self.id.0.clone(), public_key: self.to_base64() }.serialize(serializer)
    }
}

/// Refuses a key that calls itself something else than it hashes to.
impl<'de> Deserialize<'de> for RunnerPublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Published { id, public_key } = Published::deserialize(deserializer)?;
        let key = Self::parse(&public_key).map_err(serde::de::Error::custom)?;
        if key.id.0 != id {
            let said = id.chars().take(32).collect();
            return Err(serde::de::Error::custom(SecretError::KeyId { said, actual: key.id }));
        }
        Ok(key)
    }
}

impl RunnerKey {
    fn new(key: SecretKey) -> Self {
        Self { id: KeyId::of(&key.public_key()), key }
    }

    /// Makes a new key.
    pub fn generate(rng: &mut impl CryptoRngCore) -> Self {
        Self::new(SecretKey::generate(rng))
    }

    /// Reads the 32 private bytes in base64.
    ///
    /// # Errors
    /// `SecretError::Key`
    pub fn parse(base64: &str) -> Result<Self, SecretError> {
        Ok(Self::new(SecretKey::from_bytes(bytes(base64)?)))
    }

    /// The private bytes in base64: what stands in `RUNNER_KEYS`.
    pub fn to_base64(&self) -> String {
        BASE64.encode(&self.key.to_bytes())
    }

    /// The id of its public half.
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// The half that everybody may see.
    pub fn public(&self) -> RunnerPublicKey {
        RunnerPublicKey { id: self.id.clone(), key: self.key.public_key() }
    }

    pub(super) fn crypto(&self) -> &SecretKey {
        &self.key
    }
}

/// The id alone.
impl fmt::Debug for RunnerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RunnerKey({})", self.id)
    }
}

impl RunnerKeys {
    /// Reads `RUNNER_KEYS`: private keys in base64, parted by white space, the current one first. An empty text is
    /// a runner without keys.
    ///
    /// # Errors
    /// `SecretError::Key` when one of them is none.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        text.split_whitespace().map(RunnerKey::parse).collect::<Result<_, _>>().map(Self)
    }

    /// The key that new secrets are sealed to.
    pub fn current(&self) -> Option<&RunnerKey> {
        self.0.first()
    }

    /// All keys, the current one first.
    pub fn iter(&self) -> impl Iterator<Item = &RunnerKey> {
        self.0.iter()
    }
}

impl FromIterator<RunnerKey> for RunnerKeys {
    fn from_iter<I: IntoIterator<Item = RunnerKey>>(keys: I) -> Self {
        Self(keys.into_iter().collect())
    }
}

fn bytes(base64: &str) -> Result<[u8; 32], SecretError> {
    let bytes = BASE64.decode(base64.as_bytes()).map_err(|_| SecretError::Key)?;
    bytes.try_into().map_err(|_| SecretError::Key)
}
