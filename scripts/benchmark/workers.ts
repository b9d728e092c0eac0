import { readFileSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'
import { ROOT } from '../localnet/places.ts'
import { markedWasm, type BundleCode } from './bundle-code.ts'
import type { WorkerSpec } from './workerd.ts'

/** The name of the Worker through which dispatchers reach the network. */
const OUTBOUND = 'outbound'

/** The behaviour of the runtime that Workers of our own expect. */
const COMPATIBILITY_DATE = '2026-11-01'

type Modules = { type: 'ESModule' | 'CompiledWasm'; path: string; contents: string | Uint8Array }[]

/** A dispatcher's code. */
export interface DispatcherCode {
  modules: Modules
}

/** Reads the dispatcher as it is deployed: the entry, the modules beside it, and what worker-build left in `build`. */
export async function readDispatcher(entry = join(ROOT, 'workers/dispatcher/entry.mjs')): Promise<DispatcherCode> {
  const folder = dirname(entry)
  const beside = (await readdir(folder)).map((name) => join(folder, name)).filter((path) => path.endsWith('.mjs') && path !== entry)
  const built = (await readdir(join(folder, 'build'))).filter((name) => /\.(js|wasm)$/.test(name)).map((name) => join(folder, 'build', name))
  const modules = await Promise.all(
    [entry, ...beside, ...built].map(async (path) => ({
      type: path.endsWith('.wasm') ? ('CompiledWasm' as const) : ('ESModule' as const),
      path: relative(folder, path),
      contents: path.endsWith('.wasm') ? await readFile(path) : await readFile(path, 'utf8'),
    })),
  )
  return { modules }
}

/** A dispatcher that no process has run before. */
export function unseen({ modules }: DispatcherCode, mark: string): DispatcherCode {
  return {
    modules: modules.map((module) =>
      typeof module.contents === 'string' ? module : { ...module, contents: markedWasm(module.contents, mark) },
    ),
  }
}

/** A dispatcher as `wrangler.toml` declares it, that runs anybody's bundles, over the bucket of that name. */
export function dispatcher(name: string, { modules }: DispatcherCode, bucket: string, vars: Record<string, string> = {}): WorkerSpec {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, 'wrangler.toml'))
  // No benchmark waits for a clock or a queue, and a queue has one consumer, where several dispatchers run.
  const { modulesRules: _rules, queueConsumers: _consumers, connectHandlers: _handlers, rootPath: _root, ...declared } = workerOptions
  return {
    ...declared,
    name,
    modules,
    bindings: { ...(declared.bindings as Record<string, string>), POLICY: 'open', ...vars },
    r2Buckets: Object.fromEntries(Object.keys(declared.r2Buckets ?? {}).map((binding) => [binding, bucket])),
    outboundService: OUTBOUND,
  } as WorkerSpec
}

/** What every dispatcher needs beside it: the way to the origins. */
export function outbound(origins: Record<string, string>): WorkerSpec {
  return { ...scripted(OUTBOUND, 'outbound.mjs'), bindings: { ORIGINS: origins } }
}

/** A bundle as a Worker of its own, told that a runner calls it. */
export function served(name: string, { modules, compatibilityDate }: BundleCode): WorkerSpec {
  return {
    name,
    compatibilityDate,
    modules: modules.map(({ path, type, bytes }) =>
      type === 'esm' ? { type: 'ESModule' as const, path, contents: Buffer.from(bytes).toString() } : { type: 'CompiledWasm' as const, path, contents: bytes },
    ),
    bindings: { AT_RUN_RUNNER: '1' },
  }
}

/** The least that any dispatcher can be: it passes requests on to the Worker `bundle`. */
export function bare(name: string, bundle: string): WorkerSpec {
  return { ...scripted(name, 'bare.mjs'), serviceBindings: { BUNDLE: bundle } }
}

/** The least that a dispatcher with a loader can be: it has the bundle's bytes, and takes them as they are. */
export function loader(name: string, bundle: BundleCode): WorkerSpec {
  const [script, wasm] = ['index.js', 'index_bg.wasm'].map((path) => bundle.modules.find((module) => module.path === path)?.bytes)
  if (script === undefined || wasm === undefined) throw new Error(`${name}: the bundle lacks a module`)
  return {
    name,
    compatibilityDate: COMPATIBILITY_DATE,
    modules: [
      { type: 'ESModule', path: 'loader.mjs', contents: readFileSync(pathOf('loader.mjs'), 'utf8') },
      { type: 'Text', path: 'bundle/index.js.txt', contents: Buffer.from(script).toString() },
      { type: 'Data', path: 'bundle/index_bg.wasm.bin', contents: wasm },
    ],
    bindings: { COMPATIBILITY_DATE: bundle.compatibilityDate },
    workerLoaders: { LOADER: {} },
  }
}

/** A Worker of our own in JavaScript, from `workers/`. */
function scripted(name: string, file: string): WorkerSpec {
  return { name, compatibilityDate: COMPATIBILITY_DATE, modules: true, scriptPath: pathOf(file) }
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(`workers/${file}`, import.meta.url))
}
