import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))

/** Longer than anything takes on a slow machine with nothing compiled yet. */
export const TIMEOUT_MS = 20 * 60_000

/** An author at their machine, beside a running local network. */
export interface Author {
  /** A folder of theirs, with nothing in it. */
  folder: string
  /** `at-run` and its tools in PATH, nobody logged in. */
  env: NodeJS.ProcessEnv
  /** The network, as `scripts/localnet/test-run.ts` tells it. */
  net: { pds: string; runner: string; adminToken: string }
}

/** Crates that `scripts/build` has compiled for the project's own bundles serve an author here too: the same folder, flags and toolchain. */
export async function newAuthor(): Promise<Author> {
  const [pds, runner, adminToken] = [told('PDS_URL'), told('RUNNER_URL'), told('ADMIN_TOKEN')]
  const folder = await mkdtemp(join(tmpdir(), 'at-run-author-'))
  const target = join(ROOT, 'target')
  const nightly = join(target, 'pinned-nightly')
  const confined = Boolean(process.env['STREAMHUT_NIGHTLY']) && existsSync(nightly)
  const env = {
    ...process.env,
    PATH: [join(target, 'debug'), ...(confined ? [nightly] : []), process.env['PATH']].join(delimiter),
    CARGO_TARGET_DIR: target,
    AT_RUN_WORKER_BUILD_FLAGS: confined ? '--no-opt --panic-unwind' : '--no-opt',
    AT_RUN_CONFIG_DIR: join(folder, '.config'),
    AT_RUN_NO_KEYRING: '1',
  }
  return { folder, env, net: { pds, runner, adminToken } }
}

function told(name: string): string {
  const value = process.env[name]
  assert.ok(value, `${name} is not set: run these tests by \`node scripts/localnet/test-run.ts 'scripts/at-run/tests/*.test.ts'\``)
  return value
}
