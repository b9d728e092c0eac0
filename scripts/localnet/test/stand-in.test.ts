import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Catalog } from '../streamplace/catalog.ts'
import { streamplaceServer } from '../streamplace/server.ts'
import { tidAt } from '../publish/tid.ts'
import { masterFolder, muxedFolder } from './made-media.ts'

const DID = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const OTHER = 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb'
const PLAYLIST = 'place.stream.playback.getVideoPlaylist'
const at = (rkey: string, did = DID) => `at://${did}/place.stream.video/${rkey}`
const MUXED = at('muxed')
const MASTER = at('master')

const dir = await mkdtemp(join(tmpdir(), 'stand-in-'))
const muxed = await muxedFolder(dir, 'muxed')
const master = await masterFolder(dir, 'master')
const catalog = await Catalog.open(join(dir, 'catalog.json'))
const server = streamplaceServer(catalog)
let origin = ''

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const entry = (uri: string, createdAt: string, more: object) => ({
    uri,
    cid: 'bafyrecord',
    record: { title: uri, createdAt },
    author: { did: DID, handle: 'aurora.test', displayName: 'Aurora' },
    ...more,
  })
  await admin('POST', '/__videos', entry(MUXED, '2026-01-01T00:00:00Z', { folder: muxed.folder }))
  await admin('POST', '/__videos', entry(MASTER, '2026-01-03T00:00:00Z', { folder: master.folder }))
  await admin('POST', '/__videos', entry(at('gone'), '2026-01-04T00:00:00Z', { folder: muxed.folder, unavailable: true }))
  await admin('POST', '/__videos', entry(at('elsewhere'), '2026-01-05T00:00:00Z', {}))
  const untimed = at(tidAt(BigInt(Date.parse('2026-01-02T00:00:00Z')) * 1000n + 7n), OTHER)
  await admin('POST', '/__videos', {
    ...entry(untimed, '', { folder: muxed.folder }),
    record: { title: 'no createdAt' },
    author: { did: OTHER, handle: 'basalt.test' },
  })
})
after(async () => {
  server.closeAllConnections()
  server.close()
  await rm(dir, { recursive: true })
})

function admin(method: string, path: string, body?: object): Promise<Response> {
  return fetch(origin + path, { method, ...(body && { body: JSON.stringify(body) }) })
}
function xrpc(method: string, query: Record<string, string> = {}, init?: RequestInit): Promise<Response> {
  return fetch(`${origin}/xrpc/${method}?${new URLSearchParams(query)}`, init)
}
const playlistOf = async (uri: string, query = {}) => (await xrpc(PLAYLIST, { uri, ...query })).text()
const urisOf = (text: string) => text.split('\n').filter((line) => line.startsWith('/'))
const rangesOf = (text: string) => [...text.matchAll(/BYTERANGE:(\d+)@(\d+)/g)].map(([, length, offset]) => [Number(length), Number(offset)] as const)

async function titles(query: Record<string, string>): Promise<{ titles: string[]; cursor?: string }> {
  const { videos, cursor } = (await (await xrpc('place.stream.media.getVideoList', query)).json()) as { videos: { record: { title: string } }[]; cursor?: string }
  return { titles: videos.map(({ record }) => record.title), ...(cursor !== undefined && { cursor }) }
}

test('the list is newest first, by createdAt or else by record key, and only of hosted videos', async () => {
  assert.deepEqual(await titles({}), { titles: [MASTER, 'no createdAt', MUXED] })
})

test('pages join without gap or overlap, and the last has no cursor', async () => {
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await titles({ limit: '1', ...(cursor && { cursor }) })
    seen.push(...page.titles)
    cursor = page.cursor
  } while (cursor && seen.length < 10)
  assert.deepEqual(seen, [MASTER, 'no createdAt', MUXED])
})

test('the list of one repo, by DID or handle', async () => {
  assert.deepEqual((await titles({ repo: OTHER })).titles, ['no createdAt'])
  assert.deepEqual((await titles({ repo: 'aurora.test' })).titles, [MASTER, MUXED])
})

test('a video view has what the lexicon requires', async () => {
  const view = (await (await xrpc('place.stream.media.getVideo', { uri: MUXED })).json()) as Record<string, unknown>
  assert.deepEqual(Object.keys(view).sort(), ['author', 'cid', 'likeCount', 'record', 'uri', 'viewCounts'])
})

test('a folder without a master gets one from its bytes', async () => {
  const text = await playlistOf(MUXED)
  const peak = Math.ceil((Math.max(...muxed.segments.map(({ length }) => length)) * 8) / 2)
  assert.match(text, new RegExp(`#EXT-X-STREAM-INF:BANDWIDTH=${peak},CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=25.000\n/xrpc/`))
})

