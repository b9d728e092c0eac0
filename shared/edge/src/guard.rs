//! The module in front of a bundle's own.
//!
//! The platform's Cache API knows no bundles: what one stores, another could read, and the dispatcher's entries with
//! it. So the loader is given a main module of ours, which is evaluated before any of the bundle's: it removes the
//! API from the global object and its prototypes, for good, and hands on what the bundle exports. A bundle's cache is
//! asked of its runner.
//!
//! The platform clears a call's context away and tells its tail as soon as a bundle's headers are there, before it
//! writes them to the caller, who waits for both. So a call goes on until the next turn of the platform's loop
//! (`waitUntil` of no time at all), when the answer is out; `scripts/bench dispatch_warm logs_overhead` says what it
//! saves. The call of a class is made here as well, which spares the platform a look at everything that it could export.

/// The main module. No path of a release can be this: `~` is no character of theirs.
pub(crate) const MAIN: &str = "~at-run.js";

/// What it imports first.
const SEAL: &str = "~at-run-seal.js";

/// Imports are evaluated in their order, so nothing of the bundle runs before the seal.
const SEAL_CODE: &str = r#"for (let holder = globalThis; holder; holder = Object.getPrototypeOf(holder)) {
  for (const name of ["caches", "CacheStorage", "Cache"]) delete holder[name];
}
if ("caches" in globalThis) throw new Error("the Cache API can't be removed");
// Taken before the bundle can put something in its place.
export const answered = scheduler.wait.bind(scheduler, 0);
"#;

/// What is made of the bundle's default export: of an object with a `fetch` an object with nothing else, and the same of a
/// class of the platform's, unless it has methods that the bundle may call on itself. Anything else stays as it is, for the
/// platform to refuse in its own words.
const CALL_CODE: &str = r#"const HANDLERS = ["constructor", "fetch", "scheduled", "queue", "tail", "email", "trace", "test"];
function called(bundle) {
  if (typeof bundle === "object" && typeof bundle?.fetch === "function") {
    return after((request, env, ctx) => bundle.fetch(request, env, ctx));
  }
  if (typeof bundle !== "function" || !(bundle.prototype instanceof WorkerEntrypoint)) return bundle;
  if (hasHandlersOnly(bundle.prototype)) return after((request, env, ctx) => new bundle(ctx, env).fetch(request));
  return class extends bundle {
    fetch(request) {
      this.ctx.waitUntil(answered());
      return super.fetch(request);
    }
  };
}
function hasHandlersOnly(prototype) {
  if (prototype === WorkerEntrypoint.prototype) return true;
  const isHandler = (name) => HANDLERS.includes(name);
  return Reflect.ownKeys(prototype).every(isHandler) && hasHandlersOnly(Object.getPrototypeOf(prototype));
}
function after(fetch) {
  return {
    fetch(request, env, ctx) {
      ctx.waitUntil(answered());
      return fetch(request, env, ctx);
    },
  };
}
export default called(bundle);
"#;

/// Both modules by their paths, for a bundle whose main module is `main`.
pub(crate) fn modules(main: &str) -> [(&'static str, String); 2] {
    let bundle = format!("./{main}");
    let code = format!(
        "import {{ answered }} from \"./{SEAL}\";\nimport bundle from {bundle:?};\nimport {{ WorkerEntrypoint }} from \
         \"cloudflare:workers\";\nexport * from {bundle:?};\n{CALL_CODE}"
    );
    [(MAIN, code), (SEAL, SEAL_CODE.to_owned())]
}
