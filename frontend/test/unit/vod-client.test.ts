import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bundleUrl, endpointUrl, getProfile, getShareHead, getVideo, listVideos, playlistUrl, thumbnailUrl } from '../../shared/vod-client.ts'

const BUNDLE = bundleUrl('https://run.example/', 'did:plc:abc/vod/1.2.3')!
const ITEM = { uri: 'at://did:plc:abc/place.stream.video/3k', cid: 'bafy', title: 'One', creator: 'did:plc:abc', durationMs: 1000, createdAt: '2026-01-02T03:04:05Z' }

function answering(body: unknown, status = 200) {
  const asked: string[] = []
  const send = async (url: unknown) => {
    asked.push(String(url))
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })
  }
  return { asked, fetch: send as typeof fetch }
}

test('the bundle address joins runner and bundle, and refuses what is neither', () => {
  assert.equal(bundleUrl('http://127.0.0.1:8787', 'did:web:a.example%3A1/vod/latest'), 'http://127.0.0.1:8787/bundle/did:web:a.example%253A1/vod/latest')
  assert.equal(bundleUrl('https://run.example/base//', 'did:plc:abc/vod/1.0.0-rc.1'), 'https://run.example/base/bundle/did:plc:abc/vod/1.0.0-rc.1')
  for (const [runner, bundle] of [
    ['', 'did:plc:abc/vod/1.0.0'],
    ['javascript:alert(1)', 'did:plc:abc/vod/1.0.0'],
    ['https://run.example', ''],
    ['https://run.example', 'did:plc:abc/vod'],
    ['https://run.example', 'did:plc:abc/vod/1.0.0/more'],
    ['https://run.example', 'did:plc:abc/../admin'],
    ['https://run.example', 'nobody/vod/1.0.0'],
  ] as const) assert.equal(bundleUrl(runner, bundle), undefined, `${runner} ${bundle}`)
})

test('a list is asked for with limit and cursor, and items that are no videos are left out', async () => {
  const { asked, fetch } = answering({ videos: [ITEM, { title: 'no uri' }, null, { ...ITEM, uri: 'https://x' }], cursor: 'next' })
  const outcome = await listVideos(BUNDLE, { limit: 3, cursor: 'a&b=c' }, { fetch })
  assert.deepEqual(asked, ['https://run.example/bundle/did:plc:abc/vod/1.2.3/listVideos?limit=3&cursor=a%26b%3Dc'])
  assert.ok(outcome.ok)
  assert.deepEqual(outcome.value.videos.map(({ rkey }) => rkey), ['3k'])
  assert.equal(outcome.value.cursor, 'next')
})

test('the at-uri is escaped in every address', async () => {
  const { asked, fetch } = answering(ITEM)
  await getVideo(BUNDLE, ITEM.uri, { fetch })
  const uri = 'uri=at%3A%2F%2Fdid%3Aplc%3Aabc%2Fplace.stream.video%2F3k'
  assert.equal(asked[0], `${BUNDLE}/getVideo?${uri}`)
  assert.equal(playlistUrl(BUNDLE, ITEM.uri), `${BUNDLE}/getPlaylist?${uri}`)
})

test('parameters that are not given are left out, lists are repeated', () => {
  assert.equal(endpointUrl(BUNDLE, 'sitemap', {}), `${BUNDLE}/sitemap`)
  assert.equal(endpointUrl(BUNDLE, 'sitemap', { page: undefined }), `${BUNDLE}/sitemap`)
  assert.equal(endpointUrl(BUNDLE, 'batchProfiles', { actors: ['a.test', 'b&c'] }), `${BUNDLE}/batchProfiles?actors=a.test&actors=b%26c`)
  assert.equal(thumbnailUrl(BUNDLE, { uri: 'u', cid: 'c' }, 320), `${BUNDLE}/getThumbnail?uri=u&cid=c&width=320`)
  assert.equal(thumbnailUrl(BUNDLE, { uri: 'u', cid: '' }, 320), `${BUNDLE}/getThumbnail?uri=u&width=320`)
})

