import { readFile, readdir, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ROOT } from '../localnet/places.ts'
import { readBundle } from './bundle-code.ts'
import { row, type Row } from './row.ts'
import type { Stage } from './stage.ts'
import { readDispatcher } from './workers.ts'

/** The sizes that were recorded last, by part. */
const RECORD = new URL('sizes.json', import.meta.url)

/** The Workers of this project, by the names under which `scripts/build` knows them. */
export async function parts(): Promise<string[]> {
  const names = await readdir(join(ROOT, 'workers'))
  return names.filter((name) => existsSync(join(ROOT, 'workers', name, 'Cargo.toml'))).sort()
}

/** What each part weighs against what was recorded. With `record` what it weighs now is written down, after the comparison. */
export async function bundleSizes(stage: Stage, wanted: readonly string[], record: boolean): Promise<Row[]> {
  const recorded = JSON.parse(await readFile(RECORD, 'utf8')) as Record<string, number>
  const sizes: Record<string, number> = {}
  for (const part of wanted) {
    await stage.build(part)
    sizes[part] = await weigh(part)
  }
  if (record) await writeFile(RECORD, `${JSON.stringify(sorted({ ...recorded, ...sizes }), null, 2)}\n`)
  return Object.entries(sizes).map(([part, ours]) => {
    const peer = recorded[part] ?? (record ? ours : undefined)
    if (peer === undefined) throw new Error(`no size of ${part} is recorded; ./scripts/bench --record bundle_size_${part} writes it down`)
    return row({ name: `bundle_size_${part}`, what: `all modules of ${part}, each compressed by gzip; peer: the size recorded last`, unit: 'bytes', ours, peer })
  })
}

async function weigh(part: string): Promise<number> {
  const contents =
    part === 'dispatcher'
      ? (await readDispatcher()).modules.map(({ contents }) => contents)
      : (await readBundle(join(ROOT, 'workers', part, 'build'), '')).modules.map(({ bytes }) => bytes)
  return contents.reduce((sum, bytes) => sum + gzipSync(bytes, { level: 9 }).length, 0)
}

function sorted(sizes: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(sizes).sort(([a], [b]) => a.localeCompare(b)))
}
