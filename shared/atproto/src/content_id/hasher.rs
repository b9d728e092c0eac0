//! Hashing a blob while it streams past.

use sha2::{Digest, Sha256};

use super::{BlobCid, CidMismatch, ContentId};

/// Takes a blob in pieces and names it at the end.
#[derive(Debug, Clone, Default)]
pub struct BlobHasher {
    sha256: Sha256,
    len: u64,
}

impl BlobHasher {
    /// A hasher that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.sha256.update(piece);
        self.len = self.len.saturating_add(piece.len() as u64);
    }

    /// The bytes seen so far: a caller stops a stream that outgrows its declared size.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether nothing has been seen.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The id of all pieces together.
    pub fn finish(self) -> BlobCid {
        ContentId(self.sha256.finalize().into())
    }

    /// Checks all pieces together against the id that they were fetched by.
    ///
    /// # Errors
    /// [`CidMismatch`] when a single bit differs.
    pub fn verify(self, expected: &BlobCid) -> Result<(), CidMismatch> {
        expected.expect(self.finish())
    }
}