test('a creator and a share head are read from their endpoints', async () => {
  const who = answering({ did: 'did:plc:abc', displayName: 'A' })
  const profile = await getProfile(BUNDLE, 'a.test', { fetch: who.fetch })
  assert.deepEqual([who.asked, profile.ok && profile.value], [[`${BUNDLE}/getProfile?actor=a.test`], { did: 'did:plc:abc', displayName: 'A' }])
  const told = answering({ title: 'Streamhut | One', meta: [], link: [] })
  const head = await getShareHead(BUNDLE, { uri: ITEM.uri }, { fetch: told.fetch })
  assert.ok(head.ok && head.value.title === 'Streamhut | One')
  assert.match(told.asked[0]!, /\/getShareHead\?uri=at%3A/)
})

test('a refusal says when to come again, and what is withheld is gone', async () => {
  const fault = async (status: number, body: unknown, headers: Record<string, string> = {}) => {
    const outcome = await getVideo(BUNDLE, ITEM.uri, { fetch: (async () => Response.json(body, { status, headers })) as typeof fetch })
    return outcome.ok ? undefined : outcome.fault
  }
  assert.deepEqual(await fault(503, { error: 'UpstreamUnavailable', message: 'm' }, { 'retry-after': '30' }), { kind: 'failing', status: 503, name: 'UpstreamUnavailable', message: 'm', retryAfter: 30 })
  assert.equal((await fault(503, {}, { 'retry-after': 'Thu, 01 Jan 2026 00:00:00 GMT' }))?.retryAfter, undefined)
  assert.equal((await fault(403, { error: 'VideoUnavailable', message: 'm' }))?.kind, 'missing')
  assert.equal((await fault(403, { error: 'NotAdmitted', message: 'm' }))?.kind, 'refused')
})

const REFUSALS: [status: number, body: unknown, kind: string, name: string][] = [
  [400, { error: 'InvalidRequest', message: 'limit' }, 'refused', 'InvalidRequest'],
  [404, { error: 'VideoNotFound', message: 'x' }, 'missing', 'VideoNotFound'],
  [410, { error: 'Gone', message: 'x' }, 'missing', 'Gone'],
  [429, {}, 'failing', 'UnknownError'],
  [502, '<html>bad gateway</html>', 'failing', 'UnknownError'],
  [503, { error: 7, message: [] }, 'failing', 'UnknownError'],
  [501, { error: 'NoAppView', message: 'x' }, 'unsupported', 'NoAppView'],
  [501, {}, 'failing', 'UnknownError'],
  [200, '<html>hello</html>', 'nonsense', 'UnknownShape'],
  [200, { videos: 'none' }, 'nonsense', 'UnknownShape'],
  [200, [], 'nonsense', 'UnknownShape'],
]
for (const [status, body, kind, name] of REFUSALS) {
  test(`an answer of ${status} ${JSON.stringify(body)} is ${kind}`, async () => {
    const outcome = await listVideos(BUNDLE, { limit: 1 }, { fetch: answering(body, status).fetch })
    assert.ok(!outcome.ok)
    assert.deepEqual([outcome.fault.kind, outcome.fault.name, outcome.fault.status], [kind, name, status])
  })
}

test('a runner that never answers is slow, one that cannot be reached is unreachable', async () => {
  const never = ((_url: unknown, init: RequestInit) => new Promise((_resolve, reject) => init.signal!.addEventListener('abort', () => reject(init.signal!.reason)))) as typeof fetch
  const alive = setInterval(() => undefined, 1_000)
  const slow = await listVideos(BUNDLE, { limit: 1 }, { fetch: never, timeoutMs: 20 })
  clearInterval(alive)
  assert.ok(!slow.ok && slow.fault.kind === 'slow' && slow.fault.status === 0)
  const refusing = (() => Promise.reject(new TypeError('fetch failed'))) as typeof fetch
  const down = await listVideos(BUNDLE, { limit: 1 }, { fetch: refusing })
  assert.ok(!down.ok && down.fault.kind === 'unreachable')
  const unset = await listVideos(undefined, { limit: 1 })
  assert.ok(!unset.ok && unset.fault.kind === 'unconfigured')
})
