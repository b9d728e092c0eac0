/** Pictures through the runner: from a real node's bytes to a JPEG in a caller's hands, once, however many ask. */
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { heldTo, sizeOfJpeg, storyboard } from '../../../scripts/localnet/check/pictures.ts'
import type { PublishedVideo } from '../../../scripts/localnet/publish/publish-video.ts'
import { operate } from './relay.ts'
import { until } from './probe.ts'
import { signIn } from './publish.ts'
import { askedDuring, clearFaults, edit, fault, forget, publishDemo, type Seen } from './streamplace.ts'
import { PDS_URL, RUNNER_URL, VOD_BUNDLE, start, stop } from './system.ts'

const [did = '', name = ''] = VOD_BUNDLE.split('/')
const BUNDLE = `${RUNNER_URL}/bundle/${VOD_BUNDLE}`
const IMMUTABLE = 'public, max-age=31536000, immutable'

const published: PublishedVideo[] = []
let ordinal = 0

/** A new video that has no pictures yet. */
async function fresh(slug = 'test-card', extra: object = {}): Promise<PublishedVideo> {
  const video = await publishDemo(slug, ++ordinal, extra)
  published.push(video)
  return video
}

interface Got {
  status: number
  headers: Headers
  bytes: Buffer
}

async function get(endpoint: string, query: Record<string, string>, init: RequestInit = {}): Promise<Got> {
  const response = await fetch(`${BUNDLE}/${endpoint}?${new URLSearchParams(query)}`, init)
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) }
}

const media = (seen: Seen[]) => seen.filter(({ url }) => url.includes('getVideoBlob'))
const reason = ({ headers }: Got) => headers.get('x-bundle-reason')

after(async () => {
  // Other tests compare the node's list with what the network published.
  for (const { uri } of published) await forget(uri)
})
afterEach(clearFaults)

test('a cold thumbnail takes two requests for media, and a warm one none at all', async () => {
  const { uri, cid } = await fresh('paper-mountains')
  const { value: cold, seen } = await askedDuring(() => get('getThumbnail', { uri, width: '320', cid }))
  assert.equal(cold.status, 200)
  assert.equal(reason(cold), null)
  assert.deepEqual(sizeOfJpeg(cold.bytes), { width: 320, height: 180 })
  assert.equal(cold.headers.get('content-type'), 'image/jpeg')
  assert.equal(cold.headers.get('cache-control'), IMMUTABLE)
  assert.equal(cold.headers.get('access-control-allow-origin'), '*')
  assert.equal(cold.headers.get('cross-origin-resource-policy'), 'cross-origin')
  assert.equal(media(seen).length, 2, JSON.stringify(seen))
  for (const { range } of media(seen)) assert.match(range ?? '', /^bytes=\d+-\d+$/)

  const { value: warm, seen: none } = await askedDuring(() => get('getThumbnail', { uri, width: '320', cid }))
  assert.deepEqual(none, [])
  assert.ok(warm.bytes.equals(cold.bytes))
  const etag = warm.headers.get('etag') ?? ''
  assert.match(etag, /^"[^"]+"$/)
  assert.equal(cold.headers.get('etag'), etag)

  const known = await get('getThumbnail', { uri, width: '320', cid }, { headers: { 'if-none-match': etag } })
  assert.deepEqual([known.status, known.bytes.length], [304, 0])
  const head = await get('getThumbnail', { uri, width: '320', cid }, { method: 'HEAD' })
  assert.deepEqual([head.status, head.bytes.length, head.headers.get('content-length')], [200, 0, String(cold.bytes.length)])
  const part = await get('getThumbnail', { uri, width: '320', cid }, { headers: { range: 'bytes=2-5' } })
  assert.deepEqual([part.status, part.bytes.toString('hex')], [206, cold.bytes.toString('hex', 2, 6)])

  // By the video alone it is the same picture, for a minute.
  const byVideo = await get('getThumbnail', { uri, width: '320' })
  assert.ok(byVideo.bytes.equals(cold.bytes))
  assert.match(byVideo.headers.get('cache-control') ?? '', /^public, max-age=60\b/)
})

