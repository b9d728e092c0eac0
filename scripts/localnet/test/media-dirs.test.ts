import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { findVideoFolders } from '../publish/media-dirs.ts'
import { tidAt } from '../publish/tid.ts'

const dir = await mkdtemp(join(tmpdir(), 'media-dirs-'))
after(() => rm(dir, { recursive: true }))

async function folder(parent: string, name: string, files: Record<string, string>): Promise<string> {
  const path = join(dir, parent, name)
  await mkdir(path, { recursive: true })
  for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text)
  return path
}

test('subfolders with a playlist are videos; a folder without video.json speaks for itself', async () => {
  const plain = await folder('plain', 'my-first_video', { 'index.m3u8': '' })
  await folder('plain', 'notes', { 'readme.txt': '' })
  const made = new Date('2026-02-03T04:05:06Z')
  await utimes(join(plain, 'index.m3u8'), made, made)
  assert.deepEqual(await findVideoFolders([join(dir, 'plain')]), [{ folder: plain, title: 'My first video', generation: 'C', tags: [], createdAt: made }])
})

test('video.json overrides', async () => {
  const told = { title: 'T', description: 'D', creator: 'aurora', generation: 'A', createdAt: '2026-01-01T00:00:00Z', tags: ['lang:en'], durationMs: 5 }
  const path = await folder('told', 'x', { 'master.m3u8': '', 'video.json': JSON.stringify(told) })
  assert.deepEqual(await findVideoFolders([join(dir, 'told')]), [{ folder: path, ...told, createdAt: new Date(told.createdAt) }])
})

test('a folder without videos is named', async () => {
  await folder('empty', 'x', {})
  await assert.rejects(findVideoFolders([join(dir, 'empty')]), /empty: no subfolder with master\.m3u8 or index\.m3u8/)
})

for (const told of [{ generation: 'D' }, { creator: 'A b' }, { createdAt: 'soon' }, { tags: 'x' }, { title: 7 }, { durationMs: -1 }]) {
  test(`refused with file and field: ${JSON.stringify(told)}`, async () => {
    const [field] = Object.keys(told)
    await folder(`bad-${field}`, 'x', { 'master.m3u8': '', 'video.json': JSON.stringify(told) })
    await assert.rejects(findVideoFolders([join(dir, `bad-${field}`)]), new RegExp(`video\\.json: ${field} is `))
  })
}

test('record keys are TIDs that order by time', () => {
  const keys = [0n, 1n, 1_700_000_000_000_000n, 1_700_000_000_000_001n].map(tidAt)
  assert.ok(keys.every((key) => /^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/.test(key)))
  assert.deepEqual(keys, [...keys].sort())
})
