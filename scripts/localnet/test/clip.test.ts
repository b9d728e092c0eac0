import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { muxedFolder } from './made-media.ts'
import { at, DID, OTHER, PLAYLIST, startStandIn } from './running-stand-in.ts'

const { dir, xrpc, playlist, follow, put, stop } = await startStandIn()
after(stop)

/** Three segments of 2 s. */
const { folder, segments } = await muxedFolder(dir, 'whole')
const clip = (video: string, start: unknown, end: unknown) => ({ title: 'A clip', source: { $type: 'place.stream.media.defs#sourceClip', video, start, end } })
const CLIP = at('clip', OTHER)
await put({ uri: at('whole'), folder })
await put({ uri: CLIP, record: clip(at('whole'), 2_500, 5_000) })
await put({ uri: at('gone'), folder, unavailable: true })
await put({ uri: at('elsewhere') })

const rangesOf = (lines: string[]) => lines.filter((line) => line.startsWith('#EXT-X-BYTERANGE'))

test('a clip plays the segments that overlap it, as ranges of the media of the whole', async () => {
  const lines = await playlist({ uri: CLIP, track: '1' })
  assert.deepEqual(rangesOf(lines), rangesOf(await playlist({ uri: at('whole'), track: '1' })).slice(1))
  const blob = new URL(lines.find((line) => line.startsWith('/')) ?? '', 'http://a')
  assert.equal(blob.searchParams.get('did'), DID)
  const bytes = Buffer.from(await (await follow(blob.pathname + blob.search)).arrayBuffer())
  assert.deepEqual(bytes, Buffer.concat(segments))
})

test('start and end count from the beginning of the clip, and lead no further than its end', async () => {
  const count = async (query: Record<string, string>) => rangesOf(await playlist({ uri: CLIP, track: '1', ...query })).length
  assert.equal(await count({ start: '1499' }), 2)
  assert.equal(await count({ start: '1500' }), 1)
  assert.equal(await count({ end: '1500' }), 1)
  assert.equal(await count({ start: '0', end: '99999' }), 2)
})

test('its master playlist hands on what was asked for in its own time', async () => {
  const uri = (await playlist({ uri: CLIP, start: '5', end: '9' })).find((line) => line.startsWith('/')) ?? ''
  const query = new URL(uri, 'http://a').searchParams
  assert.deepEqual([query.get('uri'), query.get('start'), query.get('end')], [CLIP, '5', '9'])
})

test('clips of hosted videos are listed', async () => {
  const { videos } = (await (await xrpc('place.stream.media.getVideoList', { repo: OTHER })).json()) as { videos: { uri: string }[] }
  assert.deepEqual(videos.map(({ uri }) => uri), [CLIP])
})

for (const [name, record, status, error] of [
  ['a clip of a clip', clip(CLIP, 0, 1), 422, 'UnprocessableEntity'],
  ['a clip that ends before it starts', clip(at('whole'), 5, 5), 422, 'UnprocessableEntity'],
  ['a clip without bounds', clip(at('whole'), undefined, 'x'), 422, 'UnprocessableEntity'],
  ['a clip from before the beginning', clip(at('whole'), -1, 5), 422, 'UnprocessableEntity'],
  ['a clip of an unknown video', clip(at('nowhere'), 0, 1), 404, 'VideoNotFound'],
  ['a clip of a video that is taken down', clip(at('gone'), 0, 1), 403, 'VideoUnavailable'],
  ['a clip of a video that is hosted elsewhere', clip(at('elsewhere'), 0, 1), 404, 'BlobNotFound'],
] as const) {
  test(`${name}: ${status} ${error}`, async () => {
    await put({ uri: at('bad'), record })
    const response = await xrpc(PLAYLIST, { uri: at('bad') })
    assert.deepEqual([response.status, ((await response.json()) as { error: string }).error], [status, error])
  })
}
