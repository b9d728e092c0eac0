import { startAppView, type AppView } from './index-appview.ts'
import { startDatabase, type Database } from './index-database.ts'
import { makeVideos, MILLION, million } from './index-million.ts'
import { word } from './index-rows.ts'
import { Load } from './load.ts'
import { row, type Row } from './row.ts'
import type { Stage } from './stage.ts'
import { inTurns } from './turns.ts'

export const ROWS = ['list_depth', 'search_1m', 'search_1m_common'] as const

const FEW = 10_000
const DEPTH = 100_000
/** Of the pages on the way there. */
const LONGEST_PAGE = 100
/** Each of the two in some 20,000 rows, both in some hundreds. */
const RARE = [word(57), word(58)] as const
const MOST_MATCHES = 1_000
/** In more than half of all rows, and in a fifth. */
const COMMON = [word(0), word(1)] as const

/** Requests to each before anything counts. */
const WARM_UP = 1_000
const ROUNDS = 21
/** Requests in one turn. */
const EACH = 50
/** `LIKE` takes seconds. */
const SEARCH_ROUNDS = 5
/** And so may a search that matches much: as many in one turn. */
const EACH_COMMON = 5

/** Lists and searches of a million videos. */
export async function lists(stage: Stage, wants: (row: string) => boolean): Promise<Row[]> {
  const dir = await million(stage)
  return over(stage, dir, async (appview, database) => {
    const rows: Row[] = []
    if (wants('list_depth')) rows.push(await listDepth(stage, appview))
    for (const [name, words] of [['search_1m', RARE], ['search_1m_common', COMMON]] as const) {
      if (wants(name)) rows.push(await stage.step(name, () => search(appview, database, name, words)))
    }
    return rows
  })
}

/** Over the database in `dir`. */
async function over<Result>(stage: Stage, dir: string, measure: (appview: AppView, database: Database) => Promise<Result>): Promise<Result> {
  const database = await startDatabase(dir)
  try {
    // It asks for no repo.
    const appview = await startAppView(stage, database.origin, database.origin)
    try {
      return await measure(appview, database)
    } finally {
      await appview.stop()
    }
  } finally {
    await database.stop()
  }
}

async function listDepth(stage: Stage, many: AppView): Promise<Row> {
  const cursor = await stage.step(`the way to video ${DEPTH.toLocaleString('en')}`, () => cursorAt(many, DEPTH))
  const dir = await stage.folder('index-few')
  await stage.step(`${FEW.toLocaleString('en')} videos`, () => makeVideos(stage, dir, FEW))
  const p50 = await over(stage, dir, async (few) => {
    const targets = { deep: many.target(`listVideos?${new URLSearchParams({ cursor })}`), first: few.target('listVideos') }
    return stage.step('list_depth', async () => {
      const loads = { deep: await Load.open(targets.deep, 1), first: await Load.open(targets.first, 1) }
      try {
        const turns = { deep: () => loads.deep.p50(EACH), first: () => loads.first.p50(EACH) }
        await inTurns(turns, WARM_UP / EACH)
        return await inTurns(turns, ROUNDS)
      } finally {
        loads.deep.close()
        loads.first.close()
      }
    })
  })
  const what = `a page of 25 behind the first ${DEPTH.toLocaleString('en')} of a million videos, by the bundle, p50; peer: the first page of ${FEW.toLocaleString('en')}`
  return row({ name: 'list_depth', what, unit: 'µs', ours: p50.deep, peer: p50.first, limit: 1.5 })
}

/** The cursor behind so many videos, by way of all pages before it. */
async function cursorAt(appview: AppView, depth: number): Promise<string> {
  let cursor = ''
  for (let passed = 0; passed < depth; passed += LONGEST_PAGE) {
    const page = await appview.get<{ videos: unknown[]; cursor?: string }>(`listVideos?${new URLSearchParams({ limit: String(LONGEST_PAGE), cursor })}`)
    if (page.videos.length !== LONGEST_PAGE || page.cursor === undefined) throw new Error(`the list ends behind ${passed + page.videos.length} videos`)
    cursor = page.cursor
  }
  return cursor
}

async function search(appview: AppView, database: Database, name: 'search_1m' | 'search_1m_common', words: readonly [string, string]): Promise<Row> {
  const call = `listVideos?${new URLSearchParams({ q: words.join(' ') })}`
  const { videos } = await appview.get<{ videos: unknown[] }>(call)
  const matches = await like(database, words)
  const isRare = name === 'search_1m'
  if (videos.length !== 25 || isRare !== matches <= MOST_MATCHES) throw new Error(`${words.join(' ')}: a page of ${videos.length} of ${matches} matches`)
  const [load, each] = [await Load.open(appview.target(call), 1), isRare ? EACH : EACH_COMMON]
  try {
    await load.p50(each)
    const p50 = await inTurns({
      ours: () => load.p50(each),
      peer: async () => {
        const began = performance.now()
        await like(database, words)
        return (performance.now() - began) * 1_000
      },
    }, SEARCH_ROUNDS)
    const what = `a search of two words that ${matches.toLocaleString('en')} of ${MILLION.toLocaleString('en')} videos have, by the bundle, p50; peer: \`LIKE '%…%'\` for both over titles and descriptions of the same table`
    return row({ name, what, unit: 'µs', ours: p50.ours, peer: p50.peer, ...(isRare && { limit: 0.05 }) })
  } finally {
    load.close()
  }
}

/** How many videos have both words, found without an index. */
async function like(database: Database, words: readonly string[]): Promise<number> {
  const has = words.map((_, at) => `(title LIKE ?${at + 1} OR description LIKE ?${at + 1})`)
  const [found] = await database.ask(`SELECT count(*) FROM videos WHERE hidden = 0 AND ${has.join(' AND ')}`, words.map((text) => `%${text}%`))
  return Number(found?.[0])
}
