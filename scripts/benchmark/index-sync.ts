import { createHash } from 'node:crypto'
import { startAppView, type AppView } from './index-appview.ts'
import { startDatabase, type Database, type Value } from './index-database.ts'
import { startRepos, type Repos } from './index-repos.ts'
import { row, type Row } from './row.ts'
import type { Stage } from './stage.ts'
import { median } from './turns.ts'

export const ROWS = ['sync_rate', 'sync_rate_rows', 'sync_unchanged'] as const

const RECORDS = 20_000
const ROUNDS = 3
/** What two thousand records a second come to, in milliseconds for a thousand. */
const WANTED = 500
/** Rows that are written one by one in a round. */
const SINGLE_ROWS = 300
const CREATORS = 50
/** Columns of `videos` that the database gives itself, or that say whose it is. */
const OWN_COLUMNS = ['id', 'creator']

/** Whole syncs by the AppView, from a PDS that answers at once into a libSQL server, and syncs of what is as it was. */
export async function sync(stage: Stage, wants: (row: string) => boolean): Promise<Row[]> {
  const rows: Row[] = []
  if (wants('sync_rate') || wants('sync_rate_rows')) {
    const figures = await within(stage, 1 + ROUNDS, RECORDS, (...parts) => stage.step('sync_rate', () => rate(...parts)))
    const what = `a whole sync of a creator with ${RECORDS.toLocaleString('en')} records by the bundle, for each 1,000, from a PDS that answers at once`
    rows.push(
      row({ name: 'sync_rate', what: `${what}; peer: what 2,000 records a second come to`, unit: 'ms', ours: figures.sync, peer: WANTED, limit: 1 }),
      row({ name: 'sync_rate_rows', what: `the same; peer: the same rows into the same server by a request each, without reading a repo`, unit: 'ms', ours: figures.sync, peer: figures.single, limit: 0.05 }),
    )
  }
  if (wants('sync_unchanged')) {
    // Some more than are asked: see below.
    const ours = await within(stage, CREATORS + 10, 10, (appview, repos) => stage.step('sync_unchanged', () => unchanged(appview, repos)))
    rows.push(row({ name: 'sync_unchanged', what: `requests to the PDS for each of ${CREATORS} creators whose repos didn't change, but for the look at their profiles of once a day; peer: one`, unit: 'requests', ours, peer: 1, limit: 1 }))
  }
  return rows
}

/** Over `count` repos of `size` records, and an empty database. */
async function within<Figures>(stage: Stage, count: number, size: number, measure: (appview: AppView, repos: Repos, database: Database) => Promise<Figures>): Promise<Figures> {
  const database = await startDatabase(await stage.folder(`index-sync-${count}`))
  try {
    const repos = await startRepos(count, size)
    try {
      const appview = await startAppView(stage, database.origin, repos.origin)
      try {
        return await measure(appview, repos, database)
      } finally {
        await appview.stop()
      }
    } finally {
      repos.stop()
    }
  } finally {
    await database.stop()
  }
}

/** Milliseconds for a thousand records, in turns: by a sync, and one by one. */
async function rate(appview: AppView, repos: Repos, database: Database): Promise<{ sync: number; single: number }> {
  const [first, ...dids] = repos.dids
  if (first === undefined) throw new Error('no repo')
  // Before the first time, nothing is compiled.
  await syncOf(appview, first)
  const single = await singleRows(database, first)
  const taken: { sync: number[]; single: number[] } = { sync: [], single: [] }
  for (const did of dids) {
    taken.sync.push(((await syncOf(appview, did)) / RECORDS) * 1_000)
    taken.single.push(((await single()) / SINGLE_ROWS) * 1_000)
  }
  const [count] = await database.ask('SELECT count(*) FROM videos')
  const written = RECORDS * repos.dids.length + SINGLE_ROWS * dids.length
  if (count?.[0] !== written) throw new Error(`the database has ${count?.[0]} videos of ${written}`)
  return { sync: median(taken.sync), single: median(taken.single) }
}

/** Registers a creator and syncs them; milliseconds of the sync. */
async function syncOf(appview: AppView, did: string): Promise<number> {
  await appview.post('registerCreator', { did })
  const began = performance.now()
  await appview.post('triggerSync', { did })
  return performance.now() - began
}

/** Writes rows of a creator once more, for another one, a request each; milliseconds of all of them. */
async function singleRows(database: Database, did: string): Promise<() => Promise<number>> {
  const names = (await database.ask("SELECT name FROM pragma_table_info('videos')")).map(([name]) => String(name)).filter((name) => !OWN_COLUMNS.includes(name))
  const rows = await database.ask(`SELECT ${names.join(', ')} FROM videos WHERE creator = (SELECT id FROM creators WHERE did = ?1) ORDER BY id LIMIT ${SINGLE_ROWS}`, [did])
  let rounds = 0
  return async () => {
    const to = `did:web:rows-${rounds++}.example.com`
    await database.ask('INSERT INTO creators (did, registered, added_ms, generation) VALUES (?1, 1, 0, 1)', [to])
    const [found] = await database.ask('SELECT id FROM creators WHERE did = ?1', [to])
    const insert = `INSERT INTO videos (creator, ${names.join(', ')}) VALUES (${['?', ...names.map(() => '?')].join(', ')})`
    const began = performance.now()
    for (const values of rows) await database.ask(insert, [found?.[0] as Value, ...values])
    return performance.now() - began
  }
}

/** Requests to the PDS for each creator whose repo is as it was at the sync before. */
async function unchanged(appview: AppView, repos: Repos): Promise<number> {
  const dids = repos.dids.filter((did) => !isLookedAtSoon(did, Date.now())).slice(0, CREATORS)
  for (const did of dids) await syncOf(appview, did)
  const total = () => Object.values(repos.requests()).reduce((sum, count) => sum + count, 0)
  const before = total()
  for (const did of dids) await appview.post('triggerSync', { did })
  return (total() - before) / dids.length
}

/**
 * Whether this quarter of an hour or the next is the one in which a creator is asked anew who they are, once a day; `is_slot` of
 * `workers/appview/src/sync/creator.rs` says when.
 */
function isLookedAtSoon(did: string, now: number): boolean {
  const slot = (createHash('sha256').update(did).digest()[0] ?? 0) % 96
  return [0, 1].some((later) => (Math.floor(now / 900_000) + later) % 96 === slot)
}
