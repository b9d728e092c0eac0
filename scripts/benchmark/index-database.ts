import { mkdir } from 'node:fs/promises'
import { specsOf, urlsOf } from '../localnet/net-services.ts'
import { findFreePortBase, portsFrom } from '../localnet/ports.ts'
import { startService } from '../localnet/service.ts'

/** A value as the protocol writes it: integers as text, since JSON's numbers don't hold all of them. */
type Cell = { type: 'null' } | { type: 'integer'; value: string } | { type: 'float'; value: number } | { type: 'text'; value: string }
/** Integers that a number doesn't hold exactly are bigints. */
export type Value = null | number | bigint | string

/** A libSQL server of this run. */
export interface Database {
  origin: string
  /** One statement in one request, with its arguments; its rows. */
  ask(sql: string, args?: readonly Value[]): Promise<Value[][]>
  stop(): Promise<void>
}

/** Starts a server whose files are in `dir`. */
export async function startDatabase(dir: string): Promise<Database> {
  await mkdir(dir, { recursive: true })
  const ports = portsFrom(await findFreePortBase())
  const urls = urlsOf(ports)
  // It needs no administrator.
  const service = await startService({ ...specsOf(ports, urls, dir, dir, '').sqld, readyWithinMs: 300_000 })
  return { origin: urls.sqld, ask: (sql, args) => ask(urls.sqld, sql, args), stop: () => service.stop() }
}

/** Hrana 3 over HTTP: https://github.com/tursodatabase/libsql/blob/main/docs/HRANA_3_SPEC.md. */
async function ask(origin: string, sql: string, args: readonly Value[] = []): Promise<Value[][]> {
  const response = await fetch(`${origin}/v3/pipeline`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ requests: [{ type: 'execute', stmt: { sql, args: args.map(cellOf) } }, { type: 'close' }] }),
    signal: AbortSignal.timeout(600_000),
  })
  if (!response.ok) throw new Error(`the database answered ${response.status}: ${(await response.text()).slice(0, 500)}`)
  const [first] = ((await response.json()) as { results: Result[] }).results
  if (first?.type !== 'ok') throw new Error(`${sql.slice(0, 200)}: ${first?.error.message ?? 'no result'}`)
  return first.response.result.rows.map((row) => row.map(valueOf))
}

type Result = { type: 'ok'; response: { result: { rows: Cell[][] } } } | { type: 'error'; error: { message: string } }

function cellOf(value: Value): Cell {
  if (value === null) return { type: 'null' }
  if (typeof value === 'string') return { type: 'text', value }
  return typeof value === 'bigint' || Number.isInteger(value) ? { type: 'integer', value: String(value) } : { type: 'float', value }
}

function valueOf(cell: Cell): Value {
  if (cell.type === 'null') return null
  if (cell.type !== 'integer') return cell.value
  return Number.isSafeInteger(Number(cell.value)) ? Number(cell.value) : BigInt(cell.value)
}
