import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choiceParameters, readChoice, searchWords, type ListRequest } from '../../shared/listing.ts'

test('an address is read as a choice, and asked for as the bundle takes it', () => {
  const cases: [Record<string, unknown>, object, ListRequest][] = [
    [{}, {}, {}],
    [{ sort: 'oldest', length: 'short' }, { sort: 'oldest', length: 'short' }, { sort: 'oldest', maxDuration: 239 }],
    [{ length: 'medium' }, { length: 'medium' }, { minDuration: 240, maxDuration: 1200 }],
    [{ sort: 'longest', length: 'long' }, { sort: 'longest', length: 'long' }, { sort: 'longest', minDuration: 1201 }],
    [{ sort: 'random', length: 'endless' }, {}, {}],
    [{ sort: ['oldest', 'newest'], length: null }, {}, {}],
    [{ sort: 'constructor', length: '__proto__' }, {}, {}],
  ]
  for (const [query, choice, parameters] of cases) assert.deepEqual([readChoice(query), choiceParameters(readChoice(query))], [choice, parameters], JSON.stringify(query))
})

test('bad_input_25_any text is a search of at most 300 bytes, well-formed and without controls', () => {
  for (const [q, words] of [
    [undefined, ''],
    ['', ''],
    [['a', 'b'], 'a'],
    [7, ''],
    ['  two  words ', 'two  words'],
    ['a\u0000b\u001b[31m\nc', 'a b [31m c'],
    ['lone \ud800', 'lone \ufffd'],
    ['x'.repeat(301), 'x'.repeat(300)],
    ['ü'.repeat(200), 'ü'.repeat(150)],
    [`${'x'.repeat(298)}🎬`, 'x'.repeat(298)],
    ['🎬'.repeat(1_000), '🎬'.repeat(75)],
    ['"><script>', '"><script>'],
  ] as const) {
    assert.equal(searchWords({ q }), words, JSON.stringify(q))
  }
})
