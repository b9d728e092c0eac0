//! The module in front of a bundle's own.
//!
//! The platform's Cache API knows no bundles: what one stores, another could read, and the dispatcher's entries with
//! it. So the loader is given a main module of ours, which is evaluated before any of the bundle's: it removes the
//! API from the global object and its prototypes, for good, and hands on what the bundle exports. A bundle's cache is
//! asked of its runner.

/// The main module. No path of a release can be this: `~` is no character of theirs.
pub(crate) const MAIN: &str = "~at-run.js";

/// What it imports first.
const SEAL: &str = "~at-run-seal.js";

/// Imports are evaluated in their order, so nothing of the bundle runs before the seal.
const SEAL_CODE: &str = r#"for (let holder = globalThis; holder; holder = Object.getPrototypeOf(holder)) {
  for (const name of ["caches", "CacheStorage", "Cache"]) delete holder[name];
}
if ("caches" in globalThis) throw new Error("the Cache API can't be removed");
"#;

/// Both modules by their paths, for a bundle whose main module is `main`.
pub(crate) fn modules(main: &str) -> [(&'static str, String); 2] {
    let bundle = format!("./{main}");
    let code =
        format!("import \"./{SEAL}\";\nexport * from {bundle:?};\nexport {{ default }} from {bundle:?};\n");
    [(MAIN, code), (SEAL, SEAL_CODE.to_owned())]
}
