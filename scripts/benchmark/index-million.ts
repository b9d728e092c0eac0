import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { startAppView } from './index-appview.ts'
import { startDatabase, type Database } from './index-database.ts'
import { fill, ROWS_VERSION } from './index-rows.ts'
import type { Stage } from './stage.ts'

export const MILLION = 1_000_000

/** The folder of a server's database of a million videos, made once for each schema; later runs find it in the user's cache. */
export async function million(stage: Stage): Promise<string> {
  const bench = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'streamhut/bench')
  const dir = join(bench, `index-${await schemaKey(stage)}`)
  if (!existsSync(dir)) await stage.step('a million videos, kept for the next run', () => makeWhole(stage, dir))
  return dir
}

/** Letters for the schema as the bundle makes it, and for the rows. */
async function schemaKey(stage: Stage): Promise<string> {
  const database = await startDatabase(await stage.folder('index-schema'))
  try {
    await initialise(stage, database)
    const parts = await database.ask('SELECT name, sql FROM sqlite_master ORDER BY type, name')
    return createHash('sha256').update(JSON.stringify([ROWS_VERSION, MILLION, parts])).digest('hex').slice(0, 16)
  } finally {
    await database.stop()
  }
}

/** Appears under its name only when it is whole, and takes the place of those of other schemas. */
async function makeWhole(stage: Stage, dir: string): Promise<void> {
  const part = `${dir}.part`
  await mkdir(dirname(dir), { recursive: true })
  const others = (await readdir(dirname(dir))).filter((name) => /^index-[0-9a-f]{16}(\.part)?$/.test(name))
  for (const name of others) await rm(join(dirname(dir), name), { recursive: true, force: true })
  await makeVideos(stage, part, MILLION)
  await rename(part, dir)
}

/**
 * Makes a server's database of `count` videos in `dir`, which is new. The bundle makes the schema, by way of the server; then the rows are
 * written into its file while it is down, since its log of all changes would take several times as long, and as much room.
 */
export async function makeVideos(stage: Stage, dir: string, count: number): Promise<void> {
  const empty = await startDatabase(dir)
  try {
    await initialise(stage, empty)
  } finally {
    await empty.stop()
  }
  const data = join(dir, 'sqld/dbs/default')
  const file = new DatabaseSync(join(data, 'data'))
  try {
    // What breaks is made anew: nothing of it need be kept twice. A server's file is one with a write-ahead log.
    file.exec('PRAGMA journal_mode = DELETE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000')
    await fill(file, count)
    file.exec('PRAGMA journal_mode = WAL')
  } finally {
    file.close()
  }
  // It knows nothing of these rows; the server makes another one.
  await rm(join(data, 'wallog'))
  await (await startDatabase(dir)).stop()
}

async function initialise(stage: Stage, { origin }: Database): Promise<void> {
  // It asks for no repo.
  const appview = await startAppView(stage, origin, origin)
  await appview.stop()
}
