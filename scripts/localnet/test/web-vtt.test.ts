import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cuesOfPart, cuesWithin, readWebVtt, writeSrt, writeWebVtt, type Cue } from '../streamplace/web-vtt.ts'

const CUES: Cue[] = [
  { id: 'a', startMs: 0, endMs: 1_500, text: 'one & <two>' },
  { startMs: 1_500, endMs: 3_500, text: 'first line\nsecond line' },
  { startMs: 3_723_004, endMs: 3_724_000, text: 'late' },
]
const VTT = `WEBVTT

a
00:00:00.000 --> 00:00:01.500
one &amp; &lt;two&gt;

00:00:01.500 --> 00:00:03.500
first line
second line

01:02:03.004 --> 01:02:04.000
late

`

test('what is written reads back', () => {
  assert.equal(writeWebVtt(CUES), VTT)
  assert.deepEqual(readWebVtt(VTT), CUES)
})

test('short clocks, notes, styles, settings, tags and other line ends are read', () => {
  const text = '\uFEFFWEBVTT - title\r\nX: y\r\n\r\nNOTE none\r\n\r\nSTYLE\r\n::cue {}\r\n\r\n\r\n00:01.000 --> 00:02.000 line:0\r\n<v Ann>Hi <b>you</b>&nbsp;\r\n'
  assert.deepEqual(readWebVtt(text), [{ startMs: 1_000, endMs: 2_000, text: 'Hi you' }])
  assert.deepEqual(readWebVtt('WEBVTT'), [])
})

for (const [name, text] of [
  ['nothing', ''],
  ['SubRip', '1\n00:00:00,000 --> 00:00:01,000\nx\n'],
  ['another word', 'WEBVTTX\n\n'],
  ['a block without times', 'WEBVTT\n\nx\ny\n'],
  ['a minute of 60 seconds', 'WEBVTT\n\n00:60.000 --> 01:01.000\nx\n'],
  ['a cue that ends before it starts', 'WEBVTT\n\n00:02.000 --> 00:01.000\nx\n'],
  ['a cue without text', 'WEBVTT\n\n00:01.000 --> 00:02.000\n<b></b>\n'],
] as const) {
  test(`refused: ${name}`, () => assert.throws(() => readWebVtt(text), /^Error: captions: /))
}

test('a map of time comes before the cues', () => {
  assert.equal(writeWebVtt([], 900_000), 'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n')
})

test('SubRip is numbered and keeps its text', () => {
  assert.equal(writeSrt(CUES.slice(0, 2)), '1\n00:00:00,000 --> 00:00:01,500\none & <two>\n\n2\n00:00:01,500 --> 00:00:03,500\nfirst line\nsecond line\n\n')
})

test('a stretch has the cues that overlap it, and neither of those that touch it', () => {
  assert.deepEqual(cuesWithin(CUES, 1_500, 3_723_004).map(({ text }) => text), ['first line\nsecond line'])
  assert.equal(cuesWithin(CUES, 1_499, 3_723_005).length, 3)
})

test('a part has them on its own timeline, cut to it', () => {
  assert.deepEqual(cuesOfPart(CUES, 1_000, 3_000), [
    { id: 'a', startMs: 0, endMs: 500, text: 'one & <two>' },
    { startMs: 500, endMs: 2_000, text: 'first line\nsecond line' },
  ])
  assert.deepEqual(cuesOfPart(CUES, 0, Infinity), CUES)
})
