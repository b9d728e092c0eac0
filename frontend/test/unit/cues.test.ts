import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cueAt, parseCues, searchCues, windowAround } from '../../app/player/cues.ts'

const cue = (start: number, end: number, text: string) => ({ start, end, text })

const FILES: [what: string, file: string, expected: object[]][] = [
  ['names, notes, settings', 'WEBVTT - x\n\nNOTE\nnothing\n\n1\n00:00:01.000 --> 00:00:02.500 line:0 align:start\nHello\nthere\n\nSTYLE\n::cue{}\n', [cue(1, 2.5, 'Hello there')]],
  ['no hours, Windows lines', 'WEBVTT\r\n\r\n01:02.003 --> 01:03.000\r\nx\r\n', [cue(62.003, 63, 'x')]],
  ['hours', 'WEBVTT\n\n100:00:00.000 --> 100:00:01.000\nx', [cue(360_000, 360_001, 'x')]],
  ['markup and entities', 'WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada><b>a</b> &lt;i&gt; &amp;amp; &nbsp;b &bogus; &constructor;', [cue(1, 2, 'a <i> &amp; b &bogus; &constructor;')]],
  ['out of order', 'WEBVTT\n\n00:05.000 --> 00:06.000\nb\n\n00:01.000 --> 00:02.000\na', [cue(1, 2, 'a'), cue(5, 6, 'b')]],
  ['an end before its start, no text, no time', 'WEBVTT\n\n00:05.000 --> 00:04.000\na\n\n00:01.000 --> 00:02.000\n\n\n00:61.000 --> 00:62.000\nb\n\nx --> y\nc', []],
  ['an arrow in the text', 'WEBVTT\n\n00:01.000 --> 00:02.000\na --> b', [cue(1, 2, 'a --> b')]],
  ['nonsense', '<html>not found</html>', []],
  ['nothing', '', []],
]
for (const [what, file, expected] of FILES) test(`a caption file: ${what}`, () => assert.deepEqual(parseCues(file), expected))

test('a caption file without end is cut', () => {
  const cues = parseCues(`WEBVTT\n\n${'00:01.000 --> 00:02.000\nx\n\n'.repeat(30_000)}`)
  assert.equal(cues.length, 20_000)
  assert.equal(parseCues(`WEBVTT\n\n00:01.000 --> 00:02.000\n${'x'.repeat(100_000)}`)[0]?.text.length, 1_000)
})

const CUES = [cue(1, 2, 'Ein schöner Fjord'), cue(5, 9, 'Step 1 of 5'), cue(9, 12, 'the RECORD')]

test('the cue of a moment is the last that began', () => {
  for (const [moment, expected] of [[0, -1], [0.96, 0], [4, 0], [5, 1], [8.9, 1], [9, 2], [99, 2]] as const) assert.equal(cueAt(CUES, moment), expected, String(moment))
  assert.equal(cueAt([], 5), -1)
})

test('a search finds every word, whatever its case and accents', () => {
  for (const [query, expected] of [['', [0, 1, 2]], ['  ', [0, 1, 2]], ['record', [2]], ['SCHONER fjord', [0]], ['fjord step', []], ['e', [0, 1, 2]], ['.*', []]] as const) assert.deepEqual(searchCues(CUES, query), expected, query)
})

test('a window over a long list stays within it', () => {
  for (const [total, centre, size, expected] of [[10, 5, 20, [0, 10]], [100, 0, 20, [0, 20]], [100, 50, 20, [40, 60]], [100, 99, 20, [80, 100]], [0, 0, 20, [0, 0]]] as const) assert.deepEqual(windowAround(total, centre, size), expected)
})
