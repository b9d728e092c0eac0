import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { keptSecrets, parseSecrets } from '../kept-secrets.ts'
import { Refusal } from '../stage.ts'

const folder = mkdtempSync(join(tmpdir(), 'kept-'))
const file = join(folder, 'deploy.secrets')
after(() => rmSync(folder, { recursive: true, force: true }))

test('lines are read as a shell reads them', () => {
  const text = "# a comment\n\nADMIN_TOKEN='a b'\nOPERATOR_TOKEN=plain\nADMIN_TOKEN='the last counts'\n"
  assert.deepEqual([...parseSecrets(text, 'x')], [['ADMIN_TOKEN', 'the last counts'], ['OPERATOR_TOKEN', 'plain']])
})

for (const line of ['ADMIN_TOKEN', "ADMIN_TOKEN=''", 'ADMIN_TOKEN=', 'ADMIN_TOKENS=s3cret', "ADMIN_TOKEN='s3cret", 'ADMIN_TOKEN="s3cret"', 'admin_token=s3cret', 's3cret', 'ADMIN_TOKEN=s3 cret']) {
  test(`refused, and not shown: ${line}`, () => {
    assert.throws(() => parseSecrets(`\n${line}\n`, 'x'), (error) => error instanceof Refusal && /^x, line 2: /.test(error.message) && !error.message.includes('s3'))
  })
}

test('a value is kept for its owner alone, beside those that were there, and the environment goes before it', () => {
  keptSecrets(file, {}).keep('ADMIN_TOKEN', 'first')
  const secrets = keptSecrets(file, { ADMIN_TOKEN: ' other ', TURSO_AUTH_TOKEN: 'given', OPERATOR_TOKEN: '' })
  assert.deepEqual([...secrets.known()].sort(), ['ADMIN_TOKEN', 'TURSO_AUTH_TOKEN'])
  assert.equal(secrets.value('ADMIN_TOKEN'), 'other')
  secrets.keep('RUNNER_KEYS', 'a b')
  assert.equal(secrets.mask('other, given and a b'), '$ADMIN_TOKEN, $TURSO_AUTH_TOKEN and $RUNNER_KEYS')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  // What the environment gave is not written.
  assert.deepEqual([...parseSecrets(readFileSync(file, 'utf8'), file)], [['ADMIN_TOKEN', 'first'], ['RUNNER_KEYS', 'a b']])
})

test('a file that others may read is refused', () => {
  writeFileSync(file, '')
  chmodSync(file, 0o644)
  assert.throws(() => keptSecrets(file, {}), /others on this machine may read/)
})
