import { get } from './connection.ts'
import { openDeno } from './deno.ts'
import { Load, type Target } from './load.ts'
import { row, type Row } from './row.ts'
import type { Stage } from './stage.ts'
import { inTurns } from './turns.ts'
import { startWorkers, type Workers } from './workerd.ts'
import { bare, dispatcher, outbound, served } from './workers.ts'

export const ROWS = ['dispatch_warm', 'dispatch_warm_16', 'dispatch_warm_direct', 'dispatch_process'] as const

/** The name under which the runner is asked. */
const HOST = 'runner.streamhut.dev'
/** Requests to each before anything counts: engines compile what is hot only after thousands of calls. */
const WARM_UP = 6_000
const ROUNDS = 31
/** Requests in one turn. */
const EACH = 200

/** A warm request through dispatcher and bundle, held against what else could have answered it. */
export async function dispatchWarm(stage: Stage, wants: (row: string) => boolean): Promise<Row[]> {
  const [bundle, code, author] = [await stage.bundle(), await stage.dispatcher(), await stage.author()]
  const path = await author.publish('warm', bundle)
  const workers = await startWorkers([
    dispatcher('dispatcher', code, 'warm'),
    outbound(author.origins),
    bare('bare', 'bundle'),
    served('bundle', bundle),
  ])
  try {
    const targets = await targetsOf(workers, path, bundle.endpoint)
    const rows: Row[] = []
    if (wants('dispatch_warm') || wants('dispatch_warm_direct')) rows.push(...(await stage.step('dispatch_warm', () => alone(targets))))
    if (wants('dispatch_warm_16')) rows.push(await stage.step('dispatch_warm_16', () => together(targets)))
    if (wants('dispatch_process')) rows.push(await againstProcess(stage, targets.dispatcher))
    return rows
  } finally {
    await workers.stop()
  }
}

type Targets = Record<'dispatcher' | 'bare' | 'direct', Target>

async function targetsOf(workers: Workers, path: string, endpoint: string): Promise<Targets> {
  const inside = get(`/endpoint/${endpoint}`, HOST)
  return {
    dispatcher: { port: await workers.port('dispatcher'), request: get(`${path}/${endpoint}`, HOST), status: 200 },
    bare: { port: await workers.port('bare'), request: inside, status: 200 },
    direct: { port: await workers.port('bundle'), request: inside, status: 200 },
  }
}

async function alone(targets: Targets): Promise<Row[]> {
  const p50 = await measure(targets, 1)
  return [
    row({
      name: 'dispatch_warm',
      what: 'a warm request through dispatcher and bundle, p50 at one connection; peer: a bare Worker that passes it to the same bundle by a service binding',
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
  const p50 = await measure(targets, 16)
  return row({
    name: 'dispatch_warm_16',
    what: 'the same at 16 connections, each of which asks again as soon as it was answered; peer: the bare Worker',
    unit: 'µs',
    ours: p50.dispatcher,
    peer: p50.bare,
  })
}

async function measure(targets: Targets, connections: number): Promise<Record<keyof Targets, number>> {
  const open = (target: Target) => Load.open(target, connections)
  const loads = { dispatcher: await open(targets.dispatcher), bare: await open(targets.bare), direct: await open(targets.direct) }
  try {
    const turn = (load: Load) => () => load.p50(Math.ceil(EACH / connections))
    const variants = { dispatcher: turn(loads.dispatcher), bare: turn(loads.bare), direct: turn(loads.direct) }
    await inTurns(variants, WARM_UP / EACH)
    return await inTurns(variants, ROUNDS)
  } finally {
    for (const load of Object.values(loads)) load.close()
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
