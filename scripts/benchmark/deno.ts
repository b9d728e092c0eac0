import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../localnet/command.ts'

const VERSION = '2.9.6'

const BUNDLE = fileURLToPath(new URL('deno/echo.js', import.meta.url))

/** A runner as it was with a process per call. */
export interface Deno {
  /** Calls the bundle once; gives the microseconds until its answer was read and its process gone. */
  call(): Promise<number>
}

/** Deno, installed if need be, with what it keeps of the bundle warm. `dir` gets its cache and log. */
export async function openDeno(dir: string): Promise<Deno> {
  const command = await install(join(dir, 'npm.log'))
  const env = { PATH: process.env['PATH'], DENO_DIR: join(dir, 'cache'), DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' }
  // The permissions of a bundle that declares none.
  const args = ['run', '--quiet', '--no-prompt', '--no-config', '--no-lock', '--no-remote', '--no-npm', BUNDLE]
  const input = JSON.stringify({ method: 'GET', url: 'https://bundle/endpoint/echo', headers: { accept: '*/*' } })
  const call = async () => {
    const began = process.hrtime.bigint()
    const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
    child.stdin.end(input)
    const [answer, complaint, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
    const took = Number(process.hrtime.bigint() - began) / 1_000
    if (code !== 0 || (JSON.parse(answer || '{}') as { status?: number }).status !== 200) throw new Error(`deno ended with ${code}: ${complaint || answer}`)
    return took
  }
  for (let run = 0; run < 3; run++) await call()
  return { call }
}

/** Deno in the user's cache of tools, where a run that finds it installs nothing. */
async function install(log: string): Promise<string> {
  const platform = `${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`
  const folder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), `streamhut/tools/deno-${VERSION}`)
  const binary = (inside: string) => join(inside, 'node_modules/@deno', platform, 'deno')
  if (existsSync(binary(folder))) return binary(folder)
  // Appears under its name only when it is whole.
  const part = `${folder}.part`
  await rm(part, { recursive: true, force: true })
  await mkdir(part, { recursive: true })
  const args = ['install', '--prefix', part, '--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', `@deno/${platform}@${VERSION}`]
  await runCommand({ name: 'install Deno', command: 'npm', args, cwd: dirname(part), log })
  await rm(folder, { recursive: true, force: true })
  await rename(part, folder)
  return binary(folder)
}
