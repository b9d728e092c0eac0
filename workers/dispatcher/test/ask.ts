import assert from 'node:assert/strict'
import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { RUNNER_URL } from './system.ts'

/** An answer of the runner, read whole. */
export interface Answer {
  status: number
  headers: Headers
  text: string
}

/** What to send beside the path. */
export interface Ask {
  method?: string
  /** A list sends one header for each of its values. */
  headers?: Record<string, string | string[]>
  body?: string
}

/** Asks the runner for a path exactly as it is spelled: no `..` is resolved, nothing is encoded, no redirect is followed. */
export async function ask(path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> {
  const { hostname, port } = new URL(RUNNER_URL)
  const signal = AbortSignal.timeout(30_000)
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, signal, headers }, (response) => {
      const received = new Headers()
      for (const [name, values] of Object.entries(response.headersDistinct)) for (const value of values ?? []) received.append(name, value)
      buffer(response).then((bytes) => resolve({ status: response.statusCode ?? 0, headers: received, text: bytes.toString() }), reject)
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

/** Asks for JSON; fails unless the status is 200. */
export async function askJson<T = Record<string, unknown>>(path: string, options?: Ask): Promise<T> {
  const answer = await ask(path, options)
  assert.equal(answer.status, 200, `${path}: ${answer.text.slice(0, 500)}`)
  return JSON.parse(answer.text) as T
}

/** Asserts the runner's own error: status, name, the shape of its body, and the headers that every answer has. Gives its message. */
export function assertFault(answer: Answer, status: number, name: string, what = ''): string {
  assert.equal(answer.status, status, `${what} ${answer.text.slice(0, 500)}`)
  const body = JSON.parse(answer.text) as Record<string, unknown>
  assert.equal(body['error'], name, `${what} ${answer.text.slice(0, 500)}`)
  assert.equal(typeof body['message'], 'string')
  assert.equal(body['requestId'], answer.headers.get('x-request-id'))
  assert.equal(answer.headers.get('content-type'), 'application/json')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assertCommon(answer)
  return String(body['message'])
}

/** Asserts the headers that every answer has: any page may read it, and nothing guesses its type. */
export function assertCommon({ headers }: Answer): void {
  assert.equal(headers.get('access-control-allow-origin'), '*')
  assert.equal(headers.get('access-control-allow-credentials'), null)
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
  assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f]{16}$/)
}
