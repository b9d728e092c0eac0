import { marked, type BundleCode } from './bundle-code.ts'
import { Connection, get } from './connection.ts'
import { row, type Row } from './row.ts'
import type { Stage } from './stage.ts'
import { inTurns, type Measure } from './turns.ts'
import { startWorkers, type Workers } from './workerd.ts'
import { dispatcher, loader, outbound, unseen } from './workers.ts'

export const ROWS = ['dispatch_cold', 'dispatch_cold_pds'] as const

const HOST = 'runner.streamhut.dev'
/** First requests of each kind. Neither the dispatcher that gets it nor the bundle was ever run by this process. */
const ROUNDS = 9

const TURNS = Array.from({ length: ROUNDS }, (_, turn) => turn)

/** The first request of a bundle, held against the loader with the bytes at hand. */
export async function dispatchCold(stage: Stage, wants: (row: string) => boolean): Promise<Row[]> {
  const [bundle, code, author] = [await stage.bundle(), await stage.dispatcher(), await stage.author()]
  const buckets = await stage.folder('buckets')
  const publish = async (kind: string) => {
    const paths: string[] = []
    for (const turn of TURNS) paths.push(await author.publish(`${kind}-${turn}`, marked(bundle, `${kind}-${turn}`)))
    return paths.map((path) => `${path}/${bundle.endpoint}`)
  }
  const shelf = wants('dispatch_cold') ? await stage.step('bundles published, and on the shelf', () => publish('shelf')) : []
  const fresh = wants('dispatch_cold_pds') ? await stage.step('bundles published', () => publish('fresh')) : []

  if (shelf.length > 0) {
    // By a process of its own: an engine that compiled a module once need not do it again.
    const filler = await startWorkers([dispatcher('filler', code, 'shelf'), outbound(author.origins)], buckets)
    for (const path of shelf) await first(filler, 'filler', path)
    await filler.stop()
  }
  const workers = await startWorkers(
    [
      outbound(author.origins),
      ...shelf.map((_, turn) => dispatcher(`shelf-${turn}`, unseen(code, `shelf-${turn}`), 'shelf')),
      ...fresh.map((_, turn) => dispatcher(`fresh-${turn}`, unseen(code, `fresh-${turn}`), `empty-${turn}`)),
      ...peers(bundle),
    ],
    buckets,
  )
  try {
    return await stage.step('dispatch_cold', async () => {
      const figures = await inTurns(
        {
          peer: each((turn) => first(workers, `peer-${turn}`, `/endpoint/${bundle.endpoint}`)),
          ...(shelf.length > 0 && { shelf: each((turn) => first(workers, `shelf-${turn}`, shelf[turn])) }),
          ...(fresh.length > 0 && { fresh: each((turn) => first(workers, `fresh-${turn}`, fresh[turn])) }),
        } as Record<'peer' | 'shelf' | 'fresh', Measure>,
        ROUNDS,
      )
      return rows(figures)
    })
  } finally {
    await workers.stop()
  }
}

function rows({ peer, shelf, fresh }: { peer: number; shelf?: number; fresh?: number }): Row[] {
  const unit = 'ms'
  const what = 'the first request of a bundle at a new dispatcher'
  const alone = 'peer: the loader alone, with the bytes at hand'
  return [
    ...(shelf === undefined ? [] : [row({ name: 'dispatch_cold', what: `${what}, proofs and modules in R2; ${alone}`, unit, ours: shelf, peer })]),
    ...(fresh === undefined
      ? []
      : [row({ name: 'dispatch_cold_pds', what: `${what}, all of it fetched from PLC directory and PDS and verified; ${alone}`, unit, ours: fresh, peer })]),
  ]
}

function peers(bundle: BundleCode) {
  return TURNS.map((turn) => loader(`peer-${turn}`, marked(bundle, `peer-${turn}`)))
}

/** Takes another turn's figure with each call. */
function each(take: (turn: number) => Promise<number>): Measure {
  let turn = 0
  return () => take(turn++)
}

/** Milliseconds that one request takes over an open connection. */
async function first(workers: Workers, name: string, path = '/'): Promise<number> {
  const connection = await Connection.to(await workers.port(name))
  const { status, took, text } = await connection.send(get(path, HOST))
  connection.close()
  if (status !== 200) throw new Error(`${name} answered ${status}: ${text.slice(0, 500)}`)
  return took / 1e6
}
