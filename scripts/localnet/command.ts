import { createWriteStream } from 'node:fs'
import { text } from 'node:stream/consumers'
import { logTail } from './log-tail.ts'
import { startGroup } from './process-group.ts'

/** A command that runs to its end. */
export interface CommandSpec {
  name: string
  command: string
  args: readonly string[]
  cwd: string
  env?: NodeJS.ProcessEnv
  /** What the command reads from stdin. */
  input?: string
  /** Path of the file that collects stdout and stderr. */
  log: string
  /** Ends the command early. */
  signal?: AbortSignal
}

/** Runs a command; gives what it wrote to stdout. Fails with the tail of the log unless it exits with 0. */
export async function runCommand(spec: CommandSpec): Promise<string> {
  spec.signal?.throwIfAborted()
  const log = createWriteStream(spec.log, { flags: 'a' })
  const { child, exited, stop } = startGroup(spec.command, spec.args, { cwd: spec.cwd, env: spec.env ?? process.env, stdio: ['pipe', 'pipe', 'pipe'] })
  spec.signal?.addEventListener('abort', () => void stop(), { once: true })
  // A command that does not read its input closes the pipe; its exit code tells the rest.
  child.stdin?.on('error', () => {})
  child.stdin?.end(spec.input ?? '')
  child.stdout?.pipe(log, { end: false })
  child.stderr?.pipe(log, { end: false })
  const output = child.stdout ? text(child.stdout) : Promise.resolve('')
  const { code, how } = await exited
  const written = await output
  await new Promise((resolve) => log.end(resolve))
  if (code !== 0) throw new Error(`${spec.name}: ${spec.command} ${spec.args.join(' ')} failed (${how})${await logTail(spec.log)}`)
  return written
}
