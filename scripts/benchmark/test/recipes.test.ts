import assert from 'node:assert/strict'
import { test } from 'node:test'
import { against, costOf, middle, ranked } from '../recipes.ts'

const recipe = (what: string, wall: number, bytes: number) => ({ what, cost: { wall, bytes } })

test('a median is taken of time and of bytes, each by itself', () => {
  const rounds = [[9, 10], [1, 30], [5, 20]] as const
  assert.deepEqual(middle(rounds.map(([wall, bytes]) => ({ wall, bytes }))), { wall: 5, bytes: 20 })
})

test('what a few tiles cost is scaled up in time and bytes', () => {
  assert.deepEqual(costOf({ wall: 1_200, bytes: 9_700_000 }, 10, 100), { wall: 12_000, bytes: 97_000_000 })
})

test('the quickest recipe comes first, whatever it fetches', () => {
  assert.deepEqual(ranked([recipe('all', 70, 3), recipe('each', 12, 900)]).map(({ what }) => what), ['each', 'all'])
})

test('ours is held against the quickest, with limits, and against the next without', () => {
  const rows = against('board', recipe('ours', 6, 10), [recipe('all', 60, 1_000), recipe('each', 12, 100)], { wall: 0.5, bytes: 0.2 })
  assert.deepEqual(
    rows.map(({ name, ours, peer, ratio, limit }) => [name, ours, peer, ratio, limit]),
    [
      ['board', 6, 12, 0.5, 0.5],
      ['board_bytes', 10, 100, 0.1, 0.2],
      ['board_other', 6, 60, 0.1, undefined],
      ['board_other_bytes', 10, 1_000, 0.01, undefined],
    ],
  )
  assert.equal(rows[0]?.what, 'ours; peer: each')
  assert.equal(rows[2]?.what, 'ours; peer: all')
  assert.equal(against('board', recipe('ours', 1, 1), [recipe('only', 2, 2)], { wall: 1, bytes: 1 }).length, 2)
})
