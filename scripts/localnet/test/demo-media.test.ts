import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEMO_MEDIA } from '../places.ts'
import { findVideoFolders } from '../publish/media-dirs.ts'
import { ingest } from '../streamplace/ingest.ts'
import { boxesIn } from '../streamplace/boxes.ts'
import { readSlices } from '../streamplace/slices.ts'

for (const { folder, title, durationMs } of await findVideoFolders([DEMO_MEDIA])) {
  test(`“${title}” is whole: fMP4 throughout, ranges cover the blob, tracks equally long`, async () => {
    const media = await ingest(folder)
    const bytes = Buffer.concat(await Array.fromAsync(readSlices(media.blob.slices)))
    const segments = media.tracks.flatMap((track) => track.segments)
    assert.equal(segments.reduce((sum, { length }) => sum + length, 0), bytes.length)
    for (const { offset, length } of segments) {
      const boxes = [...boxesIn(bytes.subarray(offset, offset + length))].map(({ type }) => type)
      assert.ok(boxes.includes('moof') && boxes.at(-1) === 'mdat', `${folder}: ${boxes.join(' ')} at byte ${offset}`)
    }
    for (const { id, segments } of media.tracks) {
      const seconds = segments.reduce((sum, segment) => sum + segment.seconds, 0)
      assert.ok(Math.abs(seconds * 1000 - media.durationMs) < 500, `${folder}: track ${id} lasts ${seconds} s of ${media.durationMs} ms`)
    }
    if (durationMs !== undefined) assert.ok(Math.abs(durationMs - media.durationMs) < 500)
  })
}