test('bad_input_20_ranges_of_a_picture', async () => {
  const { uri, cid } = await fresh()
  const { length } = (await get('getThumbnail', { uri, width: '160', cid })).bytes
  for (const [range, status] of [
    ['bytes=-0', 416],
    ['bytes=99999999999999999999-', 416],
    [`bytes=${length}-`, 416],
    [`bytes=${Array.from({ length: 1_000 }, (_, n) => `${n}-${n}`).join(',')}`, 416],
    ['bytes=5-2', 416],
    ['bytes=0-', 206],
  ] as const) {
    const answer = await get('getThumbnail', { uri, width: '160', cid }, { headers: { range } })
    assert.ok(answer.status === status || (status === 416 && answer.status === 400), `${range.slice(0, 60)}: ${answer.status}`)
    if (answer.status === 206) assert.equal(answer.bytes.length, length)
  }
})

test('bad_input_23_widths_times_and_sheets_that_make_no_sense', async () => {
  const { uri } = await fresh()
  const { value: answers, seen } = await askedDuring(() =>
    Promise.all([
      ...['0', '65535', '1000000', '-1', '320.0', 'NaN'].map((width) => get('getThumbnail', { uri, width })),
      ...['NaN', '-1', 'inf', '1e9'].map((t) => get('getThumbnail', { uri, t })),
      ...['1000000', '-1', 'x'].map((sheet) => get('getSprite', { uri, sheet })),
      ...['x', 'bafy'].map((cid) => get('getVtt', { uri, cid })),
      get('getThumbnail', { uri: 'at://alice.test/place.stream.video/a' }),
    ]),
  )
  for (const answer of answers) assert.equal(answer.status, 400, answer.bytes.toString('utf8', 0, 200))
  assert.deepEqual(seen, [])
  assert.equal((await get('getThumbnail', { uri, t: '86400' })).status, 400, 'past the end')
})

test('bad_input_24_five_hundred_ask_for_one_cold_thumbnail', { timeout: 120_000 }, async () => {
  const { uri, cid } = await fresh('northern-lights')
  // Who waits for longer than a call may take on this system (4 s) is told so, and asks again after a while, as browsers do.
  const end = Date.now() + 60_000
  const patient = async (): Promise<Got> => {
    for (;;) {
      const answer = await get('getThumbnail', { uri, width: '480', cid })
      if ((answer.status !== 202 && answer.status !== 504) || Date.now() > end) return answer
      await sleep(2_000 + Math.random() * 8_000)
    }
  }
  const { value: answers, seen } = await askedDuring(() => Promise.all(Array.from({ length: 500 }, patient)))
  for (const answer of answers) {
    assert.equal(answer.status, 200, answer.bytes.toString('utf8', 0, 200))
    assert.ok(answer.bytes.equals(answers[0]!.bytes))
  }
  assert.equal(media(seen).length, 2, 'one initialisation segment and one keyframe')
})

for (const [who, init, refused] of [
  ['whom the runner cut off', () => ({}), 504],
  ['who hung up', () => ({ signal: AbortSignal.timeout(600) }), undefined],
] as [string, () => RequestInit, number | undefined][]) {
  test(`bad_input_24_a_picture_that_was_begun_for_one_${who.replaceAll(' ', '_')}_is_finished_for_the_next`, async () => {
    const { uri, cid } = await fresh('northern-lights')
    await fault({ method: 'place.stream.playback.getVideoBlob', delayMs: 5_000, times: 2 })
    const { seen } = await askedDuring(async () => {
      const first = get('getThumbnail', { uri, width: '480', cid }, init())
      if (refused === undefined) await assert.rejects(first, { name: 'TimeoutError' })
      else assert.equal((await first).status, refused)
      await sleep(1_500)
      const next = await until(() => get('getThumbnail', { uri, width: '480', cid }), ({ status }) => status !== 504 && status !== 202)
      assert.deepEqual([next.status, reason(next), sizeOfJpeg(next.bytes)], [200, null, { width: 480, height: 270 }])
    })
    assert.equal(media(seen).length, 2, 'it was not begun anew')
  })
}