test('a master keeps renditions and audio group, with root-relative URIs that share one sid', async () => {
  const text = await playlistOf(MASTER)
  assert.equal(text.match(/#EXT-X-STREAM-INF/g)?.length, 2)
  const uris = [...urisOf(text), /URI="([^"]+)"/.exec(text)?.[1] ?? '']
  const queries = uris.map((uri) => new URL(uri, origin).searchParams)
  assert.deepEqual(queries.map((query) => query.get('track')), ['1', '2', '3'])
  assert.equal(new Set(queries.map((query) => query.get('sid'))).size, 1)
  assert.ok(queries.every((query) => query.get('uri') === MASTER))
})

test('segments of all tracks are ranges of one blob, interleaved, and give the bytes of the folder', async () => {
  const blobs = new Set<string>()
  const starts: number[] = []
  for (const [track, name] of [['1', 'high'], ['2', 'low'], ['3', 'audio']] as const) {
    const text = await playlistOf(MASTER, { track, sid: 's' })
    assert.match(text, /#EXT-X-DISCONTINUITY\n#EXTINF:1\.500000,/)
    assert.match(text, /#EXT-X-TARGETDURATION:2\n/)
    for (const [index, [length, offset]] of rangesOf(text).entries()) {
      const url = origin + urisOf(text)[index]
      blobs.add(url)
      starts.push(offset)
      const response = await fetch(url, { headers: { range: `bytes=${offset}-${offset + length - 1}` } })
      assert.equal(response.status, 206)
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), master.segments[name]?.[index])
    }
  }
  assert.equal(blobs.size, 1)
  assert.notDeepEqual(starts, [...starts].sort((a, b) => a - b), "a track's ranges are not contiguous")
})

test('the map of a muxed folder is a small blob of its own', async () => {
  const text = await playlistOf(MUXED, { track: '1', sid: 's' })
  const uri = /#EXT-X-MAP:URI="([^"]+)"\n/.exec(text)?.[1]
  const response = await fetch(origin + uri)
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), muxed.init)
  assert.notEqual(new URL(uri ?? '', origin).searchParams.get('cid'), new URL(urisOf(text)[0] ?? '', origin).searchParams.get('cid'))
})

test('a media playlist without sid redirects to itself with one', async () => {
  const response = await xrpc(PLAYLIST, { uri: MUXED, track: '1', start: '10' }, { redirect: 'manual' })
  assert.equal(response.status, 302)
  const location = new URL(response.headers.get('location') ?? '', origin)
  assert.ok(location.searchParams.get('sid'))
  assert.deepEqual([location.searchParams.get('uri'), location.searchParams.get('track'), location.searchParams.get('start')], [MUXED, '1', '10'])
  assert.equal((await fetch(location, { redirect: 'manual' })).status, 200)
})

test('a clip keeps the segments that overlap it, and the master hands it on', async () => {
  assert.equal(rangesOf(await playlistOf(MUXED, { track: '1', sid: 's', start: '2000', end: '3000' })).length, 1)
  assert.equal(rangesOf(await playlistOf(MUXED, { track: '1', sid: 's', start: '1999' })).length, 3)
  assert.match(urisOf(await playlistOf(MUXED, { start: '5', end: '9' }))[0] ?? '', /start=5&end=9/)
})

test('playlists live a minute', async () => {
  const { headers } = await xrpc(PLAYLIST, { uri: MUXED })
  assert.equal(headers.get('cache-control'), 'public, max-age=60')
  assert.equal(headers.get('content-type'), 'application/vnd.apple.mpegurl')
})

const errors: [string, string, Record<string, string>, number, string][] = [
  ['no uri', PLAYLIST, {}, 400, 'InvalidRequest'],
  ['a uri that is none', PLAYLIST, { uri: 'https://example.com' }, 400, 'InvalidRequest'],
  ['another collection', PLAYLIST, { uri: `at://${DID}/app.bsky.feed.post/x` }, 400, 'UnsupportedCollection'],
  ['an unknown video', PLAYLIST, { uri: at('nowhere') }, 404, 'VideoNotFound'],
  ['a video taken down', PLAYLIST, { uri: at('gone') }, 403, 'VideoUnavailable'],
  ['a video hosted elsewhere', PLAYLIST, { uri: at('elsewhere') }, 404, 'BlobNotFound'],
  ['an unknown track', PLAYLIST, { uri: MUXED, track: '9' }, 404, 'TrackNotFound'],
  ['a start that is no number', PLAYLIST, { uri: MUXED, start: '1.5' }, 400, 'InvalidRequest'],
  ['a clip that ends before it starts', PLAYLIST, { uri: MUXED, start: '9', end: '9' }, 400, 'InvalidRequest'],
  ['getVideo of an unknown video', 'place.stream.media.getVideo', { uri: at('nowhere') }, 404, 'VideoNotFound'],
  ['limit 0', 'place.stream.media.getVideoList', { limit: '0' }, 400, 'InvalidRequest'],
  ['limit 101', 'place.stream.media.getVideoList', { limit: '101' }, 400, 'InvalidRequest'],
  ['a foreign cursor', 'place.stream.media.getVideoList', { cursor: 'x' }, 400, 'InvalidRequest'],
  ['an unknown blob', 'place.stream.playback.getVideoBlob', { did: DID, cid: 'bafkr4i' }, 404, 'BlobNotFound'],
  ['an unknown method', 'place.stream.nope', {}, 501, 'MethodNotImplemented'],
]
for (const [name, method, query, status, error] of errors) {
  test(`${name}: ${status} ${error}`, async () => {
    const response = await xrpc(method, query)
    const answer = (await response.json()) as { error: string; message: string }
    assert.deepEqual([response.status, answer.error], [status, error])
    assert.ok(answer.message)
    assert.equal(response.headers.get('access-control-allow-origin'), '*')
    assert.equal(response.headers.get('cache-control'), null)
  })
}

