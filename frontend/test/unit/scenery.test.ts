import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawScenery, initialOf } from '../../shared/scenery.ts'

test('a seed always gives the same picture, and other seeds give others', () => {
  assert.deepEqual(drawScenery('at://a'), drawScenery('at://a'))
  const pictures = new Set(Array.from({ length: 200 }, (_, index) => JSON.stringify(drawScenery(`at://${index}`))))
  assert.equal(pictures.size, 200)
})

test('hills are paths of plain numbers that start left and close below', () => {
  for (const { path } of drawScenery('at://b').hills) assert.match(path, /^M0 \d+(C[\d .-]+){4}V180H0Z$/)
})

test('the initial is the first letter or digit of any script', () => {
  const cases: [string, string][] = [['"><script>', 'S'], ['  ünder', 'Ü'], ['مرحبا', 'م'], ['42 ways', '4'], ['🎬 film', 'F'], ['…', '']]
  for (const [title, initial] of cases) assert.equal(initialOf(title), initial, title)
})
