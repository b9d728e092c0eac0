import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a bundle is built to, and what is asked of it here. */
export interface BundleCode {
  /** Path of the main module. */
  main: string
  modules: { path: string; type: 'esm' | 'wasm'; bytes: Uint8Array }[]
  /** An endpoint that takes GET, needs nothing and nobody, and answers with little. */
  endpoint: string
  /** All endpoints that are asked, when there are several. */
  endpoints?: string[]
  /** Whom it may ask; nobody unless said. */
  net?: string[]
  compatibilityDate: string
}

/** Reads a bundle that worker-build left in `folder`. */
export async function readBundle(folder: string, endpoint: string): Promise<BundleCode> {
  const [script, wasm] = await Promise.all(['index.js', 'index_bg.wasm'].map((name) => readFile(join(folder, name))))
  if (!script || !wasm) throw new Error(`no bundle in ${folder}`)
  return {
    main: 'index.js',
    modules: [
      { path: 'index.js', type: 'esm', bytes: script },
      { path: 'index_bg.wasm', type: 'wasm', bytes: wasm },
    ],
    endpoint,
    compatibilityDate: '2026-11-01',
  }
}

/** The same code in other bytes; see {@link markedWasm}. */
export function marked(code: BundleCode, mark: string): BundleCode {
  return { ...code, modules: code.modules.map((module) => (module.type === 'wasm' ? { ...module, bytes: markedWasm(module.bytes, mark) } : module)) }
}

/**
 * A wasm module with a custom section at its end that holds `mark`, of at most 126 bytes. An engine compiles the same bytes only once, so
 * without it the second first request would be no first one.
 */
export function markedWasm(wasm: Uint8Array, mark: string): Uint8Array {
  const name = Buffer.from(mark)
  // Id 0, length, length of the name, name (WebAssembly core specification, 5.5.3); a length below 128 takes one byte.
  return Buffer.concat([wasm, Buffer.from([0, name.length + 1, name.length]), name])
}
