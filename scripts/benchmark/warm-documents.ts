import { join } from 'node:path'
import { ROOT } from '../localnet/places.ts'
import { get } from './connection.ts'
import { readBundle } from './bundle-code.ts'
import { openLibrary } from './library.ts'
import { Load, type Target } from './load.ts'
import { row, type Row } from './row.ts'
import type { Stage } from './stage.ts'
import { inTurns } from './turns.ts'
import { startWorkers } from './workerd.ts'
import { dispatcher, outbound } from './workers.ts'

export const ROWS = ['share_page', 'list_videos'] as const

/** The name under which the runner is asked. */
const HOST = 'runner.streamhut.dev'
/** Requests to each before anything counts: engines compile what is hot only after thousands of calls. */
const WARM_UP = 6_000
const ROUNDS = 31
/** Requests in one turn. */
const EACH = 200

/** A warm share page and a warm list of the video bundle, held against a request that needs nothing, through the same dispatcher. */
export async function warmDocuments(stage: Stage): Promise<Row[]> {
  const [probe, code, author] = [await stage.bundle(), await stage.dispatcher(), await stage.author()]
  const library = await stage.step('a node with videos', async () => openLibrary(await stage.folder('library')))
  try {
    await stage.build('bundles')
    const vod = await readBundle(join(ROOT, 'workers/vod/build'), 'listVideos')
    const [plain, videos] = [
      await author.publish('plain', probe),
      await author.publish('videos', { ...vod, endpoints: ['listVideos', 'shareVideo'], net: ['*'] }),
    ]
    const workers = await startWorkers([dispatcher('dispatcher', code, 'documents'), outbound({ ...author.origins, ...library.origins })])
    try {
      const port = await workers.port('dispatcher')
      const target = (path: string): Target => ({ port, request: get(path, HOST), status: 200 })
      const p50 = await stage.step('share_page, list_videos', () =>
        measure({
          plain: target(`${plain}/${probe.endpoint}`),
          share: target(`${videos}/shareVideo?${new URLSearchParams({ uri: library.uri })}`),
          list: target(`${videos}/listVideos`),
        }),
      )
      const peer = 'an answer of a few bytes through the same dispatcher, the request of dispatch_warm'
      return [
        row({ name: 'share_page', what: `a warm share page through dispatcher and bundle, p50 at one connection; peer: ${peer}`, unit: 'µs', ours: p50.share, peer: p50.plain, limit: 1.5 }),
        row({ name: 'list_videos', what: `a warm page of 25 videos, the same; peer: ${peer}`, unit: 'µs', ours: p50.list, peer: p50.plain, limit: 1.5 }),
      ]
    } finally {
      await workers.stop()
    }
  } finally {
    await library.stop()
  }
}

async function measure<Name extends string>(targets: Record<Name, Target>): Promise<Record<Name, number>> {
  const names = Object.keys(targets) as Name[]
  const loads = await Promise.all(names.map(async (name) => [name, await Load.open(targets[name], 1)] as const))
  try {
    const turns = Object.fromEntries(loads.map(([name, load]) => [name, () => load.p50(EACH)])) as Record<Name, () => Promise<number>>
    await inTurns(turns, WARM_UP / EACH)
    return await inTurns(turns, ROUNDS)
  } finally {
    for (const [, load] of loads) load.close()
  }
}
