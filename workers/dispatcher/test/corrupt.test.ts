/** What becomes of a bundle when the runner's own store loses or falsifies what it was given. */
import assert from 'node:assert/strict'
import { readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { ask, askJson } from './ask.ts'
import { newAuthor } from './identity.ts'
import { pointChannel, publish, type Author } from './publish.ts'
import { RUNNER_LOG, start, stop } from './system.ts'

/** Where wrangler keeps the bucket of the local runner: bytes in files, and an index of them. */
const BUCKET = join(dirname(RUNNER_LOG), '../runner/state/v3/r2')

const MODULES = { 'index.js': 'import { text } from "./text.js"; export default { fetch: () => new Response(text) }', 'text.js': 'export const text = "whole"' }

let author: Author
let bundle: string

before(async () => {
  author = await newAuthor('shelf')
  const release = await publish(author, { name: 'shelved', modules: MODULES })
  await pointChannel(author, 'shelved', 'latest', release)
  bundle = `/bundle/${author.did}/shelved`
})
after(async () => {
  await start('pds')
  await start('runner')
})

/** The files that hold what the runner keeps of the author's bundle, by their keys. */
function kept(modules: readonly string[]): Map<string, string> {
  const dir = join(BUCKET, 'miniflare-R2BucketObject')
  const index = readdirSync(dir).find((name) => name.endsWith('.sqlite') && !name.startsWith('metadata'))
  const database = new DatabaseSync(join(dir, index ?? assert.fail('no index of the bucket')), { readOnly: true })
  const rows = database.prepare('SELECT key, blob_id FROM _mf_objects').all() as { key: string; blob_id: string }[]
  database.close()
  const own = rows.filter(({ key }) => key.includes(author.did) || modules.some((cid) => key === `modules/${cid}`))
  return new Map(own.map(({ key, blob_id }) => [key, join(BUCKET, 'streamhut/blobs', blob_id)]))
}

async function served(): Promise<void> {
  for (const version of ['latest', '1.0.0']) {
    const { status, text } = await ask(`${bundle}/${version}/run`)
    assert.deepEqual([status, text], [200, 'whole'], version)
  }
}

test('bad_input_34_a_store_that_falsifies_or_loses_entries_costs_another_fetch_and_nothing_else', async () => {
  await served()
  const { modules } = await askJson<{ modules: { cid: string }[] }>(`${bundle}/1.0.0`)
  const cids = modules.map(({ cid }) => cid)
  const damages: Record<string, (file: string) => void> = {
    'a byte is another': (file) => {
      const bytes = readFileSync(file)
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1)
      writeFileSync(file, bytes)
    },
    'all is other text': (file) => writeFileSync(file, Buffer.alloc(readFileSync(file).length, 'x')),
    'the end is missing': (file) => truncateSync(file, readFileSync(file).length >> 1),
    'it is gone': (file) => rmSync(file),
  }
  for (const [what, damage] of Object.entries(damages)) {
    await stop('runner')
    const files = kept(cids)
    for (const kind of ['proofs/', 'modules/', 'revisions/']) assert.ok([...files.keys()].some((key) => key.startsWith(kind)), `${what}: nothing is kept under ${kind}`)
    for (const file of files.values()) damage(file)
    await start('runner')
    await served().catch((error: unknown) => assert.fail(`${what}: ${(error as Error).message}`))
  }
  // What was made anew is whole: it serves while the author's PDS is away.
  await stop('pds')
  await stop('runner')
  await start('runner')
  await served()
})
