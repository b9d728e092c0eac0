/** The bundle `probe`, made with the SDK and installed: an endpoint for each thing that a bundle can reach. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { ask, type Answer, type Ask } from './ask.ts'
import { ADMIN_TOKEN, RUNNER_LOG, account } from './system.ts'

/** `did/name`. */
export const PROBE = `${account('operator.test').did}/probe`
/** Where its endpoints stand. */
export const PROBE_PATH = `/bundle/${PROBE}/latest`

export const query = (pairs: Record<string, string> | [string, string][]) => `?${new URLSearchParams(pairs)}`

/** Asks an endpoint with GET, or as `how` says. */
export const probe = (endpoint: string, how: Ask = {}) => ask(`${PROBE_PATH}/${endpoint}`, how)

/** Asks an endpoint with POST and JSON. */
export function post(endpoint: string, input: unknown): Promise<Answer> {
  const body = JSON.stringify(input)
  return probe(endpoint, { method: 'POST', body, headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) } })
}

/** An answer's JSON; fails unless it has the status. */
export async function json<T = Record<string, unknown>>(answer: Answer | Promise<Answer>, status = 200): Promise<T> {
  const { status: actual, text } = await answer
  assert.equal(actual, status, text.slice(0, 500))
  return JSON.parse(text) as T
}

/** The name of an error; fails unless the answer has the status. */
export const fault = async (answer: Answer | Promise<Answer>, status: number) => (await json<{ error: string }>(answer, status)).error

/** Makes its storage empty, and its ledger with it. */
export async function emptied(): Promise<void> {
  await json(ask(`/admin/purge/${PROBE}?blobs=true`, { method: 'POST', headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }))
}

/** Asks until the answer is what was waited for. */
export async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean, seconds = 30): Promise<T> {
  const end = Date.now() + seconds * 1_000
  for (;;) {
    const answer = await ask()
    if (holds(answer)) return answer
    assert.ok(Date.now() < end, `still ${JSON.stringify(answer)} after ${seconds} s`)
    await pause(100)
  }
}

/** Waits for a line of the runner's log that holds all of `parts`. */
export const logged = (...parts: string[]) => until(async () => (await logLines(parts)).at(-1), (line) => line !== undefined)

/** The lines of the runner's log that hold all of `parts`. */
export async function logLines(parts: string[]): Promise<string[]> {
  const lines = (await readFile(RUNNER_LOG, 'utf8')).split('\n')
  return lines.filter((line) => parts.every((part) => line.includes(part)))
}
