import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeInit, frameRate, onlyTracks } from '../streamplace/init-segment.ts'
import { box, fragment, initSegment, noise, OPUS, u32 } from './made-media.ts'

test('codecs, size and timescale come from the sample entries and headers', () => {
  const [video, audio] = describeInit(initSegment())
  assert.deepEqual(video, { trackId: 1, kind: 'video', codec: 'avc1.64001f', timescale: 12_800, size: { width: 640, height: 360 }, defaultSampleDuration: 0 })
  assert.deepEqual(audio, { trackId: 2, kind: 'audio', codec: 'mp4a.40.2', timescale: 48_000, channels: 2, defaultSampleDuration: 1024 })
})

test('Opus is named as RFC 6381 has it', () => assert.equal(describeInit(initSegment(OPUS))[1]?.codec, 'opus'))

test('the frame rate comes from the default of the fragment', () => {
  const [video] = describeInit(initSegment())
  assert.ok(video)
  assert.equal(frameRate(video, fragment(50, noise(10, 1))), 25)
})

test('the frame rate is the mean where each sample has a duration', () => {
  const [video] = describeInit(initSegment())
  assert.ok(video)
  const run = box('trun', u32(0x00_0100, 2, 500, 524))
  assert.equal(frameRate(video, box('moof', box('traf', box('tfhd', u32(0x02_0000, 1)), run))), 25)
})

test('no frame rate without a whole fragment', () => {
  const [video] = describeInit(initSegment())
  assert.ok(video)
  assert.equal(frameRate(video, fragment(50, noise(10, 1)).subarray(0, 60)), undefined)
})

test('what holds no movie is refused', () => assert.throws(() => describeInit(box('free', noise(20, 1))), /28 bytes: no moov/))

test('tracks that no segment carries are left out, in place', () => {
  const init = initSegment()
  const [video] = describeInit(init)
  const only = onlyTracks(init, new Set([video!.trackId]))
  assert.deepEqual(describeInit(only).map(({ trackId, kind }) => [trackId, kind]), [[video!.trackId, 'video']])
  assert.equal(only.length, init.length)
})
