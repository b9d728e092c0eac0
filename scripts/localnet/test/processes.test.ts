import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../command.ts'
import { startGroup } from '../process-group.ts'
import { startService } from '../service.ts'

const dir = await mkdtemp(join(tmpdir(), 'processes-'))
after(() => rm(dir, { recursive: true }))
/** A shell that has a child of its own and tells the child's pid; the second ignores a polite end. */
const PARENT = 'sleep 60 & echo $!; wait'
const STUBBORN = `trap "" TERM; ${PARENT}`

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function gone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 200 && alive(pid); attempt++) await sleep(20)
  return !alive(pid)
}

test('stopping ends descendants as well', async () => {
  const { child, stop } = startGroup('/bin/sh', ['-c', PARENT], { stdio: ['pipe', 'pipe', 'pipe'] })
  const pid = Number(await new Promise((resolve) => child.stdout?.once('data', resolve)))
  assert.ok(alive(pid))
  await stop()
  assert.ok(await gone(pid))
})

/** Runs `startGroup` with a script in a process of its own, which then does `next`. */
async function fosterParent(script: string, next: string): Promise<{ parent: ChildProcess; pid: number }> {
  const module = fileURLToPath(new URL('../process-group.ts', import.meta.url))
  const code = `import { startGroup } from ${JSON.stringify(module)}
    startGroup('/bin/sh', ['-c', ${JSON.stringify(script)}], { stdio: ['ignore', 'inherit', 'ignore'] })
    ${next}`
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  return { parent, pid: Number(await new Promise((resolve) => parent.stdout.once('data', resolve))) }
}

test('when we are killed outright, what we started ends too', async () => {
  const { parent, pid } = await fosterParent(PARENT, 'setInterval(() => {}, 1e6)')
  assert.ok(alive(pid))
  parent.kill('SIGKILL')
  assert.ok(await gone(pid))
})

test('when we exit, even what ignores a polite end ends', async () => {
  const { pid } = await fosterParent(STUBBORN, 'setTimeout(() => process.exit(0), 300)')
  assert.ok(await gone(pid))
})

test('a service that ends early fails with the end of its log', async () => {
  const log = join(dir, 'early.log')
  const started = startService({ name: 'early', command: '/bin/sh', args: ['-c', 'echo the reason; exit 3'], log, readyUrl: 'http://127.0.0.1:9/' })
  await assert.rejects(started, /early ended \(exit code 3\) before it was ready[^]*the reason/)
})

test('a command that is not there is named', async () => {
  const spec = { name: 'absent', command: join(dir, 'absent'), args: [], log: join(dir, 'absent.log') }
  await assert.rejects(startService({ ...spec, readyUrl: 'http://127.0.0.1:9/' }), /absent ended \(exit code 127\)[^]*absent: not found/)
  await assert.rejects(runCommand({ ...spec, cwd: dir }), /absent.* failed \(exit code 127\)[^]*absent: not found/)
})

test('a command gets its input and gives its output; both streams are logged', async () => {
  const log = join(dir, 'cat.log')
  const output = await runCommand({ name: 'cat', command: '/bin/sh', args: ['-c', 'cat; echo aside >&2'], cwd: dir, input: 'hello', log })
  assert.equal(output, 'hello')
  const logged = await readFile(log, 'utf8')
  assert.ok(logged.includes('hello') && logged.includes('aside'))
})

test('a failing command tells its exit code and log', async () => {
  const failing = runCommand({ name: 'build', command: '/bin/sh', args: ['-c', 'echo broken >&2; exit 7'], cwd: dir, log: join(dir, 'fail.log') })
  await assert.rejects(failing, /build: .* failed \(exit code 7\)[^]*broken/)
})

test('a command can be given up', async () => {
  const abort = new AbortController()
  const given = runCommand({ name: 'slow', command: 'sleep', args: ['60'], cwd: dir, log: join(dir, 'slow.log'), signal: abort.signal })
  setTimeout(() => abort.abort(), 50)
  await assert.rejects(given, /slow: sleep 60 failed \(signal SIGTERM\)/)
})
