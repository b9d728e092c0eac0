import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { blake3 } from '@noble/hashes/blake3'
import { blake3Cid, readSlices, storedBlob } from '../streamplace/slices.ts'

const dir = await mkdtemp(join(tmpdir(), 'slices-'))
after(() => rm(dir, { recursive: true }))
const file = join(dir, 'bytes')
await writeFile(file, 'abcdefghijklmnopqrstuvwxyz')

async function read(...[slices, start, end]: Parameters<typeof readSlices>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(readSlices(slices, start, end))).toString()
}

test('a CID is spelled as other software spells it', () => {
  // Made with the package multiformats from the BLAKE3 digest of no bytes.
  assert.equal(blake3Cid(blake3(new Uint8Array())), 'bafkr4ifpcne3t5pzugtkaqcn5i3nzskjtpfslsnnyejlpte2spfoihzsmi')
})

test('slices read as one file, from any byte to any byte', async () => {
  const { slices, size } = await storedBlob([{ file, offset: 20, length: 3 }, { file, offset: 0, length: 4 }, { file, offset: 10, length: 2 }])
  const whole = 'uvwabcdkl'
  assert.equal(size, whole.length)
  for (let start = 0; start <= whole.length; start++) {
    for (let end = start; end <= whole.length; end++) assert.equal(await read(slices, start, end), whole.slice(start, end))
  }
})

test('neighbours are merged, and merging leaves the CID', async () => {
  const parts = await storedBlob([{ file, offset: 0, length: 4 }, { file, offset: 4, length: 4 }])
  const whole = await storedBlob([{ file, offset: 0, length: 8 }])
  assert.deepEqual(parts, whole)
})

test('the name of a large blob is kept until its files are written to, and is that of its bytes', async () => {
  const [kept, large] = [join(dir, 'kept'), join(dir, 'large')]
  const blob = (fromBytes: number) => storedBlob([{ file: large, offset: 2, length: 3 }, { file: large, offset: 0, length: 2 }], { folder: kept, fromBytes })
  const named = (bytes: string) => blake3Cid(blake3(Buffer.from(bytes)))
  await writeFile(large, 'abcde')
  assert.equal((await blob(6)).cid, named('cdeab'))
  await assert.rejects(readdir(kept), { code: 'ENOENT' })

  assert.equal((await blob(5)).cid, named('cdeab'))
  const [file] = await readdir(kept)
  // What is kept is what is taken, unless it is no name of a blob.
  await writeFile(join(kept, file!), named('another'))
  assert.equal((await blob(5)).cid, named('another'))
  assert.equal((await blob(6)).cid, named('cdeab'))
  await writeFile(join(kept, file!), 'nonsense')
  assert.equal((await blob(5)).cid, named('cdeab'))

  const { atime, mtime } = await stat(large)
  await writeFile(large, 'abcdX')
  await utimes(large, atime, new Date(mtime.getTime() + 1_000))
  assert.equal((await blob(5)).cid, named('cdXab'))
  const other = await storedBlob([{ file: large, offset: 0, length: 5 }], { folder: kept, fromBytes: 5 })
  assert.equal(other.cid, named('abcdX'))
  assert.equal((await readdir(kept)).length, 3)
})
