import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { cuesOf, sizeOfJpeg } from '../check/pictures.ts'
import { ROOT } from '../places.ts'

test('the size of a JPEG is read from its frame header', async () => {
  const { width, height } = sizeOfJpeg(await readFile(join(ROOT, 'docs/player.jpg')))
  assert.ok(width > 300 && height > 200, `${width}x${height}`)
  for (const bytes of ['', 'ffd8', 'ffd8ffd9', '89504e470d0a1a0a', 'ffd8ffe00002']) {
    assert.throws(() => sizeOfJpeg(Buffer.from(bytes, 'hex')), /JPEG/, bytes)
  }
})

test('cues of a storyboard have times, sheets and rectangles', () => {
  const text = 'WEBVTT\n\n00:00:00.000 --> 00:00:02.500\ngetSprite?a=b#xywh=0,90,160,90\n\n100:00:02.500 --> 100:00:04.000\nhttps://b.test/s#xywh=1,2,3,4\n'
  assert.deepEqual(cuesOf(text, 'https://a.test/x/getVtt?uri=1'), [
    { start: 0, end: 2.5, sheet: 'https://a.test/x/getSprite?a=b', rectangle: { x: 0, y: 90, width: 160, height: 90 } },
    { start: 360_002.5, end: 360_004, sheet: 'https://b.test/s', rectangle: { x: 1, y: 2, width: 3, height: 4 } },
  ])
  assert.deepEqual(cuesOf('WEBVTT\n', 'https://a.test/'), [])
  for (const broken of ['', 'VTT', 'WEBVTT\n\n00:00 --> 00:01\na#xywh=0,0,1,1', 'WEBVTT\n\n00:00:00.000 --> 00:00:01.000\na', 'WEBVTT\n\n00:00:00.000 --> 00:00:99.000\na#xywh=0,0,1,1']) {
    assert.throws(() => cuesOf(broken, 'https://a.test/'), Error, broken)
  }
})