test('blobs: suffixes, HEAD, ranges, immutability', async () => {
  const cid = (await catalog.media(muxed.folder)).blob.cid
  const whole = Buffer.concat(muxed.segments)
  const blob = (suffix: string, init: RequestInit = {}) => xrpc('place.stream.playback.getVideoBlob', { did: DID, cid: cid + suffix }, init)

  for (const suffix of ['', '.m4s', '.mp4']) assert.deepEqual(Buffer.from(await (await blob(suffix)).arrayBuffer()), whole)
  const head = await blob('', { method: 'HEAD' })
  assert.deepEqual([head.status, head.headers.get('content-length'), (await head.arrayBuffer()).byteLength], [200, String(whole.length), 0])
  assert.match(head.headers.get('cache-control') ?? '', /immutable/)
  assert.equal(head.headers.get('accept-ranges'), 'bytes')

  const part = await blob('.m4s', { headers: { range: 'bytes=100-199' } })
  assert.deepEqual([part.status, part.headers.get('content-range')], [206, `bytes 100-199/${whole.length}`])
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), whole.subarray(100, 200))

  for (const range of ['bytes=0-1,5-6', `bytes=${whole.length}-`]) {
    const refused = await blob('', { headers: { range } })
    assert.deepEqual([refused.status, refused.headers.get('content-range')], [416, `bytes */${whole.length}`])
  }
  const same = await blob('', { headers: { 'if-none-match': head.headers.get('etag') ?? '' } })
  assert.equal(same.status, 304)
  assert.equal((await xrpc('place.stream.playback.getVideoBlob', { did: 'did:plc:cccccccccccccccccccccccc', cid })).status, 404)
})

test('a browser on another origin may ask for ranges and read the answer', async () => {
  const preflight = await xrpc('place.stream.playback.getVideoBlob', {}, { method: 'OPTIONS' })
  assert.equal(preflight.status, 204)
  assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /Range/)
  assert.match(preflight.headers.get('access-control-expose-headers') ?? '', /Content-Range/)
})

test('faults strike the method and video they name, as often as they say', async () => {
  await admin('POST', '/__faults', { method: PLAYLIST, match: 'muxed', status: 503, retryAfter: 7, times: 2 })
  assert.equal((await xrpc(PLAYLIST, { uri: MASTER })).status, 200)
  const struck = await xrpc(PLAYLIST, { uri: MUXED })
  assert.deepEqual([struck.status, struck.headers.get('retry-after')], [503, '7'])
  assert.equal((await xrpc(PLAYLIST, { uri: MUXED })).status, 503)
  assert.equal((await xrpc(PLAYLIST, { uri: MUXED })).status, 200)

  await admin('POST', '/__faults', { method: '*', html: true })
  assert.match((await xrpc(PLAYLIST, { uri: MUXED })).headers.get('content-type') ?? '', /html/)
  await admin('POST', '/__faults', { method: PLAYLIST, reset: 'headers' })
  await assert.rejects(xrpc(PLAYLIST, { uri: MUXED }))
  await admin('POST', '/__faults', { method: PLAYLIST, reset: 'body' })
  await assert.rejects(xrpc(PLAYLIST, { uri: MUXED }).then((response) => response.text()))
  await admin('POST', '/__faults', { method: PLAYLIST, stall: 'headers' })
  await assert.rejects(xrpc(PLAYLIST, { uri: MUXED }, { signal: AbortSignal.timeout(50) }), { name: 'TimeoutError' })
  await admin('POST', '/__faults', { method: PLAYLIST, delayMs: 60 })
  const began = performance.now()
  assert.equal((await xrpc(PLAYLIST, { uri: MUXED })).status, 200)
  assert.ok(performance.now() - began >= 55)
})

test('requests are counted', async () => {
  await admin('DELETE', '/__requests')
  await xrpc(PLAYLIST, { uri: MUXED })
  const { requests } = (await (await admin('GET', '/__requests')).json()) as { requests: { url: string }[] }
  assert.equal(requests.length, 1)
})

test('an unplayable folder is refused by name', async () => {
  const response = await admin('POST', '/__media', { folder: dir })
  assert.equal(response.status, 400)
  assert.match(((await response.json()) as { message: string }).message, /index\.m3u8/)
})

test('a catalog opened again knows its videos', async () => {
  const again = await Catalog.open(join(dir, 'catalog.json'))
  assert.deepEqual(again.page(undefined, 100, undefined), catalog.page(undefined, 100, undefined))
})
