import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { trackRecord } from '../publish/records.ts'
import { ingest } from '../streamplace/ingest.ts'
import { trackMetadata } from '../streamplace/track-metadata.ts'
import { masterFolder, muxedFolder } from './made-media.ts'
import { at, DID, startStandIn } from './running-stand-in.ts'

const { dir, xrpc, put, stop } = await startStandIn()
after(stop)
const { folder } = await muxedFolder(dir, 'muxed')

interface View {
  likeCount: number
  viewCounts: object
  tracks?: object[]
}

async function view(rkey: string): Promise<View> {
  return (await (await xrpc('place.stream.media.getVideo', { uri: at(rkey) })).json()) as View
}

test('nobody has liked or watched a video until a number says so', async () => {
  await put({ uri: at('new'), folder })
  const { likeCount, viewCounts, tracks } = await view('new')
  assert.deepEqual([likeCount, viewCounts, tracks], [0, { count: 0, bytes: 0, durationMs: 0, reporters: 0 }, undefined])
  await put({ uri: at('known'), folder, likeCount: 3, viewCounts: { count: 12, reporters: 1 } })
  const known = await view('known')
  assert.deepEqual([known.likeCount, known.viewCounts], [3, { count: 12, bytes: 0, durationMs: 0, reporters: 1 }])
  const { videos } = (await (await xrpc('place.stream.media.getVideoList')).json()) as { videos: View[] }
  assert.deepEqual(videos.map(({ likeCount }) => likeCount).sort(), [0, 3])
})

test('getVideo has the records of the tracks, with what their media tells', async () => {
  const [track] = (await ingest(folder)).tracks
  assert.ok(track)
  const metadata = trackMetadata(track)
  assert.deepEqual(metadata, {
    $type: 'place.stream.media.track#commonMetadata',
    durationMs: 6_000,
    video: { codec: 'h264', width: 640, height: 360, framerate: { num: 25, den: 1 } },
    audio: { codec: 'aac', rate: 48_000, channels: 2 },
  })
  const record = trackRecord('bafkr4i', { id: '1', kind: 'video', ...(metadata && { metadata }) })
  assert.deepEqual(record, { track: { $type: 'place.stream.media.defs#muxlTrack', blob: 'bafkr4i', trackId: '1', mediaType: 'video' }, metadata })
  const told = { uri: `at://${DID}/place.stream.media.track/x`, cid: 'bafytrack', record }
  await put({ uri: at('tracks'), folder, tracks: [told] })
  assert.deepEqual((await view('tracks')).tracks, [{ ...told, author: { did: DID, handle: 'aurora.test' } }])
})

test('a fraction of a frame rate is whole numbers', async () => {
  const [track] = (await ingest(folder)).tracks
  assert.ok(track)
  const framerate = (frameRate: number) => (trackMetadata({ ...track, frameRate }) as { video: { framerate: object } }).video.framerate
  assert.deepEqual(framerate(30_000 / 1_001), { num: 2_997, den: 100 })
  assert.deepEqual(framerate(60_000 / 1_001), { num: 2_997, den: 50 })
})

test('media that can not be read is told nothing of', async () => {
  const [track] = (await ingest((await masterFolder(dir, 'noise')).folder)).tracks
  assert.ok(track)
  assert.equal(trackMetadata(track), undefined)
  assert.deepEqual(trackRecord('bafkr4i', track), { track: { $type: 'place.stream.media.defs#muxlTrack', blob: 'bafkr4i', trackId: '1', mediaType: 'video' } })
})