test('times within one segment are one picture', async () => {
  const { uri, cid } = await fresh()
  const first = await get('getThumbnail', { uri, width: '320', cid, t: '10' })
  const { value: second, seen } = await askedDuring(() => get('getThumbnail', { uri, width: '320', cid, t: '11.999' }))
  assert.ok(second.bytes.equals(first.bytes))
  assert.deepEqual(media(seen), [])
  const other = await get('getThumbnail', { uri, width: '320', cid, t: '12' })
  assert.deepEqual([first.status, other.status], [200, 200])
  assert.ok(!other.bytes.equals(first.bytes))
})

test('an edited record has pictures of its own, and its old address shows them', async () => {
  const video = await fresh('lava-lamp')
  const before = await get('getThumbnail', { uri: video.uri, width: '160', cid: video.cid })
  const { cid } = await edit(video, { title: 'Another title' })
  // Who names another version than the one that is known has the node asked again, once in some seconds.
  const after = await until(async () => get('getThumbnail', { uri: video.uri, width: '160', cid }), ({ headers }) => headers.get('cache-control') === IMMUTABLE)
  assert.ok(after.bytes.equals(before.bytes), 'the same frame')
  const old = await get('getThumbnail', { uri: video.uri, width: '160', cid: video.cid })
  assert.equal(old.status, 200)
})

test("the creator's own thumbnail is preferred, and comes from their PDS with its CID checked", async () => {
  const author = await signIn('aurora.test')
  // Any JPEG will do that is none of this video's.
  const other = await fresh()
  const chosen = (await get('getThumbnail', { uri: other.uri, width: '160', cid: other.cid })).bytes
  const upload = await fetch(`${PDS_URL}/xrpc/com.atproto.repo.uploadBlob`, { method: 'POST', headers: { 'content-type': 'image/jpeg', authorization: author.authorization }, body: new Uint8Array(chosen) })
  const { blob } = (await upload.json()) as { blob: object }
  const { uri, cid } = await fresh('ink-in-water', { thumb: blob })
  const { value: answer, seen } = await askedDuring(() => get('getThumbnail', { uri, width: '320', cid }))
  assert.equal(reason(answer), null)
  assert.deepEqual(sizeOfJpeg(answer.bytes), sizeOfJpeg(chosen))
  assert.deepEqual(media(seen), [], 'no frame was needed')
})

describe('a node that is not at its best', () => {
  let kept: PublishedVideo
  before(async () => {
    kept = await fresh('garden-of-life')
    await get('getThumbnail', { uri: kept.uri, width: '320', cid: kept.cid })
  })

  test('bad_input_18_an_error_page_in_place_of_media_is_no_picture_and_is_not_kept', async () => {
    for (const method of ['place.stream.playback.getVideoBlob', 'place.stream.playback.getVideoPlaylist']) {
      const { uri, cid } = await fresh()
      await fault({ method, html: true, times: 100 })
      const answer = await get('getThumbnail', { uri, width: '160', cid })
      assert.equal(answer.status, 200)
      assert.match(reason(answer) ?? '', /^[A-Z]\w+: /)
      assert.match(answer.headers.get('cache-control') ?? '', /^public, max-age=(10|300)$/)
      assert.deepEqual(sizeOfJpeg(answer.bytes), { width: 160, height: 90 }, 'a stand-in')
      const ready = JSON.parse((await get('isMetadataReady', { uri })).bytes.toString()) as { ready: boolean; thumbnail: boolean; reason?: { name: string } }
      assert.deepEqual([ready.ready, ready.thumbnail, typeof ready.reason?.name], [false, false, 'string'])
      await clearFaults()
    }
  })

  test('a node that is away: what is kept is served, what is not has a stand-in, and comes when it is back', { timeout: 120_000 }, async () => {
    const { uri, cid } = await fresh()
    await stop('streamplace')
    try {
      const known = await get('getThumbnail', { uri: kept.uri, width: '320', cid: kept.cid })
      assert.deepEqual([known.status, reason(known)], [200, null])
      const unknown = await get('getThumbnail', { uri, width: '160', cid })
      assert.deepEqual([unknown.status, reason(unknown)?.split(':')[0]], [200, 'UpstreamUnavailable'])
      assert.equal(unknown.headers.get('cache-control'), 'public, max-age=10')
    } finally {
      await start('streamplace')
    }
    const back = await until(() => get('getThumbnail', { uri, width: '160', cid }), (answer) => reason(answer) === null, 60)
    assert.equal(back.status, 200)
  })
})

