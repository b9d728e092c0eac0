//! Signing keys from a seed.

use k256::ecdsa::signature::Signer;
use sha2::{Digest, Sha256};

use crate::PublicKey;

/// Which curve a test account signs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// secp256k1.
    K256,
    /// NIST P-256.
    P256,
}

/// A private key. Its signatures are deterministic (RFC 6979) and have a low S.
#[derive(Debug, Clone)]
pub enum TestSigner {
    /// secp256k1.
    K256(k256::ecdsa::SigningKey),
    /// NIST P-256.
    P256(p256::ecdsa::SigningKey),
}

impl TestSigner {
    /// A key that depends on the seed only.
    pub fn from_seed(kind: KeyKind, seed: u64) -> Self {
        Self::from_secret(kind, &Sha256::digest(seed.to_be_bytes()).into())
    }

    /// The key with this secret scalar.
    pub fn from_secret(kind: KeyKind, secret: &[u8; 32]) -> Self {
        match kind {
            KeyKind::K256 => {
                Self::K256(k256::ecdsa::SigningKey::from_slice(secret).expect("a scalar in range"))
            }
            KeyKind::P256 => {
                Self::P256(p256::ecdsa::SigningKey::from_slice(secret).expect("a scalar in range"))
            }
        }
    }

    /// The key that verifies this one's signatures.
    pub fn public_key(&self) -> PublicKey {
        match self {
            Self::K256(key) => PublicKey::K256(*key.verifying_key()),
            Self::P256(key) => PublicKey::P256(*key.verifying_key()),
        }
    }

    /// R and S over the SHA-256 of `message`.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::K256(key) => {
                let signature: k256::ecdsa::Signature = key.sign(message);
                signature.normalize_s().to_vec()
            }
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.normalize_s().to_vec()
            }
        }
    }

    /// The mirrored form of [`TestSigner::sign`]: the same R, and an S over half the order.
    pub fn sign_high_s(&self, message: &[u8]) -> Vec<u8> {
        let signature = self.sign(message);
        match self {
            Self::K256(_) => {
                let low = k256::ecdsa::Signature::from_slice(&signature).expect("our own signature");
                let (r, s) = low.split_scalars();
                k256::ecdsa::Signature::from_scalars(r, -s).expect("S in range").to_vec()
            }
            Self::P256(_) => {
                let low = p256::ecdsa::Signature::from_slice(&signature).expect("our own signature");
                let (r, s) = low.split_scalars();
                p256::ecdsa::Signature::from_scalars(r, -s).expect("S in range").to_vec()
            }
        }
    }
}
