/** Tests by cargo, in the copy of the tree. */
import { spawn } from 'node:child_process'
import { TARGET, TREE } from './tree.ts'

/** Milliseconds for tests that take seconds: without a check one may run for ever. */
const MOST_MS = 180_000

/** What became of a run of tests. */
export type Outcome =
  | { kind: 'passed'; tests: number }
  | { kind: 'failed' }
  /** They did not end. */
  | { kind: 'endless' }
  | { kind: 'not compiled'; why: string }

/** Compiles the tests that `args` name, and runs them. */
export async function runTests(args: string): Promise<Outcome> {
  const compiled = await cargo([...args.split(' '), '--no-run'])
  if (compiled.code !== 0) return { kind: 'not compiled', why: compiled.output }
  const ran = await cargo(args.split(' '), MOST_MS)
  if (ran.code === undefined) return { kind: 'endless' }
  if (ran.code !== 0) return { kind: 'failed' }
  const counts = [...ran.output.matchAll(/test result: ok\. (\d+) passed/g)].map(([, passed]) => Number(passed))
  return { kind: 'passed', tests: counts.reduce((sum, count) => sum + count, 0) }
}

/** Runs `cargo test`; without a code it was stopped after `mostMs`. */
function cargo(args: readonly string[], mostMs?: number): Promise<{ code: number | undefined; output: string }> {
  return new Promise((resolve, reject) => {
    // A group of its own, so that a test that never ends is stopped with cargo.
    const child = spawn('cargo', ['test', '--quiet', ...args], {
      cwd: TREE,
      env: { ...process.env, CARGO_TARGET_DIR: TARGET, CARGO_PROFILE_DEV_DEBUG: '0', CARGO_TERM_COLOR: 'never', RUST_BACKTRACE: '0', PROPTEST_FAILURE_PERSISTENCE: 'off' },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let stopped = false
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (output += bytes.toString()))
    const end = () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    }
    const timer = mostMs && setTimeout(() => ((stopped = true), end()), mostMs)
    const interrupted = () => {
      end()
      process.exit(130)
    }
    process.once('SIGINT', interrupted)
    process.once('SIGTERM', interrupted)
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(timer)
      process.off('SIGINT', interrupted)
      process.off('SIGTERM', interrupted)
      resolve({ code: stopped ? undefined : (code ?? 1), output })
    })
  })
}
