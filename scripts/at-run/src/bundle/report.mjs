// Loads a built bundle the way a runner would, with the platform's own modules left empty, and prints what it says of
// itself. Arguments: the build folder, then the paths of the release's modules, `main` first.
import { Console } from 'node:console'
import * as loader from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [folder, ...paths] = process.argv.slice(1)
const urls = paths.map((path) => pathToFileURL(join(folder, path)).href)
const PLATFORM = `
export class WorkerEntrypoint {}
export class DurableObject {}
export class WorkflowEntrypoint {}
export class RpcTarget {}
export class EmailMessage {}
export const env = {}
export const exports = {}
export const waitUntil = () => {}
export const connect = () => { throw new Error('no sockets here') }
`
// Inside a module of the bundle every import is refused that the release doesn't hold, built-in ones too.
const WASM = `export default new WebAssembly.Module(process.getBuiltinModule('node:fs').readFileSync(new URL(import.meta.url)))`

function fail(message, code = 1) {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}

if (!loader.registerHooks) fail(`Node ${process.version} is too old: 22.15 or newer is needed`, 2)
// What a Worker's global scope has and Node's has not: worker-build's shim without unwinding listens for errors.
globalThis.addEventListener ??= () => {}
// stdout is for the answer.
globalThis.console = new Console(process.stderr)

loader.registerHooks({
  resolve(specifier, context) {
    if (specifier.startsWith('cloudflare:')) return { url: specifier, shortCircuit: true }
    const url = specifier.startsWith('.') ? new URL(specifier, context.parentURL).href : specifier
    if (!urls.includes(url)) throw new Error(`it imports "${specifier}", which is not in the release`)
    return { url, shortCircuit: true }
  },
  load(url, context, next) {
    if (url.startsWith('cloudflare:')) return { format: 'module', source: PLATFORM, shortCircuit: true }
    if (url.endsWith('.wasm')) return { format: 'module', source: WASM, shortCircuit: true }
    return next(url, { ...context, format: 'module' })
  },
})

const bundle = await import(urls[0]).catch((error) => fail(`it can't be loaded: ${error?.message ?? error}`))
if (typeof bundle.AtRun?.manifest !== 'function') {
  fail('it exports no AtRun.manifest: does the crate call at_run_edge::main!?')
}
try {
  const manifest = bundle.AtRun.manifest()
  process.stdout.write(manifest, () => process.exit(0))
} catch (error) {
  fail(`AtRun.manifest() threw: ${error?.message ?? error}`)
}
