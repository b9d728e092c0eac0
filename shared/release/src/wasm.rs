//! A static look at a WebAssembly module before any of it runs.

use wasmparser::{Chunk, Parser, Payload, TypeRef};

/// Most memory that a module may ask for at its start: an isolate has 128 MB for everything.
pub const MAX_MEMORY_BYTES: u64 = 128 * 1024 * 1024;

const PAGE: u64 = 65_536;

/// Why a WebAssembly module may not be loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WasmError {
    /// Not a WebAssembly module, or cut off.
    #[error("not a whole WebAssembly module: {reason} at byte {offset}")]
    Malformed {
        /// What the parser said.
        reason: String,
        /// Where.
        offset: usize,
    },
    /// A component or another encoding that the loader doesn't take.
    #[error("not a core WebAssembly module")]
    NotCore,
    /// Code that would run while the module is instantiated, before any limit of a request applies.
    #[error("has a start function")]
    Start,
    /// More memory than an isolate has.
    #[error("asks for {bytes} bytes of memory at its start, and {MAX_MEMORY_BYTES} may be")]
    Memory {
        /// The declared minimum.
        bytes: u64,
    },
    /// An import that no module of the bundle can give.
    #[error("imports `{field}` from `{module}`, which is outside the bundle")]
    Import {
        /// The import's module name.
        module: String,
        /// The import's field name.
        field: String,
    },
}

/// Walks the sections: the module must be whole, without start function, modest in memory, and import only from
/// the bundle's own JavaScript. That glue is named by a relative path (`./index_bg.js`); any bare name, such as
/// `wasi_snapshot_preview1` or `cloudflare:sockets`, lies outside the module map.
pub fn check(bytes: &[u8]) -> Result<(), WasmError> {
    let malformed = |e: wasmparser::BinaryReaderError| WasmError::Malformed {
        reason: e.message().to_owned(),
        offset: e.offset(),
    };
    let mut parser = Parser::new(0);
    let mut rest = bytes;
    loop {
        let (consumed, payload) = match parser.parse(rest, true).map_err(malformed)? {
            Chunk::Parsed { consumed, payload } => (consumed, payload),
            Chunk::NeedMoreData(_) => return Err(cut_off(bytes)),
        };
        match payload {
            Payload::Version { encoding: wasmparser::Encoding::Component, .. } => {
                return Err(WasmError::NotCore);
            }
            Payload::StartSection { .. } => return Err(WasmError::Start),
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import.map_err(malformed)?;
                    let glue = import.module.starts_with("./") && !import.module.contains("..");
                    if !glue {
                        let (module, field) = (shorten(import.module), shorten(import.name));
                        return Err(WasmError::Import { module, field });
                    }
                    if let TypeRef::Memory(memory) = import.ty {
                        memory_fits(&memory)?;
                    }
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    memory_fits(&memory.map_err(malformed)?)?;
                }
            }
            // A function's body is skipped whole: whether it is valid is the engine's to say.
            Payload::CodeSectionStart { size, .. } => {
                parser.skip_section();
                let skip = consumed + size as usize;
                rest = rest.get(skip..).ok_or_else(|| cut_off(bytes))?;
                continue;
            }
            Payload::End(_) => return Ok(()),
            _ => {}
        }
        rest = rest.get(consumed..).ok_or_else(|| cut_off(bytes))?;
    }
}

fn memory_fits(memory: &wasmparser::MemoryType) -> Result<(), WasmError> {
    let page = memory.page_size_log2.map_or(PAGE, |log2| 1u64.checked_shl(log2).unwrap_or(u64::MAX));
    let bytes = memory.initial.saturating_mul(page);
    if bytes > MAX_MEMORY_BYTES { Err(WasmError::Memory { bytes }) } else { Ok(()) }
}

fn cut_off(bytes: &[u8]) -> WasmError {
    WasmError::Malformed { reason: "unexpected end".to_owned(), offset: bytes.len() }
}

fn shorten(text: &str) -> String {
    text.chars().take(96).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wat(text: &str) -> Result<(), WasmError> {
        check(&wat::parse_str(text).unwrap())
    }

    #[test]
    fn a_plain_module_passes() {
        assert_eq!(
            wat(r#"(module (import "./glue_bg.js" "f" (func)) (memory 17) (func (export "g") call 0))"#),
            Ok(())
        );
    }

    #[test]
    fn bad_input_10_what_no_loader_gets() {
        for (text, expect) in [
            ("(module (func) (start 0))", "start function"),
            ("(module (memory 2049))", "134283264 bytes"),
            (r#"(module (import "./m.js" "m" (memory 4096)))"#, "268435456 bytes"),
            (r#"(module (import "wasi_snapshot_preview1" "fd_write" (func)))"#, "wasi_snapshot_preview1"),
            (r#"(module (import "cloudflare:sockets" "connect" (func)))"#, "cloudflare:sockets"),
            (r#"(module (import "./../../x.js" "f" (func)))"#, "outside"),
            ("(component)", "not a core"),
        ] {
            let error = wat(text).expect_err(text).to_string();
            assert!(error.contains(expect), "{text}: {error}");
        }
        for bytes in [&b""[..], b"\0asm", b"\0asm\x02\0\0\0", b"<!doctype html>", b"\x7fELF"] {
            assert!(matches!(check(bytes), Err(WasmError::Malformed { .. })), "{bytes:?}");
        }
    }

    #[test]
    fn bad_input_10_truncated_anywhere() {
        let whole = wat::parse_str(r#"(module (import "./m.js" "f" (func)) (memory 1) (func (export "g") call 0) (data (i32.const 0) "abcdef"))"#).unwrap();
        for end in 0..whole.len() {
            // A cut exactly between two sections leaves a shorter but whole list of sections; the code section
            // is then missing while functions are declared, which the engine refuses.
            if check(&whole[..end]).is_ok() {
                assert!(end >= 8, "cut at {end}");
            }
        }
        assert!(check(&whole[..whole.len() - 1]).is_err());
        // The code section is skipped whole, and has to be there whole.
        let code_last = wat::parse_str(r#"(module (func (export "g") nop nop nop))"#).unwrap();
        assert_eq!(check(&code_last), Ok(()));
        for cut in 1..5 {
            assert!(check(&code_last[..code_last.len() - cut]).is_err(), "{cut} bytes cut off");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let mut module = b"\0asm\x01\0\0\0".to_vec();
            module.extend(bytes);
            let _ = check(&module);
        }
    }
}
