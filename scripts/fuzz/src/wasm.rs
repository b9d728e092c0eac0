//! A WebAssembly module of a bundle.

use streamhut_release::check_wasm;

const HEADER: &[u8] = b"\0asm\x01\0\0\0";
const START_SECTION: u8 = 8;

/// An accepted module is, by a second and simpler reading of it, a header and whole sections, none of which would run
/// code at once; and it stays that when a custom section is added.
pub fn wasm(data: &[u8]) -> bool {
    if check_wasm(data).is_err() {
        return false;
    }
    let ids = section_ids(data).expect("sections that fill the module");
    assert!(!ids.contains(&START_SECTION), "{ids:?}");
    let named = [data, b"\0\x05\x04name"].concat();
    assert_eq!(check_wasm(&named), Ok(()));
    let started = [data, &[START_SECTION, 1, 0]].concat();
    assert!(check_wasm(&started).is_err());
    true
}

fn section_ids(module: &[u8]) -> Option<Vec<u8>> {
    let mut rest = module.strip_prefix(HEADER)?;
    let mut ids = Vec::new();
    while let [id, after @ ..] = rest {
        ids.push(*id);
        let (size, body) = leb128(after)?;
        rest = body.get(size..)?;
    }
    Some(ids)
}

fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)?;
    let (number, rest) = bytes.split_at_checked(end + 1)?;
    Some((number.iter().rev().fold(0, |value, byte| value << 7 | usize::from(byte & 0x7f)), rest))
}
