import { get } from './connection.ts'
import { openDeno } from './deno.ts'
import { Load, type Target } from './load.ts'
import { row, type Row } from './row.ts'
import type { Stage } from './stage.ts'
import { inTurns, median } from './turns.ts'
import { startWorkers, type Workers } from './workerd.ts'
import { bare, dispatcher, outbound, served } from './workers.ts'

export const ROWS = ['dispatch_warm', 'dispatch_warm_16', 'dispatch_warm_direct', 'dispatch_process', 'logs_overhead', 'logs_overhead_busy'] as const

/** The name under which the runner is asked. */
const HOST = 'runner.streamhut.dev'
/** Requests to each before anything counts: engines compile what is hot only after thousands of calls. */
const WARM_UP = 6_000
const ROUNDS = 31
/** Processes in which a call is measured alone: what is hot is compiled now this way and now that, for as long as a process runs. */
const PROCESSES = 5
/** Requests in one turn. */
const EACH = 200
/** Milliseconds between two requests of one caller who isn't the only thing that the machine does. */
const PAUSE_MS = 2

/** A warm request through dispatcher and bundle, held against what else could have answered it. */
export async function dispatchWarm(stage: Stage, wants: (row: string) => boolean): Promise<Row[]> {
  const [bundle, code, author] = [await stage.bundle(), await stage.dispatcher(), await stage.author()]
  const path = await author.publish('warm', bundle)
  const workers = [
    dispatcher('dispatcher', code, 'warm'),
    // By the same code, so that nothing but the setting tells them apart.
    dispatcher('unwatched', code, 'unwatched', { LOGS: 'off' }),
    outbound(author.origins),
    bare('bare', 'bundle'),
    served('bundle', bundle),
  ]
  const inProcess = async <T>(use: (targets: Targets) => Promise<T>): Promise<T> => {
    const started = await startWorkers(workers)
    try {
      return await use(await targetsOf(started, path, bundle.endpoint))
    } finally {
      await started.stop()
    }
  }
  const rows: Row[] = []
  if (wants('dispatch_warm') || wants('dispatch_warm_direct')) rows.push(...(await stage.step('dispatch_warm', () => alone(inProcess))))
  if (wants('dispatch_warm_16')) rows.push(await stage.step('dispatch_warm_16', () => inProcess(together)))
  if (wants('logs_overhead') || wants('logs_overhead_busy')) rows.push(...(await stage.step('logs_overhead', () => inProcess(overhead))))
  if (wants('dispatch_process')) rows.push(await inProcess((targets) => againstProcess(stage, targets.dispatcher)))
  return rows
}

type Targets = Record<'dispatcher' | 'unwatched' | 'bare' | 'direct', Target>

async function targetsOf(workers: Workers, path: string, endpoint: string): Promise<Targets> {
  const inside = get(`/endpoint/${endpoint}`, HOST)
  return {
    dispatcher: { port: await workers.port('dispatcher'), request: get(`${path}/${endpoint}`, HOST), status: 200 },
    unwatched: { port: await workers.port('unwatched'), request: get(`${path}/${endpoint}`, HOST), status: 200 },
    bare: { port: await workers.port('bare'), request: inside, status: 200 },
    direct: { port: await workers.port('bundle'), request: inside, status: 200 },
  }
}

/** Those that a warm request is held against. */
const againstBare = ({ dispatcher, bare, direct }: Targets) => ({ dispatcher, bare, direct })

async function alone(inProcess: <T>(use: (targets: Targets) => Promise<T>) => Promise<T>): Promise<Row[]> {
  const figures: Record<'dispatcher' | 'bare' | 'direct', number>[] = []
  while (figures.length < PROCESSES) figures.push(await inProcess((targets) => measure(againstBare(targets), 1)))
  const middle = (name: keyof (typeof figures)[number]) => median(figures.map((p50) => p50[name]))
  const p50 = { dispatcher: middle('dispatcher'), bare: middle('bare'), direct: middle('direct') }
  return [
    row({
      name: 'dispatch_warm',
      what: `a warm request through dispatcher and bundle, p50 at one connection, the middle of ${PROCESSES} processes; peer: a bare Worker that passes it to the same bundle by a service binding`,
      unit: 'µs',
      ours: p50.dispatcher,
      peer: p50.bare,
      limit: 1.3,
    }),
    row({
      name: 'dispatch_warm_direct',
      what: 'the same; peer: the bundle asked directly, without anything in front',
      unit: 'µs',
      ours: p50.dispatcher,
      peer: p50.direct,
    }),
  ]
}

async function together(targets: Targets): Promise<Row> {
  const p50 = await measure(againstBare(targets), 16)
  return row({
    name: 'dispatch_warm_16',
    what: 'the same at 16 connections, each of which asks again as soon as it was answered; peer: the bare Worker',
    unit: 'µs',
    ours: p50.dispatcher,
    peer: p50.bare,
  })
}

async function overhead({ dispatcher, unwatched }: Targets): Promise<Row[]> {
  const paced = await measure({ dispatcher, unwatched }, 1, PAUSE_MS)
  const busy = await measure({ dispatcher, unwatched }, 1)
  const peer = 'peer: the same dispatcher with LOGS off'
  return [
    row({
      name: 'logs_overhead',
      what: `a warm request, p50 at one connection with ${PAUSE_MS} ms between two, with logs and metrics collected; ${peer}`,
      unit: 'µs',
      ours: paced.dispatcher,
      peer: paced.unwatched,
      limit: 1.1,
    }),
    row({
      name: 'logs_overhead_busy',
      what: `the same without a pause, when the work that the platform does after an answer stands in the next one's way; ${peer}`,
      unit: 'µs',
      ours: busy.dispatcher,
      peer: busy.unwatched,
    }),
  ]
}

async function measure<K extends string>(targets: Record<K, Target>, connections: number, pauseMs = 0): Promise<Record<K, number>> {
  const loads: [K, Load][] = []
  for (const [name, target] of Object.entries(targets) as [K, Target][]) loads.push([name, await Load.open(target, connections)])
  try {
    const each = Math.ceil(EACH / connections)
    const variants = Object.fromEntries(loads.map(([name, load]) => [name, () => load.p50(each, pauseMs)])) as Record<K, () => Promise<number>>
    await inTurns(variants, WARM_UP / EACH)
    return await inTurns(variants, ROUNDS)
  } finally {
    for (const [, load] of loads) load.close()
  }
}

async function againstProcess(stage: Stage, target: Target): Promise<Row> {
  const deno = await stage.step('Deno', async () => openDeno(await stage.folder('deno')))
  return stage.step('dispatch_process', async () => {
    const load = await Load.open(target, 1)
    await load.p50(WARM_UP)
    const p50 = await inTurns({ ours: () => load.p50(EACH), peer: () => deno.call() }, 15)
    load.close()
    return row({
      name: 'dispatch_process',
      what: 'a warm request through dispatcher and bundle, p50 at one connection; peer: a Deno process started for the call, with a bundle that does as little',
      unit: 'µs',
      ...p50,
      limit: 0.02,
    })
  })
}
