//! Public signing keys and their signatures.
//!
//! Source: <https://atproto.com/specs/cryptography>.

use k256::ecdsa::signature::Verifier;
use multibase::Base;

/// The multicodec prefixes of compressed public keys, as varints.
const K256_PREFIX: [u8; 2] = [0xe7, 0x01];
const P256_PREFIX: [u8; 2] = [0x80, 0x24];
const COMPRESSED_LEN: usize = 33;
/// `z` and 35 bytes in base58 take 49 characters. Decoding base58 costs the square of the
/// length, so that nothing much longer is tried.
const MAX_MULTIKEY: usize = 64;

/// A key that signs a repository's commits: one of the two curves that the AT Protocol knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// secp256k1, text form `zQ3sh…`.
    K256(k256::ecdsa::VerifyingKey),
    /// NIST P-256, text form `zDn…`.
    P256(p256::ecdsa::VerifyingKey),
}

/// A text that is no public key of a kind that we know. Values are cut after 64 characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No base58btc multibase text.
    #[error("{value:?} is not a multibase base58btc key")]
    Multibase {
        /// The refused text.
        value: String,
    },
    /// A key of another type, such as ed25519.
    #[error("{value:?} is neither a secp256k1 nor a P-256 key")]
    Curve {
        /// The refused text.
        value: String,
    },
    /// The right prefix, but no compressed point on the curve.
    #[error("{value:?} does not hold a compressed point of its curve")]
    Point {
        /// The refused text.
        value: String,
    },
}

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Not 64 bytes, or a number out of the curve's range.
    #[error("the signature of {len} bytes is malformed")]
    Malformed {
        /// Its length in bytes.
        len: usize,
    },
    /// The mirrored form of a signature (S over half the curve's order). Accepting both forms
    /// would give one commit two ids.
    #[error("the signature has a high S")]
    HighS,
    /// Another key made it, or over another message.
    #[error("the signature does not match the message and key")]
    Mismatch,
}

impl PublicKey {
    /// Parses the value of a DID document's `publicKeyMultibase`.
    ///
    /// # Errors
    /// [`KeyError`] when it is not multibase base58btc, of another curve, or no point on it.
    pub fn from_multikey(text: &str) -> Result<Self, KeyError> {
        let value = || text.chars().take(MAX_MULTIKEY).collect::<String>();
        if text.len() > MAX_MULTIKEY {
            return Err(KeyError::Multibase { value: value() });
        }
        let bytes = match multibase::decode(text) {
            Ok((Base::Base58Btc, bytes)) => bytes,
            _ => return Err(KeyError::Multibase { value: value() }),
        };
        let (prefix, point) = bytes.split_at_checked(2).ok_or_else(|| KeyError::Curve { value: value() })?;
        let known = prefix == K256_PREFIX || prefix == P256_PREFIX;
        if known && point.len() != COMPRESSED_LEN {
            return Err(KeyError::Point { value: value() });
        }
        if prefix == K256_PREFIX {
            let key = k256::ecdsa::VerifyingKey::from_sec1_bytes(point);
            key.map(Self::K256).map_err(|_| KeyError::Point { value: value() })
        } else if prefix == P256_PREFIX {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point);
            key.map(Self::P256).map_err(|_| KeyError::Point { value: value() })
        } else {
            Err(KeyError::Curve { value: value() })
        }
    }

    /// The text form that [`PublicKey::from_multikey`] reads.
    pub fn to_multikey(&self) -> String {
        let (prefix, point) = match self {
            Self::K256(key) => (K256_PREFIX, key.to_sec1_point(true).as_bytes().to_vec()),
            Self::P256(key) => (P256_PREFIX, key.to_sec1_point(true).as_bytes().to_vec()),
        };
        multibase::encode(Base::Base58Btc, [&prefix[..], &point[..]].concat())
    }

    /// Checks a 64-byte signature (R and S) over the SHA-256 of `message`.
    ///
    /// # Errors
    /// [`SignatureError`]; a high S is refused on both curves.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        let malformed = SignatureError::Malformed { len: signature.len() };
        match self {
            Self::K256(key) => {
                let signature = k256::ecdsa::Signature::from_slice(signature).map_err(|_| malformed)?;
                if signature.normalize_s() != signature {
                    return Err(SignatureError::HighS);
                }
                key.verify(message, &signature).map_err(|_| SignatureError::Mismatch)
            }
            Self::P256(key) => {
                let signature = p256::ecdsa::Signature::from_slice(signature).map_err(|_| malformed)?;
                if signature.normalize_s() != signature {
                    return Err(SignatureError::HighS);
                }
                key.verify(message, &signature).map_err(|_| SignatureError::Mismatch)
            }
        }
    }
}
