import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scaled, slope } from '../slope.ts'

test('a slope is what one more piece takes, without what every run takes', () => {
  const run = (pieces: number) => ({ pieces, took: 300 + 14 * pieces })
  assert.equal(slope(run(5), run(45)), 14)
  assert.equal(slope({ pieces: 1, took: 10 }, { pieces: 3, took: 4 }), -3)
  for (const [short, long] of [[5, 5], [45, 5], [Number.NaN, 5]] as const) assert.throws(() => slope(run(short), run(long)), /no slope/)
})

test('what some take is scaled up to all', () => {
  assert.equal(scaled({ pieces: 10, took: 1_200 }, 100), 12_000)
  assert.equal(scaled({ pieces: 3_600, took: 71 }, 3_600), 71)
  assert.throws(() => scaled({ pieces: 0, took: 1 }, 100), /nothing to be scaled/)
})
