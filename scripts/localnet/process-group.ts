import { spawn, type ChildProcess } from 'node:child_process'

/** What stdin, stdout and stderr of a child are connected to. */
export type Stdio = [StdioEnd, StdioEnd, StdioEnd]
type StdioEnd = 'ignore' | 'inherit' | 'pipe' | number

/** A child process with all of its descendants. */
export interface ProcessGroup {
  child: ChildProcess
  /** Settles when the child itself ends; tells its exit code or what ended it. Its descendants are ended then. */
  exited: Promise<{ code: number | null; how: string }>
  /** Ends the group: politely, and after five seconds without mercy. */
  stop(): Promise<void>
}

const STOP_GRACE_MS = 5_000

/**
 * A watch that is part of the group: it holds a pipe to us, and when that breaks, because we were killed without a chance to clean up,
 * it ends the group. The command starts only after it.
 */
const WATCHED = '{ trap "" TERM; cat <&3; kill -s TERM 0; sleep 5; kill -s KILL 0; } >/dev/null 2>&1 & exec "$@" 3<&-'

const live = new Set<number>()
process.on('exit', () => live.forEach((pid) => signalGroup(pid, 'SIGKILL')))

/**
 * Starts a command as a process group of its own, so that a Ctrl-C in the terminal reaches us alone and we stop things in order.
 * The group also ends when we exit, and when we are killed outright. A command that can't be found ends with code 127.
 */
export function startGroup(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; stdio: Stdio },
): ProcessGroup {
  const stdio = [...options.stdio, 'pipe' as const]
  const child = spawn('/bin/sh', ['-c', WATCHED, 'sh', command, ...args], { ...options, stdio, detached: true })
  const ended = new Promise<{ code: number | null; how: string }>((resolve) => {
    child.once('error', (error) => resolve({ code: null, how: error.message }))
    child.once('exit', (code, signal) => resolve({ code, how: signal ? `signal ${signal}` : `exit code ${code}` }))
  })
  const pid = child.pid
  if (pid === undefined) return { child, exited: ended, stop: async () => {} }

  live.add(pid)
  const exited = ended.then((end) => {
    // Descendants that outlive the child would keep its ports; the watch goes with them.
    signalGroup(pid, 'SIGKILL')
    live.delete(pid)
    return end
  })
  const stop = async () => {
    if (!live.has(pid)) return
    signalGroup(pid, 'SIGTERM')
    const killer = setTimeout(() => signalGroup(pid, 'SIGKILL'), STOP_GRACE_MS)
    await exited
    clearTimeout(killer)
  }
  return { child, exited, stop }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