test('a storyboard: first nothing, then whole, each sheet as large as its cues say', { timeout: 120_000 }, async () => {
  const { uri, cid, durationMs } = await fresh('how-a-video-finds-you')
  const first = await get('getVtt', { uri, cid })
  assert.deepEqual([first.status, first.headers.get('retry-after'), first.headers.get('cache-control')], [202, '2', 'no-store'])
  assert.equal(first.bytes.toString(), 'WEBVTT\n')
  const cues = await storyboard(`${BUNDLE}/getVtt?${new URLSearchParams({ uri, cid })}`)
  assert.equal(cues.at(-1)?.end, durationMs / 1_000)
  assert.equal(cues.length, 42)
  assert.deepEqual(await heldTo(cues), [{ width: 1440, height: 450 }])
  const whole = await get('getVtt', { uri, cid })
  assert.equal(whole.headers.get('cache-control'), IMMUTABLE)
  const etag = whole.headers.get('etag') ?? ''
  assert.equal((await get('getVtt', { uri, cid }, { headers: { 'if-none-match': etag } })).status, 304)
  assert.equal((await get('getSprite', { uri, cid, sheet: '7' })).status, 404)
})

test('the job makes the pictures of new videos before anybody asks', { timeout: 120_000 }, async () => {
  const { uri, cid } = await fresh()
  // It may be running for a trigger of another test.
  await until(() => operate(`POST run/${did}/${name}/syncAndProcessVideos`, 202).then(() => true, () => false), (begun) => begun, 60)
  interface Readiness { ready: boolean; cid?: string }
  const ready = await until(
    async () => {
      const response = await fetch(`${BUNDLE}/batchMetadataReady`, { method: 'POST', body: JSON.stringify({ uris: [uri] }) })
      return ((await response.json()) as { results: Readiness[] }).results[0]!
    },
    (found) => found.ready,
    90,
  )
  assert.equal(ready.cid, cid)
  for (const width of ['320', '640']) assert.equal((await get('getThumbnail', { uri, width, cid })).headers.get('cache-control'), IMMUTABLE)
  assert.equal((await get('getVtt', { uri, cid })).headers.get('cache-control'), IMMUTABLE)
})

test('a share picture has the size that crawlers want, and says what the video is', async () => {
  const { uri, cid } = await fresh('etude-seen')
  const card = await get('getShareImage', { uri, cid })
  assert.deepEqual([card.status, card.headers.get('content-type'), card.headers.get('cache-control')], [200, 'image/jpeg', IMMUTABLE])
  assert.deepEqual(sizeOfJpeg(card.bytes), { width: 1200, height: 630 })
  assert.ok(card.bytes.length <= 300_000, `${card.bytes.length} bytes`)
  const head = await get('getShareImage', { uri, cid }, { method: 'HEAD' })
  assert.equal(head.headers.get('content-length'), String(card.bytes.length))
})
