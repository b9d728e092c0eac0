import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startDatabase, type Database, type Value } from '../index-database.ts'

let dir: string
let database: Database
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'streamhut-bench-database-'))
  database = await startDatabase(dir)
})
after(async () => {
  await database?.stop()
  await rm(dir, { recursive: true, force: true })
})

test('a value comes back as it was given, and integers beyond what a number holds as bigints', async () => {
  const values: Value[] = [null, '', 'é 🎬 "\'', 0, -1, 1.5, Number.MAX_SAFE_INTEGER, 2n ** 63n - 1n, -(2n ** 63n)]
  const [row] = await database.ask(`SELECT ${values.map(() => '?').join(', ')}`, values)
  assert.deepEqual(row, values)
})

test('rows are kept for the next request, and a statement that fails says why', async () => {
  await database.ask('CREATE TABLE kept (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT')
  await database.ask('INSERT INTO kept (text) VALUES (?1), (?2)', ['a', 'b'])
  assert.deepEqual(await database.ask('SELECT * FROM kept ORDER BY id'), [[1, 'a'], [2, 'b']])
  await assert.rejects(database.ask('INSERT INTO kept (text) VALUES (NULL)'), /NOT NULL constraint failed: kept.text/)
  assert.deepEqual(await database.ask('SELECT count(*) FROM kept'), [[2]])
})
