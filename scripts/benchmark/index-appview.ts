import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { ROOT } from '../localnet/places.ts'
import { readBundle, type BundleCode } from './bundle-code.ts'
import { get } from './connection.ts'
import type { Target } from './load.ts'
import type { Stage } from './stage.ts'
import { startWorkers, type WorkerSpec } from './workerd.ts'
import { outbound, served } from './workers.ts'

/** The origins under which the bundle knows its network. Nothing of them is asked: they lead to this machine. */
export const PUBLIC_PLC = 'https://plc.directory'
export const PUBLIC_PDS = 'https://pds.streamhut.dev'
const PUBLIC_DATABASE = 'https://database.streamhut.dev'

const HOST = 'appview.streamhut.dev'
/** A call that takes longer has no end: a sync works for 20 seconds before it begins with nobody more. */
const SILENCE_MS = 120_000

/** The bundle `streamhut-appview` as a Worker of its own. */
export interface AppView {
  /** A GET of an endpoint, with its query, that is to be answered with 200. */
  target(call: string): Target
  /** Asks that once. */
  get<Answer>(call: string): Promise<Answer>
  /** Sends an endpoint something as the operator. */
  post<Answer>(endpoint: string, body: object): Promise<Answer>
  stop(): Promise<void>
}

/**
 * Starts the AppView over the database at `database` and the repos at `repos`, both on this machine, and initialises it. `change` may make
 * something else of its code.
 */
export async function startAppView(stage: Stage, database: string, repos: string, change: (code: BundleCode) => BundleCode = (code) => code): Promise<AppView> {
  await stage.build('appview')
  const code = change(await readBundle(join(ROOT, 'workers/appview/build'), 'getStats'))
  const token = randomBytes(24).toString('base64url')
  const bundle: WorkerSpec = {
    ...served('appview', code),
    bindings: { TURSO_URL: PUBLIC_DATABASE, OPERATOR_TOKEN: token, PLC_URL: PUBLIC_PLC, PROFILES_URL: 'off', DOH_URL: `${PUBLIC_PLC}/dns-query` },
    outboundService: 'outbound',
  }
  const workers = await startWorkers([bundle, outbound({ [PUBLIC_DATABASE]: database, [PUBLIC_PDS]: repos, [PUBLIC_PLC]: repos })])
  const port = await workers.port('appview')
  const ask = async <Answer>(call: string, request: RequestInit): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${port}/${call}`, { ...request, signal: AbortSignal.timeout(SILENCE_MS) })
    const text = await response.text()
    if (response.status !== 200) throw new Error(`${call} answered ${response.status}: ${text.slice(0, 500)}`)
    return JSON.parse(text) as Answer
  }
  const appview: AppView = {
    target: (call) => ({ port, request: get(`/${call}`, HOST), status: 200 }),
    get: (call) => ask(call, {}),
    post: (endpoint, body) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      return ask(endpoint, { method: 'POST', headers, body: JSON.stringify(body) })
    },
    stop: () => workers.stop(),
  }
  try {
    await appview.post('init', {})
    return appview
  } catch (error) {
    await appview.stop()
    throw error
  }
}
