import assert from 'node:assert/strict'
import { test } from 'node:test'
import { row, table } from '../row.ts'

const fields = { what: 'this; peer: that', unit: 'µs' }

test('a row has its ratio, and figures without noise', () => {
  assert.deepEqual(row({ ...fields, name: 'a', ours: 123.456, peer: 100 }), { ...fields, name: 'a', ours: 123.5, peer: 100, ratio: 1.235 })
  // Bytes stay whole.
  assert.equal(row({ ...fields, name: 'a', ours: 1_234_567, peer: 1_234_568 }).ours, 1_234_567)
})

test('the table says which limits hold', () => {
  const lines = table([
    row({ ...fields, name: 'held', ours: 1, peer: 2, limit: 0.5 }),
    row({ ...fields, name: 'passed', ours: 3, peer: 2, limit: 1.3 }),
    row({ ...fields, name: 'free', ours: 3, peer: 2 }),
  ]).split('\n')
  assert.match(lines[1] ?? '', /^held .* 0\.5 +✓ at most 0\.5$/)
  assert.match(lines[2] ?? '', /^passed .* 1\.5 +✗ at most 1\.3$/)
  assert.match(lines[3] ?? '', /^free .* 1\.5$/)
})
