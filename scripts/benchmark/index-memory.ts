import { startAppView } from './index-appview.ts'
import type { BundleCode } from './bundle-code.ts'
import { startDatabase } from './index-database.ts'
import { startRepos } from './index-repos.ts'
import { row, type Row } from './row.ts'
import type { Stage } from './stage.ts'

export const ROWS = ['index_memory'] as const

/** The most that one sync reads. */
const RECORDS = 100_000
const LIMIT_MB = 64
const QUESTION = '__memory'

/** Keeps hold of the memory of each wasm that is made after it. */
const WATCH = `
const { Instance } = WebAssembly
export const memories = []
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports)
  memories.push(instance.exports.memory)
  return instance
}
`

/** The bundle, and an endpoint that says how many bytes its wasm has. */
const ENTRY = `
import { WorkerEntrypoint } from 'cloudflare:workers'
import { memories } from './watch.mjs'
import Bundle from './index.js'
export default class extends WorkerEntrypoint {
  fetch(request) {
    if (new URL(request.url).pathname === '/${QUESTION}') return Response.json(memories.map((memory) => memory.buffer.byteLength))
    return new Bundle(this.ctx, this.env).fetch(request)
  }
}
`

/** The bundle with its memory in sight. */
function watched(code: BundleCode): BundleCode {
  const ours = [['entry.mjs', ENTRY], ['watch.mjs', WATCH]].map(([path = '', text = '']) => ({ path, type: 'esm' as const, bytes: Buffer.from(text) }))
  return { ...code, main: 'entry.mjs', modules: [...ours, ...code.modules] }
}

/** What the wasm has of memory after it synced a large repo: it never gives any back, so that this is the most that it had. */
export async function indexMemory(stage: Stage): Promise<Row[]> {
  const database = await startDatabase(await stage.folder('index-memory'))
  const repos = await startRepos(1, RECORDS)
  try {
    const appview = await startAppView(stage, database.origin, repos.origin, watched)
    try {
      const megabytes = await stage.step('index_memory', async () => {
        const [did] = repos.dids
        await appview.post('registerCreator', { did })
        await appview.post('triggerSync', { did })
        const { videos } = await appview.get<{ videos: number }>('getStats')
        if (videos !== RECORDS) throw new Error(`the index has ${videos} videos of ${RECORDS}`)
        const [bytes, ...others] = await appview.get<number[]>(QUESTION)
        // After a panic there would be a second one.
        if (bytes === undefined || others.length > 0) throw new Error(`the bundle was instantiated ${others.length + 1} times`)
        return bytes / 1e6
      })
      const what = `the wasm's memory after a sync of a creator with ${RECORDS.toLocaleString('en')} records; peer: half of what an isolate may have`
      return [row({ name: 'index_memory', what, unit: 'MB', ours: megabytes, peer: LIMIT_MB, limit: 1 })]
    } finally {
      await appview.stop()
    }
  } finally {
    repos.stop()
    await database.stop()
  }
}
