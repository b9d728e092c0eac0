/** Asking the video bundle's endpoints by their lexicons, and what an error of theirs has to be. */
import assert from 'node:assert/strict'
import { ask, askJson, assertCommon, type Answer } from './ask.ts'
import { contracts, typed, type Input } from './lexicons.ts'
import { until } from './probe.ts'
import { RUNNER_URL, VOD_BUNDLE, account } from './system.ts'

/** `/bundle/{did}/{name}/{channel}` */
export const BUNDLE = `/bundle/${VOD_BUNDLE}`
/** The web player's origin. */
export const WEB_URL = process.env['WEB_URL'] ?? ''
/** A DID that nobody has. */
export const NOBODY = `did:plc:${'z'.repeat(24)}`
export const GET_VIDEO = 'place.stream.media.getVideo'
export const GET_COMMENTS = 'place.stream.vod.getComments'
export const GET_LIST = 'place.stream.media.getVideoList'
export const GET_PLAYLIST = 'place.stream.playback.getVideoPlaylist'

interface Endpoint {
  name: string
  method: string
  input?: { name: string }[]
}

/** What the running release answers to. */
export const { endpoints } = await askJson<{ endpoints: Endpoint[] }>(BUNDLE)

/** The methods by which an endpoint may be asked. */
export const methodsOf = (endpoint: string) => endpoints.filter(({ name }) => name === endpoint).map(({ method }) => method)

/** Asks an endpoint: a query for GET, the same as JSON for POST. What the lexicon refuses goes into the JSON as it is. */
export function call(bundle: string, endpoint: string, method: string, input: Input, headers: Record<string, string> = {}): Promise<Answer> {
  if (method === 'GET') {
    const pairs = Object.entries(input).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one]))
    return ask(`${bundle}/${endpoint}${pairs.length > 0 ? '?' : ''}${new URLSearchParams(pairs)}`, { headers })
  }
  const body = JSON.stringify(asJson(endpoint, input))
  return ask(`${bundle}/${endpoint}`, { method, body, headers: { ...headers, 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) } })
}

function asJson(endpoint: string, input: Input): object {
  try {
    return typed(endpoint, input)
  } catch {
    const lists = contracts.get(endpoint)?.parameters.filter(({ most }) => most !== undefined).map(({ name }) => name) ?? []
    return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, lists.includes(name) ? [value].flat() : value]))
  }
}

/**
 * Asks for an error, by each method; fails unless it has that name, and its name, status and shape are as documented. Pages tell it by
 * their status, pictures by a header.
 */
export async function assertRefuses(endpoint: string, input: Input, name: string, headers: Record<string, string> = {}, bundle = BUNDLE): Promise<void> {
  const statuses = contracts.get(endpoint)?.errors.get(name)
  for (const method of methodsOf(endpoint)) {
    const answer = await call(bundle, endpoint, method, input, headers)
    const told = `${method} ${endpoint} ${JSON.stringify(input).slice(0, 200)}: ${answer.status} ${answer.text.slice(0, 300)}`
    if (mediaType(answer) === 'image/jpeg') {
      assert.equal(answer.headers.get('x-bundle-reason')?.split(':')[0], name, told)
    } else if (mediaType(answer) === 'text/html') {
      assert.equal(answer.status, name.startsWith('Upstream') ? 503 : statuses?.at(-1), told)
      assert.ok(!answer.text.includes('http-equiv="refresh"'), told)
    } else {
      assert.equal(mediaType(answer), 'application/json', told)
      const body = JSON.parse(answer.text) as Record<string, unknown>
      assert.deepEqual([body['error'], typeof body['message'], Object.keys(body).sort()], [name, 'string', ['error', 'message']], told)
      assert.equal(answer.status, statuses?.[0], `${told}: documented for ${statuses?.join(', ') ?? 'nothing'}`)
      assertCommon(answer)
    }
    if (answer.status === 503) assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/, told)
  }
  assert.ok(statuses, `${endpoint} ${JSON.stringify(input).slice(0, 200)}: ${name} is not documented`)
}

let unknowns = 0

/** A video that nobody knows, another one each time. */
export function unknown(): string {
  return `at://${account('aurora.test').did}/place.stream.video/3unknown${process.pid}x${++unknowns}`
}

/** Waits until a picture is there. */
export async function made(path: string): Promise<void> {
  await until(() => ask(`${BUNDLE}/${path}`), ({ status }) => status === 200, 60)
}

/** The URL of an endpoint; `bundle` is that of another installation. */
export function at(endpoint: string, input: Record<string, string>, bundle = `${RUNNER_URL}${BUNDLE}`): string {
  return `${bundle}/${endpoint}?${new URLSearchParams(input)}`
}

/** The address of a video's page for frames at the web player. */
export function embedUrl(uri: string): string {
  return `${WEB_URL}/embed/${uri.split('/')[2]}/${keyOf(uri)}`
}

/** The address of a video's page at the web player. */
export function watchUrl(uri: string): string {
  return `${WEB_URL}/watch/${uri.split('/')[2]}/${keyOf(uri)}`
}

/** An answer's type without its parameters. */
export function mediaType({ headers }: Answer): string | undefined {
  return headers.get('content-type')?.split(';')[0]?.trim()
}

/** The key of a record. */
export function keyOf(uri: string): string {
  return uri.slice(uri.lastIndexOf('/') + 1)
}
