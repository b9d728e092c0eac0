import assert from 'node:assert/strict'
import { test } from 'node:test'
import { relay, type RelayRequest } from '../../server/relay.ts'
import { bundleUrl } from '../../shared/vod-client.ts'

const BUNDLE = bundleUrl('https://run.example', 'did:plc:abc/vod/latest')!
const GET: RelayRequest<'rss'> = { method: 'GET', parameters: {} }
const RSS = { 'content-type': 'application/rss+xml; charset=utf-8' }

function answering(answer: () => Response) {
  const asked: { url: string; init: RequestInit }[] = []
  const send = async (url: unknown, init: RequestInit) => {
    asked.push({ url: String(url), init })
    return answer()
  }
  return { asked, fetch: send as typeof fetch }
}

test('the answer comes back with the headers that are the bundle’s to say, and no others', async () => {
  const foreign = { 'set-cookie': 'a=b', 'content-security-policy': 'default-src *', location: '/x', 'access-control-allow-origin': '*' }
  const told = { ...RSS, 'cache-control': 'public, max-age=60', etag: '"1"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' }
  const { asked, fetch } = answering(() => new Response('<rss/>', { headers: { ...told, ...foreign } }))
  const answer = await relay(BUNDLE, 'rss', { ...GET, parameters: { creator: 'did:web:a.example%3A1' }, ifNoneMatch: '"0"' }, { fetch })
  assert.deepEqual([answer.status, await answer.text()], [200, '<rss/>'])
  assert.deepEqual(Object.fromEntries(answer.headers), told)
  assert.equal(asked[0]!.url, `${BUNDLE}/rss?creator=did%3Aweb%3Aa.example%253A1`)
  assert.deepEqual(asked[0]!.init.headers, { accept: 'application/rss+xml', 'if-none-match': '"0"' })
  assert.equal(asked[0]!.init.redirect, 'manual')
})

test('parameters go on as they were written, and only those that were', async () => {
  const { asked, fetch } = answering(() => Response.json({}))
  await relay(BUNDLE, 'oembed', { method: 'GET', parameters: { url: 'https://a.example/?x=1&y=2', format: undefined, maxwidth: '-1x' } }, { fetch })
  await relay(BUNDLE, 'sitemap', { method: 'GET', parameters: {} }, { fetch })
  assert.deepEqual(asked.map(({ url }) => url), [`${BUNDLE}/oembed?url=https%3A%2F%2Fa.example%2F%3Fx%3D1%26y%3D2&maxwidth=-1x`, `${BUNDLE}/sitemap`])
})

const JSON_ERROR = () => Response.json({ error: 'X', message: 'x' }, { status: 404, headers: { 'cache-control': 'public, max-age=10' } })
const CASES: [what: string, method: string, answer: () => Response, status: number, body: string, headers?: Record<string, string>][] = [
  ['what is not modified has no body', 'GET', () => new Response(null, { status: 304, headers: { etag: '"1"' } }), 304, '', { etag: '"1"' }],
  ['HEAD has none', 'HEAD', () => new Response('<rss/>', { headers: RSS }), 200, ''],
  ['an error of the bundle passes', 'GET', JSON_ERROR, 404, '{"error":"X","message":"x"}', { 'cache-control': 'public, max-age=10' }],
  ['so does its retry-after', 'GET', () => Response.json({}, { status: 503, headers: { 'retry-after': '77' } }), 503, '{}', { 'retry-after': '77' }],
  ['a page in front of the runner does not', 'GET', () => new Response('<h1>522</h1>', { status: 522, headers: { 'content-type': 'text/html' } }), 503, '{"error":"Unreachable","message":"the runner is away"}', { 'retry-after': '10', 'cache-control': 'no-store' }],
]
for (const [what, method, answer, status, body, headers = {}] of CASES) {
  test(what, async () => {
    const got = await relay(BUNDLE, 'rss', { ...GET, method }, { fetch: answering(answer).fetch })
    assert.deepEqual([got.status, await got.text()], [status, body])
    for (const [name, value] of Object.entries(headers)) assert.equal(got.headers.get(name), value, name)
  })
}

test('bad_input_25_nothing but the endpoint’s own type is served from this origin', async () => {
  const hostile = [
    () => new Response('<script>alert(1)</script>', { headers: { 'content-type': 'text/html' } }),
    () => new Response('alert(1)', { headers: { 'content-type': 'text/javascript' } }),
    () => new Response(new TextEncoder().encode('<script>')),
    () => new Response('<script>alert(1)</script>', { status: 404, headers: { 'content-type': 'text/html' } }),
    () => new Response(null, { status: 302, headers: { location: 'https://evil.example/', ...RSS } }),
    () => Response.json({}),
  ]
  for (const answer of hostile) {
    const got = await relay(BUNDLE, 'rss', GET, { fetch: answering(answer).fetch })
    assert.equal(got.status, 502)
    assert.match(got.headers.get('content-type')!, /^application\/json/)
    assert.equal(got.headers.get('location'), null)
    assert.equal(got.headers.get('cache-control'), 'no-store')
  }
})

test('the runner’s absence is a 503 that says when to come again', async () => {
  const never = ((_url: unknown, init: RequestInit) => new Promise((_resolve, reject) => init.signal!.addEventListener('abort', () => reject(init.signal!.reason)))) as typeof fetch
  const stuck = ((_url: unknown, init: RequestInit) => {
    const body = new ReadableStream({ start: (controller) => init.signal!.addEventListener('abort', () => controller.error(init.signal!.reason)) })
    return Promise.resolve(new Response(body, { headers: RSS }))
  }) as typeof fetch
  const refusing = (() => Promise.reject(new TypeError('fetch failed'))) as typeof fetch
  const alive = setInterval(() => undefined, 1_000)
  for (const [bundle, send] of [[BUNDLE, never], [BUNDLE, stuck], [BUNDLE, refusing], [undefined, refusing]] as const) {
    const got = await relay(bundle, 'rss', GET, { fetch: send, timeoutMs: 20 })
    assert.deepEqual([got.status, got.headers.get('retry-after'), got.headers.get('cache-control')], [503, '10', 'no-store'])
  }
  clearInterval(alive)
})

test('nothing is asked for another method than GET and HEAD', async () => {
  const { asked, fetch } = answering(() => new Response())
  const got = await relay(BUNDLE, 'rss', { ...GET, method: 'POST' }, { fetch })
  assert.deepEqual([got.status, got.headers.get('allow'), asked.length], [405, 'GET, HEAD', 0])
})
