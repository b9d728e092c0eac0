import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COLUMNS, videoRow, VOCABULARY, word } from '../index-rows.ts'

const at = (row: readonly (number | string)[], name: (typeof COLUMNS)[number]) => row[COLUMNS.indexOf(name)]

test('every rank has a word of its own, and none begins another', () => {
  const words = Array.from({ length: VOCABULARY }, (_, rank) => word(rank)).sort()
  assert.equal(new Set(words).size, VOCABULARY)
  for (const [index, text] of words.entries()) assert.ok(!words[index + 1]?.startsWith(text), text)
})

test('rows are the same each time, each is another, and later ones are newer', () => {
  const rows = Array.from({ length: 2_000 }, (_, index) => videoRow(index))
  assert.deepEqual(videoRow(1_234), rows[1_234])
  for (const name of ['id', 'rkey', 'tie', 'title', 'created_at'] as const) assert.equal(new Set(rows.map((row) => at(row, name))).size, rows.length, name)
  for (const [index, row] of rows.entries()) {
    assert.equal(row.length, COLUMNS.length)
    assert.equal(Date.parse(String(at(row, 'created_at'))), at(row, 'created_ms'))
    assert.ok(index === 0 || Number(at(row, 'created_ms')) > Number(at(rows[index - 1] ?? [], 'created_ms')))
    for (const name of ['tie', 'duration_ms', 'created_ms', 'creator'] as const) assert.ok(Number.isSafeInteger(at(row, name)) && Number(at(row, name)) > 0, name)
  }
})

test('of two words the one of lower rank is in more rows, as searches expect of them', () => {
  const rows = Array.from({ length: 20_000 }, (_, index) => videoRow(index))
  const share = (rank: number) => rows.filter((row) => `${at(row, 'title')} ${at(row, 'description')}`.split(' ').includes(word(rank))).length / rows.length
  for (const [rank, least, most] of [[0, 0.5, 0.7], [1, 0.15, 0.3], [57, 0.01, 0.03], [58, 0.01, 0.03]] as const) {
    const found = share(rank)
    assert.ok(found > least && found < most, `${rank}: ${found}`)
  }
})
