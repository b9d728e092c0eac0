import assert from 'node:assert/strict'
import { test } from 'node:test'
import { markPieces, parseHighlights } from '../../shared/highlights.ts'
import { parseVideo } from '../../shared/video.ts'

/** What is marked stands in brackets. */
const drawn = (text: string, ranges: unknown) => markPieces(text, ranges)?.map((piece) => (piece.marked ? `[${piece.text}]` : piece.text)).join('')
const range = (startByte: unknown, endByte: unknown) => ({ startByte, endByte })

test('ranges are bytes of UTF-8', () => {
  const cases: [string, [number, number][], string][] = [
    ['lights out', [[0, 6]], '[lights] out'],
    ['out lights', [[4, 10]], 'out [lights]'],
    ['all', [[0, 3]], '[all]'],
    ['über öde', [[0, 5], [6, 10]], '[über] [öde]'],
    ['a🎬b', [[1, 5]], 'a[🎬]b'],
    ['日本語', [[3, 6]], '日[本]語'],
    ['ab', [[0, 1], [1, 2]], '[a][b]'],
  ]
  for (const [text, ranges, expected] of cases) assert.equal(drawn(text, ranges.map(([from, to]) => range(from, to))), expected)
})

test('bad_input_25_ranges that fit no text mark nothing', () => {
  for (const ranges of [undefined, null, {}, 'x', [], [null], [7], [range(0, 0)], [range(3, 1)], [range(-1, 2)], [range(0, 99)], [range(0.5, 2)], [range('0', '2')], [range(0, Number.NaN)], [range(1, 2)], [range(2, 3)]]) {
    // The second letter has two bytes, of which the last two ranges cut one off.
    assert.equal(drawn('aüb', ranges), undefined, JSON.stringify(ranges))
  }
  assert.equal(drawn('abcdef', [range(2, 4), range(3, 5), range(0, 1), range(5, 6)]), 'ab[cd]e[f]')
  assert.equal(drawn('a'.repeat(1_000), Array.from({ length: 1_000 }, (_, index) => range(index, index + 1)))?.replaceAll(/[^[]/g, '').length, 100)
})

test('no character is lost or doubled', () => {
  let seed = 5
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below
  for (let round = 0; round < 500; round += 1) {
    const text = Array.from({ length: 12 }, () => ['a', 'ü', '日', '🎬', '<', '\u202e'][random(6)]).join('')
    const pieces = markPieces(text, Array.from({ length: 4 }, () => range(random(40), random(40))))
    if (pieces) assert.equal(pieces.map((piece) => piece.text).join(''), text)
  }
})

test('a title that was changed on its way has no marks; a snippet keeps its own', () => {
  const uri = 'at://did:plc:abc/place.stream.video/3k'
  const highlights = { title: [range(0, 1)], description: { text: 'a\nb', ranges: [range(2, 3)] } }
  const found = (title: string) => parseVideo({ uri, title, highlights })?.highlights
  assert.deepEqual(found('xy')?.title, [{ text: 'x', marked: true }, { text: 'y', marked: false }])
  for (const title of ['x\u0000y', ' xy', 'x'.repeat(400)]) assert.equal(found(title)?.title, undefined, title)
  assert.deepEqual(found('xy')?.description, [{ text: 'a ', marked: false }, { text: 'b', marked: true }])
  for (const odd of [undefined, null, 7, [], { title: 'x' }, { description: 'x' }, { description: { text: 7, ranges: [range(0, 1)] } }, { description: { text: 'x'.repeat(5_000), ranges: [range(0, 1)] } }]) assert.equal(parseHighlights(odd, 'xy'), undefined)
})
