import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bufferedAhead, statRows, type Sample } from '../../app/player/stats.ts'
import { audioName, captionName, languageNames, namedCodec } from '../../app/player/track-names.ts'
import { PLAYER } from '../../shared/texts/player.ts'

const german = languageNames('de')

test('sound is called by language, name and packing', () => {
  for (const [track, expected] of [
    [{ name: 'mp4a.40.2', codec: 'mp4a.40.2' }, 'AAC'],
    [{ name: 'opus', codec: 'mp4a.40.2' }, 'Opus'],
    [{ name: 'Director', language: 'en', codec: 'opus' }, 'Englisch · Director · Opus'],
    [{ name: 'Deutsch', language: 'de' }, 'Deutsch'],
    [{ name: 'x', language: 'not a tag' }, 'x'],
    [{ name: 'x'.repeat(999) }, 'x'.repeat(60)],
    [{}, '–'],
  ] as const) assert.equal(audioName(track, german), expected)
})

test('a name that is a codec tells the codec', () => {
  for (const [name, expected] of [['opus', 'opus'], ['mp4a.40.2', 'mp4a.40.2'], ['English', undefined], ['', undefined], ['opus 2', undefined]] as const) assert.equal(namedCodec(name), expected)
})

test('captions are called by their language, and how they were made', () => {
  for (const [track, expected] of [
    [{ name: 'en (human)', language: 'en' }, 'Englisch'],
    [{ name: 'en (auto)', language: 'en' }, 'Englisch (auto)'],
    [{ name: 'fr', language: 'fr' }, 'Französisch'],
    [{ name: 'Mine', language: 'zzz-' }, 'Mine'],
    [{ name: 'Mine' }, 'Mine'],
    [{}, '–'],
  ] as const) assert.equal(captionName(track, german), expected)
})

test('the loaded part counts from the moment on', () => {
  const rows: [ranges: [number, number][], moment: number, expected: number][] = [[[[0, 10]], 4, 6], [[[0, 3], [5, 9]], 6, 3], [[[0, 3], [5, 9]], 4, 0], [[[0.05, 3]], 0, 3], [[], 1, 0]]
  for (const [ranges, moment, expected] of rows) assert.equal(bufferedAhead(ranges, moment), expected)
})

test('the numbers of a running stream, and of one of which nothing is known', () => {
  const sample: Sample = { width: 1920, height: 1080, boxWidth: 800.4, boxHeight: 450, level: { index: 1, count: 2, automatic: true, bitrate: 582_544, codecs: 'avc1,opus' }, buffered: 12.34, frames: { total: 250, dropped: 3 }, bandwidth: 36_700_000 }
  assert.deepEqual(statRows(sample, PLAYER.en.statWords).map(([, value]) => value), ['1920×1080 → 800×450', '2/2 · 583 kbit/s · automatic', 'avc1,opus', '12.3 s', '3 of 250 dropped', '36.7 Mbit/s'])
  const nothing: Sample = { width: 0, height: 0, boxWidth: 0, boxHeight: 0, level: undefined, buffered: -1, frames: { total: 0, dropped: 0 }, bandwidth: undefined }
  assert.deepEqual(statRows(nothing, PLAYER.en.statWords).map(([, value]) => value), ['unknown', 'unknown', 'unknown', '0.0 s', '0 of 0 dropped', 'unknown'])
})
