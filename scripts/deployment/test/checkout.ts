/** A small checkout in which ./scripts/deploy runs for real, with fakes of wrangler and at-run in its path, and a curl that asks a fake runner. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NODE_MODULES, ROOT } from '../../localnet/places.ts'
import { fakeRunner } from './fakes/runner.ts'
import { NOTHING, readState, writeState, type Call, type State } from './fakes/state.ts'

export const TURSO_AUTH_TOKEN = 'token.of.the-database'

export interface Checkout {
  folder: string
  state: () => State
  /** Runs it; `failing` is the beginning of a command that fails. */
  deploy: (options?: { args?: string[]; failing?: string }) => Promise<Run>
  close: () => Promise<void>
}

export interface Run {
  code: number
  stdout: string
  stderr: string
  calls: Call[]
}

export async function checkout(): Promise<Checkout> {
  const folder = await mkdtemp(join(tmpdir(), 'deploy-'))
  const [bin, fakes] = [join(folder, 'bin'), fileURLToPath(new URL('fakes', import.meta.url))]
  for (const path of ['bin', 'scripts', 'frontend', 'workers/dispatcher']) await mkdir(join(folder, path), { recursive: true })
  for (const path of ['scripts/deploy', 'wrangler.toml', 'frontend/wrangler.toml', 'package.json', 'workers/dispatcher/entry.mjs', 'workers/dispatcher/warm.mjs', 'workers/dispatcher/journal.mjs']) await cp(join(ROOT, path), join(folder, path))
  await cp(join(ROOT, 'scripts/deployment'), join(folder, 'scripts/deployment'), { recursive: true, filter: (source) => !source.endsWith('/test') })
  await cp(join(ROOT, 'deploy.example.toml'), join(folder, 'deploy.toml'))
  await symlink(NODE_MODULES, join(folder, 'node_modules'))
  const program = (path: string, text: string) => writeFile(path, text, { mode: 0o755 })
  await program(join(folder, 'scripts/bootstrap'), '')
  await program(join(folder, 'scripts/build'), '#!/bin/sh\ncase $1 in dispatcher) out=workers/dispatcher/build ;; web) out=frontend/dist ;; *) exit 0 ;; esac\nmkdir -p $out && [ -e $out/index.js ] || echo "// $1" >$out/index.js\n')
  for (const name of ['wrangler', 'at-run']) await program(join(bin, name), `#!/bin/sh\nexec '${process.execPath}' '${fakes}/${name}.ts' "$@"\n`)
  writeState(folder, NOTHING)
  const runner = fakeRunner(folder)
  runner.listen(0, '127.0.0.1')
  await once(runner, 'listening')
  const { port } = runner.address() as AddressInfo
  // It notes its arguments, and asks the fake in place of the runner's host.
  await program(join(bin, 'curl'), `#!/usr/bin/env bash\nfor word; do printf '%s\\n' "$word" >>'${folder}/curled'; done\nexec "$REAL_CURL" "\${@/#https:\\/\\/run.example.com/http://127.0.0.1:${port}}"\n`)

  const deploy: Checkout['deploy'] = async ({ args = [], failing } = {}) => {
    await writeFile(join(folder, 'calls'), '')
    const env = {
      PATH: [bin, dirname(process.execPath), process.env['PATH']].join(delimiter),
      HOME: folder,
      FAKE_FOLDER: folder,
      REAL_CURL: await whereIs('curl'),
      TURSO_AUTH_TOKEN,
      ...(failing !== undefined && { FAKE_FAILS: failing }),
    }
    const ended = await new Promise<Omit<Run, 'calls'>>((resolve) => {
      const done = (error: Error | null, stdout: string, stderr: string) => resolve({ code: error === null ? 0 : Number((error as { code?: unknown }).code ?? 1), stdout, stderr })
      execFile(join(folder, 'scripts/deploy'), args, { cwd: folder, env, timeout: 600_000 }, done)
    })
    const calls = (await readFile(join(folder, 'calls'), 'utf8')).split('\n').filter((line) => line !== '')
    return { ...ended, calls: calls.map((line) => JSON.parse(line) as Call) }
  }
  const close = async () => {
    runner.closeAllConnections()
    runner.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { folder, state: () => readState(folder), deploy, close }
}

function whereIs(program: string): Promise<string> {
  return new Promise((resolve, reject) => execFile('/bin/sh', ['-c', `command -v ${program}`], (error, stdout) => (error === null ? resolve(stdout.trim()) : reject(error))))
}
