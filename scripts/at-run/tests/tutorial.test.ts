/** Does what `docs/runtime.md` tells its readers to do, and looks whether they would see what it shows. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { agrees, assertPrinted } from './tutorial/expected.ts'
import { Shell } from './tutorial/shell.ts'
import { stepsOf } from './tutorial/steps.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const TUTORIAL = join(ROOT, 'docs/runtime.md')
/** Longer than any step takes on a slow machine with nothing compiled yet. */
const TIMEOUT_MS = 20 * 60_000

let scratch: string
let env: NodeJS.ProcessEnv

before(async () => {
  for (const name of ['RUNNER_URL', 'PDS_URL', 'ADMIN_TOKEN']) assert.ok(process.env[name], `${name} is not set: run this by scripts/localnet/test-run.ts`)
  scratch = await mkdtemp(join(tmpdir(), 'at-run-tutorial-'))
  env = { ...process.env, ...builtAsTheProjectIs(), AT_RUN_CONFIG_DIR: join(scratch, 'config') }
  await mkdir(join(scratch, 'scripts'))
  await mkdir(join(scratch, 'work'))
})
after(() => rm(scratch, { recursive: true, force: true }))

/** Crates that `scripts/build` has compiled for the project's own bundles serve here too: the same folder, flags and toolchain. */
function builtAsTheProjectIs(): NodeJS.ProcessEnv {
  const target = join(ROOT, 'target')
  const nightly = join(target, 'pinned-nightly')
  const confined = Boolean(process.env['STREAMHUT_NIGHTLY']) && existsSync(nightly)
  const path = [join(target, 'debug'), ...(confined ? [nightly] : []), process.env['PATH']]
  return { CARGO_TARGET_DIR: target, AT_RUN_WORKER_BUILD_FLAGS: confined ? '--no-opt --panic-unwind' : '--no-opt', PATH: path.join(delimiter) }
}

test('the tutorial does what it says', { timeout: TIMEOUT_MS }, async () => {
  const folder = join(scratch, 'work')
  const shell = new Shell(folder, join(scratch, 'scripts'), env)
  try {
    const steps = stepsOf(await readFile(TUTORIAL, 'utf8'))
    assert.ok(steps.filter(({ kind }) => kind === 'run').length > 20 && steps.some(({ kind }) => kind === 'file'), 'too few steps were found')
    for (const step of steps) {
      const what = `docs/runtime.md:${step.line}`
      if (step.kind === 'file') {
        const path = join((await shell.run('pwd')).trim(), step.path)
        await mkdir(dirname(path), { recursive: true })
        await writeFile(path, step.text)
      } else {
        const printed = await shell.run(step.script).catch((error: Error) => assert.fail(`${what}: ${error.message}`))
        if (step.expected) assertPrinted(printed, step.expected, what)
      }
    }
    // What the last steps deleted is gone for everybody.
    const bundle = (await shell.run('echo "$BUNDLE"')).trim()
    for (const path of ['/latest/greet?who=Eira', '/0.1.0/greet?who=Eira', '/0.2.0/entries']) {
      const answer = await fetch(`${bundle}${path}`)
      assert.deepEqual([answer.status, ((await answer.json()) as { error: string }).error, path], [404, 'UnknownBundle', path])
    }
  } finally {
    shell.close()
  }
})

