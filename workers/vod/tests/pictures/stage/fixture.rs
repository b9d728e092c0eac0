//! The committed fragments of `shared/media/tests/fixtures`, as a node would serve them.

use std::{fs, path::Path};

use serde_json::Value;

/// A fixture: an initialisation segment and fragments behind it.
pub struct Fixture {
    pub bytes: Vec<u8>,
    pub init_bytes: usize,
}

pub fn fixture(name: &str) -> Fixture {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/media/tests/fixtures");
    let bytes = fs::read(folder.join(format!("{name}.mp4"))).unwrap();
    let expected: Value = serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let found = expected["fixtures"].as_array().unwrap().iter().find(|fixture| fixture["name"] == name);
    Fixture { bytes, init_bytes: found.unwrap()["initBytes"].as_u64().unwrap() as usize }
}

impl Fixture {
    pub fn init(&self) -> Vec<u8> {
        self.bytes[..self.init_bytes].to_vec()
    }

    /// Offset and length of each fragment: what stands before a `moof`, itself, and its `mdat`.
    pub fn fragments(&self) -> Vec<(u64, u64)> {
        let mut fragments = Vec::new();
        let (mut start, mut at) = (self.init_bytes, self.init_bytes);
        while let Some(head) = self.bytes.get(at..at + 8) {
            let mut size = u32::from_be_bytes(head[..4].try_into().unwrap()) as usize;
            if size == 1 {
                size = u64::from_be_bytes(self.bytes[at + 8..at + 16].try_into().unwrap()) as usize;
            }
            at += size;
            if &head[4..] == b"mdat" {
                fragments.push((start as u64, (at - start) as u64));
                start = at;
            }
        }
        fragments
    }
}
