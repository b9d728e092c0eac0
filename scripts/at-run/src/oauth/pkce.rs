//! Proof that whoever redeems a code is who asked for it.
//!
//! Source: RFC 7636, with S256 only.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

/// The secret of one log-in.
pub struct Verifier(String);

impl Verifier {
    /// From 32 random bytes.
    pub fn new(random: &[u8; 32]) -> Self {
        Self(BASE64URL_NOPAD.encode(random))
    }

    /// What is told when a code is redeemed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is told when one is asked for.
    pub fn challenge(&self) -> String {
        BASE64URL_NOPAD.encode(&Sha256::digest(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    #[test]
    fn the_example_of_the_rfc() {
        let random = [
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105,
            214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
        ];
        let verifier = Verifier::new(&random);
        assert_eq!(verifier.as_str(), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
