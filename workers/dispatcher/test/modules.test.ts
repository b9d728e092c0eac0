import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { ask, assertFault } from './ask.ts'
import { publish, signIn, type Author, type Blob, type Source } from './publish.ts'
import { ANSWER, STARTS, imports, remembers } from './wasm.ts'

const MAIN = 'export default { fetch: () => new Response("loaded") }'
const WITH_WASM = `import code from "./code.wasm"; export default { fetch: async () => new Response("answer " + (await WebAssembly.instantiate(code, {})).exports.answer()) }`

let author: Author
let good: string

before(async () => {
  author = await signIn('aurora.test')
  good = (await publish(author, { name: 'good', modules: { 'index.js': MAIN } })).path
})

/** Publishes a release and asks it; then asks a good one, because the runner has to live on. */
async function asked(name: string, modules: Record<string, string | Source>) {
  const { path } = await publish(author, { name, modules })
  const answer = await ask(`${path}/run`)
  assert.equal((await ask(`${good}/run`)).text, 'loaded', `after ${name}`)
  return answer
}

test('modules of every kind are loaded, gzipped or not', async () => {
  const modules: Record<string, string | Source> = {
    'index.js': {
      type: 'esm',
      encoding: 'gzip',
      ...gzipped(`import code from "./lib/code.wasm"; import words from "./words.txt"; import facts from "./facts.json"; import bytes from "./bytes.bin"; import { twice } from "./lib/twice.js";
        export default { fetch: async () => Response.json({ answer: twice((await WebAssembly.instantiate(code, {})).exports.answer()), words, facts, bytes: [...new Uint8Array(bytes)] }) }`),
    },
    'lib/twice.js': 'export const twice = (n) => 2 * n',
    'lib/code.wasm': { type: 'wasm', bytes: ANSWER },
    'words.txt': { type: 'text', bytes: 'ŵylan' },
    'facts.json': { type: 'json', bytes: '{"a":[1]}' },
    'bytes.bin': { type: 'data', bytes: Uint8Array.of(0, 255) },
  }
  const answer = await asked('all-kinds', modules)
  assert.equal(answer.status, 200, answer.text)
  assert.deepEqual(JSON.parse(answer.text), { answer: 84, words: 'ŵylan', facts: { a: [1] }, bytes: [0, 255] })
})

const exported: [string, string, number, string][] = [
  ['an object', 'export default { word: "this", fetch() { return new Response(this.word) } }', 200, 'this'],
  ['an instance', 'class Bundle { #word = "mine"; fetch() { return new Response(this.#word) } } export default new Bundle()', 200, 'mine'],
  ['a class', 'import { WorkerEntrypoint } from "cloudflare:workers"; export default class extends WorkerEntrypoint { fetch() { return new Response(typeof this.env.HOST.fetch + typeof this.ctx.waitUntil) } }', 200, 'functionfunction'],
  ['a class whose instances are made anew', 'import { WorkerEntrypoint } from "cloudflare:workers"; let made = 0; export default class extends WorkerEntrypoint { constructor(...all) { super(...all); made++ } fetch() { return new Response(String(made)) } }', 200, '1'],
  ['a class that calls itself', 'import { WorkerEntrypoint, exports } from "cloudflare:workers"; export default class extends WorkerEntrypoint { word() { return "by itself" } async fetch() { return new Response(await exports.default.word()) } }', 200, 'by itself'],
  ['an object that gives no promise', 'export default { fetch: () => new Response("at once") }', 200, 'at once'],
  ['more than the default', 'export const called = {}; export const after = () => 1; export default { fetch: () => new Response("both") }', 200, 'both'],
  ['a class that throws when it is made', 'import { WorkerEntrypoint } from "cloudflare:workers"; export default class extends WorkerEntrypoint { constructor() { throw new Error("no") } }', 502, 'BundleFailed'],
  ['an object without fetch', 'export default {}', 502, 'BundleFailed'],
  ['a class without fetch', 'import { WorkerEntrypoint } from "cloudflare:workers"; export default class extends WorkerEntrypoint {}', 502, 'BundleFailed'],
  ['a number', 'export default 1', 502, 'BundleFailed'],
  ['nothing by default', 'export const fetch = () => new Response("no")', 502, 'BundleFailed'],
]
for (const [ordinal, [what, code, status, found]] of exported.entries()) {
  test(`a bundle that exports ${what}`, async () => {
    const answer = await asked(`exports-${ordinal}`, { 'index.js': code })
    if (status === 200) assert.deepEqual([answer.status, answer.text], [status, found])
    else assertFault(answer, status, found)
  })
}

