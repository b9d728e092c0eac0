//! A bundle as a PDS stores it: each module's bytes and the release record over them.

use streamhut_atproto::{BlobCid, BlobRef};
use streamhut_release::{Encoding, Manifest, Module, ModuleType, Release, Version, check, encode, nsid};

use super::{Bundle, File};
use crate::fault::Fault;

/// A module, and its bytes as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its entry in the release.
    pub module: Module,
    /// What `module.blob` names.
    pub bytes: Vec<u8>,
}

/// A bundle ready for publishing. The same bundle always gives the same package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// What the bundle says of itself.
    pub manifest: Manifest,
    /// Its modules.
    pub modules: Vec<Stored>,
    main: String,
    compatibility_date: String,
}

impl Package {
    /// Encodes and names each module.
    pub fn new(bundle: Bundle) -> Result<Self, Fault> {
        let modules = bundle.files.iter().map(store).collect::<Result<_, _>>()?;
        let Bundle { manifest, compatibility_date, main, .. } = bundle;
        Ok(Self { manifest, modules, main, compatibility_date })
    }

    /// The release record under `version`, held to all the rules that a runner will hold it to.
    ///
    /// # Errors
    /// `Fault::Release` with the rule that it breaks.
    pub fn release(
        &self,
        version: &Version,
        message: Option<&str>,
        created_at: &str,
    ) -> Result<Release, Fault> {
        let release = Release {
            record_type: nsid::RUN_AT_RELEASE.to_owned(),
            manifest: Manifest { version: version.clone(), ..self.manifest.clone() },
            modules: self.modules.iter().map(|stored| stored.module.clone()).collect(),
            main: self.main.clone(),
            compatibility_date: self.compatibility_date.clone(),
            message: message.map(str::to_owned),
            created_at: created_at.to_owned(),
        };
        let value = serde_json::to_value(release).map_err(|error| Fault::Usage(error.to_string()))?;
        Ok(check(&value, &self.manifest.name, version)?)
    }
}

fn store(file: &File) -> Result<Stored, Fault> {
    let (bytes, encoding) = encode(&file.bytes).map_err(|error| Fault::file(&file.path, error))?;
    let blob = BlobRef::new(BlobCid::of(&bytes), mime_type(file.kind, encoding), bytes.len() as u64);
    let module =
        Module { path: file.path.clone(), kind: file.kind, blob, encoding, size: file.bytes.len() as u64 };
    Ok(Stored { module, bytes })
}

/// The type of the stored bytes: a PDS looks at them and corrects what is not so.
fn mime_type(kind: ModuleType, encoding: Option<Encoding>) -> &'static str {
    match (encoding, kind) {
        (Some(Encoding::Gzip), _) => "application/gzip",
        (None, ModuleType::Esm) => "text/javascript",
        (None, ModuleType::Wasm) => "application/wasm",
        (None, ModuleType::Text) => "text/plain",
        (None, ModuleType::Json) => "application/json",
        (None, ModuleType::Data) => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use streamhut_release::VerifiedModule;

    use super::*;

    fn bundle() -> Bundle {
        let manifest = json!({"name": "demo", "version": "1.0.0", "endpoints": [], "permissions": {}, "limits": {"cpuMs": 50, "subRequests": 5}});
        let file = |path: &str, kind, bytes: Vec<u8>| File { path: path.into(), kind, bytes };
        Bundle {
            manifest: serde_json::from_value(manifest).unwrap(),
            compatibility_date: "2026-11-01".into(),
            main: "index.js".into(),
            files: vec![
                file("index.js", ModuleType::Esm, b"export default {}\n".repeat(200)),
                file("code.wasm", ModuleType::Wasm, b"\0asm\x01\0\0\0".to_vec()),
            ],
        }
    }

    #[test]
    fn a_runner_verifies_what_is_packed() {
        let package = Package::new(bundle()).unwrap();
        for (stored, file) in package.modules.iter().zip(bundle().files) {
            assert_eq!(VerifiedModule::new(&stored.module, &stored.bytes).unwrap().bytes(), file.bytes);
        }
        let facts: Vec<_> =
            package.modules.iter().map(|s| (s.module.encoding, s.module.blob.mime_type.as_str())).collect();
        assert_eq!(facts, [(Some(Encoding::Gzip), "application/gzip"), (None, "application/wasm")]);
        assert_eq!(package, Package::new(bundle()).unwrap());
    }

    #[test]
    fn the_record_is_whole() {
        let release = Package::new(bundle()).unwrap().release(
            &"1.0.0-rc.1".parse().unwrap(),
            Some("first"),
            "2026-11-02T00:00:00.000Z",
        );
        let value = serde_json::to_value(release.unwrap()).unwrap();
        for (pointer, expect) in [
            ("/$type", nsid::RUN_AT_RELEASE),
            ("/name", "demo"),
            ("/version", "1.0.0-rc.1"),
            ("/main", "index.js"),
            ("/compatibilityDate", "2026-11-01"),
            ("/message", "first"),
            ("/createdAt", "2026-11-02T00:00:00.000Z"),
            ("/modules/0/path", "index.js"),
            ("/modules/1/type", "wasm"),
        ] {
            assert_eq!(value.pointer(pointer).and_then(|v| v.as_str()), Some(expect), "{pointer}");
        }
    }

    #[test]
    fn a_record_that_no_runner_takes_is_not_made() {
        let odd_date = Bundle { compatibility_date: "soon".into(), ..bundle() };
        let fault =
            Package::new(odd_date).unwrap().release(&"1.0.0".parse().unwrap(), None, "x").unwrap_err();
        assert!(matches!(fault, Fault::Release(_)), "{fault}");
    }
}
