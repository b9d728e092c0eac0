/** A bundle whose jobs and tasks do what a server of the test's says, and the operator's side of running them. */
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { ask, askJson } from './ask.ts'
import { pointChannel, publish, type Author } from './publish.ts'
import { openStage, type Stage } from './stage.ts'
import { ADMIN_TOKEN, RUNNER_URL, STAGE_URL } from './system.ts'

/** Passes every job and task on to the stage, and the stage's answer back. `enqueue` takes a task's name and input. */
const CODE = `
export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    if (url.pathname === "/endpoint/enqueue") {
      const { task, input, delayMs = 0 } = Object.fromEntries(url.searchParams);
      return env.HOST.fetch("https://host/tasks/" + task + "?delayMs=" + delayMs, { method: "POST", body: input });
    }
    const told = { method: request.method, headers: Object.fromEntries(request.headers), body: await request.text() };
    const response = await fetch(env.STAGE_URL + "/" + env.NAME + url.pathname, { method: "POST", body: JSON.stringify(told) });
    return new Response(response.body, { status: response.status, headers: { "content-type": "application/json" } });
  },
};
`

/** A job or task that began and waits for its answer. */
export interface Begun {
  /** As in `job/tick`. */
  what: string
  /** The request as the bundle got it. */
  method: string
  headers: Record<string, string>
  body: string
  end(status: number, answer?: object): void
}

export interface Run {
  job: string
  due: number
  startedAt?: number
  endedAt?: number
  outcome?: 'done' | 'failed' | 'skipped' | 'lost'
  durationMs?: number
  summary?: string
  error?: string
}

export interface Task {
  state: 'queued' | 'running' | 'retrying' | 'done' | 'failed'
  attempts: number
  nextAttemptAt?: number
  error?: string
}

/** What a release of the relay declares. */
export interface Declared {
  version?: string
  jobs?: { name: string; cron: string }[]
  tasks?: { name: string; concurrency: number; retries: number }[]
}

/** The stage as relays see it. */
export interface Master extends Stage {
  /** What began and was not ended, of the relay of that name. */
  waiting(name: string): Begun[]
  /** Everything that ever began there. */
  all(name: string): Begun[]
}

/** Stands where relays ask. Nothing ends by itself. */
export async function openMaster(): Promise<Master> {
  const begun: { name: string; call: Begun; response: ServerResponse }[] = []
  const stage = await openStage(async (request, response) => {
    const [, name = '', ...what] = (request.url ?? '').split('/')
    const told = await text(request)
    // Other bundles' jobs ask here as well.
    if (what.length !== 2 || !told) return void response.end()
    const end = (status: number, answer = {}) => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    begun.push({ name, call: { what: what.join('/'), ...(JSON.parse(told) as Omit<Begun, 'what' | 'end'>), end }, response })
  })
  const of = (name: string, open: boolean) => begun.filter((one) => one.name === name && (!open || (!one.response.writableEnded && !one.response.destroyed))).map(({ call }) => call)
  return Object.assign(stage, { waiting: (name: string) => of(name, true), all: (name: string) => of(name, false) })
}

/** Publishes a release of the relay under `name`, and points `latest` at it. */
export async function release(author: Author, name: string, { version = '1.0.0', jobs = [], tasks = [] }: Declared): Promise<void> {
  const draft = { name, version, modules: { 'index.js': CODE }, endpoints: ['enqueue'], net: ['config:STAGE_URL'], config: ['STAGE_URL', 'NAME'] }
  await pointChannel(author, name, 'latest', await publish(author, { ...draft, more: { jobs, tasks } }))
}

/** Installs the relay. */
export async function install({ did }: Author, name: string): Promise<void> {
  await operate(`PUT installations/${did}/${name}`, 200, { config: { STAGE_URL, NAME: name } })
}

/** Uninstalls it, so that its jobs stand in nobody's way. */
export async function uninstall({ did }: Author, name: string): Promise<void> {
  await operate(`DELETE installations/${did}/${name}`)
}

/** Asks `/admin`, spelled as `GET jobs`; fails unless the status is `status`. */
export async function operate<T = Record<string, unknown>>(request: string, status = 200, body?: object): Promise<T> {
  const [method = '', path = ''] = request.split(' ')
  const answer = await ask(`/admin/${path}`, { method, headers: { authorization: `Bearer ${ADMIN_TOKEN}` }, ...(body && { body: JSON.stringify(body) }) })
  assert.equal(answer.status, status, `${request}: ${answer.text}`)
  return JSON.parse(answer.text) as T
}

/** The runs of a relay's jobs, newest first. */
export async function runs({ did }: Author, name: string, job?: string): Promise<Run[]> {
  return (await operate<{ runs: Run[] }>(`GET runs/${did}/${name}${job ? `?job=${job}` : ''}`)).runs
}

/** Enqueues a task; gives its id. */
export async function enqueue({ did }: Author, name: string, task: string, input: unknown, delayMs = 0): Promise<string> {
  const query = new URLSearchParams({ task, input: JSON.stringify(input), delayMs: String(delayMs) })
  return (await askJson<{ id: string }>(`/bundle/${did}/${name}/latest/enqueue?${query}`)).id
}

/** How a task fares. */
export const status = (id: string) => askJson<Task>(`/tasks/${id}`)

/** Fires the runner's trigger for that time. */
export async function trigger(time: number): Promise<void> {
  const response = await fetch(`${RUNNER_URL}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*&time=${time}`, { signal: AbortSignal.timeout(60_000) })
  assert.deepEqual([response.status, await response.text()], [200, 'ok'])
}
