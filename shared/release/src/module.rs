//! From stored bytes to a module that may be loaded.

use std::io::{Read, Write};

use crate::{Encoding, MAX_TOTAL_BYTES, Module, ModuleType, WasmError, wasm};
use flate2::{Compression, GzBuilder, read::GzDecoder};

/// A module whose stored bytes hash to the CID that a proven release names, whose decoded size is the declared
/// one, and whose content may be handed to the loader. There is no other way to make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedModule {
    path: String,
    kind: ModuleType,
    bytes: Vec<u8>,
}

/// Why stored bytes are not the module that a release names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModuleError {
    /// The hash differs.
    #[error("module `{path}`: the bytes are not those of {cid}")]
    Cid {
        /// The module.
        path: String,
        /// The CID in the release.
        cid: String,
    },
    /// Empty, longer or shorter than declared.
    #[error("module `{path}` is {actual} bytes, and the release says {declared}")]
    Size {
        /// The module.
        path: String,
        /// As the release says.
        declared: u64,
        /// As counted; where it is longer than declared, counting stopped one byte past.
        actual: u64,
    },
    /// Not gzip, though the release says so.
    #[error("module `{path}` can't be decompressed: {reason}")]
    Encoding {
        /// The module.
        path: String,
        /// What the decoder said.
        reason: String,
    },
    /// A text or JavaScript module that isn't UTF-8.
    #[error("module `{0}` is not UTF-8")]
    NotText(String),
    /// A WebAssembly module that may not be loaded.
    #[error("module `{path}`: {source}")]
    Wasm {
        /// The module.
        path: String,
        /// Why.
        source: WasmError,
    },
}

impl VerifiedModule {
    /// Verifies `stored`, the blob's bytes as a PDS or a store gave them, against `declared`, a module of a
    /// proven release.
    pub fn new(declared: &Module, stored: &[u8]) -> Result<Self, ModuleError> {
        let path = || declared.path.clone();
        let stored_size = stored.len() as u64;
        if stored_size != declared.blob.size || stored.is_empty() {
            return Err(ModuleError::Size {
                path: path(),
                declared: declared.blob.size,
                actual: stored_size,
            });
        }
        let cid = declared.blob.cid();
        cid.verify(stored).map_err(|_| ModuleError::Cid { path: path(), cid: cid.to_string() })?;
        let bytes = match declared.encoding {
            None => stored.to_vec(),
            Some(Encoding::Gzip) => gunzip(stored, declared.size.min(MAX_TOTAL_BYTES))
                .map_err(|e| ModuleError::Encoding { path: path(), reason: e.to_string() })?,
        };
        if bytes.len() as u64 != declared.size {
            return Err(ModuleError::Size {
                path: path(),
                declared: declared.size,
                actual: bytes.len() as u64,
            });
        }
        match declared.kind {
            ModuleType::Wasm => {
                wasm::check(&bytes).map_err(|source| ModuleError::Wasm { path: path(), source })?
            }
            ModuleType::Esm | ModuleType::Text | ModuleType::Json => {
                std::str::from_utf8(&bytes).map_err(|_| ModuleError::NotText(path()))?;
            }
            ModuleType::Data => {}
        }
        Ok(Self { path: path(), kind: declared.kind, bytes })
    }

    /// Relative path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How it is loaded.
    pub fn kind(&self) -> ModuleType {
        self.kind
    }

    /// The decoded bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Decodes at most `declared + 1` bytes, so that a bomb is known by its first surplus byte.
fn gunzip(stored: &[u8], declared: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(declared).unwrap_or_default());
    GzDecoder::new(stored).take(declared.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// How a module's bytes are stored: gzipped where that saves at least a tenth. The same bytes always give the
/// same stored bytes, and so the same CID.
pub fn encode(bytes: &[u8]) -> std::io::Result<(Vec<u8>, Option<Encoding>)> {
    let mut gzip = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    let packed = gzip.finish()?;
    if packed.len() * 10 <= bytes.len() * 9 {
        Ok((packed, Some(Encoding::Gzip)))
    } else {
        Ok((bytes.to_vec(), None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use streamhut_atproto::{BlobCid, BlobRef};

    fn declare(kind: ModuleType, bytes: &[u8]) -> (Module, Vec<u8>) {
        let (stored, encoding) = encode(bytes).unwrap();
        let blob = BlobRef::new(BlobCid::of(&stored), "application/wasm", stored.len() as u64);
        (Module { path: "m".into(), kind, blob, encoding, size: bytes.len() as u64 }, stored)
    }

    #[test]
    fn what_was_encoded_is_verified_and_decoded() {
        for bytes in [b"export default {}".to_vec(), b"a".repeat(5000)] {
            let (module, stored) = declare(ModuleType::Esm, &bytes);
            assert_eq!(module.encoding.is_some(), bytes.len() > 1000);
            assert_eq!(VerifiedModule::new(&module, &stored).unwrap().bytes(), bytes);
        }
    }

    #[test]
    fn encoding_is_deterministic() {
        let bytes = b"the same ".repeat(999);
        assert_eq!(encode(&bytes).unwrap(), encode(&bytes).unwrap());
        assert_eq!(
            encode(&bytes).unwrap().0.get(4..10),
            Some(&[0, 0, 0, 0, 2, 255][..]),
            "no time, no system"
        );
    }

    #[test]
    fn bad_input_08_one_bit_off() {
        let (module, stored) = declare(ModuleType::Esm, &b"export default {}".repeat(9));
        for bit in 0..stored.len() * 8 {
            let mut bytes = stored.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(
                matches!(VerifiedModule::new(&module, &bytes), Err(ModuleError::Cid { .. })),
                "bit {bit}"
            );
        }
    }

    #[test]
    fn bad_input_09_sizes() {
        let (module, stored) = declare(ModuleType::Data, &[7; 4000]);
        let size = |m: &Module, bytes: &[u8]| match VerifiedModule::new(m, bytes) {
            Err(ModuleError::Size { declared, actual, .. }) => (declared, actual),
            other => panic!("{other:?}"),
        };
        assert_eq!(size(&module, &[]).1, 0, "empty");
        assert_eq!(size(&module, &stored[1..]).1, stored.len() as u64 - 1, "short");
        assert_eq!(
            size(&Module { size: 3999, ..module.clone() }, &stored),
            (3999, 4000),
            "stops one byte past"
        );
        assert_eq!(size(&Module { size: 4001, ..module.clone() }, &stored), (4001, 4000));
        let endless = Module { size: u64::MAX, ..module.clone() };
        assert_eq!(size(&endless, &stored), (u64::MAX, 4000), "no room is made for what is only declared");
        let (bomb, packed) = declare(ModuleType::Data, &vec![0; 40 << 20]);
        assert_eq!(size(&Module { size: 1000, ..bomb }, &packed), (1000, 1001), "a bomb is not unpacked");
    }

    #[test]
    fn bad_input_10_not_wasm() {
        let (module, stored) = declare(ModuleType::Wasm, b"export default {}");
        assert!(matches!(VerifiedModule::new(&module, &stored), Err(ModuleError::Wasm { .. })));
        let (module, stored) = declare(ModuleType::Esm, &[0xff, 0xfe, 0x00]);
        assert!(matches!(VerifiedModule::new(&module, &stored), Err(ModuleError::NotText(_))));
    }
}
