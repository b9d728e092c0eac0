import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTurns, median } from '../turns.ts'

test('each round takes every variant once, in the order opposite to the round before', async () => {
  const order: string[] = []
  const take = (name: string, figures: number[]) => async () => {
    order.push(name)
    return figures.shift() ?? Number.NaN
  }
  const figures = await inTurns({ a: take('a', [9, 1, 5]), b: take('b', [2, 2, 8]) }, 3)
  assert.deepEqual(order, ['a', 'b', 'b', 'a', 'a', 'b'])
  assert.deepEqual(figures, { a: 5, b: 2 })
})

test('the median of an even number is the mean of the two in the middle', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5)
  assert.equal(median([7]), 7)
  assert.throws(() => median([]), /no median/)
})
