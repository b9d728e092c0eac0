import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterTheEnd, tick } from '../../app/player/ending.ts'
import { isSmall, toggleWish, wishAfterScroll } from '../../app/player/mini.ts'
import { laterTry } from '../../app/player/recovery.ts'
import { readPlaces, remember, startOf, type Places } from '../../app/player/resume.ts'

const URI = 'at://did:plc:abc/place.stream.video/3k'

test('what was stored is read, and anything odd in it is left out', () => {
  assert.deepEqual(readPlaces(JSON.stringify({ [URI]: [12, 3] })), { [URI]: [12, 3] })
  const odd = { a: [1, 2], [`${URI}1`]: 'x', [`${URI}2`]: [1], [`${URI}3`]: [-1, 2], [`${URI}4`]: [1, null], [`${URI}5`]: [1, 2, 3] }
  assert.deepEqual(readPlaces(JSON.stringify(odd)), {})
  for (const stored of [null, '', 'nonsense', '[]', '7', 'null', '"x"']) assert.deepEqual(readPlaces(stored), {}, String(stored))
})

test('a place is kept away from both ends of a video, and forgotten at them', () => {
  for (const [seconds, duration, kept] of [[4, 100, false], [5, 100, true], [95, 100, true], [95.1, 100, false], [969, 1_000, true], [971, 1_000, false], [6, 12, true], [5, 9, false], [7, Number.NaN, false]] as const) {
    assert.equal(URI in remember({ [URI]: [50, 1] }, URI, seconds, duration, 9), kept, `${seconds} of ${duration}`)
  }
  assert.deepEqual(remember({}, URI, 12.9, 100, 9), { [URI]: [12, 9] })
})

test('two hundred places are kept, the oldest give way', () => {
  let places: Places = {}
  for (let video = 0; video < 250; video += 1) places = remember(places, `${URI}${video}`, 50, 100, video)
  assert.equal(Object.keys(places).length, 200)
  assert.ok(!(`${URI}49` in places) && `${URI}50` in places && `${URI}249` in places)
})

test('a link’s time beats the place that was left, which beats the beginning', () => {
  const places: Places = { [URI]: [42, 1] }
  for (const [asked, durationMs, expected] of [[undefined, 100_000, 42], [90, 100_000, 90], [0, 100_000, 0], [undefined, 0, 42], [undefined, 44_000, 0], [undefined, 20_000, 0]] as const) assert.equal(startOf(asked, places, URI, durationMs), expected, `${asked} ${durationMs}`)
  assert.equal(startOf(undefined, {}, URI, 100_000), 0)
})

test('at the end the next video is offered, with a clock or without', () => {
  for (const [loop, hasNext, autoplay, expected] of [[false, true, true, 'count'], [false, true, false, 'offer'], [false, false, true, 'nothing'], [true, true, true, 'nothing']] as const) assert.equal(afterTheEnd({ loop, hasNext, autoplay }), expected)
})

test('the clock counts down, and stands while nobody looks', () => {
  assert.deepEqual([tick(8, true), tick(2, true), tick(1, true), tick(8, false)], [{ left: 7, go: false }, { left: 1, go: false }, { left: 0, go: true }, { left: 8, go: false }])
})

test('the player goes small when it is out of view or asked to', () => {
  const usual = { wish: 'auto', running: true, inView: true, alone: false, fullscreen: false } as const
  for (const [change, expected] of [
    [{}, false],
    [{ inView: false }, true],
    [{ wish: 'small' }, true],
    [{ wish: 'large', inView: false }, false],
    [{ inView: false, running: false }, false],
    [{ inView: false, alone: true }, false],
    [{ wish: 'small', fullscreen: true }, false],
  ] as const) assert.equal(isSmall({ ...usual, ...change }), expected, JSON.stringify(change))
  assert.deepEqual([toggleWish(true), toggleWish(false)], ['large', 'small'])
  assert.deepEqual([wishAfterScroll('large', true), wishAfterScroll('large', false), wishAfterScroll('small', true), wishAfterScroll('auto', false)], ['auto', 'large', 'small', 'auto'])
})

test('an origin that was given up is tried again, ever later; what is gone is not', () => {
  assert.deepEqual([0, 1, 2, 3, 50].map((tries) => laterTry('unreachable', tries)), [15_000, 30_000, 60_000, 60_000, 60_000])
  for (const reason of ['gone', 'deleted', 'unplayable', 'slow'] as const) assert.equal(laterTry(reason, 0), undefined)
})
