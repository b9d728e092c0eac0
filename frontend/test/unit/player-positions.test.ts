import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chapterAt, chapterCues } from '../../app/player/chapters.ts'
import { addTap, NO_TAPS } from '../../app/player/gestures.ts'
import { framePosition, nextSpeed, nextVolume, within } from '../../app/player/positions.ts'

test('speeds go up and down by their steps and stay at the ends', () => {
  for (const [now, step, expected] of [[1, 1, 1.25], [1, -1, 0.75], [2, 1, 2], [0.25, -1, 0.25], [1.1, 1, 1.25], [1.1, -1, 1], [16, -1, 2]] as const) assert.equal(nextSpeed(now, step), expected, `${now} ${step}`)
})

test('the volume moves in hundredths, between silence and all', () => {
  for (const [now, step, expected] of [[0.5, 5, 0.55], [0.98, 5, 1], [0.03, -5, 0], [0.1 + 0.2, 5, 0.35], [1, -5, 0.95]] as const) assert.equal(nextVolume(now, step), expected)
})

test('a seek ends within the video', () => {
  for (const [seconds, duration, expected] of [[-3, 20, 0], [5, 20, 5], [25, 20, 20], [25, Number.NaN, 25], [25, 0, 25], [-1, Number.NaN, 0]] as const) assert.equal(within(seconds, duration), expected)
})

test('a step of one picture lands in the middle of the next', () => {
  for (const [seconds, rate, step, expected] of [[0, 24, 1, 1.5 / 24], [1, 24, 1, 25.5 / 24], [1, 24, -1, 23.5 / 24], [0, 24, -1, 0], [2, undefined, 1, 61.5 / 30], [2, 0, 1, 61.5 / 30], [2, 1e9, 1, 61.5 / 30], [25.5 / 24, 24, 1, 26.5 / 24]] as const) {
    assert.ok(Math.abs(framePosition(seconds, rate, step) - expected) < 1e-9, `${seconds} ${rate} ${step}`)
  }
})

const CHAPTERS = [{ startMs: 0, title: 'One' }, { startMs: 7_000, title: 'Two' }, { startMs: 14_000, title: 'Three' }]

test('a moment is in the chapter that began last', () => {
  for (const [seconds, expected] of [[0, 0], [6.9, 0], [6.97, 1], [7, 1], [13, 1], [14, 2], [999, 2]] as const) assert.equal(chapterAt(CHAPTERS, seconds), expected, String(seconds))
  assert.equal(chapterAt([{ startMs: 5_000, title: 'Late' }], 1), -1)
  assert.equal(chapterAt([], 1), -1)
})

test('chapters become cues that touch, end with the video, and hold no markup', () => {
  assert.deepEqual(chapterCues(CHAPTERS, 20), [
    { start: 0, end: 7, text: 'One' },
    { start: 7, end: 14, text: 'Two' },
    { start: 14, end: 20, text: 'Three' },
  ])
  assert.deepEqual(chapterCues(CHAPTERS, 10).map(({ end }) => end), [7, 10])
  assert.equal(chapterCues([{ startMs: 0, title: '<b>&' }, { startMs: 1, title: 'x' }], 10)[0]?.text, '&lt;b&gt;&amp;')
  for (const [chapters, duration] of [[[], 10], [CHAPTERS, 5], [CHAPTERS, Number.NaN], [CHAPTERS, 0], [CHAPTERS.slice(1, 2), 20]] as const) assert.deepEqual(chapterCues(chapters, duration), [])
})

test('the second and each further tap on a side seeks; a pause, the middle and another side begin anew', () => {
  const rows: [x: number, at: number, seconds: number | undefined, total: number | undefined][] = [
    [10, 0, undefined, undefined],
    [12, 200, -10, -10],
    [15, 400, -10, -20],
    [290, 500, undefined, undefined],
    [290, 700, 10, 10],
    [290, 1_200, undefined, undefined],
    [150, 1_300, undefined, undefined],
    [150, 1_400, undefined, undefined],
  ]
  let taps = NO_TAPS
  for (const [x, at, seconds, total] of rows) {
    const tapped = addTap(taps, { x, width: 300, at })
    taps = tapped.taps
    assert.deepEqual([tapped.seek?.seconds, tapped.seek?.total], [seconds, total], `${x} at ${at}`)
  }
})
