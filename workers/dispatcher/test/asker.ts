/** A bundle that asks its runner whatever it is told to, over its binding `HOST`. */
import assert from 'node:assert/strict'
import { askJson } from './ask.ts'

/** Its code; the endpoint is `POST ask`. A body of numbers is sent as bytes. */
export const ASKER = `
export default {
  async fetch(request, env) {
    const { method, path, headers, body } = await request.json();
    const response = await env.HOST.fetch("https://host" + path, { method, headers, body: Array.isArray(body) ? new Uint8Array(body) : body });
    return Response.json({ status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() });
  },
};
`
export const ASKER_ENDPOINTS = ['POST ask']

/** What the runner answered the bundle. */
export interface HostAnswer {
  status: number
  headers: Record<string, string>
  text: string
}

/** Has the bundle at `bundle` ask `request`, spelled as `PUT /blobs/key`. */
export async function askHost(bundle: string, request: string, headers: Record<string, string> = {}, body?: string | number[]): Promise<HostAnswer> {
  const [method = '', path = ''] = request.split(' ')
  const asked = JSON.stringify({ method, path, headers, body })
  return askJson<HostAnswer>(`${bundle}/ask`, { method: 'POST', body: asked, headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(asked)) } })
}

/** The same, for an answer that has to be JSON of status 200. */
export async function askHostJson<T = Record<string, unknown>>(...asked: Parameters<typeof askHost>): Promise<T> {
  const answer = await askHost(...asked)
  assert.equal(answer.status, 200, `${asked[1]}: ${answer.text}`)
  assert.equal(answer.headers['content-type'], 'application/json')
  return JSON.parse(answer.text) as T
}

/** Asserts that the runner refused the bundle: status, name, and an error in words. Gives all of the answer's body. */
export function assertRefused(answer: HostAnswer, status: number, name: string, what = ''): Record<string, unknown> {
  assert.equal(answer.status, status, `${what} ${answer.text}`)
  const body = JSON.parse(answer.text) as Record<string, unknown>
  assert.equal(body['error'], name, `${what} ${answer.text}`)
  assert.equal(typeof body['message'], 'string')
  return body
}
