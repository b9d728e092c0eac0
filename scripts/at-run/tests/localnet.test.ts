/** Runs the command line's tests that need a real PDS; the network's whereabouts are in `STREAMHUT_NET`. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

test('at-run against a real PDS', () => {
  assert.ok(process.env.STREAMHUT_NET, 'STREAMHUT_NET names net.json of a running local network')
  const args = ['test', '--quiet', '-p', 'at-run-cli', '--features', 'localnet', '--test', 'localnet']
  const { status, stdout, stderr } = spawnSync('cargo', args, { encoding: 'utf8' })
  assert.equal(status, 0, `${stdout}\n${stderr}`)
  assert.match(stdout, /test result: ok\. [1-9]/, 'no test ran')
})
