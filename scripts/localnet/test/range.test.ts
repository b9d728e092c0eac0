import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rangeAsked, type RangeAsked } from '../streamplace/range.ts'

const cases: [string | undefined, RangeAsked][] = [
  [undefined, 'whole'],
  ['bytes=0-0', { start: 0, end: 1 }],
  ['bytes=10-19', { start: 10, end: 20 }],
  ['bytes=90-', { start: 90, end: 100 }],
  ['bytes=90-500', { start: 90, end: 100 }],
  ['bytes=-30', { start: 70, end: 100 }],
  ['bytes=-500', { start: 0, end: 100 }],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=0-1,4-5', 'unsatisfiable'],
  ['bytes=20-10', 'whole'],
  ['bytes=x-y', 'whole'],
  ['bytes=-', 'whole'],
  ['items=0-1', 'whole'],
]

for (const [header, expected] of cases) {
  test(`Range: ${header ?? '(none)'} of 100 bytes`, () => assert.deepEqual(rangeAsked(header, 100), expected))
}
