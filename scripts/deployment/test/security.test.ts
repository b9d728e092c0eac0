/** SECURITY.md names tests: there is one of each name. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from '../../localnet/places.ts'

const text = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8')
/** What stands in the last column of a table, whatever is named as tests for bad input are, and sentences in brackets. */
const cells = text.split('\n').filter((line) => line.startsWith('|')).map((line) => line.split('|').at(-2) ?? '')
const named = [...cells.join('\n').matchAll(/`([^`]+)`/g), ...text.matchAll(/`(bad_input_[^`]+)`/g), ...text.matchAll(/\(`([^`]* [^`]*)`\)/g)].map(([, name]) => name ?? '')

test('SECURITY.md names many tests', () => assert.ok(named.length > 60, `${named.length}`))

for (const name of new Set(named)) {
  test(`there is a test: ${name}`, () => {
    // Of a file, or of a table's rows.
    const files = execFileSync('git', ['grep', '-lF', '-e', name, '--', '*.rs', '*.test.ts'], { cwd: ROOT, encoding: 'utf8' })
    const defines = (file: string) => readFileSync(join(ROOT, file), 'utf8').split('\n').some((line) => line.includes(name) && /^\s*(async )?fn |\btest\(|^\s*#\[case/.test(line))
    assert.ok(files.trim().split('\n').some(defines), files)
  })
}
