// A dispatcher that has its one bundle's bytes at hand, and nothing to verify.
import script from "./bundle/index.js.txt";
import wasm from "./bundle/index_bg.wasm.bin";

export default {
  fetch(request, env) {
    const code = () => ({
      compatibilityDate: env.COMPATIBILITY_DATE,
      mainModule: "index.js",
      modules: { "index.js": { js: script }, "index_bg.wasm": { wasm } },
      env: { AT_RUN_RUNNER: "1" },
      globalOutbound: null,
    });
    return env.LOADER.get("bundle", code).getEntrypoint().fetch(request);
  },
};
