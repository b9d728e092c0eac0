import { join } from 'node:path'
import { runCommand } from '../command.ts'
import { ROOT } from '../places.ts'

/** What the local build leaves behind. */
export interface Built {
  /** Entry module of the runner; its wasm lies beside it. */
  runnerEntry: string
  /** The command-line tool `at-run`. */
  atRun: string
}

/** Builds runner, command-line tool, bundles and site, as far as they are not up to date. */
export async function build(log: string, signal: AbortSignal): Promise<Built> {
  await runCommand({ name: 'build', command: join(ROOT, 'scripts/build'), args: ['localnet'], cwd: ROOT, log, signal })
  return { runnerEntry: join(ROOT, 'target/localnet/dispatcher/entry.js'), atRun: join(ROOT, 'target/debug/at-run') }
}
