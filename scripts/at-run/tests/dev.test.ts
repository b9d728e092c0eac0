/** `at-run dev` against a real compiler, PDS and runner. */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { newAuthor, TIMEOUT_MS } from './tutorial/author.ts'
import { agrees } from './tutorial/expected.ts'

type Event = Record<string, unknown>

test('a change is live when it is told, and Ctrl-C ends it with 130', { timeout: TIMEOUT_MS }, async () => {
  const { folder, env, net } = await newAuthor()
  const atRun = (...args: string[]) =>
    promisify(execFile)('at-run', args, { cwd: folder, env: { ...env, AT_RUN_PASSWORD: 'operator-local-password' } })
  await atRun('init', 'live')
  await atRun('login', '--app-password', '--service', net.pds, '--identifier', 'operator.test')
  const source = join(folder, 'live/src/lib.rs')
  const written = await readFile(source, 'utf8')
  const save = (greeting: string) => writeFile(source, written.replace('"Hello"', greeting))

  // A process group of its own, as a terminal makes it: Ctrl-C reaches what it started, too.
  const dev = spawn('at-run', ['dev', '--json', '-C', 'live'], {
    cwd: folder,
    env: { ...env, AT_RUN_RUNNER: net.runner, AT_RUN_ADMIN_TOKEN: net.adminToken },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(dev, 'exit') as Promise<[number | null, string | null]>
  let said = ''
  dev.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const lines = createInterface(dev.stdout)[Symbol.asyncIterator]()
  const next = async (expected: object): Promise<Event> => {
    const { value, done } = await lines.next()
    assert.ok(!done, `at-run dev ended: ${said}`)
    const event = JSON.parse(value) as Event
    const shown = [value, '── expected ──', JSON.stringify(expected), '── stderr ──', said].join('\n')
    assert.ok(agrees(event, { ...expected, '…': '…' }), shown)
    return event
  }
  const greetings = (...urls: unknown[]) =>
    Promise.all(urls.map(async (url) => ((await (await fetch(`${String(url)}/greet?who=Eira`)).json()) as { text: string }).text))

  try {
    const first = await next({
      name: 'live',
      version: '0.1.0-dev.…',
      release: 'created',
      channel: { name: 'dev', state: 'created', fresh: true },
      changed: [],
      health: { ok: true, message: '…' },
    })
    assert.deepEqual(await greetings(first['url'], first['channelUrl']), ['Hello, Eira!', 'Hello, Eira!'])

    await save('"Moin"')
    const channel = { name: 'dev', state: 'moved', fresh: true }
    const second = await next({ release: 'created', channel, changed: ['src/lib.rs'], channelUrl: first['channelUrl'] })
    assert.deepEqual(await greetings(second['url'], second['channelUrl'], first['url']), ['Moin, Eira!', 'Moin, Eira!', 'Hello, Eira!'])

    await save('"Moin')
    await next({ error: { code: 'ToolFailed', message: '…unterminated double quote string…', hint: '…' } })
    assert.deepEqual(await greetings(second['channelUrl']), ['Moin, Eira!'])

    await save('"Hello"')
    await next({ version: first['version'], cid: first['cid'], release: 'unchanged', channel })
    assert.deepEqual(await greetings(first['channelUrl']), ['Hello, Eira!'])
  } finally {
    if (dev.exitCode === null) process.kill(-(dev.pid ?? assert.fail('it has no process id')), 'SIGINT')
    const [code, signal] = await ended
    assert.ok(code === 130 || signal === 'SIGINT', `it ended with ${code ?? signal}: ${said}`)
    await atRun('delete', 'live', '--all', '--yes')
    await rm(folder, { recursive: true, force: true })
  }
})
