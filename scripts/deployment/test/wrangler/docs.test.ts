/** Wrangler knows every command of docs/hosting.md and of the plan, with its options. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { NODE_MODULES } from '../../../localnet/places.ts'
import { of } from '../documented.ts'

/** Options that wrangler takes and doesn't tell. */
const HIDDEN = new Set(['pages project create --force'])

const commands = new Map<string, Set<string>>()
for (const { words } of of('wrangler')) {
  const first = words.findIndex((word) => !/^[a-z][a-z0-9-]*$/.test(word) || word.startsWith('streamhut') || /^[A-Z]/.test(word))
  const options = words.filter((word) => word.startsWith('--')).map((word) => word.replace(/=.*/, ''))
  const command = words.slice(0, first < 0 ? words.length : first).join(' ')
  commands.set(command, new Set([...(commands.get(command) ?? []), ...options]))
}

test('there are commands of wrangler', () => assert.ok(commands.size > 15, [...commands.keys()].join(', ')))

for (const [command, options] of commands) {
  test(`wrangler ${command}`, async () => {
    const argv = [join(NODE_MODULES, 'wrangler/bin/wrangler.js'), ...command.split(' '), '--help']
    const { stdout } = await promisify(execFile)(process.execPath, argv, { env: { ...process.env, CI: 'true', NO_COLOR: '1', WRANGLER_SEND_METRICS: 'false' }, timeout: 300_000 })
    // For a command that there isn't it tells of the one above.
    assert.match(stdout, new RegExp(`^wrangler ${command}( |$)`, 'm'))
    for (const option of options) assert.ok(HIDDEN.has(`${command} ${option}`) || new RegExp(`(^|\\s)${option}[ ,]`, 'm').test(stdout), option)
  })
}
