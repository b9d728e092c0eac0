import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseStoryboard, pickTiles, placeTile, type Tile } from '../../shared/storyboard.ts'

const BASE = 'https://run.example/bundle/did:plc:abc/vod/latest/getVtt?uri=x'
const cue = (timing: string, address: string) => `WEBVTT\n\n${timing}\n${address}\n`
const TIMING = '00:00:00.000 --> 00:00:10.000'

test('cues name parts of sheets', () => {
  const vtt = `\ufeffWEBVTT - thumbnails\r\nX-Header: 1\r\n\r\nNOTE a note\r\n\r\n1\r\n00:00.000 --> 00:10.500 align:start\r\ngetSprite?sheet=0#xywh=0,0,160,90\r\n\r\n01:00:10.500 --> 01:00:20.000\r\nhttps://run.example/s.jpg#xywh=pixel:160,90,160,90`
  assert.deepEqual(parseStoryboard(vtt, BASE), [
    { start: 0, end: 10.5, sheet: 'https://run.example/bundle/did:plc:abc/vod/latest/getSprite?sheet=0', x: 0, y: 0, width: 160, height: 90 },
    { start: 3610.5, end: 3620, sheet: 'https://run.example/s.jpg', x: 160, y: 90, width: 160, height: 90 },
  ])
})

test('bad_input_25_what is no tile, or a picture of somebody else, is left out', () => {
  for (const [timing, address] of [
    [TIMING, 'https://evil.example/s.jpg#xywh=0,0,1,1'],
    [TIMING, '//evil.example/s.jpg#xywh=0,0,1,1'],
    [TIMING, 'javascript:alert(1)#xywh=0,0,1,1'],
    [TIMING, 'data:image/png,x#xywh=0,0,1,1'],
    [TIMING, 's.jpg'],
    [TIMING, 's.jpg#xywh=0,0,0,90'],
    [TIMING, 's.jpg#xywh=-1,0,160,90'],
    [TIMING, 's.jpg#xywh=percent:0,0,10,10'],
    [TIMING, 's.jpg#xywh=0,0,99999,90'],
    [TIMING, 's.jpg#xywh=16000,0,1000,90'],
    [TIMING, `s.jpg?${'x'.repeat(5_000)}#xywh=0,0,1,1`],
    [TIMING, ''],
    ['00:00:10.000 --> 00:00:10.000', 's.jpg#xywh=0,0,1,1'],
    ['00:00:20.000 --> 00:00:10.000', 's.jpg#xywh=0,0,1,1'],
    ['now --> then', 's.jpg#xywh=0,0,1,1'],
  ] as const) {
    assert.deepEqual(parseStoryboard(cue(timing, address), BASE), [], `${timing} ${address.slice(0, 60)}`)
  }
  for (const vtt of ['', 'WEBVTT', 'WEBVTTX\n\n', '<html>', `${TIMING}\ns.jpg#xywh=0,0,1,1`]) assert.deepEqual(parseStoryboard(vtt, BASE), [])
  assert.deepEqual(parseStoryboard(cue(TIMING, 's.jpg#xywh=0,0,1,1'), 'nonsense'), [])
  assert.equal(parseStoryboard(`WEBVTT\n\n${`${TIMING}\ns.jpg#xywh=0,0,1,1\n\n`.repeat(30_000)}`, BASE).length, 20_000)
})

test('a glance takes few tiles of few sheets, spread over the video', () => {
  const tiles = Array.from({ length: 1_000 }, (_, index): Tile => ({ start: index, end: index + 1, sheet: `s${Math.floor(index / 100)}`, x: 0, y: 0, width: 1, height: 1 }))
  const picked = pickTiles(tiles, 24, 3)
  assert.equal(picked.length, 24)
  assert.deepEqual([...new Set(picked.map(({ sheet }) => sheet))], ['s0', 's3', 's6'])
  assert.deepEqual(picked, [...picked].sort((one, other) => one.start - other.start))
  assert.deepEqual(pickTiles(tiles.slice(0, 3), 24, 3), tiles.slice(0, 3))
  assert.deepEqual(pickTiles([], 24, 3), [])
})

test('a tile fills its box, and is cut evenly where the shapes differ', () => {
  const tile = (x: number, y: number, width: number, height: number): Tile => ({ start: 0, end: 1, sheet: 's', x, y, width, height })
  assert.deepEqual(placeTile(tile(160, 90, 160, 90), { width: 320, height: 180 }), { scale: 2, left: -320, top: -180 })
  assert.deepEqual(placeTile(tile(0, 0, 90, 160), { width: 320, height: 180 }).scale, 320 / 90)
  const upright = placeTile(tile(0, 0, 100, 200), { width: 200, height: 100 })
  assert.deepEqual(upright, { scale: 2, left: 0, top: -150 })
})
