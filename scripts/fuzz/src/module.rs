//! The stored bytes of a module, as a PDS gave them, gzip or not.

use std::io::Read;

use flate2::read::GzDecoder;
use streamhut_atproto::{BlobCid, BlobRef};
use streamhut_release::{Encoding, Module, ModuleError, ModuleType, VerifiedModule, check_wasm, encode};

const KINDS: [ModuleType; 5] =
    [ModuleType::Esm, ModuleType::Wasm, ModuleType::Text, ModuleType::Json, ModuleType::Data];
const MAX_DECODED: u64 = 1 << 20;

/// A verified module has the bytes that its CID names, of the declared size and kind; other bytes under the same
/// declaration are refused. Accepted are bytes that make a module of some kind.
pub fn module(data: &[u8]) -> bool {
    let gzip = data.starts_with(&[0x1f, 0x8b]);
    let mut decoded = Vec::new();
    if gzip {
        // Bytes that are broken are declared with the size that comes out before the break.
        let _ = GzDecoder::new(data).take(MAX_DECODED).read_to_end(&mut decoded);
    } else {
        decoded.extend_from_slice(data);
    }
    let encoding = gzip.then_some(Encoding::Gzip);
    let mut accepted = false;
    for kind in KINDS {
        let declared = declare(kind, data, encoding, decoded.len() as u64);
        let Ok(verified) = VerifiedModule::new(&declared, data) else { continue };
        accepted = true;
        assert_eq!((verified.path(), verified.kind()), ("m", kind));
        assert_eq!(verified.bytes(), decoded);
        assert_eq!(BlobCid::of(data), declared.blob.cid());
        match kind {
            ModuleType::Wasm => assert_eq!(check_wasm(verified.bytes()), Ok(())),
            ModuleType::Data => {}
            _ => assert!(std::str::from_utf8(verified.bytes()).is_ok()),
        }
        refuses_others(&declared, data);
        survives_deployment(kind, verified.bytes());
    }
    accepted
}

fn declare(kind: ModuleType, stored: &[u8], encoding: Option<Encoding>, size: u64) -> Module {
    let blob = BlobRef::new(BlobCid::of(stored), "application/octet-stream", stored.len() as u64);
    Module { path: "m".into(), kind, blob, encoding, size }
}

fn refuses_others(declared: &Module, stored: &[u8]) {
    let mut spoilt = stored.to_vec();
    if let Some(last) = spoilt.last_mut() {
        *last ^= 1;
    }
    assert!(matches!(VerifiedModule::new(declared, &spoilt), Err(ModuleError::Cid { .. })));
    for size in [declared.size.wrapping_sub(1), declared.size + 1] {
        let resized = Module { size, ..declared.clone() };
        assert!(matches!(VerifiedModule::new(&resized, stored), Err(ModuleError::Size { .. })), "{size}");
    }
}

/// What was verified can be deployed again, and is the same then.
fn survives_deployment(kind: ModuleType, bytes: &[u8]) {
    if bytes.is_empty() {
        return;
    }
    let (stored, encoding) = encode(bytes).expect("memory takes every write");
    let again = declare(kind, &stored, encoding, bytes.len() as u64);
    assert_eq!(VerifiedModule::new(&again, &stored).expect("our own encoding").bytes(), bytes);
}