const sizes: [string, Source, string][] = [
  ['one byte more is declared', { type: 'esm', bytes: MAIN, size: MAIN.length + 1 }, 'InvalidModule'],
  ['one byte less is declared', { type: 'esm', bytes: MAIN, size: MAIN.length - 1 }, 'InvalidModule'],
  ['the stored size is a byte short', { type: 'esm', bytes: MAIN, blob: (blob) => ({ ...blob, size: blob.size - 1 }) }, 'InvalidModule'],
  ['the stored size is a byte long', { type: 'esm', bytes: MAIN, blob: (blob) => ({ ...blob, size: blob.size + 1 }) }, 'InvalidModule'],
  ['nothing is declared', { type: 'esm', bytes: MAIN, size: 0 }, 'InvalidRelease'],
  ['more than any release may have is declared', { type: 'esm', bytes: MAIN, size: 32 * 1024 * 1024 + 1 }, 'InvalidRelease'],
  ['gzip unpacks to a byte more', { type: 'esm', encoding: 'gzip', ...gzipped(MAIN), size: MAIN.length - 1 }, 'InvalidModule'],
  ['a gzip bomb', { type: 'data', encoding: 'gzip', ...gzipped('0'.repeat(40 << 20)), size: 1_000 }, 'InvalidModule'],
  ['not gzip at all', { type: 'esm', encoding: 'gzip', bytes: MAIN }, 'InvalidModule'],
]
for (const [ordinal, [what, source, error]] of sizes.entries()) {
  test(`bad_input_09_${what.replaceAll(' ', '_')}`, async () => {
    const modules = source.type === 'esm' ? { 'index.js': source } : { 'index.js': MAIN, 'more.bin': source }
    assertFault(await asked(`size-${ordinal}`, modules), 502, error)
  })
}

test('bad_input_09_an_empty_module', async () => {
  const empty: Source = { type: 'data', bytes: '', size: 1 }
  assertFault(await asked('empty', { 'index.js': MAIN, 'empty.bin': empty }), 502, 'InvalidModule')
})

test('bad_input_08_cids_of_another_kind', async () => {
  const v0 = 'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG'
  const { path } = await publish(author, { name: 'cid-v0', modules: { 'index.js': { type: 'text', bytes: MAIN, blob: (blob: Blob) => ({ ...blob, $type: 'was-a-blob', ref: v0 }) } } })
  assertFault(await ask(`${path}/run`), 502, 'InvalidRelease')
})

const whole = Buffer.from(ANSWER)
const refusedWasm: [string, string | Uint8Array][] = [
  ['javascript called wasm', MAIN],
  ['wasm cut off by a byte', whole.subarray(0, -1)],
  ['wasm cut off in its header', whole.subarray(0, 6)],
  ['wasm of a later version', Buffer.from([...whole.subarray(0, 4), 2, 0, 0, 0])],
  ['wasm with a start function', STARTS],
  ['wasm that asks for more than 128 MiB', remembers(2_049)],
  ['wasm that imports a socket', imports('cloudflare:sockets', 'connect')],
  ['wasm that imports the system', imports('wasi_snapshot_preview1', 'fd_write')],
]
for (const [ordinal, [what, bytes]] of refusedWasm.entries()) {
  test(`bad_input_10_${what.replaceAll(' ', '_')}`, async () => {
    const answer = await asked(`wasm-${ordinal}`, { 'index.js': WITH_WASM, 'code.wasm': { type: 'wasm', bytes } })
    assertFault(answer, 502, 'InvalidModule')
  })
}

test('bad_input_10_wasm_that_only_the_engine_can_refuse', async () => {
  const body = Buffer.from(ANSWER)
  // The function's one instruction becomes one that needs operands.
  body[body.length - 3] = 0x6a
  assertFault(await asked('invalid-body', { 'index.js': WITH_WASM, 'code.wasm': { type: 'wasm', bytes: body } }), 502, 'BundleFailed')
})

test('bad_input_10_text_that_is_not_utf_8_and_json_that_is_none', async () => {
  assertFault(await asked('latin-1', { 'index.js': { type: 'esm', bytes: Uint8Array.of(0x2f, 0x2f, 0xff) } }), 502, 'InvalidModule')
  assertFault(await asked('no-json', { 'index.js': 'import a from "./a.json"; export default {}', 'a.json': { type: 'json', bytes: '{' } }), 502, 'BundleFailed')
})

/** The stored bytes of a text, and its decoded size. */
function gzipped(text: string): { bytes: Uint8Array; size: number } {
  return { bytes: gzipSync(text), size: Buffer.byteLength(text) }
}