test('a change is live at once under at-run dev, and Ctrl-C ends it with 130', { timeout: TIMEOUT_MS }, async () => {
  const folder = join(scratch, 'work/live')
  const shell = new Shell(join(scratch, 'work'), join(scratch, 'scripts'), env)
  await shell.run(`at-run init live\necho operator-local-password | at-run login --service "$PDS_URL" --identifier operator.test`)
  shell.close()
  const source = join(folder, 'src/lib.rs')
  const first = await readFile(source, 'utf8')

  // A process group of its own, as a terminal makes it: Ctrl-C reaches what it started, too.
  const dev = spawn('at-run', ['dev', '--json'], {
    cwd: folder,
    env: { ...env, AT_RUN_RUNNER: process.env['RUNNER_URL'], AT_RUN_ADMIN_TOKEN: process.env['ADMIN_TOKEN'] },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  dev.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const lines = createInterface(dev.stdout)[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await lines.next()
    assert.ok(!done, `at-run dev ended: ${said}`)
    return JSON.parse(value) as Record<string, unknown>
  }
  const greeting = async (url: unknown) => ((await (await fetch(`${String(url)}/greet?who=Eira`)).json()) as { text: string }).text
  const has = (event: Record<string, unknown>, expected: object) => assert.ok(agrees(event, { ...expected, '…': '…' }), `${JSON.stringify(event)}\n${said}`)

  try {
    const began = await next()
    has(began, { name: 'live', version: '0.1.0-dev.…', release: 'created', channel: { name: 'dev', state: 'created', fresh: true }, changed: [], health: { ok: true, message: '…' } })
    assert.deepEqual(await Promise.all([began['url'], began['channelUrl']].map(greeting)), ['Hello, Eira!', 'Hello, Eira!'])

    await writeFile(source, first.replace('"Hello"', '"Moin"'))
    const changed = await next()
    has(changed, { release: 'created', channel: { name: 'dev', state: 'moved', fresh: true }, changed: ['src/lib.rs'], channelUrl: began['channelUrl'] as string })
    assert.notEqual(changed['version'], began['version'])
    assert.deepEqual(await Promise.all([changed['url'], changed['channelUrl'], began['url']].map(greeting)), ['Moin, Eira!', 'Moin, Eira!', 'Hello, Eira!'])

    await writeFile(source, first.replace('"Hello"', '"Moin'))
    has(await next(), { error: { code: 'ToolFailed', message: '…unterminated double quote string…', hint: '…' } })
    assert.equal(await greeting(changed['channelUrl']), 'Moin, Eira!')

    await writeFile(source, first)
    has(await next(), { version: began['version'] as string, cid: began['cid'] as string, release: 'unchanged' })
    assert.equal(await greeting(began['channelUrl']), 'Hello, Eira!')
  } finally {
    process.kill(-(dev.pid ?? assert.fail('it has no process id')), 'SIGINT')
    const [code, signal] = (await once(dev, 'exit')) as [number | null, string | null]
    assert.ok(code === 130 || signal === 'SIGINT', `it ended with ${code ?? signal}: ${said}`)
  }
})

test('what the tutorial shows is compared as it says', () => {
  const passes = (as: 'text' | 'json', text: string, printed: string) => {
    try {
      assertPrinted(printed, { as, text }, 'a test')
      return true
    } catch {
      return false
    }
  }
  for (const [as, text, printed, expect] of [
    ['text', 'a … c\n', 'a b c\n', true],
    ['text', 'a … c\n', 'a\nc\n', false],
    ['text', '…\nlast\n', 'one\ntwo\nlast\n', true],
    ['text', '…\nlast\n', 'last\n', true],
    ['text', '…\nlast\n', 'last\nmore\n', false],
    ['text', 'a.c\n', 'abc\n', false],
    ['text', 'a\n', 'a  \n\n', true],
    ['json', '{"a": 1}', '{ "a": 1 }', true],
    ['json', '{"a": 1}', '{"a": 1, "b": 2}', false],
    ['json', '{"a": 1, "…": "…"}', '{"a": 1, "b": 2}', true],
    ['json', '{"a": "…"}', '{"a": [1]}', true],
    ['json', '{"a": "did:…"}', '{"a": "did:plc:x"}', true],
    ['json', '{"a": "did:…"}', '{"a": 1}', false],
    ['json', '[1]', '[1, 2]', false],
    ['json', '{}', 'no JSON', false],
  ] as const) {
    assert.equal(passes(as, text, printed), expect, `${text} and ${printed}`)
  }
})
