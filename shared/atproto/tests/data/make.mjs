// Writes the fixtures of this folder with the reference implementation, `@atproto/repo`:
// for each curve one repository, and proofs of records that are and that are not in it.
//
//   node shared/atproto/tests/data/make.mjs
//
// The secrets are fixed and signing is deterministic, so that a second run writes the same bytes.

import { writeFileSync } from 'node:fs'
import { P256Keypair, Secp256k1Keypair } from '@atproto/crypto'
import { MemoryBlockstore, Repo, getRecords } from '@atproto/repo'

const RECORDS = 600
const COLLECTIONS = ['place.stream.video', 'run.at.release', 'app.bsky.feed.post']
const REV = '3lbm5vtcqe222'
const ABSENT = [
  ['place.stream.video', 'absent'],
  ['place.stream.video', '3l'],
  ['app.aaa.first', 'zero'],
  ['zzz.last.collection', 'end'],
  ['run.at.release', 'demo-7:1.0.0-absent'],
]

const curves = {
  k256: { Keypair: Secp256k1Keypair, secret: '11'.repeat(32), did: 'did:plc:yk4dd2qkboz2yv6tpubpc6co' },
  p256: { Keypair: P256Keypair, secret: '22'.repeat(32), did: 'did:web:creator.example.org' },
}

for (const [curve, { Keypair, secret, did }] of Object.entries(curves)) {
  const keypair = await Keypair.import(secret, { exportable: true })
  const writes = Array.from({ length: RECORDS }, (_, index) => record(index))
  const storage = new MemoryBlockstore()
  const commit = await Repo.formatInitCommit(
    storage,
    did,
    keypair,
    writes.map(({ collection, rkey, value }) => ({ action: 'create', collection, rkey, record: value })),
    REV,
  )
  await storage.applyCommit(commit)
  const repo = await Repo.load(storage, commit.cid)

  const present = await onePerLayer(repo, writes)
  const proofs = []
  for (const { collection, rkey } of [...present, ...ABSENT.map(([collection, rkey]) => ({ collection, rkey }))]) {
    const file = `${curve}-${proofs.length}.car`
    writeFileSync(new URL(file, import.meta.url), await bytes(getRecords(storage, commit.cid, [{ collection, rkey }])))
    const cid = await repo.data.get(`${collection}/${rkey}`)
    proofs.push({ file, collection, rkey, cid: cid === null ? null : String(cid) })
  }
  const summary = {
    did,
    secret,
    multikey: keypair.did().slice('did:key:'.length),
    rev: REV,
    commit: String(commit.cid),
    data: String(repo.commit.data),
    records: RECORDS,
    proofs,
  }
  writeFileSync(new URL(`${curve}.json`, import.meta.url), JSON.stringify(summary, null, 2) + '\n')
}

// The tests make the same records in Rust: keep the two alike.
function record(index) {
  const collection = COLLECTIONS[index % COLLECTIONS.length]
  const rkey = collection === 'run.at.release' ? `demo-${index}:1.0.${index}` : `3kfixture${String(index).padStart(4, '0')}`
  return {
    collection,
    rkey,
    value: { $type: collection, title: `Record ${index} – ✓`, index, flags: [index % 2 === 0, null], nested: { b: -index, aa: '' } },
  }
}

// One record of each layer of the tree, the root's first.
async function onePerLayer(repo, writes) {
  const found = new Map()
  for (const write of writes) {
    const depth = (await repo.data.cidsForPath(`${write.collection}/${write.rkey}`)).length
    if (!found.has(depth)) found.set(depth, write)
  }
  return [...found].sort(([a], [b]) => a - b).map(([, write]) => write)
}

async function bytes(stream) {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
