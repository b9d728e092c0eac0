import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'smol-toml'
import { ROOT } from '../../localnet/places.ts'

interface Manifest {
  profile: { release: { package: Record<string, unknown> } }
}

interface Lock {
  package: { name: string; version: string }[]
}

async function read<T>(path: string): Promise<T> {
  return parse(await readFile(join(ROOT, path), 'utf8')) as T
}

test('what is measured is compiled as what is deployed', async () => {
  const [project, crate] = await Promise.all(['Cargo.toml', 'scripts/benchmark/playlist/Cargo.toml'].map((path) => read<Manifest>(path)))
  const { package: packages = {}, ...rest } = project?.profile.release ?? {}
  // Of the project's crates it has this one alone, and its own stands where the bundle's does.
  const expected = { ...rest, package: { 'streamhut-hls': packages['streamhut-hls'], 'streamhut-playlist-bench': packages['streamhut-vod'] } }
  // The parser's objects have no prototype.
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown
  assert.deepEqual(plain(crate?.profile.release), plain(expected))
})

test('both lock files name the same versions', async () => {
  const [project, crate] = await Promise.all(['Cargo.lock', 'scripts/benchmark/playlist/Cargo.lock'].map((path) => read<Lock>(path)))
  const known = new Set(project?.package.map(({ name, version }) => `${name} ${version}`))
  const others = crate?.package.map(({ name, version }) => `${name} ${version}`).filter((one) => !known.has(one))
  assert.deepEqual(others, ['streamhut-playlist-bench 0.1.0'])
})
